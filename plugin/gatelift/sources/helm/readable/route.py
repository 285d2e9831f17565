"""The documents that take the place of one Ingress: a route for each rule of the template, and what stands beside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from gatelift.sources.helm.readable.comments import Comments
from gatelift.sources.helm.readable.documents import Documents
from gatelift.sources.helm.readable.expressions import Expression, own, quoted, scalar
from gatelift.sources.helm.readable.fixed import Fixed, fixed
from gatelift.sources.helm.readable.hosts_of_tls import states_of
from gatelift.sources.helm.readable.ingress import Ingress, Part, PathItem, Reading, Rule
from gatelift.sources.helm.readable.inputs import Inputs, Names
from gatelift.sources.helm.readable.metadata import Metadata
from gatelift.sources.helm.readable.places import Places, key_of
from gatelift.sources.helm.readable.printer import Frames, Loop, Printer
from gatelift.sources.helm.readable.rules import Host, Items, Layout, Rules
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.readable.texts import Texts
from gatelift.sources.helm.readable.wants import Wants
from gatelift.sources.helm.template.atoms import Branch
from gatelift.sources.helm.template.skeleton import Scalar, Splice

_LISTED = Loop((-1, -1), own(".http.paths"))
"""The paths of a rule that values hold as an Ingress has it."""


#: A rule (by its place, where values hold it) and its branches.
Placed: TypeAlias = tuple[Frames, Rule | int]


class Routes:
    """Writes what becomes of one Ingress. ``met``: the variable with the hosts of those before it, if any counts."""

    def __init__(
        self,
        ingress: Ingress,
        printer: Printer,
        inputs: Inputs,
        names: Names,
        places: Places,
        wants: Wants,
        reading: Reading,
        met: str = "",
    ) -> None:
        self._ingress = ingress
        self._out = printer
        self._inputs = inputs
        self._names = names
        self._places = places
        self._wants = wants
        self._layout = Layout(ingress.dash)
        self._metadata = Metadata(ingress, printer, inputs, places, wants, reading)
        self._reading = reading
        name = ingress.name.value
        self._texts = Texts(printer, ingress.dash, self._scalar(ingress.name), (name.start, name.end))
        self._rules = Rules(printer, inputs, names, self._layout, places.text, wants, self._texts)
        self._beside_it = Documents(printer, self._metadata, self._texts, wants, 2 + ingress.dash)
        self._fixed: Fixed | None = None
        self._comments = Comments(places.text)
        self._lists = ""
        self._met = met

    def write(self) -> None:
        """All documents, in the branches of the Ingress."""
        ingress, out = self._ingress, self._out
        base: Frames = ingress.path
        out.go(base)
        rules: list[Placed] = [
            self._of_values(rule) if isinstance(rule, Splice) else (rule.path, rule) for rule in ingress.rules
        ]
        if self._plain(rules, base):
            self._route("", own(""), base, rules[0][1], ingress.start)
            return
        alone = len(rules) == 1 and rules[0][0] == base
        self._fixed = self._fixed_of(rules[0][1]) if alone else None
        if self._fixed is not None and self._fixed.annotations is not None:
            self._route("", own(""), base, rules[0][1], ingress.start)
            self._beside_it.objects(self._fixed)
            return
        told = self._metadata.told(self._names)
        host = self._host_of(rules[0][1]) if alone else None
        found = [(frames, host or self._host(rule)) for frames, rule in rules]
        hosts = self._inputs.collected("hosts", found, base)
        shared = self._shared(rules, base)
        if shared:
            hosts = self._named("hosts", hosts)
            out.action(f"if {out.show(hosts)}")
        if self._wants.services:
            out.action(f"{self._rules.backends} := list")
        if ingress.annotations and not alone:
            self._lists = self._names("pathsOf")
            out.action(f"{self._lists} := dict")
        start = ingress.start
        for frames, rule in rules:
            self._route(told, hosts, base if shared else frames, rule, start, host, shared=shared)
            start = rule.start if isinstance(rule, Rule) else rule
        out.go(base)
        if self._fixed is not None:
            self._beside_it.objects(self._fixed)
        if self._fixed is None or self._fixed.objects is None or self._fixed.redirects is None:
            self._beside(told, hosts, alone=alone)
        elif host is not None:
            for item in self._fixed.redirects:
                self._beside_it.redirect(told, host, item)
        if shared:
            out.action("end")

    def _beside(self, told: str, hosts: Expression, *, alone: bool) -> None:
        paths = f' "paths" {self._lists}' if self._lists and not alone else f" {self._lists}" if self._lists else ""
        services = f' "backends" (uniq {self._rules.backends})' if self._wants.services else ""
        written = ' "written" true' if self._fixed and self._fixed.objects else ""
        shown = f'(dict "ingress" {told} "hosts" {self._out.arg(hosts)}{paths}{services}{written})'
        self._out.action(f'include "{self._wants.prefix}.beside" {shown} | nindent 0')

    def _fixed_of(self, rule: Rule | int) -> Fixed | None:
        """What becomes of the one rule whatever the values say."""
        wants = self._wants
        if isinstance(rule, int) or wants.backends or wants.services or wants.hostless:
            return None
        host = self._host(rule)
        states = states_of(self._ingress, rule, self._reading, self._places.text)
        return fixed(self._ingress, rule, host.literal, wants.tables, self._reading, states)

    def _of_values(self, splice: Splice) -> tuple[Frames, int]:
        return (*splice.path, Loop((splice.start, -1), self._inputs.list_of(splice))), splice.start

    def _plain(self, rules: Sequence[Placed], base: Frames) -> bool:
        """Whether nothing but the template decides what the one route is, so that it needs no helper."""
        ingress = self._ingress
        classes = all(isinstance(part.value, Scalar) and part.value.text for part in ingress.classes)
        if ingress.annotations or ingress.tls or not classes or self._wants.plain is None:
            return False
        if len(rules) != 1 or rules[0][0] != base or isinstance(rules[0][1], int):
            return False
        return all(isinstance(item, PathItem) and self._known(item) for item in rules[0][1].items)

    def _known(self, item: PathItem) -> bool:
        """Whether a path is written in the template, and is one path alone."""
        values = [part.value for part in (*item.paths, *item.types)]
        texts = [value.text for value in values if isinstance(value, Scalar)]
        backend = item.backend
        seen = len(item.paths) <= 1 and len(item.types) <= 1 and not backend.port_names and backend.whole is None
        whole = all(part.path == item.path for part in (*item.paths, *item.types))
        path = texts[0] if item.paths else "/"
        return seen and whole and None not in texts and path is not None and (path == "/" or not path.endswith("/"))

    def _shared(self, rules: Sequence[Placed], base: Frames) -> bool:
        """Whether all hosts have the same rules, whatever is known of each: one route names them all."""
        ingress = self._ingress
        if ingress.annotations or ingress.tls or len(rules) != 1 or self._wants.hostless:
            return False
        frames, rule = rules[0]
        loop = frames[-1] if len(frames) == len(base) + 1 else None
        if not isinstance(rule, Rule) or not isinstance(loop, Branch) or not loop.repeats or loop.clause is None:
            return False
        pipeline = loop.clause.pipeline
        names = {item.name for item in pipeline.variables} if pipeline else set()
        reads = self._places.named(*rule.http)
        local = any(key == key_of(loop) for key in self._wants.sets(reads))
        return key_of(loop) not in self._places.homes(*rule.http) and not names & reads and not local

    def _host_of(self, rule: Rule | int) -> Expression:
        """The host under a name, unless it is a word."""
        return self._named("host", self._host(rule))

    def _named(self, role: str, value: Expression) -> Expression:
        if value.literal is not None or not (value.spans or role == "host"):
            return value
        name = self._names(role)
        self._out.action(f"{name} := {self._out.show(value)}")
        return own(name)

    def _host(self, rule: Rule | int) -> Expression:
        if isinstance(rule, int):
            return own('.host | default ""', atom=False) if self._wants.hostless else own(".host")
        if not rule.hosts:
            raise Stop("This rule has no host, and serves all that nobody else does.", rule.start)
        part = rule.hosts[0]
        if not isinstance(part.value, Scalar):
            raise Stop("This host is not written on one line.", part.start)
        value = scalar(part.value, self._places.text)
        if len(rule.hosts) > 1 or not self._inputs.says_itself(part.path[len(rule.path) :], value):
            raise Stop("Branches decide about this host.", part.start)
        return value

    def _route(
        self,
        told: str,
        hosts: Expression,
        frames: Frames,
        rule: Rule | int,
        start: int,
        host: Expression | None = None,
        *,
        shared: bool = False,
    ) -> None:
        out = self._out
        base: Frames = self._ingress.path
        at = rule if isinstance(rule, int) else rule.start
        out.go(frames)
        if shared:
            host = Expression(("(first ", *hosts.parts, ")"))
        elif host is None:
            host = self._host_of(rule) if told else self._host(rule)
        if self._met:
            listed = out.arg(hosts) if shared else f"(list {out.arg(host)})"
            out.action(f'include "{self._wants.prefix}.once" (dict "met" {self._met} "hosts" {listed})')
        items: Items = rule.items if isinstance(rule, Rule) else (_LISTED,)
        paths = self._paths(items, out.stack_now, host) if told else own("list")
        out.line("---")
        self._comments.write(out, start, at, 0)
        out.line("apiVersion: gateway.networking.k8s.io/v1")
        out.line("kind: HTTPRoute")
        first = frames == base and rule is self._ingress.rules[0]
        self._metadata.write(told, hosts, host, self._fixed if not told else None, first=first or shared)
        out.line("spec:")
        sure = any(isinstance(item, PathItem) and item.path == out.stack_now for item in items)
        self._parents(told, host, own("list") if sure else paths)
        self._hostnames(rule, hosts if shared else host, shared=shared, kept=not told)
        out.line("rules:", 2)
        filters = bool(self._ingress.annotations or self._ingress.tls)
        rules = self._fixed.rules if self._fixed else ()
        self._rules.write(Host(told, host, paths, filters, self._wants.matches, rules), items, out.stack_now, at)

    def _parents(self, told: str, host: Expression, paths: Expression) -> None:
        """``paths``: those of the host, where there may be none; the helper stops then."""
        out, column = self._out, 2 + self._layout.dash
        out.line("parentRefs:", 2)
        if told:
            more = "" if paths == own("list") else f' "paths" {out.arg(paths)}'
            parents = f'include "{self._wants.prefix}.parents" (dict "ingress" {told} "host" {out.arg(host)}{more})'
            out.action(f"{parents} | nindent {column}", column)
            return
        self._beside_it.gateway(column)

    def _hostnames(self, rule: Rule | int, host: Expression, *, shared: bool, kept: bool) -> None:
        out, column = self._out, 2 + self._layout.dash
        open_ = self._wants.hostless and host.literal is None
        if open_:
            out.action(f"if {out.show(host)}", 2)
        out.line("hostnames:", 2)
        if shared:
            out.action(f"range {out.show(host)}", column)
            out.line("- {{ . | quote }}", column)
            out.action("end", column)
        elif host.literal is not None or (kept and isinstance(rule, Rule)):
            value = rule.hosts[0].value if isinstance(rule, Rule) else None
            shown = out.copy(value.start, value.end) if value else quoted(host.literal or "")
            out.line(f"- {shown}", column)
        else:
            out.line(f"- {{{{ {out.show(host)} | quote }}}}", column)
        if open_:
            out.action("end", 2)

    def _paths(self, items: Items, frames: Frames, host: Expression) -> Expression:
        """All paths of a host as a list, under a name where it is not a short one."""
        found = self._inputs.collected("paths", [self._path(item, frames) for item in items], frames)
        found = self._named("paths", found)
        if self._lists:
            self._out.action(f"$_ := set {self._lists} {self._out.arg(host)} {self._out.arg(found)}")
        elif self._ingress.annotations:
            self._lists = f'"paths" (dict {self._out.arg(host)} {self._out.arg(found)})'
        return found

    def _path(self, item: PathItem | Splice | Loop, frames: Frames) -> tuple[Frames, Expression]:
        default = own('.path | default "/"', atom=False)
        if isinstance(item, Loop):
            return (*frames, item), default
        if isinstance(item, Splice):
            return (*item.path, Loop((item.start, -1), self._inputs.list_of(item))), default
        if not item.paths:
            return item.path, Expression(('"/"',), literal="/")
        part = item.paths[0]
        if len(item.paths) > 1 or part.path != item.path:
            raise Stop("Branches decide about this path.", part.start)
        return item.path, self._scalar(part)

    def _scalar(self, part: Part) -> Expression:
        if not isinstance(part.value, Scalar):
            raise Stop("This is not written on one line.", part.start)
        return scalar(part.value, self._places.text)
