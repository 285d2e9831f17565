"""Routes with one mistake: whatever a person, or a bug, may change of what was converted."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gatelift.traffic.fields import at, maps
from gatelift.traffic.model import Manifest

Json = dict[str, Any]
Change = Callable[[], None]


def _rules(item: Json) -> list[Json]:
    found: list[Json] = item["spec"].get("rules") or []
    return found


def _matches(item: Json) -> Iterator[Json]:
    for rule in _rules(item):
        yield from rule.get("matches") or ()


def _filters(item: Json, field: str) -> Iterator[Json]:
    for rule in _rules(item):
        yield from (each[field] for each in rule.get("filters") or () if field in each)


def _set(holder: Json, key: str, value: object) -> Change:
    return lambda: holder.__setitem__(key, value)


def _drop(holder: Any, key: Any) -> Change:
    return lambda: holder.__delitem__(key)


def _path_type(item: Json) -> Iterator[Change]:
    for match in _matches(item):
        kind = at(match, "path", "type")
        if kind in ("Exact", "PathPrefix"):
            yield _set(match["path"], "type", "Exact" if kind == "PathPrefix" else "PathPrefix")


def _path_text(item: Json) -> Iterator[Change]:
    for match in _matches(item):
        if at(match, "path", "value"):
            yield _set(match["path"], "value", f"{match['path']['value'].removesuffix('/').removesuffix('$')}/q")


def _rule_dropped(item: Json) -> Iterator[Change]:
    yield from (_drop(_rules(item), number) for number in range(len(_rules(item))))


def _match_dropped(item: Json) -> Iterator[Change]:
    for rule in _rules(item):
        matches = rule.get("matches") or []
        if len(matches) > 1:
            yield from (_drop(matches, number) for number in range(len(matches)))


def _order(item: Json) -> Iterator[Change]:
    rules = _rules(item)
    if len(rules) > 1:
        yield rules.reverse


def _host(item: Json) -> Iterator[Change]:
    hosts = item["spec"].get("hostnames") or []
    for number, host in enumerate(hosts):
        yield _set(hosts, number, f"x{host.removeprefix('*.')}")  # type: ignore[arg-type]  # a list takes numbers


def _host_dropped(item: Json) -> Iterator[Change]:
    hosts = item["spec"].get("hostnames") or []
    if len(hosts) > 1:
        yield _drop(hosts, 0)


def _backend(item: Json) -> Iterator[Change]:
    for rule in _rules(item):
        for ref in rule.get("backendRefs") or ():
            if ref.get("kind", "Service") == "Service":
                yield _set(ref, "name", f"{ref['name']}-other")


def _weight(item: Json) -> Iterator[Change]:
    for rule in _rules(item):
        refs = rule.get("backendRefs") or []
        if len(refs) > 1:
            yield _set(refs[0], "weight", refs[0].get("weight", 1) + 7)


def _code(item: Json) -> Iterator[Change]:
    for said in _filters(item, "requestRedirect"):
        yield _set(said, "statusCode", 302 if said.get("statusCode") == 301 else 301)


def _scheme(item: Json) -> Iterator[Change]:
    for said in _filters(item, "requestRedirect"):
        yield _set(said, "scheme", "http" if said.get("scheme") == "https" else "https")


def _location(item: Json) -> Iterator[Change]:
    for said in _filters(item, "requestRedirect"):
        yield _set(said, "path", {"type": "ReplaceFullPath", "replaceFullPath": "/mutant"})


def _rewrite(item: Json) -> Iterator[Change]:
    for said in _filters(item, "urlRewrite"):
        for key in ("replaceFullPath", "replacePrefixMatch"):
            if at(said, "path", key) is not None:
                yield _set(said["path"], key, "/mutant")


def _header(item: Json) -> Iterator[Change]:
    for match in _matches(item):
        yield from (_set(each, "value", f"{each['value']}x") for each in match.get("headers") or ())


def _header_dropped(item: Json) -> Iterator[Change]:
    for match in _matches(item):
        yield from (_drop(match["headers"], number) for number in range(len(match.get("headers") or ())))


def _method(item: Json) -> Iterator[Change]:
    yield from (_set(match, "method", "POST") for match in _matches(item) if not match.get("method"))


def _filter_dropped(item: Json) -> Iterator[Change]:
    for rule in _rules(item):
        for number, each in enumerate(rule.get("filters") or ()):
            if each.get("type") != "RequestMirror":
                yield _drop(rule["filters"], number)


def _section(item: Json) -> Iterator[Change]:
    for ref in item["spec"].get("parentRefs") or ():
        if ref.get("sectionName") in ("http", "https"):
            yield _set(ref, "sectionName", "http" if ref["sectionName"] == "https" else "https")
        elif "port" in ref:
            yield _set(ref, "port", 80 if ref["port"] == 443 else 443)
        else:
            yield _set(ref, "port", 80)


def _networks(item: Json) -> Iterator[Change]:
    for rule in maps(at(item["spec"], "authorization", "rules")):
        networks = at(rule, "principal", "clientCIDRs")
        if isinstance(networks, list):
            yield _set(networks, 0, "198.51.100.0/24")  # type: ignore[arg-type]  # a list takes numbers


def _admission(item: Json) -> Iterator[Change]:
    said = at(item["spec"], "authorization")
    if isinstance(said, dict):
        yield _set(said, "defaultAction", "Deny" if said.get("defaultAction") == "Allow" else "Allow")


def _policy_dropped(item: Json) -> Iterator[Change]:
    yield _set(item, "kind", "Dropped")


def _substitution(item: Json) -> Iterator[Change]:
    said = at(item["spec"], "urlRewrite", "path", "replaceRegexMatch")
    if isinstance(said, dict):
        yield _set(said, "substitution", f"/mutant{said['substitution']}")


def _answer(item: Json) -> Iterator[Change]:
    said = at(item["spec"], "directResponse")
    if isinstance(said, dict):
        yield _set(said, "statusCode", 418)


def _listener_host(item: Json) -> Iterator[Change]:
    for each in item["spec"].get("listeners") or ():
        yield _set(each, "hostname", "mutant.example.org")


def _listener_dropped(item: Json) -> Iterator[Change]:
    listeners = item["spec"].get("listeners") or []
    if len(listeners) > 1:
        yield from (_drop(listeners, number) for number in range(len(listeners)))


_OF_ROUTES: Sequence[Callable[[Json], Iterator[Change]]] = (
    _path_type, _path_text, _rule_dropped, _match_dropped, _order, _host, _host_dropped, _backend, _weight, _code,
    _scheme, _location, _rewrite, _header, _header_dropped, _method, _filter_dropped, _section,
)  # fmt: skip
CHANGES: Mapping[str, Sequence[Callable[[Json], Iterator[Change]]]] = {
    "HTTPRoute": _OF_ROUTES,
    "SecurityPolicy": (_networks, _admission, _policy_dropped),
    "HTTPRouteFilter": (_substitution, _answer, _policy_dropped),
    "Gateway": (_listener_host, _listener_dropped),
}
"""Kind of object -> what may be changed of it."""


def kinds() -> list[str]:
    """What mutants are called: ``KIND: change``."""
    return [_called(kind, change) for kind, changes in CHANGES.items() for change in changes]


def _called(kind: str, change: Callable[[Json], Iterator[Change]]) -> str:
    return f"{kind}: {change.__name__[1:].replace('_', ' ')}"


def mutants(item: Manifest, chance: random.Random) -> Iterator[tuple[str, Json]]:
    """Of one object one mutant of each kind that fits, each in one place that chance picks."""
    for change in CHANGES.get(str(item.get("kind")), ()):
        many = sum(1 for _ in change(copy.deepcopy(dict(item))))
        if not many:
            continue
        made = copy.deepcopy(dict(item))
        list(change(made))[chance.randrange(many)]()
        yield _called(str(item["kind"]), change), made
