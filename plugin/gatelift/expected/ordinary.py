"""Canaries whose place ingress-nginx serves like any other.

The Service of a canary has no place of its own, unless another Ingress of the namespace, which is no canary, names it
as well: who names it first decides (``createUpstreams`` in ingress-nginx's ``controller.go``), and no file has an age.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from gatelift.annotations.nginx.host import NO_HOST
from gatelift.expected.closing import catches, facts_of
from gatelift.expected.context import Context, IngressKey, ingress_key
from gatelift.expected.translate import Translation
from gatelift.ingress.model import Backend, Ingress
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Note, refused

_Service = tuple[str, str, int | str | None]


class Ordinary:
    """What the Ingresses of a run name that are no canaries."""

    def __init__(self, context: Context, translations: Mapping[IngressKey, Translation]) -> None:
        self.context = context
        self.translations = translations

    def beside(self, item: Translation) -> Iterator[tuple[IngressKey, Note]]:
        """The Ingresses whose routes would open the place of ``item``, a canary that is withheld."""
        if not self.is_one(item):
            return
        for rule in item.ingress.rules:
            host = self.server(item, rule.host)
            there = facts_of(self.context.hosts(item.ingress), host).places
            if {path.path for path in rule.paths} <= {place.path for place in there}:
                continue
            for key, other in self.translations.items():
                if self._meet(item, other) and any(catches(route.hostnames, host or NO_HOST) for route in other.routes):
                    yield key, _open(item.ingress, host)

    def _meet(self, item: Translation, other: Translation) -> bool:
        one, two = (
            (self.context.scope(each.ingress), self.context.classes[ingress_key(each.ingress)].name)
            for each in (item, other)
        )
        return one == two

    def is_one(self, item: Translation) -> bool:
        """Whether ``item`` is a canary with a place of its own."""
        return item.canary and not self._services.isdisjoint(_services(item.ingress))

    def server(self, item: Translation, host: str | None) -> str | None:
        """The host whose places those of ``item`` on ``host`` stand among: canaries make no host (T12)."""
        return host if not item.canary or host in self._hosts else None

    @cached_property
    def _mains(self) -> list[Ingress]:
        return [item.ingress for item in self.translations.values() if not item.canary]

    @cached_property
    def _services(self) -> frozenset[_Service]:
        return frozenset(service for ingress in self._mains for service in _services(ingress))

    @cached_property
    def _hosts(self) -> frozenset[str | None]:
        return frozenset(rule.host for ingress in self._mains for rule in ingress.rules)


def _open(canary: Ingress, host: str | None) -> Note:
    return refused(
        f"Ingress {canary.ref} is withheld, and ingress-nginx may serve its place on {host or 'unknown hosts'} like "
        "any other: an Ingress that is no canary names its Service as well",
        f"see what refuses Ingress {canary.ref}",
        Risk.SECURITY,
    )


def _services(ingress: Ingress) -> frozenset[_Service]:
    backends: list[Backend] = [path.backend for rule in ingress.rules for path in rule.paths]
    backends += [ingress.default_backend] if ingress.default_backend is not None else []
    return frozenset((ingress.ref.namespace, item.service, item.port) for item in backends)
