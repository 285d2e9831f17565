"""All objects after a rewrite, as Traefik can serve them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from gatelift.manifests.shape import ENVOY_GATEWAY
from gatelift.replay.project.proxies import traefik
from gatelift.replay.project.rules import known, mirrors, plain
from gatelift.traffic.fields import at, group, maps, name, namespace, of_kind, text
from gatelift.traffic.gateway.listeners import Listening, grants, key_of, listening, rebound, served_port
from gatelift.traffic.gateway.undecided import Knows, client_certificates, other_routes, policies
from gatelift.traffic.model import Manifest, NotReplayed

_SERVED = ("Gateway", "HTTPRoute", "Service", "ReferenceGrant", "Namespace", "Secret", "ConfigMap")


class Projected(msgspec.Struct, frozen=True, kw_only=True):
    """What Traefik gets, and what it cannot show.

    ``listening`` is that of ``objects``; ``assumed`` says what holds for the whole replay.
    """

    objects: tuple[Manifest, ...]
    listening: Listening
    not_replayed: tuple[NotReplayed, ...]
    assumed: tuple[str, ...]


def projected(objects: Sequence[Manifest], knows: Knows = traefik) -> Projected:
    """``objects`` without what a proxy does not know; nothing that is left means something else than before."""
    found = listening(objects)
    refers = known(objects)
    made: list[Manifest] = [*found.gateways, *grants(found.gateways)]
    routes = of_kind(objects, "HTTPRoute")
    lost: list[NotReplayed] = [*other_routes(objects), *policies(objects, found, knows), *client_certificates(objects)]
    for route in routes:
        result = plain(rebound(route, found), refers, knows)
        made += [result.route, *result.beside]
        lost += result.lost
    kept = [item for item in objects if item.get("kind") in _SERVED and group(item) != ENVOY_GATEWAY]
    made += [_without_protocol(item) for item in kept if item.get("kind") not in ("Gateway", "HTTPRoute")]
    return Projected(
        objects=tuple(_once(made)),
        listening=listening(made),
        not_replayed=tuple(sorted(set(lost))),
        assumed=(*found.assumed, *_assumed(objects, routes), *_addresses(routes, found)),
    )


def _without_protocol(item: Manifest) -> Manifest:
    """A Service whose ports speak plain HTTP, as the echo servers do."""
    ports = maps(at(item, "spec", "ports"))
    if item.get("kind") != "Service" or not any("appProtocol" in port for port in ports):
        return item
    plain_ports = [{key: value for key, value in port.items() if key != "appProtocol"} for port in ports]
    return {**item, "spec": {**at(item, "spec"), "ports": plain_ports}}


def _assumed(objects: Sequence[Manifest], routes: Sequence[Manifest]) -> Iterator[str]:
    copying = list(mirrors(routes))
    if copying:
        yield f"copies of requests (RequestMirror) are not sent: {', '.join(copying)}"
    if of_kind(objects, "BackendTLSPolicy"):
        yield "backends answer plain HTTP here, so nothing is said about certificates of backends (BackendTLSPolicy)"


def _addresses(routes: Sequence[Manifest], found: Listening) -> Iterator[str]:
    """Which Gateway a request goes to, and which port, is not part of what is asked."""
    keys = {key_of(ref, namespace(route)) for route in routes for ref in maps(at(route, "spec", "parentRefs"))}
    used = sorted({found.gateway.get(key, key[1]) for key in keys})
    if len(used) > 1:
        yield f"Gateways {', '.join(used)} answer as one here: nothing is said about which of them serves a route"
    for key in sorted(keys):
        ports: dict[str, set[int]] = {}
        for _, _, protocol, port in found.of.get(key, ()):
            ports.setdefault(protocol, set()).add(port)
        for protocol, numbers in sorted(ports.items()):
            others = sorted(numbers - {served_port(protocol, numbers)})
            if others:
                listed = ", ".join(map(str, others))
                yield f"{key[0]} {key[1]} listens for {protocol} on several ports, and is not asked on {listed}"


def _once(objects: Iterable[Manifest]) -> Iterator[Manifest]:
    seen: set[tuple[str, str]] = set()
    for item in objects:
        key = (text(item.get("kind")), name(item))
        if key not in seen:
            seen.add(key)
            yield item
