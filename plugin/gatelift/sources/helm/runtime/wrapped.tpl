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
{{- else if eq (toString $object.kind) "IngressList" -}}
{{- range $item := $object.items -}}
{{- $found = append $found (merge $item (dict "apiVersion" $object.apiVersion "kind" "Ingress")) -}}
{{- end -}}
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
{{- $found := list -}}
{{- $names := list -}}
{{- range $object := include "@.documents" . | fromJsonArray -}}
{{- if and (eq (toString $object.kind) "Ingress") (regexMatch "^(networking\\.k8s\\.io|extensions)/" (toString $object.apiVersion)) -}}
{{- $found = append $found $object -}}
{{- $names = append $names (toString ($object.metadata | default dict).name) -}}
{{- end -}}
{{- end -}}
{{- if ne (len $names) (len (uniq $names)) -}}
{{- fail (printf "gatelift: two Ingresses of this chart have one name (%s)" (join ", " $names)) -}}
{{- end -}}
{{- range $object := $found -}}
{{- include "@.ingress" (dict "root" $in.root "gateway" $in.gateway "object" $object "others" (without $found $object)) -}}
{{- end -}}
{{- end -}}

{{- /* Puts what the helpers have to know of a rendered Ingress into a map. */ -}}
{{- define "@.told" -}}
{{- $metadata := .object.metadata | default dict -}}
{{- $spec := .object.spec | default dict -}}
{{- $annotations := $metadata.annotations | default dict -}}
{{- $class := $spec.ingressClassName | default (get $annotations "kubernetes.io/ingress.class") | default "" -}}
{{- $_ := set .into "root" .root -}}
{{- $_ := set .into "gateway" (.gateway | default dict) -}}
{{- $_ := set .into "rendered" true -}}
{{- $_ := set .into "name" $metadata.name -}}
{{- $_ := set .into "namespace" ($metadata.namespace | default "") -}}
{{- $_ := set .into "labels" ($metadata.labels | default dict) -}}
{{- $_ := set .into "annotations" $annotations -}}
{{- $_ := set .into "tls" $spec.tls -}}
{{- $_ := set .into "class" $class -}}
{{- end -}}

{{- /* The routes of one rendered Ingress; others: those beside it. */ -}}
{{- define "@.ingress" -}}
{{- $in := . -}}
{{- $ingress := dict -}}
{{- include "@.told" (dict "into" $ingress "root" .root "gateway" .gateway "object" .object) -}}
{{- $spec := .object.spec | default dict -}}
{{- $metadata := .object.metadata | default dict -}}
{{- include "@.known" $ingress -}}
{{- if or $spec.defaultBackend $spec.backend (not $spec.rules) -}}
{{- fail (printf "gatelift: Ingress %s has a default backend or no rules, and no case that gatelift saw has" $metadata.name) -}}
{{- end -}}
{{- $hosts := list -}}
{{- range $rule := $spec.rules -}}{{- $hosts = append $hosts (toString ($rule.host | default "")) | uniq -}}{{- end -}}
{{- $annotated := include "@.annotations" $ingress -}}
{{- $backends := list -}}
{{- $lists := dict -}}
{{- $narrowed := dict -}}
{{- range $index, $host := $hosts -}}
{{- $paths := list -}}
{{- range $rule := $spec.rules -}}
{{- if eq (toString ($rule.host | default "")) $host -}}{{- $paths = concat $paths (($rule.http | default dict).paths | default list) -}}{{- end -}}
{{- end -}}
{{- $made := include "@.host" (dict "ingress" $ingress "host" $host "paths" $paths) | fromJson -}}
{{- $backends = concat $backends $made.backends | uniq -}}
{{- $_ := set $lists $host $made.paths -}}
{{- range $other := $in.others -}}
{{- range $rule := ($other.spec | default dict).rules -}}
{{- if eq (toString ($rule.host | default "")) $host -}}
{{- $there := dict -}}
{{- include "@.told" (dict "into" $there "root" $in.root "gateway" $in.gateway "object" $other) -}}
{{- $suffixes := include "@.sharing" (dict "one" $ingress "two" $there "host" $host "mine" $paths "theirs" (($rule.http | default dict).paths | default list)) | fromJsonArray -}}
{{- $matches := list -}}
{{- range $own := $made.rules -}}
{{- range $match := $own.matches -}}{{- $matches = append $matches (dict "path" $match.path) | uniq -}}{{- end -}}
{{- end -}}
{{- $_ := set $narrowed $host (dict "suffixes" $suffixes "matches" $matches) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $variant := get $ingress.found.variants $host -}}
{{- $route := dict "parentRefs" (include "@.parents" (dict "ingress" $ingress "host" $host) | fromYamlArray) "rules" $made.rules -}}
{{- with $variant.hostnames -}}
{{- $_ := set $route "hostnames" (include "@.fill" (dict "text" (toJson .) "with" (dict "host" $host)) | fromJsonArray) -}}
{{- end -}}
{{- include "@.apart" (dict "ingress" $ingress "host" $host "others" $in.others "names" $route.hostnames) -}}
{{- if ne (len ($route.hostnames | default list)) (len ($route.hostnames | default list | uniq)) -}}
{{- fail (printf "gatelift: host %q of Ingress %s is its own alias" $host $ingress.name) -}}
{{- end -}}
{{- $object := dict "apiVersion" $variant.api_version "kind" "HTTPRoute" "spec" $route -}}
{{- include "@.document" (dict "ingress" $ingress "annotations" $annotated "name" (include "@.name" (dict "ingress" $ingress "host" $host "first" (eq $index 0))) "object" $object) -}}
{{- end -}}
{{- $around := list -}}
{{- range $other := .others -}}
{{- range $rule := ($other.spec | default dict).rules -}}{{- $around = append $around (toString ($rule.host | default "")) -}}{{- end -}}
{{- end -}}
{{- include "@.beside" (dict "ingress" $ingress "around" $around "hosts" $hosts "backends" $backends "paths" $lists "narrowed" $narrowed) -}}
{{- end -}}

{{- /* Fails where another Ingress gives a host its certificate, or serves one of its further names. */ -}}
{{- define "@.apart" -}}
{{- $in := . -}}
{{- $listed := contains "/listed" (include "@.state" .) -}}
{{- $above := printf "*.%s" (splitList "." .host | rest | join ".") -}}
{{- range $other := .others -}}
{{- $spec := $other.spec | default dict -}}
{{- $hosts := list -}}
{{- range $rule := $spec.rules -}}{{- $hosts = append $hosts (toString ($rule.host | default "")) -}}{{- end -}}
{{- range $name := $in.names -}}
{{- if and (ne $name $in.host) (has $name $hosts) -}}
{{- fail (printf "gatelift: %s is an alias of Ingress %s and a host of another one. Run gatelift again with these values" $name $in.ingress.name) -}}
{{- end -}}
{{- end -}}
{{- range $entry := $spec.tls -}}{{- $hosts = concat $hosts ($entry.hosts | default list) -}}{{- end -}}
{{- if and $spec.tls $in.host (not $listed) (or (has $in.host $hosts) (has $above $hosts)) -}}
{{- fail (printf "gatelift: host %q of Ingress %s may have a certificate by another Ingress. Name it under tls in both, then run gatelift again" $in.host $in.ingress.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* The routes beside that take an Ingress's own paths alone, since another one serves the same host, as a JSON list.
Fails where it is not known what the one means for the other. */ -}}
{{- define "@.sharing" -}}
{{- $in := . -}}
{{- include "@.variant" (dict "ingress" .two "host" .host) -}}
{{- $one := include "@.state" (dict "ingress" .one "host" .host) -}}
{{- $two := include "@.state" (dict "ingress" .two "host" .host) -}}
{{- $found := "" -}}
{{- range $shared := .one.found.tables.shared -}}
{{- if and (eq (int (index $shared 0)) (int $in.one.found.number)) (eq (int (index $shared 1)) (int $in.two.found.number)) (eq (index $shared 2) $one) -}}
{{- $found = index $shared 3 | toJson -}}
{{- end -}}
{{- end -}}
{{- $exact := or (get .one.found.variants .host).exact (get .two.found.variants .host).exact -}}
{{- $meet := false -}}
{{- range $mine := .mine -}}
{{- $meet = or $meet (and (eq ($mine.path | default "/") "/") (eq (toString $mine.pathType) "Exact")) -}}
{{- range $theirs := $in.theirs -}}
{{- $meet = or $meet (eq (trimSuffix "/" ($mine.path | default "/")) (trimSuffix "/" ($theirs.path | default "/"))) -}}
{{- end -}}
{{- end -}}
{{- if or (not $found) (ne $one $two) $exact $meet -}}
{{- fail (printf "gatelift: Ingresses %s and %s serve host %q, and what one says may hold for the other. Run gatelift again with these values" .one.name .two.name .host) -}}
{{- end -}}
{{- $found -}}
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
