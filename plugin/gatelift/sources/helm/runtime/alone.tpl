{{- /* The Ingresses in a rendered text, as a JSON list. */ -}}
{{- define "@.ingresses" -}}
{{- $found := list -}}
{{- range $object := include "@.documents" . | fromJsonArray -}}
{{- if and (eq (toString $object.kind) "Ingress") (regexMatch "^(networking\\.k8s\\.io|extensions)/" (toString $object.apiVersion)) -}}
{{- $found = append $found $object -}}
{{- end -}}
{{- end -}}
{{- toJson $found -}}
{{- end -}}

{{- /* Fails where Ingresses of this chart share a host, and what one says may hold for the other: those that a template
renders (text, and among: held against each other), and those of other templates (others: their files). */ -}}
{{- define "@.alone" -}}
{{- $in := . -}}
{{- $found := include "@.ingresses" . | fromJsonArray -}}
{{- $around := list -}}
{{- range $file := .others -}}
{{- $around = concat $around (include "@.ingresses" (dict "text" (include (print $in.root.Template.BasePath "/" $file) $in.root)) | fromJsonArray) -}}
{{- end -}}
{{- range $index, $one := $found -}}
{{- $others := $around -}}
{{- range $place, $two := $found -}}
{{- if and $in.among (ne $index $place) -}}{{- $others = append $others $two -}}{{- end -}}
{{- end -}}
{{- range $two := $others -}}
{{- include "@.meeting" (dict "root" $in.root "gateway" $in.gateway "one" $one "two" $two) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Two rendered Ingresses: fails where one means something for a host of the other that is not known. */ -}}
{{- define "@.meeting" -}}
{{- $in := . -}}
{{- $one := dict -}}
{{- $two := dict -}}
{{- include "@.told" (dict "into" $one "root" .root "gateway" .gateway "object" .one) -}}
{{- include "@.told" (dict "into" $two "root" .root "gateway" .gateway "object" .two) -}}
{{- $classes := (include "@.tables" "" | fromJson).classes -}}
{{- /* An Ingress of a class that no case is served for belongs to another controller. */ -}}
{{- if or (not $two.class) (has $two.class $classes) -}}
{{- range $rule := (.one.spec | default dict).rules -}}
{{- $host := toString ($rule.host | default "") -}}
{{- range $there := ($in.two.spec | default dict).rules -}}
{{- if eq (toString ($there.host | default "")) $host -}}
{{- include "@.known" $one -}}
{{- $mine := ($rule.http | default dict).paths | default list -}}
{{- $theirs := ($there.http | default dict).paths | default list -}}
{{- include "@.variant" (dict "ingress" $one "host" $host) -}}
{{- $_ := include "@.sharing" (dict "one" $one "two" $two "host" $host "mine" $mine "theirs" $theirs) -}}
{{- end -}}
{{- end -}}
{{- include "@.apart" (dict "ingress" $one "host" $host "others" (list $in.two) "names" (list $host)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Fails where a host was met before among the Ingresses of one template; met: a map of those. */ -}}
{{- define "@.once" -}}
{{- range $host := .hosts -}}
{{- if hasKey $.met (toString $host) -}}
{{- fail (printf "gatelift: more than one Ingress of a template serves host %q, and what one says may hold for the other. Run gatelift again with these values" (toString $host)) -}}
{{- end -}}
{{- $_ := set $.met (toString $host) true -}}
{{- end -}}
{{- end -}}
