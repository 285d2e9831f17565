"""What is known of a ledger when a difference is to be explained: which entries may speak of a request."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

import msgspec

from gatelift.expected.ledger import Entry
from gatelift.intent.outcome import Disposition
from gatelift.traffic.answers.served import Serving, server, serving
from gatelift.traffic.model import Request
from gatelift.traffic.places.index import Index
from gatelift.traffic.places.place import Place, path_of, patterns

PREFIX = re.compile(r"/metadata/annotations/(.*)", re.DOTALL)
_OF_HOSTS = ("app-root", "from-to-www-redirect", "server-alias")
"""Keys of what acts where no path of its Ingress does: on the whole host, on its twin, or under its aliases."""


_TLS = "auth-tls-"
"""How keys begin that ask all clients of a host for a certificate, whichever of its Ingresses has them."""
ACCEPTED = "not translated, and accepted"

_UNLOADED = re.compile(
    r"load no Ingress with such a value|does not load this Ingress|do not even load an Ingress|is not loaded today"
)

CODE = "the redirect is a "
"""How an entry begins that tells of another status of redirects; it holds for the host's twin, too."""


class Ledger(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The entries, the places of the Ingresses that they speak of, and which of these are withheld, with the reason.

    ``places`` are those of main Ingresses and of canaries alike.
    """

    entries: tuple[Entry, ...] = ()
    places: tuple[Place, ...] = ()
    withheld: Mapping[str, str] = msgspec.field(default_factory=dict)
    canaries: frozenset[str] = frozenset()
    """Which of the Ingresses are canaries."""
    certified: tuple[str, ...] = ()
    """The hosts for which an Ingress brings a certificate."""

    @cached_property
    def leaking(self) -> tuple[Entry, ...]:
        """The entries that tell of a canary that it acts elsewhere as well today (T26)."""
        return tuple(
            entry for entry in self.entries if entry.disposition is Disposition.DIFFERS and "(T26)" in entry.text
        )

    @cached_property
    def unloaded(self) -> tuple[Entry, ...]:
        """The entries that tell of an Ingress that it is not loaded today."""
        return tuple(entry for entry in self.entries if _UNLOADED.search(entry.text))

    def near(self, request: Request) -> list[Place]:
        """The places that take a request by host and path, and those of which that is not known."""
        return self._index.near(request.host, path_of(request.target))

    def serving(self, request: Request, reached: str) -> Serving:
        """Those that nginx gives a request to, of which it is known that it gave it to the backend ``reached``."""
        return serving(request, self._index, reached)

    def places_of(self, pattern: str) -> tuple[Place, ...]:
        """The places whose own host is ``pattern``, in lower case."""
        return self._by_host.get(pattern, ())

    def server(self, host: str) -> str | None:
        """The host of the places among which nginx looks for a request to ``host``."""
        return server(host, self._index)

    def on_server(self, host: str) -> tuple[Place, ...]:
        """The places of the server that nginx takes for ``host``."""
        own = self.server(host)
        return () if own is None else self.places_of(own)

    def on_host(self, host: str) -> frozenset[str]:
        """The Ingresses with a place on the server that nginx takes for ``host``."""
        return frozenset(place.ingress for place in self.on_server(host))

    def has_certificate(self, host: str) -> bool:
        """Whether an Ingress brings a certificate for ``host``, of which a wildcard takes one label."""
        host = host.lower()
        return not self._certified.isdisjoint((host, f"*.{host.partition('.')[2]}"))

    def of(self, ingresses: Collection[str]) -> Iterator[Entry]:
        """The entries of these Ingresses, in order."""
        yield from (self.entries[number] for number in self._numbers(ingresses))

    def about(self, ingresses: Collection[str], request: Request) -> Iterator[Entry]:
        """The entries of these Ingresses, and those of settings of the whole host of ``request``, in order."""
        own = set(self._numbers(ingresses))
        for number in self._of_hosts:
            if number not in own and self._is_of_host(self.entries[number], request):
                own.add(number)
        yield from (self.entries[number] for number in sorted(own))

    def _numbers(self, ingresses: Collection[str]) -> Iterable[int]:
        return sorted(number for name in ingresses for number in self._by_ingress.get(name, ()))

    def _is_of_host(self, entry: Entry, request: Request) -> bool:
        host = request.host.lower()
        if key(entry.pointer) == "app-root" and path_of(request.target) != "/":
            return False
        own = key(entry.pointer) in ("app-root", "server-alias") or key(entry.pointer).startswith(_TLS)
        acting = host if own else twin(host)
        return not self._hosts_of.get(entry.ingress, frozenset()).isdisjoint(patterns(acting))

    @cached_property
    def _index(self) -> Index:
        return Index(self.places)

    @cached_property
    def _by_host(self) -> Mapping[str, tuple[Place, ...]]:
        found: dict[str, list[Place]] = {}
        for place in self.places:
            found.setdefault(place.host.lower(), []).append(place)
        return {host: tuple(places) for host, places in found.items()}

    @cached_property
    def _hosts_of(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for place in self.places:
            found.setdefault(place.ingress, set()).add(place.host.lower())
        return {name: frozenset(hosts) for name, hosts in found.items()}

    @cached_property
    def _by_ingress(self) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, list[int]] = {}
        for number, entry in enumerate(self.entries):
            found.setdefault(entry.ingress, []).append(number)
        return {name: tuple(numbers) for name, numbers in found.items()}

    @cached_property
    def _of_hosts(self) -> tuple[int, ...]:
        return tuple(
            number
            for number, entry in enumerate(self.entries)
            if key(entry.pointer) in _OF_HOSTS
            or CODE in entry.text
            or (key(entry.pointer).startswith(_TLS) and entry.text.startswith(ACCEPTED))
        )

    @cached_property
    def _certified(self) -> frozenset[str]:
        return frozenset(host.lower() for host in self.certified)


def twin(host: str) -> str:
    """The host with ``www.``, or without it."""
    host = host.lower()
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


@lru_cache(maxsize=65536)
def key(pointer: str) -> str:
    """The key of an annotation without its prefix, or that of the controller's ConfigMap; else the pointer itself."""
    annotation = PREFIX.fullmatch(pointer)
    return annotation[1].replace("~1", "/").rpartition("/")[2] if annotation else pointer.removeprefix("configmap:")
