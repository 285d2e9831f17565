{{- /* The name of a host's route: the Ingress's own for the first, else with the host. */ -}}
{{- define "@.name" -}}
{{- $name := .ingress.name -}}
{{- if not .first -}}
{{- $slug := .host | default "any-host" | lower | replace "*" "wildcard" | replace "." "-" -}}
{{- $name = printf "%s-%s" $name $slug -}}
{{- end -}}
{{- include "@.cut" (dict "name" $name "most" 63) -}}
{{- end -}}

{{- /* The annotations of every route of an Ingress. */ -}}
{{- define "@.annotations" -}}
{{- include "@.known" . -}}
{{- $tables := .found.tables -}}
{{- $found := dict -}}
{{- range $key, $value := .annotations -}}
{{- if get $tables.free $key -}}{{- $_ := set $found $key $value -}}{{- end -}}
{{- end -}}
{{- range $key, $value := $tables.added -}}{{- $_ := set $found $key $value -}}{{- end -}}
{{- with $found -}}{{- toYaml . -}}{{- end -}}
{{- end -}}

{{- /* The items of parentRefs of a host's main route. */ -}}
{{- define "@.parents" -}}
{{- if and (hasKey . "paths") (not .paths) -}}
{{- fail (printf "gatelift: host %q of Ingress %s has no paths, and a route without rules would take all its requests. Give it a path" (toString .host) .ingress.name) -}}
{{- end -}}
{{- include "@.variant" . -}}
{{- $variant := get .ingress.found.variants (toString (.host | default "")) -}}
{{- $parents := $variant.parents -}}
{{- /* only listeners */ -}}
{{- if and $variant.section .ingress.gateway.sectionName -}}
{{- $parents = list (set (omit (first $parents) "port") "sectionName" .ingress.gateway.sectionName) -}}
{{- end -}}
{{- /* always */ -}}
{{- include "@.attached" (dict "gateway" .ingress.gateway "parents" $parents) | fromJsonArray | toYaml -}}
{{- end -}}

{{- /* References to the Gateway that the switch names. */ -}}
{{- define "@.attached" -}}
{{- $gateway := .gateway -}}
{{- $found := list -}}
{{- range $parent := .parents -}}
{{- $made := set (deepCopy $parent) "name" $gateway.name -}}
{{- if $gateway.namespace -}}
{{- $made = set $made "namespace" $gateway.namespace -}}
{{- else -}}
{{- $made = omit $made "namespace" -}}
{{- end -}}
{{- if hasKey $made "port" -}}{{- $made = set $made "port" (int $made.port) -}}{{- end -}}
{{- $found = append $found $made -}}
{{- end -}}
{{- toJson $found -}}
{{- end -}}

{{- /* One document: an object with the Ingress's labels. */ -}}
{{- define "@.document" -}}
{{- $metadata := dict "name" .name -}}
{{- with .ingress.namespace -}}{{- $_ := set $metadata "namespace" . -}}{{- end -}}
{{- with .ingress.labels -}}{{- $_ := set $metadata "labels" . -}}{{- end -}}
{{- with .annotations -}}{{- $_ := set $metadata "annotations" (fromYaml .) -}}{{- end -}}
{{- if contains "{:" (toJson .object) -}}
{{- fail (printf "gatelift: something is not known of what Ingress %s becomes. Run gatelift again with these values" .ingress.name) -}}
{{- end -}}
{{- if gt (len .name) 63 -}}
{{- fail (printf "gatelift: the name %s is too long. Shorten the name of Ingress %s, or of its Service" .name .ingress.name) -}}
{{- end }}
---
{{ merge (dict "metadata" $metadata) .object | toYaml }}
{{- end -}}

{{- /* The hosts of an Ingress: their entries of the tables must go together. */ -}}
{{- define "@.together" -}}
{{- $in := . -}}
{{- include "@.known" .ingress -}}
{{- $set := .ingress.found.set -}}
{{- if and (gt (len .hosts) 1) (not $set.many) -}}
{{- fail (printf "gatelift: Ingress %s has several hosts, and its annotations mean something else then. Give each an Ingress of its own" .ingress.name) -}}
{{- end -}}
{{- if or (gt (len .hosts) 16) (ne (len .hosts) (len (uniq .hosts))) -}}
{{- fail (printf "gatelift: Ingress %s has more than 16 hosts, or one twice. Split it" .ingress.name) -}}
{{- end -}}
{{- /* only objects */ -}}
{{- $states := list -}}
{{- /* always */ -}}
{{- $slugs := list -}}
{{- range $host := .hosts -}}
{{- /* only objects */ -}}
{{- $states = append $states (include "@.state" (dict "ingress" $in.ingress "host" $host) | splitList "/" | last) | uniq -}}
{{- /* always */ -}}
{{- $slugs = append $slugs (toString $host | lower | replace "*" "wildcard" | replace "." "-") -}}
{{- end -}}
{{- if ne (len $slugs) (len (uniq $slugs)) -}}
{{- fail (printf "gatelift: two hosts of Ingress %s give their routes one name. Give them an Ingress of their own" .ingress.name) -}}
{{- end -}}
{{- /* only objects */ -}}
{{- if gt (len $states) 1 -}}
{{- /* Policies that hosts with a certificate and those without do not share may be meant for some of them only. */ -}}
{{- $asked := list -}}
{{- range $host := .hosts -}}
{{- include "@.variant" (dict "ingress" $in.ingress "host" $host) -}}
{{- $variant := get $in.ingress.found.variants (toString $host) -}}
{{- $asked = append $asked (dict "objects" $variant.objects "single" $variant.single | toJson) | uniq -}}
{{- end -}}
{{- if gt (len $asked) 1 -}}
{{- fail (printf "gatelift: some hosts of Ingress %s are named under tls and others are not, and its annotations ask for policies. Give them an Ingress of their own" $in.ingress.name) -}}
{{- end -}}
{{- end -}}
{{- /* always */ -}}
{{- end -}}

{{- /* The routes beside the main one of each host, and the objects beside all of them. */ -}}
{{- define "@.beside" -}}
{{- $in := . -}}
{{- $ingress := .ingress -}}
{{- include "@.together" . -}}
{{- /* only beside */ -}}
{{- $annotations := include "@.annotations" $ingress -}}
{{- /* always */ -}}
{{- $short := include "@.cut" (dict "name" $ingress.name "most" 40) -}}
{{- /* only objects */ -}}
{{- $targets := list -}}
{{- $paths := list -}}
{{- range $host, $strings := .paths -}}{{- $paths = concat $paths $strings | uniq -}}{{- end -}}
{{- $objects := list -}}
{{- /* always */ -}}
{{- range $index, $host := .hosts -}}
{{- include "@.variant" (dict "ingress" $ingress "host" $host) -}}
{{- $variant := get $ingress.found.variants (toString $host) -}}
{{- $name := include "@.name" (dict "ingress" $ingress "host" $host "first" (eq $index 0)) -}}
{{- /* only objects */ -}}
{{- $targets = append $targets (dict "group" "gateway.networking.k8s.io" "kind" "HTTPRoute" "name" $name) -}}
{{- $beside := $variant.objects -}}
{{- /* only single */ -}}
{{- if kindIs "slice" $variant.single -}}
{{- if not $in.paths -}}
{{- fail (printf "gatelift: what stands beside the routes of Ingress %s depends on its paths, which this template does not tell" $ingress.name) -}}
{{- end -}}
{{- if eq (len $paths) 1 -}}{{- $beside = $variant.single -}}{{- end -}}
{{- end -}}
{{- /* always */ -}}
{{- /* only exact */ -}}
{{- $own := get ($in.paths | default dict) (toString $host) -}}
{{- $exactly := list -}}
{{- range $exact := $variant.exact -}}
{{- if or (eq (toJson $own) (toJson $exact.strings)) (and (not $own) (empty $variant.paths)) -}}
{{- $exactly = concat $exactly ($exact.objects | default list) | uniq -}}
{{- $beside = $exactly -}}
{{- end -}}
{{- end -}}
{{- /* always */ -}}
{{- if $in.written -}}{{- $beside = list -}}{{- end -}}
{{- range $object := include "@.parts" (dict "ingress" $ingress "numbers" $beside) | fromJsonArray -}}
{{- $objects = append $objects (toJson $object) | uniq -}}
{{- end -}}
{{- /* always */ -}}
{{- /* only beside */ -}}
{{- $bare := toString $host | trimPrefix "www." | trimPrefix "*." -}}
{{- range $route := $variant.beside -}}
{{- $spec := include "@.parts" (dict "ingress" $ingress "numbers" (list $route.spec)) -}}
{{- $spec = include "@.fill" (dict "text" $spec "with" (dict "host" $host "bare" $bare "name" $short)) | fromJsonArray | first -}}
{{- range $other := $spec.hostnames -}}
{{- if and (ne $other (toString $host)) (or (has $other $in.hosts) (has $other ($in.around | default list))) -}}
{{- fail (printf "gatelift: Ingress %s redirects %s and serves it too. Run gatelift again with these values" $ingress.name $other) -}}
{{- end -}}
{{- end -}}
{{- /* only wrapped */ -}}
{{- $shared := get ($in.narrowed | default dict) (toString $host) -}}
{{- if $shared -}}
{{- if has $route.suffix $shared.suffixes -}}
{{- $spec = set $spec "rules" (list (set (first $spec.rules) "matches" $shared.matches)) -}}
{{- end -}}
{{- end -}}
{{- /* always */ -}}
{{- $spec = set $spec "parentRefs" (include "@.attached" (dict "gateway" $ingress.gateway "parents" $spec.parentRefs) | fromJsonArray) -}}
{{- $object := dict "apiVersion" $variant.api_version "kind" "HTTPRoute" "spec" $spec -}}
{{- include "@.document" (dict "ingress" $ingress "annotations" $annotations "name" (include "@.cut" (dict "name" (printf "%s-%s" $name $route.suffix) "most" 63)) "object" $object) -}}
{{- end -}}
{{- /* always */ -}}
{{- end -}}
{{- /* only objects */ -}}
{{- $kinds := list -}}
{{- range $text := $objects -}}
{{- $object := fromJson $text -}}
{{- $kind := printf "%s %s" $object.object.kind $object.name -}}
{{- if has $kind $kinds -}}
{{- fail (printf "gatelift: the hosts of Ingress %s ask for different policies. Give them an Ingress of their own" $ingress.name) -}}
{{- end -}}
{{- $kinds = append $kinds $kind -}}
{{- $names := dict "name" $short "path" (first $paths | default "/") "routes" $targets "namespace" ($ingress.namespace | default "") -}}
{{- /* only namespaced */ -}}
{{- if and (contains "{:namespace:}" $text) (not $ingress.namespace) -}}
{{- fail (printf "gatelift: what Ingress %s asks for needs the full names of its Services in the cluster, and it names no namespace. Write metadata.namespace" $ingress.name) -}}
{{- end -}}
{{- /* always */ -}}
{{- /* only services */ -}}
{{- if contains "{:service:}" $text -}}
{{- if not $in.backends -}}
{{- fail (printf "gatelift: what Ingress %s asks for needs an object for each Service, which this template does not name" $ingress.name) -}}
{{- end -}}
{{- range $backend := $in.backends -}}
{{- include "@.object" (dict "ingress" $ingress "text" $text "names" (merge (deepCopy $backend) $names)) -}}
{{- end -}}
{{- else -}}
{{- /* always */ -}}
{{- include "@.object" (dict "ingress" $ingress "text" $text "names" $names) -}}
{{- /* only services */ -}}
{{- end -}}
{{- /* always */ -}}
{{- end -}}
{{- /* always */ -}}
{{- end -}}

{{- define "@.object" -}}
{{- $made := include "@.fill" (dict "text" .text "with" .names) | fromJson -}}
{{- include "@.document" (dict "ingress" .ingress "name" $made.name "object" $made.object) -}}
{{- end -}}
