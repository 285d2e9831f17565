"""Which routes are asked for a host: those of its most special listener, and of its most special host among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from gatelift.traffic.fields import at, mapping_at, maps, name, of_kind, text
from gatelift.traffic.gateway.bound import Bound, Listener, bound, listeners_of, on_chain
from gatelift.traffic.gateway.listeners import WELL_KNOWN, Listening, rebound, served_port
from gatelift.traffic.model import Manifest
from gatelift.traffic.places.place import patterns

_ANY = "*"
_SECURE = "https"
_CLOSED, _TLS = "closed", "tls"


class Place(msgspec.Struct, frozen=True):
    """Where a request ends up: behind the hostname of a listener (``None``: all are one), at a host of routes (empty
    where none takes it); or ``failure``."""

    scheme: str
    listener: str | None = None
    host: str = ""
    failure: str = ""


class Hosts(msgspec.Struct, frozen=True, dict=True):
    """All listeners, and what hangs on them."""

    listeners: tuple[Listener, ...]
    bound: tuple[Bound, ...]

    @classmethod
    def of(cls, objects: Sequence[Manifest], found: Listening) -> Hosts:
        """Those of ``objects``. A request goes to the usual port of its scheme, or the lowest that a Gateway has."""
        made = (
            *map(_on_usual_ports, found.gateways),
            *of_kind(objects, "Namespace"),
            *(rebound(route, found) for route in of_kind(objects, "HTTPRoute")),
        )
        return cls(listeners_of(made), bound(made))

    def place(self, scheme: str, host: str, *, apart: bool) -> Place:
        """Where a request ends up. ``apart``: whether listeners of a scheme keep their hosts from each other."""
        names = self._hostnames.get(scheme)
        if not names:
            return Place(scheme, failure=_CLOSED)
        listener = next((each for each in patterns(host) if each in names), None)
        if listener is None and scheme == _SECURE:
            return Place(scheme, failure=_TLS)
        behind = listener if apart else None
        there = self._behind(scheme, behind)
        taking = (each for each in (pattern or _ANY for pattern in patterns(host)) if each in there)
        return Place(scheme, behind, next(taking, ""))

    def asked(self, place: Place) -> tuple[Bound, ...]:
        """What is asked there."""
        return self._behind(place.scheme, place.listener).get(place.host, ())

    def _behind(self, scheme: str, listener: str | None) -> Mapping[str, tuple[Bound, ...]]:
        """Host of routes -> what hangs there."""
        if (scheme, listener) not in self._chains:
            found = self._of_scheme.get(scheme, ())
            there = [item for item in self.listeners if item.scheme == scheme]
            self._chains[scheme, listener] = _by_host(found if listener is None else on_chain(listener, found, there))
        return self._chains[scheme, listener]

    @cached_property
    def _chains(self) -> dict[tuple[str, str | None], Mapping[str, tuple[Bound, ...]]]:
        return {}

    @cached_property
    def _hostnames(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for item in self.listeners:
            found.setdefault(item.scheme, set()).add(item.hostname)
        return {scheme: frozenset(names) for scheme, names in found.items()}

    @cached_property
    def _of_scheme(self) -> Mapping[str, tuple[Bound, ...]]:
        return {
            scheme: tuple(item for item in self.bound if item.listener.scheme == scheme) for scheme in self._hostnames
        }


def _by_host(found: Iterable[Bound]) -> Mapping[str, tuple[Bound, ...]]:
    made: dict[str, list[Bound]] = {}
    for item in found:
        made.setdefault(item.host, []).append(item)
    return {host: tuple(items) for host, items in made.items()}


def unusual(gateways: Iterable[Manifest]) -> Iterator[str]:
    """Which Gateways listen elsewhere than clients ask, for people."""
    for gateway in gateways:
        for protocol, port in sorted(_served_ports(gateway).items()):
            if port != WELL_KNOWN.get(protocol, port):
                yield f"Gateway {name(gateway)} has {protocol} on port {port}: clients are taken to ask there"


def _on_usual_ports(gateway: Manifest) -> Manifest:
    served = _served_ports(gateway)
    listeners = maps(at(gateway, "spec", "listeners"))
    kept = [item for item in listeners if _port(item) == served[text(item.get("protocol"))]]
    return {**gateway, "spec": {**mapping_at(gateway, "spec"), "listeners": kept}}


def _served_ports(gateway: Manifest) -> Mapping[str, int]:
    ports: dict[str, set[int]] = {}
    for item in maps(at(gateway, "spec", "listeners")):
        ports.setdefault(text(item.get("protocol")), set()).add(_port(item))
    return {protocol: served_port(protocol, numbers) for protocol, numbers in ports.items()}


def _port(listener: Mapping[str, Any]) -> int:
    number = listener.get("port")
    return number if isinstance(number, int) else 0
