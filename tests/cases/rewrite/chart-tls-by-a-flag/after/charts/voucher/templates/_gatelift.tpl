{{- /* gatelift: helpers; digest 153f10bdf9492a02 */ -}}
{{- /*
Written by gatelift, and made anew by it: the helpers by which this chart's templates turn Ingresses into
routes of Gateway API. Nothing here is meant to be edited.

The tables hold what Ingresses with these annotations become:
- none

Beside them there may be, with any value:
- cert-manager.io/cluster-issuer

Any other annotation, and hosts, paths or tls that no known values have, stop the render with a message
that begins "gatelift:". A route that lacks what an Ingress asks for might open what it protects, so there
is none.
What to do then: run gatelift again with the values that bring it, or turn the gateway switch off.
*/ -}}

{{- define "voucher.gatelift-9a45f25f.tables" -}}
{
 "added": {"external-dns.alpha.kubernetes.io/controller": "gatelift-coexist", "external-dns.kubernetes.io/controller": "gatelift-coexist"},
 "classes": ["nginx"],
 "zones": [],
 "shared": [],
 "free": {"cert-manager.io/cluster-issuer": false},
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

{{- /* Puts what the tables know of an Ingress under "found" of it, once: reading them is what takes time. Fails where
they know nothing: nothing is guessed. */ -}}
{{- define "voucher.gatelift-9a45f25f.known" -}}
{{- if not (hasKey . "found") -}}
{{- include "voucher.gatelift-9a45f25f.sound" . -}}
{{- $in := . -}}
{{- $tables := include "voucher.gatelift-9a45f25f.tables" "" | fromJson -}}
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
{{- define "voucher.gatelift-9a45f25f.sound" -}}
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
{{- define "voucher.gatelift-9a45f25f.state" -}}
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
{{- define "voucher.gatelift-9a45f25f.variant" -}}
{{- include "voucher.gatelift-9a45f25f.known" .ingress -}}
{{- $found := .ingress.found -}}
{{- $host := toString (.host | default "") -}}
{{- if not (hasKey $found.variants $host) -}}
{{- if and $host (not (and (le (len $host) 253) (regexMatch "^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$" $host))) -}}
{{- fail (printf "gatelift: Ingress %s has the host %q, which Gateway API does not take" .ingress.name $host) -}}
{{- end -}}
{{- $state := include "voucher.gatelift-9a45f25f.state" . -}}
{{- if not (hasKey $found.set.variants $state) -}}
{{- $why := dig $state "no case that gatelift saw has such a host" $found.set.refused -}}
{{- $why = include "voucher.gatelift-9a45f25f.fill" (dict "text" $why "with" (dict "name" .ingress.name "host" $host "bare" $host "slug" $host "namespace" "its namespace" "secret" "its Secret" "path" "/" "above" "/")) -}}
{{- fail (printf "gatelift: there is no route for host %q of Ingress %s (%s): %s" $host .ingress.name $state $why) -}}
{{- end -}}
{{- $_ := set $found.variants $host (index $found.tables.variants (get $found.set.variants $state | int)) -}}
{{- end -}}
{{- end -}}

{{- /* Rules, specs or objects of the tables by their numbers, as a JSON list. */ -}}
{{- define "voucher.gatelift-9a45f25f.parts" -}}
{{- $parts := .ingress.found.tables.parts -}}
{{- $found := list -}}
{{- range $number := .numbers -}}{{- $found = append $found (index $parts (int $number)) -}}{{- end -}}
{{- toJson $found -}}
{{- end -}}

{{- /* A text of the tables with names in its slots, escaped as JSON escapes them. */ -}}
{{- define "voucher.gatelift-9a45f25f.fill" -}}
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
{{- define "voucher.gatelift-9a45f25f.cut" -}}
{{- if le (len .name) (int .most) -}}{{ .name }}
{{- else -}}
{{- trunc (int (sub .most 9)) .name | trimSuffix "-" | trimSuffix "." }}-{{ sha256sum .name | trunc 8 -}}
{{- end -}}
{{- end -}}

{{- /* The form of a path beside the others of its host: root, plain, slash or taken. Fails on paths that are not known. */ -}}
{{- define "voucher.gatelift-9a45f25f.form" -}}
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
{{- define "voucher.gatelift-9a45f25f.path" -}}
{{- $in := . -}}
{{- $type := .pathType | default "ImplementationSpecific" -}}
{{- include "voucher.gatelift-9a45f25f.variant" . -}}
{{- $variant := get .ingress.found.variants (toString (.host | default "")) -}}
{{- $found := list -}}
{{- if not $found -}}
{{- $form := include "voucher.gatelift-9a45f25f.form" . -}}
{{- if not (hasKey $variant.paths (printf "%s/%s" $form $type)) -}}
{{- fail (printf "gatelift: there is no route for the path %q (%s) on host %q of Ingress %s: no case that gatelift saw has it. Run gatelift again with these values" .path $type .host .ingress.name) -}}
{{- end -}}
{{- $found = list (get $variant.paths (printf "%s/%s" $form $type) | toJson) -}}
{{- end -}}
{{- $names := dict "path" .path "above" (trimSuffix "/" .path) "name" (include "voucher.gatelift-9a45f25f.cut" (dict "name" .ingress.name "most" 40)) -}}
{{- if .host -}}{{- $_ := set $names "host" .host -}}{{- end -}}
{{- $numbers := first $found | fromJsonArray -}}
{{- $rules := dict "more" (include "voucher.gatelift-9a45f25f.parts" (dict "ingress" .ingress "numbers" (rest $numbers)) | fromJsonArray) -}}
{{- if ge (int (first $numbers)) 0 -}}
{{- $_ := set $rules "main" (include "voucher.gatelift-9a45f25f.parts" (dict "ingress" .ingress "numbers" (list (first $numbers))) | fromJsonArray | first) -}}
{{- end -}}
{{- include "voucher.gatelift-9a45f25f.fill" (dict "text" (toJson $rules) "with" $names) -}}
{{- end -}}

{{- /* The rule that takes the requests of one path. */ -}}
{{- define "voucher.gatelift-9a45f25f.main" -}}
{{- $rules := include "voucher.gatelift-9a45f25f.path" . | fromJson -}}
{{- if not $rules.main -}}
{{- fail (printf "gatelift: no request reaches the path %q of Ingress %s" .path .ingress.name) -}}
{{- end -}}
{{- toJson $rules.main -}}
{{- end -}}

{{- /* filters: of the rule of one path, or nothing. */ -}}
{{- define "voucher.gatelift-9a45f25f.filters" -}}
{{- $rule := include "voucher.gatelift-9a45f25f.main" . | fromJson -}}
{{- with $rule.filters -}}
{{- dict "filters" . | toYaml -}}
{{- end -}}
{{- end -}}

{{- /* The rules that the host needs beside that of one path, as items of a list, or nothing. */ -}}
{{- define "voucher.gatelift-9a45f25f.more" -}}
{{- /* Of the other paths only their text is known here: whether two that differ by a slash go together is not. */ -}}
{{- $alike := 0 -}}
{{- range $path := .paths -}}
{{- if eq (trimSuffix "/" $path) (trimSuffix "/" $.path) -}}{{- $alike = add1 $alike -}}{{- end -}}
{{- end -}}
{{- if gt (int $alike) 1 -}}
{{- fail (printf "gatelift: the path %q stands on host %q of Ingress %s more than once, or with and without a slash at its end. Write it once" .path .host .ingress.name) -}}
{{- end -}}
{{- $rules := include "voucher.gatelift-9a45f25f.path" . | fromJson -}}
{{- $more := $rules.more | default list -}}
{{- with $more -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{- /* The name of a host's route: the Ingress's own for the first, else with the host. */ -}}
{{- define "voucher.gatelift-9a45f25f.name" -}}
{{- $name := .ingress.name -}}
{{- if not .first -}}
{{- $slug := .host | default "any-host" | lower | replace "*" "wildcard" | replace "." "-" -}}
{{- $name = printf "%s-%s" $name $slug -}}
{{- end -}}
{{- include "voucher.gatelift-9a45f25f.cut" (dict "name" $name "most" 63) -}}
{{- end -}}

{{- /* The annotations of every route of an Ingress. */ -}}
{{- define "voucher.gatelift-9a45f25f.annotations" -}}
{{- include "voucher.gatelift-9a45f25f.known" . -}}
{{- $tables := .found.tables -}}
{{- $found := dict -}}
{{- range $key, $value := .annotations -}}
{{- if get $tables.free $key -}}{{- $_ := set $found $key $value -}}{{- end -}}
{{- end -}}
{{- range $key, $value := $tables.added -}}{{- $_ := set $found $key $value -}}{{- end -}}
{{- with $found -}}{{- toYaml . -}}{{- end -}}
{{- end -}}

{{- /* The items of parentRefs of a host's main route. */ -}}
{{- define "voucher.gatelift-9a45f25f.parents" -}}
{{- if and (hasKey . "paths") (not .paths) -}}
{{- fail (printf "gatelift: host %q of Ingress %s has no paths, and a route without rules would take all its requests. Give it a path" (toString .host) .ingress.name) -}}
{{- end -}}
{{- include "voucher.gatelift-9a45f25f.variant" . -}}
{{- $variant := get .ingress.found.variants (toString (.host | default "")) -}}
{{- $parents := $variant.parents -}}
{{- if and $variant.section .ingress.gateway.sectionName -}}
{{- $parents = list (set (omit (first $parents) "port") "sectionName" .ingress.gateway.sectionName) -}}
{{- end -}}
{{- include "voucher.gatelift-9a45f25f.attached" (dict "gateway" .ingress.gateway "parents" $parents) | fromJsonArray | toYaml -}}
{{- end -}}

{{- /* References to the Gateway that the switch names. */ -}}
{{- define "voucher.gatelift-9a45f25f.attached" -}}
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
{{- define "voucher.gatelift-9a45f25f.document" -}}
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
{{- define "voucher.gatelift-9a45f25f.together" -}}
{{- $in := . -}}
{{- include "voucher.gatelift-9a45f25f.known" .ingress -}}
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
{{- define "voucher.gatelift-9a45f25f.beside" -}}
{{- $in := . -}}
{{- $ingress := .ingress -}}
{{- include "voucher.gatelift-9a45f25f.together" . -}}
{{- $annotations := include "voucher.gatelift-9a45f25f.annotations" $ingress -}}
{{- $short := include "voucher.gatelift-9a45f25f.cut" (dict "name" $ingress.name "most" 40) -}}
{{- range $index, $host := .hosts -}}
{{- include "voucher.gatelift-9a45f25f.variant" (dict "ingress" $ingress "host" $host) -}}
{{- $variant := get $ingress.found.variants (toString $host) -}}
{{- $name := include "voucher.gatelift-9a45f25f.name" (dict "ingress" $ingress "host" $host "first" (eq $index 0)) -}}
{{- $bare := toString $host | trimPrefix "www." | trimPrefix "*." -}}
{{- range $route := $variant.beside -}}
{{- $spec := include "voucher.gatelift-9a45f25f.parts" (dict "ingress" $ingress "numbers" (list $route.spec)) -}}
{{- $spec = include "voucher.gatelift-9a45f25f.fill" (dict "text" $spec "with" (dict "host" $host "bare" $bare "name" $short)) | fromJsonArray | first -}}
{{- range $other := $spec.hostnames -}}
{{- if and (ne $other (toString $host)) (or (has $other $in.hosts) (has $other ($in.around | default list))) -}}
{{- fail (printf "gatelift: Ingress %s redirects %s and serves it too. Run gatelift again with these values" $ingress.name $other) -}}
{{- end -}}
{{- end -}}
{{- $spec = set $spec "parentRefs" (include "voucher.gatelift-9a45f25f.attached" (dict "gateway" $ingress.gateway "parents" $spec.parentRefs) | fromJsonArray) -}}
{{- $object := dict "apiVersion" $variant.api_version "kind" "HTTPRoute" "spec" $spec -}}
{{- include "voucher.gatelift-9a45f25f.document" (dict "ingress" $ingress "annotations" $annotations "name" (include "voucher.gatelift-9a45f25f.cut" (dict "name" (printf "%s-%s" $name $route.suffix) "most" 63)) "object" $object) -}}
{{- end -}}
{{- end -}}
{{- end -}}
