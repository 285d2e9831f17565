"""The documents that take the place of one Ingress: a route for each rule of the template, and what stands beside."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatelift.sources.helm.readable.comments import Comments
from gatelift.sources.helm.readable.expressions import Expression, call, own, quoted, scalar
from gatelift.sources.helm.readable.ingress import Ingress, Part, PathItem, Rule
from gatelift.sources.helm.readable.inputs import Inputs, Names
from gatelift.sources.helm.readable.places import Places
from gatelift.sources.helm.readable.printer import Frames, Loop, Printer
from gatelift.sources.helm.readable.rules import Host, Layout, Rules
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.template.skeleton import Scalar, Splice

_LISTED = Loop((-1, -1), own(".http.paths"))
"""The paths of a rule that values hold as an Ingress has it."""


class Routes:
    """Writes what becomes of one Ingress."""

    def __init__(
        self,
        ingress: Ingress,
        printer: Printer,
        inputs: Inputs,
        names: Names,
        places: Places,
        *,
        prefix: str,
        switch: str,
        matches: bool,
    ) -> None:
        self._ingress = ingress
        self._out = printer
        self._inputs = inputs
        self._names = names
        self._text = places.text
        self._places = places
        self._prefix = prefix
        self._switch = switch
        self._matches = matches
        self._layout = Layout(ingress.dash, 2)
        self._rules = Rules(printer, inputs, names, self._layout, places.text, prefix)
        self._comments = Comments(places.text)

    def write(self) -> None:
        """All documents, in the branches of the Ingress."""
        ingress, out = self._ingress, self._out
        base: Frames = ingress.path
        out.go(base)
        told = self._told(base)
        rules = [self._of_values(rule) if isinstance(rule, Splice) else (rule.path, rule) for rule in ingress.rules]
        hosts = self._inputs.collected("hosts", [(frames, self._host(rule)) for frames, rule in rules], base)
        start = ingress.start
        for frames, rule in rules:
            self._route(told, hosts, frames, rule, start)
            start = rule.start if isinstance(rule, Rule) else rule
        out.go(base)
        shown = f'(dict "ingress" {told} "hosts" {out.arg(hosts)})'
        out.action(f'include "{self._prefix}.beside" {shown} | nindent 0')

    def _of_values(self, splice: Splice) -> tuple[Frames, int]:
        return (*splice.path, Loop((splice.start, -1), self._inputs.list_of(splice))), splice.start

    def _host(self, rule: Rule | int) -> Expression:
        if isinstance(rule, int):
            return own(".host")
        if not rule.hosts:
            raise Stop("This rule has no host, and serves all that nobody else does.", rule.start)
        if len(rule.hosts) > 1 or rule.hosts[0].path != rule.path:
            raise Stop("Branches decide about this host.", rule.hosts[0].start)
        value = rule.hosts[0].value
        if not isinstance(value, Scalar):
            raise Stop("This host is not written on one line.", rule.hosts[0].start)
        return scalar(value, self._text)

    def _told(self, base: Frames) -> str:
        """Sets what the helpers are told of the Ingress, and gives the variable."""
        ingress, out, inputs = self._ingress, self._out, self._inputs
        path = ingress.path
        labels = inputs.mapping("labels", ingress.labels, path)
        annotations = inputs.mapping("annotations", ingress.annotations, path)
        tls = inputs.tls(ingress.tls, path)
        words = {
            "root": own("$"),
            "gateway": own(self._switch if self._out.dot else self._switch.removeprefix("$")),
            "name": self._scalar(ingress.name),
        }
        if ingress.namespaces:
            if len(ingress.namespaces) > 1:
                raise Stop("Branches decide about the namespace.", ingress.namespaces[1].start)
            words["namespace"] = self._scalar(ingress.namespaces[0])
        else:
            words["namespace"] = own("$.Release.Namespace")
        words |= {"labels": labels, "annotations": annotations, "tls": own("list", atom=False) if tls is None else tls}
        name = self._names("ingress")
        out.line(f"{{{{- {name} := dict")
        for key, word in words.items():
            out.line(f"{quoted(key)} {out.arg(word)}", 2)
        out.line("}}")
        return name

    def _scalar(self, part: Part) -> Expression:
        if not isinstance(part.value, Scalar):
            raise Stop("This is not written on one line.", part.start)
        return scalar(part.value, self._text)

    def _route(self, told: str, hosts: Expression, frames: Frames, rule: Rule | int, start: int) -> None:
        out, ingress = self._out, self._ingress
        base: Frames = ingress.path
        at = rule if isinstance(rule, int) else rule.start
        value = self._host(rule)
        first = frames == base and rule is self._first
        out.go(frames)
        host = value
        if value.literal is None:
            name = self._names("host")
            out.action(f"{name} := {out.show(value)}")
            host = own(name)
        items: Sequence[PathItem | Splice | Loop] = rule.items if isinstance(rule, Rule) else (_LISTED,)
        paths = self._paths(items, frames)
        out.line("---")
        self._comments.write(out, start, at, 0)
        out.line("apiVersion: gateway.networking.k8s.io/v1")
        out.line("kind: HTTPRoute")
        self._metadata(told, hosts, host, first=first)
        out.line("spec:")
        d = self._layout.dash
        out.line("parentRefs:", 2)
        parents = f'include "{self._prefix}.parents" (dict "ingress" {told} "host" {out.arg(host)})'
        out.action(f"{parents} | nindent {2 + d}", 2 + d)
        out.line("hostnames:", 2)
        out.line(f"- {quoted(host.literal) if host.literal else f'{{{{ {out.show(host)} | quote }}}}'}", 2 + d)
        out.line("rules:", 2)
        filters = bool(ingress.annotations or ingress.tls)
        self._rules.write(Host(told, host, paths, filters, self._matches), items, frames, at)

    @property
    def _first(self) -> Rule | Splice:
        return self._ingress.rules[0]

    def _paths(self, items: Sequence[PathItem | Splice | Loop], frames: Frames) -> Expression:
        """All paths of a host as a list, under a name where it is not a short one."""
        found = self._inputs.collected("paths", [self._path(item, frames) for item in items], frames)
        if not found.spans:
            return found
        name = self._names("paths")
        self._out.action(f"{name} := {self._out.show(found)}")
        return own(name)

    def _path(self, item: PathItem | Splice | Loop, frames: Frames) -> tuple[Frames, Expression]:
        default = own('.path | default "/"', atom=False)
        if isinstance(item, Loop):
            return (*frames, item), default
        if isinstance(item, Splice):
            return (*item.path, Loop((item.start, -1), self._inputs.list_of(item))), default
        if not item.paths:
            return item.path, Expression(('"/"',), literal="/")
        if len(item.paths) > 1 or item.paths[0].path != item.path:
            raise Stop("Branches decide about this path.", item.paths[0].start)
        return item.path, self._scalar(item.paths[0])

    def _metadata(self, told: str, hosts: Expression, host: Expression, *, first: bool) -> None:
        out, ingress, column = self._out, self._ingress, self._layout.labels
        out.line("metadata:")
        if first:
            value = ingress.name.value
            out.line(f"name: {out.copy(value.start, value.end)}", column)
        else:
            first_host = f"(eq {out.arg(host)} (first {out.arg(hosts)}))"
            named = call("include", quoted(f"{self._prefix}.name"))
            out.line(
                f'name: {{{{ {out.show(named)} (dict "ingress" {told} "host" {out.arg(host)} "first" {first_host}) }}}}',
                column,
            )
        for part in ingress.namespaces:
            out.line(f"namespace: {out.copy(part.value.start, part.value.end)}", column)
        frames = tuple(out.stack)
        for part in ingress.labels:
            out.go((*frames, *part.path[len(ingress.path) :]), column)
            self._copied(part, column)
        out.go(frames, column)
        out.line("annotations:", column)
        out.action(f'include "{self._prefix}.annotations" {told} | nindent {column + 2}', column + 2)

    def _copied(self, part: Part, column: int) -> None:
        """Labels as the template writes them, at the columns that they have in a document of their own."""
        end = self._places.whole(part.start, part.end)
        shown = re.sub(r"\s*-\}\}\Z", " }}", self._out.copy(part.start, end))
        shift = self._ingress.indent
        lines = shown.split("\n")
        if shift:
            lines = [re.sub(rf"\A {{{shift}}}", "", line) for line in lines]
            lines = [re.sub(r"\b(n?indent )(\d+)\b", lambda m: f"{m[1]}{int(m[2]) - shift}", line) for line in lines]
        self._out.line(lines[0], column)
        self._out.lines += lines[1:]
