"""Gateways that Traefik serves: ListenerSets become listeners, parents name one each, missing Gateways are made up.

What is made up has one listener for HTTP and one for HTTPS, without hostnames and open to all namespaces: nothing is
known of it, and the routes say what they need (https://gateway-api.sigs.k8s.io/guides/listener-set/).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.manifests.shape import GATEWAY, GATEWAY_API, LISTENER_SET
from gatelift.traffic.fields import at, group, mapping_at, maps, name, namespace, of_kind, text
from gatelift.traffic.gateway.granted import Serving, takes
from gatelift.traffic.gateway.selectors import by_name
from gatelift.traffic.model import Manifest

ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute")
_ALL = {"namespaces": {"from": "All"}}
_SECRET = "gatelift-replay"  # noqa: S105 - the name of a Secret that replay makes up
_SCHEMES = {"HTTP": "http", "HTTPS": "https"}
_PLAIN = re.compile(r"(?:http|web)(?:-|$)")
"""The sections of a Gateway that nobody shows which are for plain HTTP, as people name them."""
WELL_KNOWN = {"HTTP": 80, "HTTPS": 443, "TLS": 443}

Key = tuple[str, str]
"""kind and ``namespace/name`` of what routes hang on"""
Rows = tuple[tuple[str, str, str, int], ...]
"""Listeners, as (name, name on the Gateway, protocol, port)."""


class Listening(msgspec.Struct, frozen=True):
    """What listens. ``of``: Gateway or ListenerSet -> its listeners, as (name, name on the Gateway, protocol, port).

    ``gateway``: the Gateway that a ListenerSet belongs to. ``gateways``: the Gateways with all their listeners.
    """

    of: Mapping[Key, Rows]
    gateway: Mapping[Key, str]
    gateways: tuple[Manifest, ...]
    assumed: tuple[str, ...]

    def schemes(self, route: Manifest) -> tuple[str, ...]:
        """``http``, ``https``, or both: over which a route is served."""
        found = {
            _SCHEMES[protocol]
            for ref in maps(at(route, "spec", "parentRefs"))
            for _, _, protocol, _ in self.chosen(ref, namespace(route))
            if protocol in _SCHEMES
        }
        return tuple(scheme for scheme in ("http", "https") if scheme in found)

    def chosen(self, ref: Mapping[str, Any], where: str) -> list[tuple[str, str, str, int]]:
        """The listeners that a parentRef of an object in namespace ``where`` names."""
        section, port = ref.get("sectionName"), ref.get("port")
        return [
            item
            for item in self.of.get(key_of(ref, where), ())
            if section in (None, item[0]) and port in (None, item[3])
        ]


def key_of(ref: Mapping[str, Any], where: str) -> Key:
    """What a parentRef of an object in namespace ``where`` names."""
    kind = text(ref.get("kind")) or GATEWAY.kind
    return kind, f"{text(ref.get('namespace')) or where}/{text(ref.get('name'))}"


def listening(objects: Sequence[Manifest]) -> Listening:
    """Everything that listens among ``objects``, with Gateways made up for parents that are not there."""
    gateways = {name(item): dict(item) for item in of_kind(objects, "Gateway") if group(item) == GATEWAY_API}
    sets = {name(item): item for item in of_kind(objects, "ListenerSet", "XListenerSet")}
    routes = of_kind(objects, *ROUTES)
    serving = Serving.of(objects)
    assumed = []
    made_up: dict[str, Rows] = {}
    for missing in _missing(routes, sets.values(), gateways):
        gateways[missing] = _made_up(missing)
        made_up[missing] = _sections(missing, routes)
        assumed.append(
            f"Gateway {missing} is not among the manifests: one with a listener for HTTP and one for HTTPS stands in"
        )
    of: dict[Key, Rows] = {}
    own: dict[str, list[Mapping[str, Any]]] = {}
    for full, gateway in gateways.items():
        listeners = [item for item in maps(at(gateway, "spec", "listeners")) if serving.has_certificate(gateway, item)]
        assumed += [guess for item in listeners for guess in serving.guessed(gateway, item)]
        own[full] = [item for item in map(_served, listeners) if item is not None]
        of[(GATEWAY.kind, full)] = made_up.get(full) or tuple(_row(item, text(item["name"])) for item in own[full])
    parents: dict[Key, str] = {}
    for full, item in sets.items():
        _, parent = key_of(mapping_at(item, "spec", "parentRef"), namespace(item))
        taken = parent in made_up or takes(gateways[parent], item)
        listeners = [each for each in maps(at(item, "spec", "listeners")) if serving.has_certificate(item, each)]
        assumed += [guess for each in listeners if taken for guess in serving.guessed(item, each)]
        merged = [_of_set(item, each) for each in listeners if taken]
        served = [(old, each) for old, new in merged for each in (_served(new),) if each is not None]
        parents[(LISTENER_SET.kind, full)] = parent
        of[(LISTENER_SET.kind, full)] = tuple(_row(new, old) for old, new in served)
        own.setdefault(parent, []).extend(new for _, new in served)
    made, guessed = by_name((_with(gateway, own[full]) for full, gateway in gateways.items()), objects)
    return Listening(of, parents, made, (*dict.fromkeys(assumed), *guessed))


def rebound(route: Manifest, found: Listening) -> Manifest:
    """``route`` with one parentRef for each listener that it hangs on, all of Gateways."""
    where = namespace(route)
    refs: list[Mapping[str, Any]] = []
    for ref in maps(at(route, "spec", "parentRefs")):
        kind, full = key = key_of(ref, where)
        gateway = found.gateway.get(key, full) if kind == LISTENER_SET.kind else full
        space, _, short = gateway.partition("/")
        chosen = [item[1] for item in found.chosen(ref, where)] or ["gatelift-no-such-listener"]
        refs += [
            {"group": GATEWAY_API, "kind": GATEWAY.kind, "namespace": space, "name": short, "sectionName": section}
            for section in chosen
        ]
    spec = {**mapping_at(route, "spec"), "parentRefs": list({str(ref): ref for ref in refs}.values())}
    return {**route, "spec": spec}


def served_port(protocol: str, numbers: Collection[int]) -> int:
    """Of the ports of one Gateway for a protocol the one that is served here."""
    known = WELL_KNOWN.get(protocol, 0)
    return known if known in numbers else min(numbers)


def _missing(routes: Iterable[Manifest], sets: Iterable[Manifest], known: Mapping[str, object]) -> Iterable[str]:
    wanted: dict[str, None] = {}
    for route in routes:
        for ref in maps(at(route, "spec", "parentRefs")):
            kind, full = key_of(ref, namespace(route))
            if kind == GATEWAY.kind:
                wanted[full] = None
    for item in sets:
        wanted[key_of(mapping_at(item, "spec", "parentRef"), namespace(item))[1]] = None
    return [full for full in wanted if full not in known]


def _made_up(full: str) -> dict[str, Any]:
    space, _, short = full.partition("/")
    spec = {"gatewayClassName": "gatelift-replay", "listeners": [_listener("http", 80), _listener("https", 443)]}
    metadata = {"namespace": space, "name": short}
    return {"apiVersion": GATEWAY.api_version, "kind": GATEWAY.kind, "metadata": metadata, "spec": spec}


def _sections(full: str, routes: Iterable[Manifest]) -> Rows:
    """What a Gateway that is made up has for the sections that routes name: several of one port may not be alike."""
    sections: dict[str, bool] = {}
    for route in routes:
        for ref in maps(at(route, "spec", "parentRefs")):
            section = ref.get("sectionName")
            if key_of(ref, namespace(route))[1] == full and isinstance(section, str):
                sections[section] = sections.get(section, True) and _redirects(route)
    plain = {"http", *(section for section, redirects in sections.items() if redirects or _PLAIN.match(section))}
    return tuple(
        (section, "http", "HTTP", 80) if section in plain else (section, "https", "HTTPS", 443)
        for section in dict.fromkeys(("http", "https", *sections))
    )


def _listener(section: str, port: int) -> Mapping[str, Any]:
    if port == 80:
        return {"name": section, "port": port, "protocol": "HTTP", "allowedRoutes": _ALL}
    tls = {"mode": "Terminate", "certificateRefs": [{"group": "", "kind": "Secret", "name": _SECRET}]}
    return {"name": section, "port": port, "protocol": "HTTPS", "tls": tls, "allowedRoutes": _ALL}


def _redirects(route: Manifest) -> bool:
    """Whether all rules of a route lead to HTTPS: such a route hangs on plain HTTP."""
    rules = maps(at(route, "spec", "rules"))
    return bool(rules) and all(
        any(at(item, "requestRedirect", "scheme") == "https" for item in maps(rule.get("filters"))) for rule in rules
    )


def _served(listener: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A listener without what a side cannot serve; ``None`` where it is not HTTP."""
    if text(listener.get("protocol")) not in _SCHEMES or at(listener, "tls", "mode") == "Passthrough":
        return None
    made = dict(listener)
    if listener["protocol"] == "HTTPS" and not maps(at(listener, "tls", "certificateRefs")):
        made["tls"] = _listener("", 443)["tls"]
    return made


def _of_set(item: Manifest, listener: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """A listener of a ListenerSet as one of its Gateway: its name, its Secrets and the namespaces that it admits."""
    space = namespace(item)
    old = text(listener.get("name"))
    made: dict[str, Any] = {**listener, "name": f"{space}-{text(at(item, 'metadata', 'name'))}-{old}"}
    refs = maps(at(listener, "tls", "certificateRefs"))
    if refs:
        made["tls"] = {**made["tls"], "certificateRefs": [{"namespace": space, **ref} for ref in refs]}
    if (at(listener, "allowedRoutes", "namespaces", "from") or "Same") == "Same":
        only = {"matchLabels": {"kubernetes.io/metadata.name": space}}
        allowed = {**mapping_at(listener, "allowedRoutes"), "namespaces": {"from": "Selector", "selector": only}}
        made["allowedRoutes"] = allowed
    return old, made


def _row(listener: Mapping[str, Any], old: str) -> tuple[str, str, str, int]:
    return old, text(listener.get("name")), text(listener.get("protocol")), listener.get("port") or 0


def _with(gateway: Manifest, listeners: Sequence[Mapping[str, Any]]) -> Manifest:
    return {**gateway, "spec": {**mapping_at(gateway, "spec"), "listeners": list(listeners)}}


def grants(gateways: Iterable[Manifest]) -> list[Manifest]:
    """ReferenceGrants for the Secrets of other namespaces that merged listeners name: a ListenerSet needs none."""
    wanted = {
        (namespace(gateway), text(ref.get("namespace")))
        for gateway in gateways
        for listener in maps(at(gateway, "spec", "listeners"))
        for ref in maps(at(listener, "tls", "certificateRefs"))
        if ref.get("namespace") not in (None, namespace(gateway))
    }
    return [
        {
            "apiVersion": f"{GATEWAY_API}/v1beta1",
            "kind": "ReferenceGrant",
            "metadata": {"namespace": to, "name": f"gatelift-replay-{origin}"},
            "spec": {
                "from": [{"group": GATEWAY_API, "kind": "Gateway", "namespace": origin}],
                "to": [{"group": "", "kind": "Secret"}],
            },
        }
        for origin, to in sorted(wanted)
    ]
