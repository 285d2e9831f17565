"""All objects of Gateway API as one side of a proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from gatelift.manifests.shape import ENVOY_GATEWAY
from gatelift.proof.symbolic.model import Kind, Path, Reply, Rule, Undecided, World
from gatelift.proof.symbolic.routes.hosts import Hosts, Place, unusual
from gatelift.proof.symbolic.routes.left_out import left_out
from gatelift.proof.symbolic.routes.order import ranked
from gatelift.proof.symbolic.routes.replies import Refers
from gatelift.proof.symbolic.routes.rules import compiled, rules_of
from gatelift.traffic.fields import at, group, name, of_kind, texts
from gatelift.traffic.gateway.listeners import listening
from gatelift.traffic.model import Manifest

_ALL = Path(Kind.BELOW, "")
_NOWHERE = 404


def world(objects: Sequence[Manifest], *, envoy_gateway: bool) -> World:
    """What routes answer. ``objects``: all manifests, routes with an age (``traffic.gateway.age``).

    ``envoy_gateway``: whether Envoy Gateway serves them, whose order of rules is known; else every order counts that
    the specification allows, and all other things are as Envoy has them.
    """
    found = listening(objects)
    hosts = Hosts.of(objects, found)
    refers = Refers.of(objects, envoy_gateway=envoy_gateway)
    return World(
        names=frozenset(_names(objects, hosts)),
        rules=_asking(hosts, refers, _unordered(objects) if envoy_gateway else ""),
        assumed=(*found.assumed, *unusual(found.gateways)),
        left_out=left_out(objects, found, refers),
        covered=sum(1 for route in of_kind(objects, "HTTPRoute") for _ in rules_of(route, refers)),
    )


def _asking(hosts: Hosts, refers: Refers, unordered: str) -> Callable[[str, str], tuple[Rule, ...]]:
    known: dict[Place, tuple[Rule, ...]] = {}

    def rules(scheme: str, host: str) -> tuple[Rule, ...]:
        if unordered:
            raise Undecided(unordered)
        place = hosts.place(scheme, host, apart=scheme == "https")
        if not refers.envoy_gateway and not place.failure:
            _agreed(hosts, place, hosts.place(scheme, host, apart=scheme != "https"))
        if place not in known:
            known[place] = _failed(place.failure) if place.failure else _ordered(place)
        return known[place]

    def _ordered(place: Place) -> tuple[Rule, ...]:
        made = ranked(compiled(hosts.asked(place), refers), envoy_gateway=refers.envoy_gateway)
        last = made[-1].rank + 1 if made else 0
        return (*made, Rule(path=_ALL, reply=Reply(status=_NOWHERE), rank=last, about="no rule"))

    return rules


def _agreed(hosts: Hosts, one: Place, other: Place) -> None:
    """Raises ``Undecided`` where it makes a difference whether listeners keep their hosts from each other: Envoy
    Gateway holds them apart over HTTPS and not over HTTP, and the specification asks for neither."""
    first, second = ({name(item.route) for item in hosts.asked(place)} for place in (one, other))
    if first != second:
        parted = ", ".join(sorted(first ^ second))
        raise Undecided(f"whether a listener with a hostname of its own takes its hosts away from HTTPRoute {parted}")


def _failed(failure: str) -> tuple[Rule, ...]:
    return (Rule(path=_ALL, reply=Reply(failure=failure), rank=0, about="no listener"),)


def _names(objects: Sequence[Manifest], hosts: Hosts) -> Iterator[str]:
    yield from (item.hostname for item in hosts.listeners if item.hostname)
    for route in of_kind(objects, "HTTPRoute", "GRPCRoute", "TLSRoute"):
        yield from (host.lower() for host in texts(at(route, "spec", "hostnames")) if host)


def _unordered(objects: Sequence[Manifest]) -> str:
    """What takes away the order that Envoy Gateway gives to rules; empty where nothing does."""
    for item in of_kind(objects, "EnvoyProxy"):
        if group(item) == ENVOY_GATEWAY and at(item, "spec", "preserveRouteOrder"):
            return f"preserveRouteOrder of EnvoyProxy {name(item)}"
    return ""
