{{/* Where a path leads: this release's service, at a port's number or name. */}}
{{- define "atlas.backend" -}}
service:
  name: {{ include "atlas.fullname" .root }}
  port:
    {{- if kindIs "string" .port }}
    name: {{ .port }}
    {{- else }}
    number: {{ .port }}
    {{- end }}
{{- end -}}
