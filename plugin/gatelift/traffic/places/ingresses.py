"""The places of Ingresses, with what ingress-nginx's annotations say about requests (the catalogue of its keys:
https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from gatelift.traffic.fields import at, maps, name, namespace, nginx_annotations, of_kind, ports, text, texts
from gatelift.traffic.model import Manifest
from gatelift.traffic.nginx.values import boolean
from gatelift.traffic.places.place import Condition, Cors, PathKind, Place

_SIZE = re.compile(r"([0-9]{1,18})([bkmg]?)", re.IGNORECASE)
_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
USUAL_LIMIT = 1 << 20
"""``client_max_body_size`` of ingress-nginx where nothing is said."""


def ingress_places(objects: Sequence[Manifest]) -> tuple[Place, ...]:
    """One place for each host and path of each Ingress among ``objects``, in order."""
    known = ports(objects)
    ingresses = of_kind(objects, "Ingress")
    regular = regular_hosts(ingresses)
    main = [item for item in ingresses if not _is_canary(item)]
    named = _named(main)
    found = [place for item in main for place in _places(item, known, regular, named)]
    return tuple(_with_canaries(found, ingresses, known))


def canary_places(objects: Sequence[Manifest]) -> tuple[Place, ...]:
    """The places of canaries, each by itself."""
    ingresses = of_kind(objects, "Ingress")
    known, regular = ports(objects), regular_hosts(ingresses)
    return tuple(place for item in ingresses if _is_canary(item) for place in _places(item, known, regular))


def certified(objects: Sequence[Manifest]) -> tuple[str, ...]:
    """The hosts in ``tls`` of the Ingresses among ``objects``."""
    sections = (entry for item in of_kind(objects, "Ingress") for entry in maps(at(item, "spec", "tls")))
    return tuple(dict.fromkeys(host for entry in sections for host in texts(entry.get("hosts"))))


def _named(ingresses: Iterable[Manifest]) -> Mapping[str, Sequence[str]]:
    """Host -> its aliases, whichever of its Ingresses gives them: all of its places are served under each.

    Of several hosts with one alias the first has it, as the alphabet has the names of servers: ``_`` is that of none.
    """
    found: dict[str, dict[str, None]] = {}
    first: dict[str, str] = {}
    for item in ingresses:
        aliases = [alias for alias in _listed(nginx_annotations(item).get("server-alias", "")) if alias[0] != "~"]
        for host in {text(rule.get("host")) for rule in maps(at(item, "spec", "rules"))}:
            found.setdefault(host, {}).update(dict.fromkeys(aliases))
            first.update((alias, min(host or "_", first.get(alias, host or "_"))) for alias in aliases)
    return {
        host: [alias for alias in aliases if alias not in found and first[alias] == (host or "_")]
        for host, aliases in found.items()
    }


def _is_canary(ingress: Manifest) -> bool:
    return is_true(nginx_annotations(ingress).get("canary"))


def is_true(value: str | None) -> bool:
    """A flag as Go's ``ParseBool`` reads it; what it cannot read is no."""
    return boolean(value or "") is True


def regular_hosts(ingresses: Iterable[Manifest]) -> frozenset[str]:
    """Hosts of which one path is regular, so that all are (T1)."""
    found: set[str] = set()
    for item in ingresses:
        said = nginx_annotations(item)
        for host, path, *_ in _paths(item):
            if is_true(said.get("use-regex")) or said.get("rewrite-target", path) not in ("", path):
                found.add(host)
    return frozenset(found)


def _paths(ingress: Manifest) -> Iterator[tuple[str, str, Mapping[str, object], tuple[int, int]]]:
    for number, rule in enumerate(maps(at(ingress, "spec", "rules"))):
        for index, path in enumerate(maps(at(rule, "http", "paths"))):
            yield text(rule.get("host")), text(path.get("path")) or "/", path, (number, index)


def _places(
    ingress: Manifest,
    known: Mapping[str, int],
    regular: frozenset[str],
    named: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Iterator[Place]:
    said = nginx_annotations(ingress)
    about = f"Ingress {name(ingress)}"
    common = Place(
        name=about,
        host="",
        cors=_cors(said),
        body=_limits(said),
        allowed=_networks(said, "allowlist-source-range", "whitelist-source-range"),
        denied=_networks(said, "denylist-source-range"),
        login="auth-type" in said,
        ingress=name(ingress),
    )
    paths = list(_paths(ingress))
    under = [(each[0], each) for each in paths]
    under += [(alias, each) for each in paths for alias in named.get(each[0], ())]
    for host, (server, path, entry, rule) in under:
        kind = PathKind.EXACT if entry.get("pathType") == "Exact" else PathKind.PREFIX
        kind = PathKind.REGEX if server in regular else kind
        yield replace(
            common,
            name=f"{about}: {host or 'any host'}{path} ({kind})",
            host=host,
            path=path,
            kind=kind,
            backends=_backend(ingress, entry.get("backend"), known),
            rule=rule,
        )
    default = _backend(ingress, at(ingress, "spec", "defaultBackend"), known)
    if default:
        hosts: dict[str, int] = {}
        for number, own in enumerate(maps(at(ingress, "spec", "rules"))):
            hosts.setdefault(text(own.get("host")), number)
        for host, number in (hosts or {"": -1}).items():
            about_host = f"{about}: default backend of {host or 'unknown hosts'}"
            yield replace(common, name=about_host, host=host, backends=default, rule=(number, -1))


def _backend(ingress: Manifest, backend: object, known: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    service = at(backend, "service")
    named = text(at(service, "name"))
    if not named:
        return ()
    full = f"{namespace(ingress)}/{named}"
    port = at(service, "port", "number") or known.get(f"{full}:{at(service, 'port', 'name')}")
    return ((f"{full}:{port}", 1),) if port else ()


def _with_canaries(places: Iterable[Place], ingresses: Iterable[Manifest], known: Mapping[str, int]) -> Iterator[Place]:
    """Each place with what its canary (same host and path) adds: a second backend, headers and cookies."""
    canaries = {}
    for item in ingresses:
        said = nginx_annotations(item)
        if is_true(said.get("canary")):
            for host, path, entry, _ in _paths(item):
                canaries[(host, path)] = (said, _backend(item, entry.get("backend"), known))
    for place in places:
        said, other = canaries.get((place.host, place.path), ({}, ()))
        if not other:
            yield place
            continue
        total = max(_number(said.get("canary-weight-total"), 100), 1)
        weight = min(_number(said.get("canary-weight"), 0), total)
        split = ((place.backends[0][0], total - weight), (other[0][0], weight)) if place.backends else other
        yield replace(place, backends=split, mentions=_canary_mentions(said))


def _canary_mentions(said: Mapping[str, str]) -> tuple[Condition, ...]:
    found = []
    header, cookie = said.get("canary-by-header"), said.get("canary-by-cookie")
    if header:
        value, pattern = said.get("canary-by-header-value"), said.get("canary-by-header-pattern")
        if value:
            found.append(Condition("header", header, value))
        elif pattern:
            found.append(Condition("header", header, f".*(?:{pattern}).*", regular=True))
        found += [Condition("header", header, word) for word in ("always", "never")]
    if cookie:
        found += [Condition("cookie", cookie, word) for word in ("always", "never")]
    return tuple(found)


def _cors(said: Mapping[str, str]) -> Cors | None:
    if not is_true(said.get("enable-cors")):
        return None
    return Cors(
        origins=_listed(said.get("cors-allow-origin", "*")),
        methods=_listed(said.get("cors-allow-methods", "GET, PUT, POST, DELETE, PATCH, OPTIONS")),
        headers=_listed(said.get("cors-allow-headers", "Content-Type, Authorization")),
    )


def _limits(said: Mapping[str, str]) -> tuple[int, ...]:
    found = _SIZE.fullmatch(said.get("proxy-body-size", "").strip())
    limit = int(found[1]) * _UNITS[found[2].lower()] if found else USUAL_LIMIT
    return (limit,) if limit else ()


def _networks(said: Mapping[str, str], *keys: str) -> tuple[str, ...]:
    return tuple(network for key in keys for network in _listed(said.get(key, "")))


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _number(value: str | None, default: int) -> int:
    return int(value) if value is not None and re.fullmatch(r"[+-]?[0-9]{1,18}", value) else default
