"""The entries of a ledger, found by what a request is for: there are thousands, and each request asks for its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TypeVar

import msgspec

from gatelift.expected.ledger import Entry
from gatelift.traffic.answers.served import Serving, serving
from gatelift.traffic.model import Request
from gatelift.traffic.places.index import Index
from gatelift.traffic.places.place import Place, host_among, path_of, patterns

PREFIX = re.compile(r"/metadata/annotations/(.*)", re.DOTALL)
APP_ROOT, TWIN = "app-root", "from-to-www-redirect"
"""Settings that act where no path of their Ingress does: on the host, or on its twin."""
_Key = TypeVar("_Key")


class Ledger(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The entries, the places of the Ingresses that they speak of, and which of these are withheld, with the reason.

    ``places`` are those of main Ingresses and of canaries alike.
    """

    entries: tuple[Entry, ...] = ()
    places: tuple[Place, ...] = ()
    withheld: Mapping[str, str] = msgspec.field(default_factory=dict)
    certified: tuple[str, ...] = ()
    """The hosts for which an Ingress brings a certificate."""

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Each host that a place names, in lower case."""
        return frozenset(place.host.lower() for place in self.places if place.host)

    @cached_property
    def _certified(self) -> frozenset[str]:
        return frozenset(host.lower() for host in self.certified)

    @cached_property
    def _index(self) -> Index:
        return Index(self.places)

    @cached_property
    def _own(self) -> Mapping[str, tuple[Place, ...]]:
        found: dict[str, list[Place]] = {}
        for place in self.places:
            found.setdefault(place.ingress, []).append(place)
        return {ingress: tuple(places) for ingress, places in found.items()}

    @cached_property
    def _of_ingress(self) -> Mapping[str, tuple[int, ...]]:
        """Ingress -> its entries, by their number."""
        return _gathered((entry.ingress, number) for number, entry in enumerate(self.entries))

    @cached_property
    def _of_host(self) -> Mapping[tuple[str, str], tuple[int, ...]]:
        """(setting, host of a place) -> the entries on settings that act on hosts."""
        return _gathered(
            ((key, host), number)
            for number, entry in enumerate(self.entries)
            if (key := key_of(entry.pointer)) in (APP_ROOT, TWIN)
            for host in dict.fromkeys(place.host.lower() for place in self.of(entry.ingress))
        )

    @cached_property
    def leaking(self) -> tuple[Entry, ...]:
        """The entries on canaries that act at places of others (T26)."""
        return tuple(entry for entry in self.entries if "(T26)" in entry.text)

    def of(self, ingress: str) -> tuple[Place, ...]:
        """The places of an Ingress."""
        return self._own.get(ingress, ())

    def has_certificate(self, host: str) -> bool:
        """Whether an Ingress brings a certificate for a host."""
        return host_among(self._certified, host)

    def near(self, request: Request) -> list[Place]:
        """The places that take a request by host and path, and those of which that is not known."""
        return self._index.near(request.host, path_of(request.target))

    def serving(self, request: Request, reached: str) -> Serving:
        """Those that nginx gives a request to, of which it is known that it gave it to the backend ``reached``."""
        return serving(request, self._index, reached)

    def telling(self, request: Request, ingresses: Iterable[str]) -> Iterator[Entry]:
        """The entries on any of ``ingresses``, and on settings that act on the host of a request, in order."""
        numbers = {number for ingress in ingresses for number in self._of_ingress.get(ingress, ())}
        for key, host in _acting(request):
            numbers.update(number for each in patterns(host) for number in self._of_host.get((key, each), ()))
        yield from (self.entries[number] for number in sorted(numbers))


def _acting(request: Request) -> Iterator[tuple[str, str]]:
    host = request.host.lower()
    if path_of(request.target) == "/":
        yield APP_ROOT, host
    yield TWIN, host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


@lru_cache(maxsize=4096)
def key_of(pointer: str) -> str:
    """The key of an annotation without its prefix, or that of the controller's ConfigMap; else the pointer itself."""
    annotation = PREFIX.fullmatch(pointer)
    return annotation[1].replace("~1", "/").rpartition("/")[2] if annotation else pointer.removeprefix("configmap:")


def _gathered(pairs: Iterable[tuple[_Key, int]]) -> Mapping[_Key, tuple[int, ...]]:
    found: dict[_Key, list[int]] = {}
    for key, number in pairs:
        found.setdefault(key, []).append(number)
    return {key: tuple(numbers) for key, numbers in found.items()}
