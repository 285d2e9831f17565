"""What is known before any proxy runs: what each side is fed, its places, and the requests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from gatelift.replay.access_log import Logged
from gatelift.replay.answers.precedence import Precedence
from gatelift.replay.case import Options
from gatelift.replay.envoy.shows import Shown, advised, shown
from gatelift.replay.project.whole import Projected, projected
from gatelift.replay.requests.derive import Derived, derive, informed
from gatelift.traffic.case import Case
from gatelift.traffic.model import Request
from gatelift.traffic.places.index import Index
from gatelift.traffic.places.ingresses import ingress_places
from gatelift.traffic.places.place import Place
from gatelift.traffic.places.routes import clients_of, route_places


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """The objects after as Traefik gets them (``made``), what Envoy answers in its place, and what is asked."""

    made: Projected
    by_envoy: Shown
    before: tuple[Place, ...]
    after: tuple[Place, ...]
    precedence: Precedence
    derived: Derived
    requests: tuple[Request, ...]


def prepared(case: Case, options: Options, *, without: str) -> Prepared:
    """Everything but the answers. ``without``: why Envoy does not answer; empty where it does."""
    objects = case.objects_after
    made = projected(objects)
    before = ingress_places(case.before)
    # The places are those of the projected routes: they bear what filters of Envoy Gateway said in matches.
    after = route_places(made.objects, made.listening, clients_of(objects))
    places = (*before, *informed(after, before))
    derived = derive(places, options.requests, options.seed, withheld=frozenset(case.withheld))
    logged = _from_log(options.logged, places, options.requests)
    chosen = list(dict.fromkeys((*case.witnesses, *derived.requests)))[: options.requests]
    requests = tuple(dict.fromkeys((*chosen, *logged)))
    precedence = Precedence.of(made.objects, made.listening)
    by_envoy = shown(objects, made, {request.host for request in requests if precedence.deviates(request)})
    made = replace(made, not_replayed=advised(made, by_envoy, without) if without else by_envoy.not_replayed)
    by_envoy = Shown() if without else by_envoy
    return Prepared(
        made=made,
        by_envoy=by_envoy,
        before=before,
        after=after,
        precedence=replace(precedence, elsewhere=by_envoy.hosts),
        derived=derived,
        requests=requests,
    )


def _from_log(logged: Iterable[Logged], places: Sequence[Place], most: int) -> Iterable[Request]:
    """At most ``most`` requests of a log; one whose host is not told goes to every host that is known."""
    known = tuple(dict.fromkeys(place.host for place in places if place.host and not place.host.startswith("*.")))
    found: dict[Request, None] = {}
    index = Index(places)
    for item in logged:
        served = [item.host] if index.serves(item.host) else []
        for host in served if item.host else known:
            for scheme in ("https", "http"):
                found[Request(scheme=scheme, host=host, target=item.target, method=item.method)] = None
                if len(found) >= most:
                    return found
    return found
