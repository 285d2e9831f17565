"""Places that must stay closed: those of withheld Ingresses, whoever judges, and whether anybody can.

An Ingress is withheld because something of it has no translation, often what restricts access. Until somebody decides,
no route may take its requests to a backend (docs/architecture.md, "Every withheld place is closed"). Where nginx can
say what is answered today, that counts; where it cannot (snippets), this rule still holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec

from gatelift.traffic.answers.compare import Difference, applies, outcome
from gatelift.traffic.answers.served import server, serving
from gatelift.traffic.model import Answer, Attribute, NotReplayed, Request
from gatelift.traffic.places.index import Index
from gatelift.traffic.places.paths import CHILD, own
from gatelift.traffic.places.place import Place, fits, path_fits, path_of

_REACHED = frozenset((Attribute.STATUS, Attribute.BACKEND))


class Closed(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What is known of closed places.

    - ``before``, ``after``: the places of Ingresses and of routes.
    - ``withheld``: ``namespace/name`` of an Ingress -> why it got no route.
    - ``limited``: Ingresses whose limits the judge does not apply: what it reaches of them says nothing.
    - ``projected``: what routes and policies ask for, and no proxy here can show.
    """

    before: tuple[Place, ...] = ()
    after: tuple[Place, ...] = ()
    withheld: Mapping[str, str] = msgspec.field(default_factory=dict)
    limited: frozenset[str] = frozenset()
    projected: tuple[NotReplayed, ...] = ()

    @cached_property
    def _hosts(self) -> frozenset[str]:
        """The hosts with a closed place: most requests go to others."""
        return frozenset(place.host.lower() for place in self.before if place.ingress in self.withheld)

    @cached_property
    def _index(self) -> Index:
        return Index(self.before)

    def _places(self, request: Request, reached: str) -> tuple[Place, ...]:
        """The closed places that serve a request; one whose expression nobody can read may, and so counts."""
        if server(request.host, self._index) not in self._hosts:
            return ()
        found = serving(request, self._index, reached)
        sure = () if any(place.ingress not in self.withheld for place in found.sure) else found.sure
        return (*sure, *(place for place in found.perhaps if place.ingress in self.withheld))

    def opened(
        self, request: Request, one: Answer, other: Answer, missing: frozenset[Attribute] = frozenset()
    ) -> Difference | None:
        """The difference between a place that must be closed and ``other``, an answer of the routes from a backend.

        ``missing``: what cannot be compared for this request. ``None`` where nobody's place is opened, or where
        comparing with ``one``, the answer of the Ingresses, tells more.
        """
        if other.seen is None:
            return None
        judged = missing.isdisjoint(_REACHED)
        places = self._places(request, one.seen.backend if judged and one.seen is not None else "")
        if not places:
            return None
        backend = other.seen.backend
        if judged and not any(place.ingress in self.limited for place in places):
            same = one.seen is not None and one.seen.backend == backend
            if same or any(backend == name for place in places for name, _ in place.backends):
                return None
        elif self._guarded(request, backend, places):
            return None
        names = ", ".join(sorted({place.ingress for place in places}))
        return Difference(Attribute.BACKEND, f"closed, since Ingress {names} is withheld", outcome(other), closed=True)

    def _guarded(self, request: Request, backend: str, places: Sequence[Place]) -> bool:
        """Whether somebody's own rule serves this very place, with a policy that decides who comes in."""
        if not any(item.attribute in _REACHED and applies(item, request) for item in self.projected):
            return False
        taking = [item for item in self.after if fits(item, request) and backend in dict(item.backends)]
        return bool(taking) and not any(_is_wider(item, place) for item in taking for place in places)


def _is_wider(rule: Place, place: Place) -> bool:
    """Whether a rule also takes requests beside a place: it was not written for that place."""
    if rule.host != place.host:
        return True
    first = next(iter(own(place)), "/").rstrip("/")
    beside = path_of(f"{first.rpartition('/')[0]}/{CHILD}-beside")
    return path_fits(rule.kind, rule.path, beside) and not path_fits(place.kind, place.path, beside)
