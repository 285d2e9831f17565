"""The rules of a route: matches, backends and what the helpers add, each in the branches of its path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from gatelift.sources.helm.readable.comments import Comments
from gatelift.sources.helm.readable.expressions import Expression, Span, argument, own, piped, quoted, scalar
from gatelift.sources.helm.readable.fixed import FixedRule
from gatelift.sources.helm.readable.flow import at
from gatelift.sources.helm.readable.ingress import Backend, Part, PathItem
from gatelift.sources.helm.readable.inputs import Inputs, Names
from gatelift.sources.helm.readable.printer import Frames, Loop, Printer
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.readable.texts import Texts
from gatelift.sources.helm.readable.wants import Wants
from gatelift.sources.helm.template.skeleton import Scalar, Splice

_PREFIX = "PathPrefix"
_TYPES = {"Exact": "Exact", "Prefix": _PREFIX, "ImplementationSpecific": _PREFIX}
_ANY = "ImplementationSpecific"


#: Paths, blocks of paths that actions write, and loops over what values hold.
Items: TypeAlias = Sequence[PathItem | Splice | Loop]


class Layout(msgspec.Struct, frozen=True):
    """Columns. ``dash``: how far the dashes of a list stand from its key."""

    dash: int

    @property
    def rule(self) -> int:
        """The column of the dash of a rule."""
        return 2 + self.dash


class Host(msgspec.Struct, frozen=True):
    """What the rules of one route have in common: how the helpers are called and what they are told of the host.

    ``fixed``: by the index of each path, what becomes of it whatever the values say.
    """

    ingress: str
    host: Expression
    paths: Expression
    filters: bool
    matches: bool
    fixed: tuple[FixedRule, ...] = ()


class Target(msgspec.Struct, frozen=True):
    """The Service and the port that a rule leads to, as expressions and as they are written."""

    service: Expression
    service_text: str
    port: Expression
    port_text: str


class Rules:
    """Writes the rules of one Ingress's routes."""

    def __init__(
        self,
        printer: Printer,
        inputs: Inputs,
        names: Names,
        layout: Layout,
        text: str,
        wants: Wants,
        texts: Texts,
    ) -> None:
        self._out = printer
        self._inputs = inputs
        self._names = names
        self._layout = layout
        self._text = text
        self._prefix = wants.prefix
        self._wants = wants
        #: The variable with the Services and ports of all rules, where something is written for each.
        self.backends = names("backends")
        self._comments = Comments(text)
        self._texts = texts
        # Where the comments of the next rule may stand.
        self._above: Span | None = None

    def write(self, host: Host, items: Items, base: Frames, start: int) -> None:
        """The rules of one route, in the order of the paths; ``base`` are the branches of the route."""
        column = self._layout.rule
        for index, item in enumerate(items):
            if isinstance(item, Loop):
                self._from_values(host, (*base, item))
                continue
            self._above, start = (start, item.start), item.start
            if isinstance(item, Splice):
                self._from_values(host, (*item.path, Loop((item.start, -1), self._inputs.list_of(item))))
            else:
                self._out.go((*base, *item.path[len(base) :]), column)
                self._item(host, item, host.fixed[index] if host.fixed else FixedRule())
        self._out.go(base, column)

    def _item(self, host: Host, item: PathItem, fixed: FixedRule) -> None:
        column, frames = self._layout.rule, self._out.stack_now
        path = self._inputs.bound("path", item.paths, frames, "/", column)
        kind = self._inputs.bound("pathType", item.types, frames, _ANY, column)
        shown = self._written(item.paths, path)
        backend = self._backend(item.backend)
        self._rule(host, path, shown, kind, backend, fixed)

    def _from_values(self, host: Host, frames: Frames) -> None:
        """Paths that values hold as an Ingress has them."""
        self._out.go(frames, self._layout.rule)
        service = ".backend.service"
        number = f"({service}.port.number | default {service}.port.name)"
        backend = self._named(f"{{{{ {service}.name }}}}", own(f"{service}.name"), own(number))
        path = own('.path | default "/"', atom=False)
        shown = f"{{{{ {self._out.show(path)} | quote }}}}"
        self._rule(host, path, shown, own(".pathType"), backend, FixedRule())

    def _rule(
        self, host: Host, path: Expression, shown: str, kind: Expression, backend: Target, fixed: FixedRule
    ) -> None:
        out, column, dash = self._out, self._layout.rule, self._layout.dash
        filters = host.filters and fixed.filters is None
        matches = host.matches and fixed.match is None
        plain = path.literal is not None and (path.literal == "/" or not path.literal.endswith("/"))
        more = fixed.more is None and (not plain or host.filters)
        place = self._place(host, path, kind) if more or filters or matches or self._wants.backends else ""
        if self._wants.services:
            entry = f'"service" {out.arg(backend.service)} "port" ({out.arg(backend.port)} | int)'
            out.action(f"{self.backends} = append {self.backends} (dict {entry})", column)
        if self._above is not None:
            self._comments.write(out, *self._above, column)
            self._above = None
        out.line("- matches:", column)
        out.line("- path:", column + 2 + dash)
        if matches:
            out.action(f'include "{self._prefix}.match" {place} | nindent {column + 6 + dash}', column + 6 + dash)
        elif host.matches and fixed.match is not None:
            self._texts.write(fixed.match, column + 6 + dash, host.host)
        else:
            out.line(f"type: {self._type(kind)}", column + 6 + dash)
            out.line(f"value: {shown}", column + 6 + dash)
        if filters:
            out.action(f'include "{self._prefix}.filters" {place} | nindent {column + 2}', column + 2)
        elif fixed.filters:
            self._texts.write({"filters": fixed.filters}, column + 2, host.host)
        self._to(backend, place)
        if more:
            out.action(f'include "{self._prefix}.more" {place} | nindent {column}', column)
        elif fixed.more:
            self._texts.write(fixed.more, column, host.host)

    def _to(self, backend: Target, place: str) -> None:
        """Where the requests of a rule go, for how long they may take."""
        out, column, dash = self._out, self._layout.rule, self._layout.dash
        out.line("backendRefs:", column + 2)
        if self._wants.backends:
            given = f'(merge (dict "service" {out.arg(backend.service)} "port" {out.arg(backend.port)}) {place})'
            inner = column + 2 + dash
            out.action(f'include "{self._prefix}.backend" {given} | nindent {inner}', inner)
        else:
            out.line('- group: ""', column + 2 + dash)
            for line in ("kind: Service", f"name: {backend.service_text}", f"port: {backend.port_text}", "weight: 1"):
                out.line(line, column + 4 + dash)
        out.line("timeouts:", column + 2)
        out.line("request: 0s", column + 4)

    def _place(self, host: Host, path: Expression, kind: Expression) -> str:
        """Sets what the helpers are told of this path, and gives the variable."""
        out, name = self._out, self._names("place")
        known = kind if kind.literal else piped(argument(kind), f"default {quoted(_ANY)}")
        words = {"ingress": own(host.ingress), "host": host.host, "paths": host.paths, "path": path, "pathType": known}
        told = " ".join(f"{quoted(key)} {out.arg(word)}" for key, word in words.items())
        out.action(f"{name} := dict {told}", self._layout.rule)
        return name

    def _type(self, kind: Expression) -> str:
        if kind.literal is not None:
            return _TYPES.get(kind.literal, _PREFIX)
        return f'{{{{ ternary "Exact" "{_PREFIX}" (eq {self._out.arg(kind)} "Exact") }}}}'

    def _written(self, parts: tuple[Part, ...], value: Expression) -> str:
        """A value as the template writes it, where it still can be written so."""
        if len(parts) == 1 and isinstance(parts[0].value, Scalar) and value == scalar(parts[0].value, self._text):
            return self._out.copy(parts[0].value.start, parts[0].value.end)
        if value.literal is not None:
            return value.literal
        return f"{{{{ {self._out.show(value)} | quote }}}}"

    def _backend(self, backend: Backend) -> Target:
        out, column, frames = self._out, self._layout.rule, self._out.stack_now
        if backend.whole is not None:
            name = self._names("backend")
            out.action(f"{name} := {out.show(self._inputs.map_of(backend.whole))}", column)
            number = own(f"({name}.service.port.number | default {name}.service.port.name)")
            return self._named(f"{{{{ {name}.service.name }}}}", own(f"{name}.service.name"), number)
        if backend.brackets is not None:
            return self._in_brackets(backend, *backend.brackets)
        service = self._inputs.bound("service", backend.names, frames, "", column)
        shown = self._written(backend.names, service)
        if not backend.port_names and len(backend.numbers) == 1 and backend.numbers[0].path == frames:
            value = backend.numbers[0].value
            port = self._inputs.bound("port", backend.numbers, frames, "", column)
            return Target(service, shown, port, out.copy(value.start, value.end))
        port = self._inputs.bound_alike("port", (*backend.numbers, *backend.port_names), frames, column)
        return self._named(shown, service, port)

    def _in_brackets(self, backend: Backend, keys: tuple[str, ...], value: Scalar) -> Target:
        """``service: {name: web, port: {number: 80}}``, or any part of it in brackets."""
        column, frames = self._layout.rule, self._out.stack_now
        above = ("service", "port")[len(keys) :]
        name = at(value, self._text, *above[:-1], "name") if len(keys) < 2 else None
        number, port = at(value, self._text, *above, "number"), at(value, self._text, *above, "name")
        service = name if name is not None else self._inputs.bound("service", backend.names, frames, "", column)
        found = number if number is not None else port
        if found is None or service.literal == "":
            raise Stop("The Service and the port of this backend are not both written here.", value.start)
        shown = self._word(name) if name else self._written(backend.names, service)
        if number is None:
            return self._named(shown, service, found)
        return Target(service, shown, found, self._word(found))

    def _word(self, value: Expression) -> str:
        return value.literal if value.literal is not None else f"{{{{ {self._out.show(value)} }}}}"

    def _named(self, shown: str, service: Expression, port: Expression) -> Target:
        """A Service whose port is looked up by its name."""
        told = f'(dict "root" $ "service" {self._out.arg(service)} "port" {self._out.arg(port)})'
        found = own(f'include "{self._prefix}.port" {told}', atom=False)
        return Target(service, shown, found, f"{{{{ {found.parts[0]} }}}}")
