{{- /* The documents of a rendered text, parted as Helm parts them, as a JSON list; what is no object stops the render. */ -}}
{{- define "@.documents" -}}
{{- $found := list -}}
{{- range $text := regexSplit "(?:^|\\s*\\n)---\\s*" .text -1 -}}
{{- if regexMatch "(?m)^\\s*[^#\\s]" $text -}}
{{- $object := fromYaml $text -}}
{{- if and (hasKey $object "Error") (not (hasKey $object "kind")) -}}
{{- fail "gatelift: a rendered document of this chart is no YAML map" -}}
{{- end -}}
{{- if eq (toString $object.kind) "List" -}}
{{- $found = concat $found ($object.items | default list) -}}
{{- else -}}
{{- $found = append $found $object -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $found -}}
{{- end -}}

{{- /* The routes of every Ingress in a rendered text. */ -}}
{{- define "@.routes" -}}
{{- $in := . -}}
{{- $hosts := list -}}
{{- range $object := include "@.documents" . | fromJsonArray -}}
{{- if and (eq (toString $object.kind) "Ingress") (regexMatch "^(networking\\.k8s\\.io|extensions)/" (toString $object.apiVersion)) -}}
{{- $own := list -}}
{{- range $rule := ($object.spec | default dict).rules -}}{{- $own = append $own (toString ($rule.host | default "")) | uniq -}}{{- end -}}
{{- range $host := $own -}}
{{- if has $host $hosts -}}
{{- fail (printf "gatelift: two Ingresses of this chart serve host %q, and what one says may hold for the other. Run gatelift again with these values" $host) -}}
{{- end -}}
{{- end -}}
{{- $hosts = concat $hosts $own -}}
{{- include "@.ingress" (dict "root" $in.root "gateway" $in.gateway "object" $object) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* The routes of one rendered Ingress. */ -}}
{{- define "@.ingress" -}}
{{- $metadata := .object.metadata | default dict -}}
{{- $spec := .object.spec | default dict -}}
{{- $annotations := $metadata.annotations | default dict -}}
{{- $class := $spec.ingressClassName | default (get $annotations "kubernetes.io/ingress.class") | default "" -}}
{{- $ingress := dict "root" .root "gateway" (.gateway | default dict) "name" $metadata.name "namespace" ($metadata.namespace | default "") "labels" ($metadata.labels | default dict) "annotations" $annotations "tls" $spec.tls "class" $class -}}
{{- include "@.known" $ingress -}}
{{- if or $spec.defaultBackend $spec.backend (not $spec.rules) -}}
{{- fail (printf "gatelift: Ingress %s has a default backend or no rules, and no case that gatelift saw has" $metadata.name) -}}
{{- end -}}
{{- $hosts := list -}}
{{- range $rule := $spec.rules -}}{{- $hosts = append $hosts (toString ($rule.host | default "")) | uniq -}}{{- end -}}
{{- $annotated := include "@.annotations" $ingress -}}
{{- $backends := list -}}
{{- $lists := dict -}}
{{- range $index, $host := $hosts -}}
{{- $paths := list -}}
{{- range $rule := $spec.rules -}}
{{- if eq (toString ($rule.host | default "")) $host -}}{{- $paths = concat $paths (($rule.http | default dict).paths | default list) -}}{{- end -}}
{{- end -}}
{{- $made := include "@.host" (dict "ingress" $ingress "host" $host "paths" $paths) | fromJson -}}
{{- $backends = concat $backends $made.backends | uniq -}}
{{- $_ := set $lists $host $made.paths -}}
{{- $variant := get $ingress.found.variants $host -}}
{{- $route := dict "parentRefs" (include "@.parents" (dict "ingress" $ingress "host" $host) | fromYamlArray) "rules" $made.rules -}}
{{- with $variant.hostnames -}}
{{- $_ := set $route "hostnames" (include "@.fill" (dict "text" (toJson .) "with" (dict "host" $host)) | fromJsonArray) -}}
{{- end -}}
{{- if ne (len ($route.hostnames | default list)) (len ($route.hostnames | default list | uniq)) -}}
{{- fail (printf "gatelift: host %q of Ingress %s is its own alias" $host $ingress.name) -}}
{{- end -}}
{{- $object := dict "apiVersion" $variant.api_version "kind" "HTTPRoute" "spec" $route -}}
{{- include "@.document" (dict "ingress" $ingress "annotations" $annotated "name" (include "@.name" (dict "ingress" $ingress "host" $host "first" (eq $index 0))) "object" $object) -}}
{{- end -}}
{{- include "@.beside" (dict "ingress" $ingress "hosts" $hosts "backends" $backends "paths" $lists) -}}
{{- end -}}

{{- /* The rules of one host of a rendered Ingress, and the backends in them. */ -}}
{{- define "@.host" -}}
{{- $in := . -}}
{{- $strings := list -}}
{{- $places := list -}}
{{- $alike := list -}}
{{- range $path := .paths -}}
{{- $value := $path.path | default "/" -}}
{{- $type := $path.pathType | default "ImplementationSpecific" -}}
{{- $strings = append $strings $value -}}
{{- $places = append $places (list $value $type) -}}
{{- $alike = append $alike (ternary (printf "= %s" $value) (trimSuffix "/" $value) (eq $type "Exact")) -}}
{{- end -}}
{{- $known := false -}}
{{- include "@.variant" (dict "ingress" .ingress "host" .host) -}}
{{- range $exact := (get .ingress.found.variants .host).exact -}}
{{- $known = or $known (eq (toJson $exact.places) (toJson $places)) -}}
{{- end -}}
{{- if not (or $known (eq (len $alike) (len (uniq $alike)))) -}}
{{- fail (printf "gatelift: Ingress %s serves a path of host %q twice, and which of the two counts is not known" .ingress.name .host) -}}
{{- end -}}
{{- if not $strings -}}
{{- fail (printf "gatelift: Ingress %s has no path on host %q" .ingress.name .host) -}}
{{- end -}}
{{- $rules := include "@.lead" (dict "ingress" .ingress "host" .host "paths" $strings "places" $places) | fromJsonArray -}}
{{- $backends := list -}}
{{- range $path := .paths -}}
{{- $backend := $path.backend | default dict -}}
{{- $named := $backend.service | default dict -}}
{{- $service := $named.name | default $backend.serviceName | default "" -}}
{{- $numbered := $named.port | default dict -}}
{{- $port := $numbered.number | default $numbered.name | default $backend.servicePort -}}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" (toString $service)) -}}
{{- fail (printf "gatelift: the path %q of Ingress %s names no Service" (toString $path.path) $in.ingress.name) -}}
{{- end -}}
{{- $found := dict "service" $service "port" (include "@.port" (dict "root" $in.ingress.root "service" $service "port" $port) | int) -}}
{{- $made := include "@.path" (dict "ingress" $in.ingress "host" $in.host "path" ($path.path | default "/") "pathType" $path.pathType "paths" $strings "places" $places) | fromJson -}}
{{- $own := concat (ternary (list $made.main) list (not (empty $made.main))) ($made.more | default list) -}}
{{- $rules = concat $rules (include "@.fill" (dict "text" (toJson $own) "with" $found) | fromJsonArray) -}}
{{- $backends = append $backends $found -}}
{{- end -}}
{{- if gt (len $rules) 16 -}}
{{- fail (printf "gatelift: host %q of Ingress %s has more rules than a route may have. Give some of its paths an Ingress of their own" .host .ingress.name) -}}
{{- end -}}
{{- toJson (dict "rules" $rules "backends" ($backends | uniq) "paths" $strings) -}}
{{- end -}}

{{- /* What a rendered text holds beside Ingresses, as documents. */ -}}
{{- define "@.others" -}}
{{- range $object := include "@.documents" . | fromJsonArray -}}
{{- if ne (toString $object.kind) "Ingress" }}
---
{{ toYaml $object }}
{{- end -}}
{{- end -}}
{{- end -}}
