{{- define "frame.ingress" -}}
{{- $root := .root -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $root.Release.Name }}{{ if ne .id "main" }}-{{ .id }}{{ end }}
  labels:
    app.kubernetes.io/name: {{ $root.Chart.Name }}
    app.kubernetes.io/instance: {{ $root.Release.Name }}
  {{- with .values.annotations }}
  annotations:
    {{- range $key, $value := . }}
    {{ $key }}: {{ tpl ($value | toString) $root | quote }}
    {{- end }}
  {{- end }}
spec:
  {{- with .values.className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- with .values.tls }}
  tls:
    {{- range . }}
    - secretName: {{ tpl .secretName $root }}
      hosts:
        {{- range .hosts }}
        - {{ tpl . $root | quote }}
        {{- end }}
    {{- end }}
  {{- end }}
  rules:
    {{- range .values.hosts }}
    - host: {{ tpl .host $root | quote }}
      http:
        paths:
          {{- range .paths }}
          - path: {{ tpl .path $root }}
            pathType: {{ .pathType | default "Prefix" }}
            backend:
              service:
                name: {{ $root.Release.Name }}
                port:
                  number: {{ $root.Values.service.port }}
          {{- end }}
    {{- end }}
{{- end -}}
