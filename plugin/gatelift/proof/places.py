"""Where a route takes requests: listeners, host and conditions, as values that can be held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gatelift.manifests.shape import GRPC_ROUTE, HTTP_ROUTE, ObjectKey
from gatelift.proof.forms import Form, canonical

_MATCHING = frozenset((kind.group, kind.kind) for kind in (HTTP_ROUTE, GRPC_ROUTE))
_PREFIX = "PathPrefix"
_EXACT = "Exact"


class Match(msgspec.Struct, frozen=True):
    """What a request must fulfil. Paths of gRPC stand as services and methods under ``other``."""

    path_type: str
    path: str
    method: str
    headers: frozenset[bytes]
    other: frozenset[bytes]

    def within(self, wider: Match) -> bool:
        """Whether every request that fulfils this fulfils ``wider``; False where nobody can say."""
        if wider.method not in ("", self.method):
            return False
        return self._path_within(wider) and wider.headers <= self.headers and wider.other <= self.other

    def _path_within(self, wider: Match) -> bool:
        if wider.path_type == _PREFIX and self.path_type in (_PREFIX, _EXACT):
            base = wider.path.rstrip("/")
            return self.path.rstrip("/") == base or self.path.startswith(f"{base}/")
        return (self.path_type, self.path) == (wider.path_type, wider.path)

    def __str__(self) -> str:
        path = f"{self.path_type} {self.path}" if self.path_type else "gRPC"
        return f"{path}{' with further conditions' if self.headers or self.other or self.method else ''}"


class Parent(msgspec.Struct, frozen=True):
    """A Gateway or ListenerSet, and which of its listeners: by name, by port, or all of them."""

    key: ObjectKey
    section: str
    port: int

    def meets(self, other: Parent) -> bool:
        """Whether both mean a listener together.

        A name and a port are taken for two listeners: routes name the one for HTTPS, and redirects port 80, where
        nobody said how the listener for HTTP is called.
        """
        if self.key != other.key:
            return False
        one, two = (self.section, self.port), (other.section, other.port)
        return one == two or ("", 0) in (one, two)


class Place(msgspec.Struct, frozen=True):
    """One match of one rule of one route, for one of its hosts."""

    root: str
    key: ObjectKey
    parents: tuple[Parent, ...]
    host: str
    match: Match
    result: bytes
    """What happens to the request, in normal form."""
    closes: bool
    """Whether requests are refused: neither forwarded nor redirected."""

    def meets(self, other: Place) -> bool:
        """Whether both listen at one listener for one host."""
        return self.host == other.host and any(one.meets(its) for one in self.parents for its in other.parents)


def places(root: str, form: Form) -> Iterator[Place]:
    """Every place of a route, in order; nothing for any other kind."""
    if (form.key.group, form.key.kind) not in _MATCHING:
        return
    spec = form.value.get("spec")
    spec = spec if isinstance(spec, Mapping) else {}
    parents = tuple(parents_of(spec, form.key))
    hosts = [str(host).lower() for host in _list(spec.get("hostnames"))] or [""]
    for rule in _list(spec.get("rules")):
        if not isinstance(rule, Mapping):
            continue
        what = {name: value for name, value in rule.items() if name not in ("matches", "name")}
        result = canonical([what, form.value.get("policies")])
        for match in _list(rule.get("matches")) or [{}]:
            if isinstance(match, Mapping):
                taken = _match(match)
                closes = _closes(what)
                yield from (Place(root, form.key, parents, host, taken, result, closes) for host in hosts)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _closes(rule: Mapping[str, Any]) -> bool:
    filters = [item for item in _list(rule.get("filters")) if isinstance(item, Mapping)]
    return not rule.get("backendRefs") and not any("requestRedirect" in item for item in filters)


def parents_of(spec: Mapping[str, Any], owner: ObjectKey) -> Iterator[Parent]:
    """Where a route listens, of its specification in normal form."""
    for parent in _list(spec.get("parentRefs")):
        if isinstance(parent, Mapping):
            name = parent.get("name")
            # A ListenerSet stands there by its content, which says as well whether two routes mean the same one.
            name = name if isinstance(name, str) else canonical(name).decode()
            group, kind = str(parent.get("group")), str(parent.get("kind"))
            key = ObjectKey(group, kind, str(parent.get("namespace") or owner.namespace), name)
            port = parent.get("port")
            yield Parent(key, str(parent.get("sectionName") or ""), port if isinstance(port, int) else 0)


def _match(match: Mapping[str, Any]) -> Match:
    path = match.get("path")
    path = path if isinstance(path, Mapping) else {}
    method = match.get("method")
    other = [canonical(item) for item in _list(match.get("queryParams"))]
    if isinstance(method, Mapping):
        other += [canonical({name: value}) for name, value in method.items() if name != "type"]
        other.append(canonical({"type": method.get("type")}))
    return Match(
        path_type=str(path.get("type") or ""),
        path=str(path.get("value") or ""),
        method=method if isinstance(method, str) else "",
        headers=frozenset(canonical(item) for item in _list(match.get("headers"))),
        other=frozenset(other),
    )
