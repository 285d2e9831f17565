{{- /* The form of a path beside the others of its host: root, plain, slash or taken. Fails on paths that are not known. */ -}}
{{- define "@.form" -}}
{{- if not (regexMatch "^(/|(/[-A-Za-z0-9._~]+)+/?)$" .path) -}}
{{- fail (printf "gatelift: no case that gatelift saw has the path %q on host %q of Ingress %s. Run gatelift again with these values" .path .host .ingress.name) -}}
{{- end -}}
{{- if or (regexMatch "/\\.\\.?(/|$)" .path) (gt (len .path) 1024) (hasPrefix "/.well-known/acme-challenge" .path) -}}
{{- fail (printf "gatelift: the path %q on host %q of Ingress %s is one that proxies treat in their own way, and no case that gatelift saw has it. Run gatelift again with these values" .path .host .ingress.name) -}}
{{- end -}}
{{- if eq .path "/" -}}root
{{- else if not (hasSuffix "/" .path) -}}plain
{{- else if has (trimSuffix "/" .path) (.paths | default list) -}}taken
{{- else -}}slash
{{- end -}}
{{- end -}}

{{- /* The rules of one path as the tables have them, with its names filled in: main and more. */ -}}
{{- define "@.path" -}}
{{- $in := . -}}
{{- $type := .pathType | default "ImplementationSpecific" -}}
{{- include "@.variant" . -}}
{{- $variant := get .ingress.found.variants (toString (.host | default "")) -}}
{{- $found := list -}}
{{- /* only exact */ -}}
{{- range $exact := $variant.exact -}}
{{- range $index, $place := $exact.places -}}
{{- if and (eq (first $place) $in.path) (eq (last $place) $type) (or (not $in.paths) (eq (toJson $in.paths) (toJson $exact.strings))) (or (not $in.places) (eq (toJson $in.places) (toJson $exact.places))) -}}
{{- $found = append $found (index $exact.paths $index | toJson) | uniq -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if gt (len $found) 1 -}}
{{- fail (printf "gatelift: what the path %q of Ingress %s becomes depends on the other paths of its host" .path .ingress.name) -}}
{{- end -}}
{{- /* always */ -}}
{{- if not $found -}}
{{- $form := include "@.form" . -}}
{{- if not (hasKey $variant.paths (printf "%s/%s" $form $type)) -}}
{{- fail (printf "gatelift: there is no route for the path %q (%s) on host %q of Ingress %s: no case that gatelift saw has it. Run gatelift again with these values" .path $type .host .ingress.name) -}}
{{- end -}}
{{- $found = list (get $variant.paths (printf "%s/%s" $form $type) | toJson) -}}
{{- end -}}
{{- $names := dict "path" .path "above" (trimSuffix "/" .path) "name" (include "@.cut" (dict "name" .ingress.name "most" 40)) -}}
{{- if .host -}}{{- $_ := set $names "host" .host -}}{{- end -}}
{{- $numbers := first $found | fromJsonArray -}}
{{- $rules := dict "more" (include "@.parts" (dict "ingress" .ingress "numbers" (rest $numbers)) | fromJsonArray) -}}
{{- if ge (int (first $numbers)) 0 -}}
{{- $_ := set $rules "main" (include "@.parts" (dict "ingress" .ingress "numbers" (list (first $numbers))) | fromJsonArray | first) -}}
{{- end -}}
{{- include "@.fill" (dict "text" (toJson $rules) "with" $names) -}}
{{- end -}}

{{- /* The rule that takes the requests of one path. */ -}}
{{- define "@.main" -}}
{{- $rules := include "@.path" . | fromJson -}}
{{- if not $rules.main -}}
{{- fail (printf "gatelift: no request reaches the path %q of Ingress %s" .path .ingress.name) -}}
{{- end -}}
{{- toJson $rules.main -}}
{{- end -}}

{{- /* type: and value: of the match of one path. */ -}}
{{- define "@.match" -}}
{{- $rule := include "@.main" . | fromJson -}}
{{- (first $rule.matches).path | toYaml -}}
{{- end -}}

{{- /* filters: of the rule of one path, or nothing. */ -}}
{{- define "@.filters" -}}
{{- $rule := include "@.main" . | fromJson -}}
{{- with $rule.filters -}}
{{- dict "filters" . | toYaml -}}
{{- end -}}
{{- end -}}

{{- /* The items of backendRefs of the rule of one path. */ -}}
{{- define "@.backend" -}}
{{- $rule := include "@.main" . | fromJson -}}
{{- $port := include "@.port" (dict "root" .ingress.root "service" .service "port" .port "ports" .ports) -}}
{{- with $rule.backendRefs -}}
{{- include "@.fill" (dict "text" (toJson .) "with" (dict "service" $.service "port" (int $port))) | fromJsonArray | toYaml -}}
{{- end -}}
{{- end -}}

{{- /* The rules that the host needs beside that of one path, as items of a list, or nothing. */ -}}
{{- define "@.more" -}}
{{- /* Of the other paths only their text is known here: whether two that differ by a slash go together is not. */ -}}
{{- $alike := 0 -}}
{{- range $path := .paths -}}
{{- if eq (trimSuffix "/" $path) (trimSuffix "/" $.path) -}}{{- $alike = add1 $alike -}}{{- end -}}
{{- end -}}
{{- if gt (int $alike) 1 -}}
{{- fail (printf "gatelift: the path %q stands on host %q of Ingress %s more than once, or with and without a slash at its end. Write it once" .path .host .ingress.name) -}}
{{- end -}}
{{- $rules := include "@.path" . | fromJson -}}
{{- $more := $rules.more | default list -}}
{{- /* only lead */ -}}
{{- if eq .path (first .paths) -}}
{{- $more = concat (include "@.lead" . | fromJsonArray) $more -}}
{{- end -}}
{{- /* always */ -}}
{{- with $more -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{- /* The rules of a host that are those of none of its paths. */ -}}
{{- define "@.lead" -}}
{{- include "@.variant" . -}}
{{- $variant := get .ingress.found.variants (toString (.host | default "")) -}}
{{- $lead := $variant.lead | default list -}}
{{- /* only exact */ -}}
{{- range $exact := $variant.exact -}}
{{- if and (eq (toJson $exact.strings) (toJson $.paths)) (or (not $.places) (eq (toJson $.places) (toJson $exact.places))) -}}
{{- $lead = $exact.lead | default list -}}
{{- end -}}
{{- end -}}
{{- /* always */ -}}
{{- include "@.fill" (dict "text" (include "@.parts" (dict "ingress" .ingress "numbers" $lead)) "with" (dict "host" (.host | default "") "name" (include "@.cut" (dict "name" .ingress.name "most" 40)))) -}}
{{- end -}}

{{- /* The number of a port of a Service: as it is, or by its name in what the chart renders of the Service. */ -}}
{{- define "@.port" -}}
{{- $in := . -}}
{{- $found := 0 -}}
{{- if regexMatch "^[0-9]{1,5}$" (toString .port) -}}
{{- $found = int .port -}}
{{- else if and (not (kindIs "string" .port)) .port -}}
{{- $found = int .port -}}
{{- else -}}
{{- range $port := .ports -}}
{{- if eq (toString $port.name) (toString $in.port) -}}{{- $found = int $port.port -}}{{- end -}}
{{- end -}}
{{- range $service := include "@.services" .root | fromJsonArray -}}
{{- if and (not $found) (eq (($service.metadata | default dict).name | default "") (toString $in.service)) -}}
{{- range $port := ($service.spec | default dict).ports -}}
{{- if eq (toString $port.name) (toString $in.port) -}}{{- $found = int $port.port -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if or (lt $found 1) (gt $found 65535) -}}
{{- fail (printf "gatelift: the port %q of Service %s is no number, and no Service of this chart has a port of that name. Write the number" (toString .port) (toString .service)) -}}
{{- end -}}
{{- $found -}}
{{- end -}}
