"""The places of routes: one for each hostname and match of each rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from gatelift.traffic.fields import at, maps, name, namespace, of_kind, text, texts
from gatelift.traffic.gateway.listeners import Listening
from gatelift.traffic.model import Manifest
from gatelift.traffic.places.place import Condition, Cors, PathKind, Place

_KINDS = {"Exact": PathKind.EXACT, "PathPrefix": PathKind.PREFIX, "RegularExpression": PathKind.REGEX}


def route_places(
    objects: Sequence[Manifest], listening: Listening, clients: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[Place, ...]:
    """One place for each hostname and match of the HTTPRoutes among ``objects``, in order.

    ``listening`` tells which schemes a route is served over; ``clients``: the networks that policies name, by route.
    """
    return tuple(
        replace(place, clients=(clients or {}).get(name(route), ()))
        for route in of_kind(objects, "HTTPRoute")
        for _, _, place in placed(route, listening)
    )


def clients_of(objects: Sequence[Manifest]) -> Mapping[str, tuple[str, ...]]:
    """The networks of clients that SecurityPolicies name, by ``namespace/name`` of the route that they target."""
    found: dict[str, tuple[str, ...]] = {}
    for policy in of_kind(objects, "SecurityPolicy"):
        rules = maps(at(policy, "spec", "authorization", "rules"))
        listed = tuple(each for rule in rules for each in texts(at(rule, "principal", "clientCIDRs")))
        for ref in (*maps(at(policy, "spec", "targetRefs")), *maps([at(policy, "spec", "targetRef")])):
            full = f"{namespace(policy)}/{text(ref.get('name'))}"
            if ref.get("kind") == "HTTPRoute" and listed:
                found[full] = (*found.get(full, ()), *listed)
    return found


def placed(route: Manifest, listening: Listening) -> Iterator[tuple[int, Mapping[str, Any], Place]]:
    """The places of one route, each with the number of its rule and the rule."""
    schemes = listening.schemes(route)
    for index, rule in enumerate(maps(at(route, "spec", "rules"))):
        matches = maps(rule.get("matches")) or ({},)
        for number, match in enumerate(matches):
            path, kind = _path(match)
            for host in texts(at(route, "spec", "hostnames")) or ("",):
                place = Place(
                    name=called(route, host, match, (index, number, len(matches))),
                    host=host,
                    path=path,
                    kind=kind,
                    method=text(match.get("method")),
                    schemes=schemes,
                    conditions=_conditions(match),
                    backends=backends_of(route, rule),
                    cors=_cors(rule),
                )
                yield index, rule, place


def called(route: Manifest, host: str, match: Mapping[str, Any], place: tuple[int, int, int]) -> str:
    """A match of a route for people. ``place``: the number of its rule, its own, and how many the rule has."""
    path, kind = _path(match)
    index, number, matches = place
    about = f"HTTPRoute {name(route)}: {host or 'any host'}{path} ({kind}), rule {index + 1}"
    return about + (f", match {number + 1}" if matches > 1 else "")


def backends_of(route: Manifest, rule: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """``namespace/service:port`` -> weight of a rule's Services; a redirect has none."""
    if any(item.get("type") == "RequestRedirect" for item in maps(rule.get("filters"))):
        return ()
    found: dict[str, int] = {}
    for ref in maps(rule.get("backendRefs")):
        if ref.get("kind", "Service") != "Service":
            continue
        weight = ref.get("weight", 1)
        full = f"{text(ref.get('namespace')) or namespace(route)}/{text(ref.get('name'))}:{ref.get('port')}"
        found[full] = found.get(full, 0) + (weight if isinstance(weight, int) else 1)
    return tuple(found.items())


def _path(match: Mapping[str, Any]) -> tuple[str, PathKind]:
    kind = _KINDS.get(text(at(match, "path", "type")) or "PathPrefix", PathKind.PREFIX)
    return text(at(match, "path", "value")) or "/", kind


def _conditions(match: Mapping[str, Any]) -> tuple[Condition, ...]:
    found = []
    for where, field in (("header", "headers"), ("query", "queryParams")):
        for item in maps(match.get(field)):
            regular = item.get("type") == "RegularExpression"
            found.append(Condition(where, text(item.get("name")), text(item.get("value")), regular))
    return tuple(found)


def _cors(rule: Mapping[str, Any]) -> Cors | None:
    for item in maps(rule.get("filters")):
        said = at(item, "cors")
        if item.get("type") == "CORS" and isinstance(said, Mapping):
            return Cors(
                origins=texts(said.get("allowOrigins")),
                methods=texts(said.get("allowMethods")),
                headers=texts(said.get("allowHeaders")),
            )
    return None
