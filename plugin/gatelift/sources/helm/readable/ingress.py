"""The Ingresses that a template writes, with the branches of everything that becomes part of a route."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from gatelift.sources.helm.readable.dead import Conditions
from gatelift.sources.helm.readable.expressions import Span
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.template.atoms import Path
from gatelift.sources.helm.template.find import ITEMS, Found, exclusive, find, splices, text
from gatelift.sources.helm.template.skeleton import (
    Document,
    Empty,
    Entry,
    Item,
    Mapping,
    Scalar,
    Sequence,
    Skeleton,
    Splice,
    Spliced,
    Style,
    Value,
)


class Part(msgspec.Struct, frozen=True):
    """A value and the live branches that it stands in; ``start`` is that of its key or item."""

    value: Value
    path: Path
    start: int
    end: int


class Backend(msgspec.Struct, frozen=True):
    """Where a path leads: a Service by name and port, or what an action writes (``whole``).

    ``brackets``: what stands in brackets, with the keys above it: ``()`` for the backend, ``("service", "port")``.
    """

    names: tuple[Part, ...] = ()
    numbers: tuple[Part, ...] = ()
    port_names: tuple[Part, ...] = ()
    whole: Splice | None = None
    brackets: tuple[tuple[str, ...], Scalar] | None = None


class PathItem(msgspec.Struct, frozen=True):
    """One path of a rule."""

    path: Path
    start: int
    paths: tuple[Part, ...]
    types: tuple[Part, ...]
    backend: Backend


class Rule(msgspec.Struct, frozen=True):
    """One rule: its hosts (several where branches write one each), its paths and lists of them from values, in order.

    ``http``: the span of all that follows ``http:``.
    """

    path: Path
    start: int
    http: Span
    hosts: tuple[Part, ...]
    items: tuple[PathItem | Splice, ...]


class Ingress(msgspec.Struct, frozen=True):
    """One Ingress of a template. ``indent``: the column of its keys; ``dash``: how far lists are indented;
    ``metadata``: the column of its keys in a document of its own.

    ``classes``, ``labels``, ``annotations`` and ``tls`` hold the value under that key in each branch;
    ``rules`` stand in order.
    """

    path: Path
    start: int
    end: int
    indent: int
    dash: int
    metadata: int
    name: Part
    namespaces: tuple[Part, ...]
    classes: tuple[Part, ...]
    labels: tuple[Part, ...]
    annotations: tuple[Part, ...]
    tls: tuple[Part, ...]
    rules: tuple[Rule | Splice, ...]


def holders(skeleton: Skeleton) -> Iterator[tuple[Value, Path, Document]]:
    """The objects of a skeleton that are Ingresses, those in Lists included."""
    for document in skeleton.documents:
        kinds = {text(found.value) for found in find(document.root, "kind")}
        if "Ingress" in kinds:
            yield document.root, document.path, document
        for item in find(document.root, "items", ITEMS) if "List" in kinds else ():
            if any(text(found.value) == "Ingress" for found in find(item.value, "kind")):
                yield item.value, item.path, document


class Reading:
    """Reads the Ingresses of one template. Raises ``Stop`` at what it does not know."""

    def __init__(self, conditions: Conditions) -> None:
        self._conditions = conditions

    def ingress(self, root: Value, path: Path) -> Ingress | None:
        """One Ingress; None where it stands in a dead branch."""
        live = self._conditions.live(path)
        if live is None:
            return None
        if not isinstance(root, Mapping):
            raise Stop("Helpers write this Ingress as a whole.", root.start)
        self._only(root, ("apiVersion", "kind", "metadata", "spec"), "an Ingress")
        metadata, spec = self._one(root, "metadata"), self._one(root, "spec")
        self._only(metadata.value, ("name", "namespace", "labels", "annotations"), "metadata")
        self._only(spec.value, ("ingressClassName", "tls", "rules"), "spec")
        rules = self._one(spec.value, "rules")
        return Ingress(
            path=live,
            start=root.start,
            end=root.end,
            indent=root.indent,
            dash=max(0, rules.value.indent - _indent(spec.value)) if isinstance(rules.value, Sequence) else 0,
            metadata=_indent(metadata.value) - root.indent,
            name=self._one(metadata.value, "name"),
            namespaces=self.parts(metadata.value, "namespace"),
            classes=self._scalars(spec.value, "ingressClassName"),
            labels=self.parts(metadata.value, "labels"),
            annotations=self.parts(metadata.value, "annotations"),
            tls=self.parts(spec.value, "tls"),
            rules=tuple(self._rules(rules.value)),
        )

    def parts(self, value: Value, *keys: str) -> tuple[Part, ...]:
        """The values at ``keys`` in branches that are not dead."""
        return tuple(self._live(find(value, *keys)))

    def members(self, value: Value, what: str) -> Iterator[Item | Splice | Entry]:
        """The members of a list or a mapping in live branches, with the branches that count. Raises ``Stop``."""
        if not isinstance(value, Mapping | Sequence | Spliced):
            raise Stop(f"{what} is not written as a block here.", value.start)
        for member in value.members:
            live = self._conditions.live(member.path)
            if live is not None:
                yield msgspec.structs.replace(member, path=live)

    def _live(self, found: Iterable[Found]) -> Iterator[Part]:
        for item in found:
            live = self._conditions.live(item.path)
            if live is not None:
                yield Part(item.value, live, item.member.start, item.member.end)

    def _one(self, value: Value, key: str) -> Part:
        found = self.parts(value, key)
        if len(found) != 1:
            raise Stop(f"'{key}' is not written exactly once here.", found[1].start if found else value.start)
        return found[0]

    def _only(self, value: Value, known: tuple[str, ...], what: str, instead: Iterable[Part] = ()) -> None:
        """Refuse keys that have no place in a route, and keys that nobody sees; not those of a branch for clusters
        that have no ``instead``."""
        for member in self.members(value, what):
            if instead and all(exclusive(member.path, part.path) for part in instead):
                continue
            if isinstance(member, Splice):
                raise Stop(
                    f"An action writes a part of {what} here, and the template does not tell which.", member.start
                )
            if isinstance(member, Entry) and member.key.text not in known:
                shown = f"'{member.key.text}'" if member.key.text else "a key that an action writes"
                raise Stop(f"{what} has {shown} here, which is not carried over to a route.", member.start)

    def _rules(self, value: Value) -> Iterator[Rule | Splice]:
        for member in self.members(value, "'rules'"):
            if isinstance(member, Splice):
                yield member
            elif isinstance(member, Item):
                yield self._rule(member)

    def _rule(self, item: Item) -> Rule:
        self._only(item.value, ("host", "http"), "a rule")
        http = self._one(item.value, "http")
        self._only(http.value, ("paths",), "'http'")
        paths = self._one(http.value, "paths")
        items = tuple(self._path(member) for member in self.members(paths.value, "'paths'"))
        return Rule(item.path, item.start, (http.start, http.end), self.parts(item.value, "host"), items)

    def _path(self, member: Item | Splice | Entry) -> PathItem | Splice:
        if isinstance(member, Splice):
            return member
        self._only(member.value, ("path", "pathType", "backend"), "a path")
        return PathItem(
            member.path,
            member.start,
            self._scalars(member.value, "path"),
            self._scalars(member.value, "pathType"),
            self._backend(member.value),
        )

    def _scalars(self, value: Value, *keys: str) -> tuple[Part, ...]:
        found = self.parts(value, *keys)
        for part in found:
            if not isinstance(part.value, Scalar):
                raise Stop(f"'{keys[-1]}' is not written on one line here.", part.start)
        return found

    def _backend(self, path: Value) -> Backend:
        found = [part for part in self.parts(path, "backend") if not isinstance(part.value, Empty)]
        whole = [splice for part in found for splice in splices(part.value)]
        if whole:
            if len(found) > 1 or len(whole) > 1:
                raise Stop("More than one action writes this backend.", whole[0].start)
            return Backend(whole=whole[0])
        flow = self._brackets(path)
        if flow is not None:
            return Backend(self._scalars(path, "backend", "service", "name"), brackets=flow)
        service = self.parts(path, "backend", "service")
        for part in found:
            self._only(part.value, ("service", "serviceName", "servicePort"), "a backend", service)
        for part in service:
            self._only(part.value, ("name", "port"), "a Service")
        backend = Backend(
            self._scalars(path, "backend", "service", "name"),
            self._scalars(path, "backend", "service", "port", "number"),
            self._scalars(path, "backend", "service", "port", "name"),
        )
        if not backend.names or not (backend.numbers or backend.port_names):
            at = found[0].start if found else path.start
            raise Stop("The Service and the port of this backend are not written as networking.k8s.io/v1 has them.", at)
        return backend

    def _brackets(self, path: Value) -> tuple[tuple[str, ...], Scalar] | None:
        for keys in ((), ("service",), ("service", "port")):
            found = self.parts(path, "backend", *keys)
            if len(found) == 1 and isinstance(found[0].value, Scalar) and found[0].value.style is Style.FLOW:
                return keys, found[0].value
        return None


def problems_in(skeleton: Skeleton, ingress: Ingress) -> None:
    """Raises ``Stop`` where a part of an Ingress could not be read as YAML."""
    for problem in skeleton.problems:
        if ingress.start <= problem.start <= ingress.end:
            raise Stop(problem.message, problem.start)


def _indent(value: Value) -> int:
    return value.indent if isinstance(value, Mapping) else 0
