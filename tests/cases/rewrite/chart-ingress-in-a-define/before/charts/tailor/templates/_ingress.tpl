{{/* An Ingress for one part of the shop: (dict "root" $ "part" "shop"). */}}
{{- define "tailor.ingress" -}}
{{- $settings := index .root.Values .part -}}
{{- if $settings.ingress.enabled -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ .root.Release.Name }}-{{ .part }}
  labels:
    app.kubernetes.io/instance: {{ .root.Release.Name }}
    app.kubernetes.io/component: {{ .part }}
  {{- with $settings.ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  ingressClassName: {{ .root.Values.className }}
  rules:
    - host: {{ $settings.ingress.host }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ .root.Release.Name }}-{{ .part }}
                port:
                  number: {{ $settings.port }}
{{- end -}}
{{- end -}}
