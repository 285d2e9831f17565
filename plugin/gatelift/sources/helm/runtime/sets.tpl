{{- /* Puts what the tables know of an Ingress under "found" of it, once: reading them is what takes time. Fails where
they know nothing: nothing is guessed. */ -}}
{{- define "@.known" -}}
{{- if not (hasKey . "found") -}}
{{- include "@.sound" . -}}
{{- $in := . -}}
{{- $tables := include "@.tables" "" | fromJson -}}
{{- $class := $in.class | default (get ($in.annotations | default dict) "kubernetes.io/ingress.class") | default "" | toString -}}
{{- if not (has $class $tables.classes) -}}
{{- fail (printf "gatelift: Ingress %s is of class %q, and its routes were made for %s. Run gatelift again with these values" $in.name $class (join ", " $tables.classes | default "none")) -}}
{{- end -}}
{{- $core := dict -}}
{{- range $key, $value := $in.annotations -}}
{{- if not (kindIs "string" $value) -}}
{{- fail (printf "gatelift: annotation %s of Ingress %s is no string. Put its value in quotes" $key $in.name) -}}
{{- end -}}
{{- /* What a template writes as it is told may end its line, and go on as something else. */ -}}
{{- if and (not $in.rendered) (hasKey $tables.free $key) (regexMatch "[\\x00-\\x08\\x0a-\\x1f\\x7f\\x{85}\\x{2028}\\x{2029}]" (toString $value)) -}}
{{- fail (printf "gatelift: annotation %s of Ingress %s has more than one line. Write it on one" $key $in.name) -}}
{{- end -}}
{{- if not (or (hasKey $tables.free $key) (eq $key "kubernetes.io/ingress.class")) -}}
{{- $_ := set $core $key $value -}}
{{- end -}}
{{- end -}}
{{- $set := dict -}}
{{- $number := 0 -}}
{{- range $index, $one := $tables.sets -}}
{{- if eq (toJson $one.annotations) (toJson $core) -}}{{- $set = $one -}}{{- $number = $index -}}{{- end -}}
{{- end -}}
{{- if not $set -}}
{{- fail (printf "gatelift: Ingress %s has annotations for which no routes were made (%s). Routes without what they ask for might let in what they keep out, so there are none. Run gatelift again with these values, or turn the gateway switch off" $in.name (keys $core | sortAlpha | join ", " | default "none")) -}}
{{- end -}}
{{- $_ := set . "found" (dict "tables" $tables "set" $set "number" $number "variants" dict) -}}
{{- end -}}
{{- end -}}

{{- /* Fails where what a template says of an Ingress is no Ingress. */ -}}
{{- define "@.sound" -}}
{{- $in := . -}}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$" (toString $in.name)) -}}
{{- fail (printf "gatelift: %q is no name of an Ingress" (toString $in.name)) -}}
{{- end -}}
{{- if not (dig "name" "" ($in.gateway | default dict)) -}}
{{- fail (printf "gatelift: the routes of Ingress %s have no Gateway. Set name and namespace beside enabled in the values of the gateway switch" $in.name) -}}
{{- end -}}
{{- range $key := list "name" "namespace" "sectionName" -}}
{{- if not (regexMatch "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$" (toString (dig $key "" $in.gateway))) -}}
{{- fail (printf "gatelift: %s of the gateway switch is no name" $key) -}}
{{- end -}}
{{- end -}}
{{- if not (regexMatch "^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$" (toString ($in.namespace | default ""))) -}}
{{- fail (printf "gatelift: the namespace of Ingress %s is no name" $in.name) -}}
{{- end -}}
{{- range $key, $value := $in.labels -}}
{{- if not (regexMatch "^([-A-Za-z0-9.]+/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$" $key) -}}
{{- fail (printf "gatelift: Ingress %s has a label %q, which is no name" $in.name $key) -}}
{{- end -}}
{{- if not (and (kindIs "string" $value) (regexMatch "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$" (toString $value))) -}}
{{- fail (printf "gatelift: label %s of Ingress %s has a value that no label takes. Put it in quotes, or correct it" $key $in.name) -}}
{{- end -}}
{{- end -}}
{{- $tls := .tls -}}
{{- if and $tls (not (kindIs "slice" $tls)) -}}
{{- fail (printf "gatelift: tls of Ingress %s is no list" .name) -}}
{{- end -}}
{{- range $entry := $tls -}}
{{- if not (kindIs "map" $entry) -}}
{{- fail (printf "gatelift: an entry under tls of Ingress %s is no map" $.name) -}}
{{- end -}}
{{- if not (kindIs "slice" ($entry.hosts | default list)) -}}
{{- fail (printf "gatelift: hosts under tls of Ingress %s is no list" $.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* What spec.tls says of a host, and which kind of host it is: name/listed. */ -}}
{{- define "@.state" -}}
{{- $host := toString (.host | default "") -}}
{{- $names := list -}}
{{- $secret := false -}}
{{- range $entry := .ingress.tls -}}
{{- $names = concat $names ($entry.hosts | default list) -}}
{{- $secret = or $secret (not (empty $entry.secretName)) -}}
{{- end -}}
{{- if not $host -}}none/
{{- else if hasPrefix "*." $host -}}wildcard/
{{- else if hasPrefix "www." $host -}}www/
{{- else -}}name/
{{- end -}}
{{- if or (empty .ingress.tls) (not $host) -}}none
{{- else -}}
{{- $above := printf "*.%s" (splitList "." $host | rest | join ".") -}}
{{- ternary "listed" "unlisted" (or (has $host $names) (and (contains "." $host) (has $above $names))) -}}
{{- ternary "" "-bare" $secret -}}
{{- end -}}
{{- end -}}

{{- /* Puts the entry of the tables for one host under "variants" of what is known of its Ingress. */ -}}
{{- define "@.variant" -}}
{{- include "@.known" .ingress -}}
{{- $found := .ingress.found -}}
{{- $host := toString (.host | default "") -}}
{{- if not (hasKey $found.variants $host) -}}
{{- if and $host (not (and (le (len $host) 253) (regexMatch "^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$" $host))) -}}
{{- fail (printf "gatelift: Ingress %s has the host %q, which Gateway API does not take" .ingress.name $host) -}}
{{- end -}}
{{- /* only zones */ -}}
{{- $zones := $found.tables.zones -}}
{{- $within := or (not $host) (empty $zones) -}}
{{- range $zone := $zones -}}
{{- $within = or $within (hasSuffix (printf ".%s" $zone) $host) -}}
{{- end -}}
{{- if not $within -}}
{{- fail (printf "gatelift: host %q of Ingress %s is in none of the domains that the Gateway's listeners were seen for (%s). Run gatelift again with these values" $host .ingress.name (join ", " $zones)) -}}
{{- end -}}
{{- /* always */ -}}
{{- $state := include "@.state" . -}}
{{- if not (hasKey $found.set.variants $state) -}}
{{- $why := dig $state "no case that gatelift saw has such a host" $found.set.refused -}}
{{- $why = include "@.fill" (dict "text" $why "with" (dict "name" .ingress.name "host" $host "bare" $host "slug" $host "namespace" "its namespace" "secret" "its Secret" "path" "/" "above" "/")) -}}
{{- fail (printf "gatelift: there is no route for host %q of Ingress %s (%s): %s" $host .ingress.name $state $why) -}}
{{- end -}}
{{- $_ := set $found.variants $host (index $found.tables.variants (get $found.set.variants $state | int)) -}}
{{- end -}}
{{- end -}}

{{- /* Rules, specs or objects of the tables by their numbers, as a JSON list. */ -}}
{{- define "@.parts" -}}
{{- $parts := .ingress.found.tables.parts -}}
{{- $found := list -}}
{{- range $number := .numbers -}}{{- $found = append $found (index $parts (int $number)) -}}{{- end -}}
{{- toJson $found -}}
{{- end -}}

{{- /* A text of the tables with names in its slots, escaped as JSON escapes them. */ -}}
{{- define "@.fill" -}}
{{- $text := .text -}}
{{- range $slot, $value := .with -}}
{{- if kindIs "string" $value -}}
{{- $text = replace (printf "{:%s:}" $slot) (toJson $value | trimPrefix "\"" | trimSuffix "\"") $text -}}
{{- else -}}
{{- $text = replace (printf "\"{:%s:}\"" $slot) (toJson $value) $text | replace (printf "{:%s:}" $slot) (toJson $value) -}}
{{- end -}}
{{- end -}}
{{- $text -}}
{{- end -}}

{{- /* A name that is no longer than most: cut, with a digest of the whole. */ -}}
{{- define "@.cut" -}}
{{- if le (len .name) (int .most) -}}{{ .name }}
{{- else -}}
{{- trunc (int (sub .most 9)) .name | trimSuffix "-" | trimSuffix "." }}-{{ sha256sum .name | trunc 8 -}}
{{- end -}}
{{- end -}}
