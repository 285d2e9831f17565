"""What the routes of a template have to say, as far as the cases that were seen tell; and what no text can say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec

from gatelift.config.model import Phase
from gatelift.sources.helm.offer import Manifest, Part
from gatelift.sources.helm.readable.places import Key
from gatelift.sources.helm.readable.statements import Statement
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.runtime.tables import Tables

_KINDS = frozenset(("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"))
_RULE = frozenset(("matches", "filters", "backendRefs", "timeouts", "name"))
_PARENT = {"group", "kind", "name", "namespace"}


class Wants(msgspec.Struct, frozen=True):
    """``switch``: the Gateway's block as a template names it. ``matches``: some route matches by an expression;
    ``hostless``: some route has no host. ``plain``: the annotations of a route that no helper has to know of; None
    where some route of a case needs more than that. ``services``: some Service gets an object of its own;
    ``backends``: some rule leads to such an object.
    """

    prefix: str
    switch: str
    matches: bool
    hostless: bool
    plain: Mapping[str, str] | None
    services: bool
    backends: bool
    statements: tuple[Statement, ...]
    tables: Tables | None = None
    """What the helpers know."""
    bare: bool = False
    """Whether a route may have no annotation: only while external-dns has to pass routes over, each has some."""

    def gateway(self, *, root: bool) -> str:
        """The block of the Gateway where ``.`` is the root, or something else."""
        return self.switch.removeprefix("$") if root else self.switch

    def sets(self, names: Collection[str]) -> Iterator[Key | None]:
        """The branches in which these variables are set."""
        return (item.branch for item in self.statements if item.sets & set(names))


def wants(part: Part, statements: tuple[Statement, ...], tables: Tables | None = None) -> Wants:
    """Raises ``Stop`` where a route of some case holds what a template of routes would not say."""
    emitted = list(_emitted(part))
    for manifest in emitted:
        _check(manifest)
    routes = [manifest for manifest in emitted if manifest["kind"] == "HTTPRoute"]
    return Wants(
        part.prefix,
        part.switch.expression,
        any(_type(match) == "RegularExpression" for route in routes for match in _matches(route)),
        any(not route["spec"].get("hostnames") for route in routes),
        _plain(part, routes) if len(routes) == len(emitted) else None,
        any(_is_of_service(manifest) for manifest in emitted),
        any(_backend(ref) != ("", "Service") for route in routes for ref in _backends(route)),
        statements,
        tables if part.phase is not Phase.CUTOVER else None,
        part.phase is not Phase.COEXIST,
    )


def _backends(route: Manifest) -> Iterator[Mapping[str, Any]]:
    return (ref for rule in route["spec"].get("rules", ()) for ref in rule.get("backendRefs", ()))


def _backend(ref: Mapping[str, Any]) -> tuple[str, str]:
    return ref.get("group", ""), ref.get("kind", "Service")


def _is_of_service(manifest: Manifest) -> bool:
    """Whether an object is one for a Service: a backend, or a policy of one."""
    spec = manifest.get("spec", {})
    targets = [target.get("kind") for target in spec.get("targetRefs", ())]
    return manifest["kind"] not in _KINDS and ("endpoints" in spec or "Service" in targets or "Backend" in targets)


def _emitted(part: Part) -> Iterator[Manifest]:
    for seen in part.seen:
        for change in seen.changes:
            if change is not None and change.withheld is None:
                yield from change.emitted


def _check(manifest: Manifest) -> None:
    kind = manifest["kind"]
    if kind not in _KINDS:
        return
    if kind != "HTTPRoute":
        raise Stop(f"In some case an Ingress becomes a {kind}, and in others it may become another kind.", 0)
    for rule in manifest["spec"].get("rules", ()):
        backends = rule.get("backendRefs")
        if not backends:
            continue
        other = set(rule) - _RULE
        if other:
            raise Stop(f"In some case a rule has {', '.join(sorted(other))}, which only the Ingress itself decides.", 0)
        if rule.get("timeouts") != {"request": "0s"} or len(backends) != 1 or backends[0].get("weight") != 1:
            raise Stop("In some case a rule has timeouts or weights that only the Ingress itself decides.", 0)
        if any(set(match) - {"path"} for match in rule.get("matches", ())):
            raise Stop("In some case a rule matches by more than the path.", 0)


def _plain(part: Part, routes: list[Manifest]) -> Mapping[str, str] | None:
    """The annotations that all routes have, where they all hang on the Gateway as a whole, one for each Ingress."""
    if not routes or part.phase == "cutover" or len(routes) != sum(len(seen.ingresses) for seen in part.seen):
        return None
    if any(set(parent) != _PARENT for route in routes for parent in route["spec"]["parentRefs"]):
        return None
    if any(rule.get("filters") or not rule.get("backendRefs") for route in routes for rule in route["spec"]["rules"]):
        return None
    found = [route["metadata"].get("annotations", {}) for route in routes]
    return found[0] if all(item == found[0] for item in found) else None


def _matches(route: Manifest) -> Iterator[Mapping[str, Any]]:
    return (match for rule in route["spec"].get("rules", ()) for match in rule.get("matches", ()))


def _type(match: Mapping[str, Any]) -> str:
    return str(match.get("path", {}).get("type", ""))
