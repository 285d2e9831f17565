"""Hosts of several labels below a wildcard (T14): nginx gives ``a.b.example.com`` to who names no host, and a gateway
to the route of ``*.example.com``.

What is restricted there, or withheld, must not be reached by way of the wildcard. No rule tells such hosts apart, so
that the wildcard is withheld as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from gatelift.annotations.nginx.host import NO_HOST, HostFacts, has_default
from gatelift.expected.context import Context, IngressKey, ingress_key
from gatelift.expected.encoded import Encoded
from gatelift.expected.ordinary import Ordinary
from gatelift.expected.translate import Translation
from gatelift.ingress.model import Ingress
from gatelift.intent.base import Intent, Risk
from gatelift.intent.outcome import Note, refused
from gatelift.intent.security import RateLimit


class Deep:
    """Who serves hosts that nobody names, and which wildcards take some of those."""

    def __init__(
        self, context: Context, translations: Mapping[IngressKey, Translation], encoded: Encoded, ordinary: Ordinary
    ) -> None:
        self.context = context
        self.translations = translations
        self.encoded = encoded
        self.ordinary = ordinary

    def opened(self, item: Translation) -> Note | None:
        """Why a wildcard of ``item`` would open what somebody restricts, or what is withheld elsewhere."""
        wildcards = _wildcards(item)
        if not wildcards:
            return None
        own = self._asked(item)
        for other in self._nameless:
            asked = self._asked(other)
            alike = asked == own and other.ingress.ref.namespace == item.ingress.ref.namespace
            if other is not item and asked and not alike and self._meet(item, wildcards, other):
                return _open(f"Ingress {other.ingress.ref} restricts access to", wildcards[0])
        facts = self.context.hosts(item.ingress).get(NO_HOST, HostFacts())
        away = next((place for place in facts.withheld if place.ingress not in self.encoded.here), None)
        return _open(f"Ingress {away.ingress}, which is withheld, serves", wildcards[0]) if away else None

    def _asked(self, item: Translation) -> tuple[Intent, ...]:
        # Who counts keeps nobody out.
        return tuple(intent for intent in self.encoded.restrictions(item) if not isinstance(intent, RateLimit))

    def beneath(self, item: Translation) -> Iterator[tuple[IngressKey, Note]]:
        """The Ingresses with a wildcard that would open the places of ``item``, which is withheld."""
        if item not in self._nameless:
            return
        for key, other in self.translations.items():
            wildcards = _wildcards(other)
            if wildcards and other is not item and self._meet(other, wildcards, item):
                yield key, _open(f"Ingress {item.ingress.ref}, which is withheld, serves", wildcards[0])

    @cached_property
    def _nameless(self) -> list[Translation]:
        return [item for item in self.translations.values() if self._unnamed(item)]

    def _unnamed(self, item: Translation) -> tuple[str, ...]:
        """The paths of an Ingress on hosts that nobody names."""
        if item.canary and not self.ordinary.is_one(item):
            return ()
        rules = item.ingress.rules
        paths = [path.path for rule in rules if self.ordinary.server(item, rule.host) is None for path in rule.paths]
        return (*paths, *(("/",) if not item.canary and has_default(item.ingress, None) else ()))

    def _meet(self, item: Translation, wildcards: tuple[str, ...], other: Translation) -> bool:
        if self._group(item.ingress) != self._group(other.ingress):
            return False
        hosts = self.context.hosts(item.ingress)
        if any(hosts.get(host, HostFacts()).regex for host in (NO_HOST, *wildcards)):
            return True
        own = [path.path for rule in item.ingress.rules if rule.host in wildcards for path in rule.paths]
        own += ["/"] if any(has_default(item.ingress, host) for host in wildcards) else []
        return any(_overlap(one, two) for one in own for two in self._unnamed(other))

    def _group(self, ingress: Ingress) -> tuple[str, str | None]:
        return self.context.scope(ingress), self.context.classes[ingress_key(ingress)].name


def _wildcards(item: Translation) -> tuple[str, ...]:
    names = (name for route in item.routes for name in route.hostnames)
    return tuple(dict.fromkeys(name for name in names if name.startswith("*.")))


def _overlap(one: str, other: str) -> bool:
    """Whether some request may fit both paths, whatever their types."""
    one, other = (f"{path.rstrip('/')}/" for path in (one, other))
    return one.startswith(other) or other.startswith(one)


def _open(who: str, wildcard: str) -> Note:
    return refused(
        f"{who} hosts that nobody names, among them those of several labels below {wildcard}, which a gateway gives to "
        "the route of the wildcard (T14)",
        f"list the hosts in place of {wildcard}; or let both Ingresses restrict access alike, and see what is said of "
        "the other one",
        Risk.SECURITY,
    )
