{{- /* gatelift: helpers; digest fecb115f5cce5199 */ -}}
{{- /*
Written by gatelift, and made anew by it: the helpers by which this chart's templates turn Ingresses into
routes of Gateway API. Nothing here is meant to be edited.

The tables hold what Ingresses with these annotations become:
- none

Any other annotation, and hosts, paths or tls that no known values have, stop the render with a message
that begins "gatelift:". A route that lacks what an Ingress asks for might open what it protects, so there
is none.
What to do then: run gatelift again with the values that bring it, or turn the gateway switch off.
*/ -}}

{{- define "dairy.gatelift-4728f3c6.tables" -}}
{
 "added": {"external-dns.alpha.kubernetes.io/controller": "gatelift-coexist", "external-dns.kubernetes.io/controller": "gatelift-coexist"},
 "classes": ["nginx"],
 "zones": [],
 "shared": [],
 "free": {},
 "sets": [
  {"annotations": {}, "many": true, "variants": {"name/none": 0, "name/listed": 1, "wildcard/none": 0, "wildcard/listed": 1, "www/none": 0, "www/listed": 1}, "refused": {"name/unlisted": "spec.tls names Secret {:secret:} without this host: nginx redirects plain HTTP, and serves that certificate if it covers the host, else the controller's own, which no file tells (T19). What to do: name the host under spec.tls[].hosts, which changes nothing today"}}
 ],
 "variants": [
  {"api_version": "gateway.networking.k8s.io/v1", "parents": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "{:home:}", "name": "{:gateway:}"}], "hostnames": ["{:host:}"], "paths": {"plain/Prefix": [0], "plain/Exact": [1], "plain/ImplementationSpecific": [0], "slash/Prefix": [0, 2], "slash/Exact": [1, 2], "slash/ImplementationSpecific": [0, 2], "taken/Prefix": [0], "taken/Exact": [1], "root/Prefix": [3], "root/Exact": [4], "root/ImplementationSpecific": [3], "taken/ImplementationSpecific": [0]}},
  {"api_version": "gateway.networking.k8s.io/v1", "parents": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "{:home:}", "name": "{:gateway:}", "sectionName": "https"}], "section": true, "hostnames": ["{:host:}"], "beside": [{"suffix": "redirect", "spec": 5}], "paths": {"plain/Prefix": [6], "plain/Exact": [7], "plain/ImplementationSpecific": [6], "slash/Prefix": [6, 8], "slash/Exact": [7, 8], "slash/ImplementationSpecific": [6, 8], "taken/Prefix": [6], "taken/Exact": [7], "root/Prefix": [9], "root/Exact": [10], "root/ImplementationSpecific": [9], "taken/ImplementationSpecific": [6]}}
 ],
 "parts": [
  {"matches": [{"path": {"type": "PathPrefix", "value": "{:path:}"}}], "backendRefs": [{"group": "", "kind": "Service", "name": "{:service:}", "port": "{:port:}", "weight": 1}], "timeouts": {"request": "0s"}},
  {"matches": [{"path": {"type": "Exact", "value": "{:path:}"}}], "backendRefs": [{"group": "", "kind": "Service", "name": "{:service:}", "port": "{:port:}", "weight": 1}], "timeouts": {"request": "0s"}},
  {"matches": [{"path": {"type": "Exact", "value": "{:above:}"}}], "filters": [{"type": "RequestRedirect", "requestRedirect": {"path": {"type": "ReplaceFullPath", "replaceFullPath": "{:path:}"}, "statusCode": 301}}]},
  {"matches": [{"path": {"type": "PathPrefix", "value": "/"}}], "backendRefs": [{"group": "", "kind": "Service", "name": "{:service:}", "port": "{:port:}", "weight": 1}], "timeouts": {"request": "0s"}},
  {"matches": [{"path": {"type": "Exact", "value": "/"}}], "backendRefs": [{"group": "", "kind": "Service", "name": "{:service:}", "port": "{:port:}", "weight": 1}], "timeouts": {"request": "0s"}},
  {"parentRefs": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "{:home:}", "name": "{:gateway:}", "port": 80}], "hostnames": ["{:host:}"], "rules": [{"matches": [{"path": {"type": "PathPrefix", "value": "/"}}], "filters": [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 308}}]}]},
  {"matches": [{"path": {"type": "PathPrefix", "value": "{:path:}"}}], "filters": [{"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": [{"name": "Strict-Transport-Security", "value": "max-age=31536000; includeSubDomains"}]}}], "backendRefs": [{"group": "", "kind": "Service", "name": "{:service:}", "port": "{:port:}", "weight": 1}], "timeouts": {"request": "0s"}},
  {"matches": [{"path": {"type": "Exact", "value": "{:path:}"}}], "filters": [{"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": [{"name": "Strict-Transport-Security", "value": "max-age=31536000; includeSubDomains"}]}}], "backendRefs": [{"group": "", "kind": "Service", "name": "{:service:}", "port": "{:port:}", "weight": 1}], "timeouts": {"request": "0s"}},
  {"matches": [{"path": {"type": "Exact", "value": "{:above:}"}}], "filters": [{"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": [{"name": "Strict-Transport-Security", "value": "max-age=31536000; includeSubDomains"}]}}, {"type": "RequestRedirect", "requestRedirect": {"path": {"type": "ReplaceFullPath", "replaceFullPath": "{:path:}"}, "statusCode": 301}}]},
  {"matches": [{"path": {"type": "PathPrefix", "value": "/"}}], "filters": [{"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": [{"name": "Strict-Transport-Security", "value": "max-age=31536000; includeSubDomains"}]}}], "backendRefs": [{"group": "", "kind": "Service", "name": "{:service:}", "port": "{:port:}", "weight": 1}], "timeouts": {"request": "0s"}},
  {"matches": [{"path": {"type": "Exact", "value": "/"}}], "filters": [{"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": [{"name": "Strict-Transport-Security", "value": "max-age=31536000; includeSubDomains"}]}}], "backendRefs": [{"group": "", "kind": "Service", "name": "{:service:}", "port": "{:port:}", "weight": 1}], "timeouts": {"request": "0s"}}
 ]
}
{{- end -}}

{{- /* The Services that the chart renders, as a JSON list. */ -}}
{{- define "dairy.gatelift-4728f3c6.services" -}}
{{- $root := . -}}
{{- $found := list -}}
{{- $text := include (print $root.Template.BasePath "/common.yaml") $root -}}
{{- range $object := include "dairy.gatelift-4728f3c6.documents" (dict "text" $text) | fromJsonArray -}}
{{- if eq (toString $object.kind) "Service" -}}{{- $found = append $found $object -}}{{- end -}}
{{- end -}}
{{- toJson $found -}}
{{- end -}}

{{- /* Puts what the tables know of an Ingress under "found" of it, once: reading them is what takes time. Fails where
they know nothing: nothing is guessed. */ -}}
{{- define "dairy.gatelift-4728f3c6.known" -}}
{{- if not (hasKey . "found") -}}
{{- include "dairy.gatelift-4728f3c6.sound" . -}}
{{- $in := . -}}
{{- $tables := include "dairy.gatelift-4728f3c6.tables" "" | fromJson -}}
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
{{- define "dairy.gatelift-4728f3c6.sound" -}}
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
{{- define "dairy.gatelift-4728f3c6.state" -}}
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
{{- define "dairy.gatelift-4728f3c6.variant" -}}
{{- include "dairy.gatelift-4728f3c6.known" .ingress -}}
{{- $found := .ingress.found -}}
{{- $host := toString (.host | default "") -}}
{{- if not (hasKey $found.variants $host) -}}
{{- if and $host (not (and (le (len $host) 253) (regexMatch "^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$" $host))) -}}
{{- fail (printf "gatelift: Ingress %s has the host %q, which Gateway API does not take" .ingress.name $host) -}}
{{- end -}}
{{- $state := include "dairy.gatelift-4728f3c6.state" . -}}
{{- if not (hasKey $found.set.variants $state) -}}
{{- $why := dig $state "no case that gatelift saw has such a host" $found.set.refused -}}
{{- $why = include "dairy.gatelift-4728f3c6.fill" (dict "text" $why "with" (dict "name" .ingress.name "host" $host "bare" $host "slug" $host "namespace" "its namespace" "secret" "its Secret" "path" "/" "above" "/")) -}}
{{- fail (printf "gatelift: there is no route for host %q of Ingress %s (%s): %s" $host .ingress.name $state $why) -}}
{{- end -}}
{{- $_ := set $found.variants $host (index $found.tables.variants (get $found.set.variants $state | int)) -}}
{{- end -}}
{{- end -}}

{{- /* Rules, specs or objects of the tables by their numbers, as a JSON list. */ -}}
{{- define "dairy.gatelift-4728f3c6.parts" -}}
{{- $parts := .ingress.found.tables.parts -}}
{{- $found := list -}}
{{- range $number := .numbers -}}{{- $found = append $found (index $parts (int $number)) -}}{{- end -}}
{{- toJson $found -}}
{{- end -}}

{{- /* A text of the tables with names in its slots, escaped as JSON escapes them. */ -}}
{{- define "dairy.gatelift-4728f3c6.fill" -}}
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
{{- define "dairy.gatelift-4728f3c6.cut" -}}
{{- if le (len .name) (int .most) -}}{{ .name }}
{{- else -}}
{{- trunc (int (sub .most 9)) .name | trimSuffix "-" | trimSuffix "." }}-{{ sha256sum .name | trunc 8 -}}
{{- end -}}
{{- end -}}

{{- /* The form of a path beside the others of its host: root, plain, slash or taken. Fails on paths that are not known. */ -}}
{{- define "dairy.gatelift-4728f3c6.form" -}}
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
{{- define "dairy.gatelift-4728f3c6.path" -}}
{{- $in := . -}}
{{- $type := .pathType | default "ImplementationSpecific" -}}
{{- include "dairy.gatelift-4728f3c6.variant" . -}}
{{- $variant := get .ingress.found.variants (toString (.host | default "")) -}}
{{- $found := list -}}
{{- if not $found -}}
{{- $form := include "dairy.gatelift-4728f3c6.form" . -}}
{{- if not (hasKey $variant.paths (printf "%s/%s" $form $type)) -}}
{{- fail (printf "gatelift: there is no route for the path %q (%s) on host %q of Ingress %s: no case that gatelift saw has it. Run gatelift again with these values" .path $type .host .ingress.name) -}}
{{- end -}}
{{- $found = list (get $variant.paths (printf "%s/%s" $form $type) | toJson) -}}
{{- end -}}
{{- $names := dict "path" .path "above" (trimSuffix "/" .path) "name" (include "dairy.gatelift-4728f3c6.cut" (dict "name" .ingress.name "most" 40)) -}}
{{- if .host -}}{{- $_ := set $names "host" .host -}}{{- end -}}
{{- $numbers := first $found | fromJsonArray -}}
{{- $rules := dict "more" (include "dairy.gatelift-4728f3c6.parts" (dict "ingress" .ingress "numbers" (rest $numbers)) | fromJsonArray) -}}
{{- if ge (int (first $numbers)) 0 -}}
{{- $_ := set $rules "main" (include "dairy.gatelift-4728f3c6.parts" (dict "ingress" .ingress "numbers" (list (first $numbers))) | fromJsonArray | first) -}}
{{- end -}}
{{- include "dairy.gatelift-4728f3c6.fill" (dict "text" (toJson $rules) "with" $names) -}}
{{- end -}}

{{- /* The rules of a host that are those of none of its paths. */ -}}
{{- define "dairy.gatelift-4728f3c6.lead" -}}
{{- include "dairy.gatelift-4728f3c6.variant" . -}}
{{- $variant := get .ingress.found.variants (toString (.host | default "")) -}}
{{- $lead := $variant.lead | default list -}}
{{- include "dairy.gatelift-4728f3c6.fill" (dict "text" (include "dairy.gatelift-4728f3c6.parts" (dict "ingress" .ingress "numbers" $lead)) "with" (dict "host" (.host | default "") "name" (include "dairy.gatelift-4728f3c6.cut" (dict "name" .ingress.name "most" 40)))) -}}
{{- end -}}

{{- /* The number of a port of a Service: as it is, or by its name in what the chart renders of the Service. */ -}}
{{- define "dairy.gatelift-4728f3c6.port" -}}
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
{{- range $service := include "dairy.gatelift-4728f3c6.services" .root | fromJsonArray -}}
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

{{- /* The name of a host's route: the Ingress's own for the first, else with the host. */ -}}
{{- define "dairy.gatelift-4728f3c6.name" -}}
{{- $name := .ingress.name -}}
{{- if not .first -}}
{{- $slug := .host | default "any-host" | lower | replace "*" "wildcard" | replace "." "-" -}}
{{- $name = printf "%s-%s" $name $slug -}}
{{- end -}}
{{- include "dairy.gatelift-4728f3c6.cut" (dict "name" $name "most" 63) -}}
{{- end -}}

{{- /* The annotations of every route of an Ingress. */ -}}
{{- define "dairy.gatelift-4728f3c6.annotations" -}}
{{- include "dairy.gatelift-4728f3c6.known" . -}}
{{- $tables := .found.tables -}}
{{- $found := dict -}}
{{- range $key, $value := .annotations -}}
{{- if get $tables.free $key -}}{{- $_ := set $found $key $value -}}{{- end -}}
{{- end -}}
{{- range $key, $value := $tables.added -}}{{- $_ := set $found $key $value -}}{{- end -}}
{{- with $found -}}{{- toYaml . -}}{{- end -}}
{{- end -}}

{{- /* The items of parentRefs of a host's main route. */ -}}
{{- define "dairy.gatelift-4728f3c6.parents" -}}
{{- if and (hasKey . "paths") (not .paths) -}}
{{- fail (printf "gatelift: host %q of Ingress %s has no paths, and a route without rules would take all its requests. Give it a path" (toString .host) .ingress.name) -}}
{{- end -}}
{{- include "dairy.gatelift-4728f3c6.variant" . -}}
{{- $variant := get .ingress.found.variants (toString (.host | default "")) -}}
{{- $parents := $variant.parents -}}
{{- if and $variant.section .ingress.gateway.sectionName -}}
{{- $parents = list (set (omit (first $parents) "port") "sectionName" .ingress.gateway.sectionName) -}}
{{- end -}}
{{- include "dairy.gatelift-4728f3c6.attached" (dict "gateway" .ingress.gateway "parents" $parents) | fromJsonArray | toYaml -}}
{{- end -}}

{{- /* References to the Gateway that the switch names. */ -}}
{{- define "dairy.gatelift-4728f3c6.attached" -}}
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
{{- define "dairy.gatelift-4728f3c6.document" -}}
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
{{- define "dairy.gatelift-4728f3c6.together" -}}
{{- $in := . -}}
{{- include "dairy.gatelift-4728f3c6.known" .ingress -}}
{{- $set := .ingress.found.set -}}
{{- if and (gt (len .hosts) 1) (not $set.many) -}}
{{- fail (printf "gatelift: Ingress %s has several hosts, and its annotations mean something else then. Give each an Ingress of its own" .ingress.name) -}}
{{- end -}}
{{- if or (gt (len .hosts) 16) (ne (len .hosts) (len (uniq .hosts))) -}}
{{- fail (printf "gatelift: Ingress %s has more than 16 hosts, or one twice. Split it" .ingress.name) -}}
{{- end -}}
{{- $slugs := list -}}
{{- range $host := .hosts -}}
{{- $slugs = append $slugs (toString $host | lower | replace "*" "wildcard" | replace "." "-") -}}
{{- end -}}
{{- if ne (len $slugs) (len (uniq $slugs)) -}}
{{- fail (printf "gatelift: two hosts of Ingress %s give their routes one name. Give them an Ingress of their own" .ingress.name) -}}
{{- end -}}
{{- end -}}

{{- /* The routes beside the main one of each host, and the objects beside all of them. */ -}}
{{- define "dairy.gatelift-4728f3c6.beside" -}}
{{- $in := . -}}
{{- $ingress := .ingress -}}
{{- include "dairy.gatelift-4728f3c6.together" . -}}
{{- $annotations := include "dairy.gatelift-4728f3c6.annotations" $ingress -}}
{{- $short := include "dairy.gatelift-4728f3c6.cut" (dict "name" $ingress.name "most" 40) -}}
{{- range $index, $host := .hosts -}}
{{- include "dairy.gatelift-4728f3c6.variant" (dict "ingress" $ingress "host" $host) -}}
{{- $variant := get $ingress.found.variants (toString $host) -}}
{{- $name := include "dairy.gatelift-4728f3c6.name" (dict "ingress" $ingress "host" $host "first" (eq $index 0)) -}}
{{- $bare := toString $host | trimPrefix "www." | trimPrefix "*." -}}
{{- range $route := $variant.beside -}}
{{- $spec := include "dairy.gatelift-4728f3c6.parts" (dict "ingress" $ingress "numbers" (list $route.spec)) -}}
{{- $spec = include "dairy.gatelift-4728f3c6.fill" (dict "text" $spec "with" (dict "host" $host "bare" $bare "name" $short)) | fromJsonArray | first -}}
{{- range $other := $spec.hostnames -}}
{{- if and (ne $other (toString $host)) (or (has $other $in.hosts) (has $other ($in.around | default list))) -}}
{{- fail (printf "gatelift: Ingress %s redirects %s and serves it too. Run gatelift again with these values" $ingress.name $other) -}}
{{- end -}}
{{- end -}}
{{- $shared := get ($in.narrowed | default dict) (toString $host) -}}
{{- if $shared -}}
{{- if has $route.suffix $shared.suffixes -}}
{{- $spec = set $spec "rules" (list (set (first $spec.rules) "matches" $shared.matches)) -}}
{{- end -}}
{{- end -}}
{{- $spec = set $spec "parentRefs" (include "dairy.gatelift-4728f3c6.attached" (dict "gateway" $ingress.gateway "parents" $spec.parentRefs) | fromJsonArray) -}}
{{- $object := dict "apiVersion" $variant.api_version "kind" "HTTPRoute" "spec" $spec -}}
{{- include "dairy.gatelift-4728f3c6.document" (dict "ingress" $ingress "annotations" $annotations "name" (include "dairy.gatelift-4728f3c6.cut" (dict "name" (printf "%s-%s" $name $route.suffix) "most" 63)) "object" $object) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* The documents of a rendered text, parted as Helm parts them, as a JSON list; what is no object stops the render. */ -}}
{{- define "dairy.gatelift-4728f3c6.documents" -}}
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
{{- define "dairy.gatelift-4728f3c6.routes" -}}
{{- $in := . -}}
{{- $found := list -}}
{{- $names := list -}}
{{- range $object := include "dairy.gatelift-4728f3c6.documents" . | fromJsonArray -}}
{{- if and (eq (toString $object.kind) "Ingress") (regexMatch "^(networking\\.k8s\\.io|extensions)/" (toString $object.apiVersion)) -}}
{{- $found = append $found $object -}}
{{- $names = append $names (toString ($object.metadata | default dict).name) -}}
{{- end -}}
{{- end -}}
{{- if ne (len $names) (len (uniq $names)) -}}
{{- fail (printf "gatelift: two Ingresses of this chart have one name (%s)" (join ", " $names)) -}}
{{- end -}}
{{- range $object := $found -}}
{{- include "dairy.gatelift-4728f3c6.ingress" (dict "root" $in.root "gateway" $in.gateway "object" $object "others" (without $found $object)) -}}
{{- end -}}
{{- end -}}

{{- /* Puts what the helpers have to know of a rendered Ingress into a map. */ -}}
{{- define "dairy.gatelift-4728f3c6.told" -}}
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
{{- define "dairy.gatelift-4728f3c6.ingress" -}}
{{- $in := . -}}
{{- $ingress := dict -}}
{{- include "dairy.gatelift-4728f3c6.told" (dict "into" $ingress "root" .root "gateway" .gateway "object" .object) -}}
{{- $spec := .object.spec | default dict -}}
{{- $metadata := .object.metadata | default dict -}}
{{- include "dairy.gatelift-4728f3c6.known" $ingress -}}
{{- if or $spec.defaultBackend $spec.backend (not $spec.rules) -}}
{{- fail (printf "gatelift: Ingress %s has a default backend or no rules, and no case that gatelift saw has" $metadata.name) -}}
{{- end -}}
{{- $hosts := list -}}
{{- range $rule := $spec.rules -}}{{- $hosts = append $hosts (toString ($rule.host | default "")) | uniq -}}{{- end -}}
{{- $annotated := include "dairy.gatelift-4728f3c6.annotations" $ingress -}}
{{- $backends := list -}}
{{- $lists := dict -}}
{{- $narrowed := dict -}}
{{- range $index, $host := $hosts -}}
{{- $paths := list -}}
{{- range $rule := $spec.rules -}}
{{- if eq (toString ($rule.host | default "")) $host -}}{{- $paths = concat $paths (($rule.http | default dict).paths | default list) -}}{{- end -}}
{{- end -}}
{{- $made := include "dairy.gatelift-4728f3c6.host" (dict "ingress" $ingress "host" $host "paths" $paths) | fromJson -}}
{{- $backends = concat $backends $made.backends | uniq -}}
{{- $_ := set $lists $host $made.paths -}}
{{- range $other := $in.others -}}
{{- range $rule := ($other.spec | default dict).rules -}}
{{- if eq (toString ($rule.host | default "")) $host -}}
{{- $there := dict -}}
{{- include "dairy.gatelift-4728f3c6.told" (dict "into" $there "root" $in.root "gateway" $in.gateway "object" $other) -}}
{{- $suffixes := include "dairy.gatelift-4728f3c6.sharing" (dict "one" $ingress "two" $there "host" $host "mine" $paths "theirs" (($rule.http | default dict).paths | default list)) | fromJsonArray -}}
{{- $matches := list -}}
{{- range $own := $made.rules -}}
{{- range $match := $own.matches -}}{{- $matches = append $matches (dict "path" $match.path) | uniq -}}{{- end -}}
{{- end -}}
{{- $_ := set $narrowed $host (dict "suffixes" $suffixes "matches" $matches) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $variant := get $ingress.found.variants $host -}}
{{- $route := dict "parentRefs" (include "dairy.gatelift-4728f3c6.parents" (dict "ingress" $ingress "host" $host) | fromYamlArray) "rules" $made.rules -}}
{{- with $variant.hostnames -}}
{{- $_ := set $route "hostnames" (include "dairy.gatelift-4728f3c6.fill" (dict "text" (toJson .) "with" (dict "host" $host)) | fromJsonArray) -}}
{{- end -}}
{{- include "dairy.gatelift-4728f3c6.apart" (dict "ingress" $ingress "host" $host "others" $in.others "names" $route.hostnames) -}}
{{- if ne (len ($route.hostnames | default list)) (len ($route.hostnames | default list | uniq)) -}}
{{- fail (printf "gatelift: host %q of Ingress %s is its own alias" $host $ingress.name) -}}
{{- end -}}
{{- $object := dict "apiVersion" $variant.api_version "kind" "HTTPRoute" "spec" $route -}}
{{- include "dairy.gatelift-4728f3c6.document" (dict "ingress" $ingress "annotations" $annotated "name" (include "dairy.gatelift-4728f3c6.name" (dict "ingress" $ingress "host" $host "first" (eq $index 0))) "object" $object) -}}
{{- end -}}
{{- $around := list -}}
{{- range $other := .others -}}
{{- range $rule := ($other.spec | default dict).rules -}}{{- $around = append $around (toString ($rule.host | default "")) -}}{{- end -}}
{{- end -}}
{{- include "dairy.gatelift-4728f3c6.beside" (dict "ingress" $ingress "around" $around "hosts" $hosts "backends" $backends "paths" $lists "narrowed" $narrowed) -}}
{{- end -}}

{{- /* Fails where another Ingress gives a host its certificate, or serves one of its further names. */ -}}
{{- define "dairy.gatelift-4728f3c6.apart" -}}
{{- $in := . -}}
{{- $listed := contains "/listed" (include "dairy.gatelift-4728f3c6.state" .) -}}
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
{{- define "dairy.gatelift-4728f3c6.sharing" -}}
{{- $in := . -}}
{{- include "dairy.gatelift-4728f3c6.variant" (dict "ingress" .two "host" .host) -}}
{{- $one := include "dairy.gatelift-4728f3c6.state" (dict "ingress" .one "host" .host) -}}
{{- $two := include "dairy.gatelift-4728f3c6.state" (dict "ingress" .two "host" .host) -}}
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
{{- define "dairy.gatelift-4728f3c6.host" -}}
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
{{- include "dairy.gatelift-4728f3c6.variant" (dict "ingress" .ingress "host" .host) -}}
{{- range $exact := (get .ingress.found.variants .host).exact -}}
{{- $known = or $known (eq (toJson $exact.places) (toJson $places)) -}}
{{- end -}}
{{- if not (or $known (eq (len $alike) (len (uniq $alike)))) -}}
{{- fail (printf "gatelift: Ingress %s serves a path of host %q twice, and which of the two counts is not known" .ingress.name .host) -}}
{{- end -}}
{{- if not $strings -}}
{{- fail (printf "gatelift: Ingress %s has no path on host %q" .ingress.name .host) -}}
{{- end -}}
{{- $rules := include "dairy.gatelift-4728f3c6.lead" (dict "ingress" .ingress "host" .host "paths" $strings "places" $places) | fromJsonArray -}}
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
{{- $found := dict "service" $service "port" (include "dairy.gatelift-4728f3c6.port" (dict "root" $in.ingress.root "service" $service "port" $port) | int) -}}
{{- $made := include "dairy.gatelift-4728f3c6.path" (dict "ingress" $in.ingress "host" $in.host "path" ($path.path | default "/") "pathType" $path.pathType "paths" $strings "places" $places) | fromJson -}}
{{- $own := concat (ternary (list $made.main) list (not (empty $made.main))) ($made.more | default list) -}}
{{- $rules = concat $rules (include "dairy.gatelift-4728f3c6.fill" (dict "text" (toJson $own) "with" $found) | fromJsonArray) -}}
{{- $backends = append $backends $found -}}
{{- end -}}
{{- if gt (len $rules) 16 -}}
{{- fail (printf "gatelift: host %q of Ingress %s has more rules than a route may have. Give some of its paths an Ingress of their own" .host .ingress.name) -}}
{{- end -}}
{{- toJson (dict "rules" $rules "backends" ($backends | uniq) "paths" $strings) -}}
{{- end -}}
