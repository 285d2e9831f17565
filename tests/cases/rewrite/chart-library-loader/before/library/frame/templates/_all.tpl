{{- define "frame.all" -}}
{{- include "frame.service" . }}
{{- range $id, $values := .Values.ingress }}
{{- if $values.enabled }}
---
{{ include "frame.ingress" (dict "root" $ "id" $id "values" $values) }}
{{- end }}
{{- end }}
{{- end -}}
