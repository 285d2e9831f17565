"""What a case wants of a chart: routes, those that differ in hosts only as one, and whatever else stands with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from gatelift.manifests.shape import HTTP_ROUTE
from gatelift.sources.helm.offer import Manifest, Seen

_NO_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST = 40


class Wanted(msgspec.Struct, frozen=True):
    """``routes``: what the chart's own template may write. ``beside``: policies, filters and other objects."""

    routes: tuple[Manifest, ...] = ()
    beside: tuple[Manifest, ...] = ()


def wanted_of(seen: Seen) -> Wanted:
    """What a case wants; nothing where none of its Ingresses becomes anything new."""
    emitted = [item for change in seen.changes if change is not None for item in change.emitted]
    routes = [item for item in emitted if item["kind"] == HTTP_ROUTE.kind]
    beside = tuple(item for item in emitted if item["kind"] != HTTP_ROUTE.kind)
    # A policy names its route, so that routes with policies keep their names and stay apart.
    return Wanted(tuple(routes) if beside else _joined(routes), beside)


def _joined(routes: list[Manifest]) -> tuple[Manifest, ...]:
    """Routes that are equal but for their hosts, as one with all of them. Names are free."""
    found: dict[bytes, dict[str, Any]] = {}
    for item in routes:
        spec = dict(item["spec"])
        hosts = spec.pop("hostnames", [])
        metadata = {key: value for key, value in item["metadata"].items() if key != "name"}
        key = msgspec.json.encode([bool(hosts), metadata, spec], order="deterministic")
        known = found.setdefault(key, {**item, "spec": {**item["spec"], **({"hostnames": []} if hosts else {})}})
        if hosts:
            known["spec"]["hostnames"] = [*known["spec"]["hostnames"], *hosts]
    return tuple(found.values())


def is_redirect(route: Manifest) -> bool:
    """Whether a route answers every request itself, with a redirect."""
    rules = route["spec"].get("rules", ())
    return bool(rules) and all(_redirects(rule) for rule in rules)


def _redirects(rule: Manifest) -> bool:
    return not rule.get("backendRefs") and any("requestRedirect" in item for item in rule.get("filters", ()))


def with_fewer_rules(route: Manifest) -> Manifest:
    """A route with equal rules as one with the matches of all.

    Which of two matches wins is decided by their paths, whichever rules they stand in, and among regular paths of one
    length by their order: where there are any, only neighbours become one.
    """
    rules: list[dict[str, Any]] = []
    for rule in route["spec"].get("rules", ()):
        rest = {key: value for key, value in rule.items() if key not in ("matches", "name")}
        near = rules[-1:] if _has_regular(route) else rules
        same = next((each for each in near if _without_matches(each) == rest), None)
        if same is not None and same.get("matches") and rule.get("matches") and not rule.get("name"):
            same["matches"] = [*same["matches"], *rule["matches"]]
        else:
            rules.append(dict(rule))
    return {**route, "spec": {**route["spec"], "rules": rules}}


def _without_matches(rule: Manifest) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if key != "matches"}


def _has_regular(route: Manifest) -> bool:
    matches = [match for rule in route["spec"].get("rules", ()) for match in rule.get("matches", ())]
    return any(match.get("path", {}).get("type") == "RegularExpression" for match in matches)


def key_of_route(route: Manifest, taken: Mapping[str, Any] | set[str], first: str) -> str:
    """A key for a route in a map of routes: ``first``, ``redirect``, or its host; none that is taken."""
    hosts = route["spec"].get("hostnames") or ["all"]
    for name in (first, "redirect" if is_redirect(route) else "", slug(str(hosts[0]))):
        if name and name not in taken and not (name == first and is_redirect(route)):
            return name
    base = slug(f"{hosts[0]}{'-redirect' if is_redirect(route) else ''}")
    return next(name for name in (base, *(f"{base}-{count}" for count in range(2, 1000))) if name not in taken)


def slug(host: str) -> str:
    """A host as a part of a name."""
    shown = f"any-{host[2:]}" if host.startswith("*.") else host
    return _NO_NAME.sub("-", shown.lower()).strip("-")[:_LONGEST].rstrip("-") or "all"
