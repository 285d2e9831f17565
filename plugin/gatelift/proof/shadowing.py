"""Does a written route take requests that somebody else's route, or Ingress, answers?

Which of several routes wins: the more exact host, then an exact path, the longest prefix, a method, headers,
parameters; between equals the older route, then the name
(https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule). So

- two routes with equal matches for one host and listener, and different results, are unclear, whoever wrote them;
- a route of somebody else loses requests to a written one whose match lies within its own;
- a route of ``coexist`` whose Ingress is gone keeps a longer path from a written one, which may restrict it.

Among what mirrors Ingresses the longer path wins as it does in nginx: this is how applications share a host, and no
shadow. Routes of different listeners (redirects) and different hosts never meet: that the more exact host wins is as
true of nginx. A rule that closes a place is there to take requests: it is never a shadow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec

from gatelift.manifests.shape import GRPC_ROUTE, HTTP_ROUTE, INGRESS, ObjectKey
from gatelift.proof.evidence import Beside, Evidence, Proof
from gatelift.proof.forms import ROUTES, Forms, Manifest, plain_key
from gatelift.proof.places import Place, places
from gatelift.proof.written import Application, Clash, evidences, written
from gatelift.sources.ours import waits


class IngressPlace(msgspec.Struct, frozen=True):
    """One path of an Ingress."""

    root: str
    key: ObjectKey
    host: str
    path: str
    services: str


def shadowing(
    scope: str,
    applications: Sequence[Application],
    foreign: Collection[ObjectKey] = (),
    mirroring: Collection[ObjectKey] = (),
) -> tuple[Evidence, ...]:
    """Whether every route that is new or changed in ``scope`` leaves alone what others answer.

    ``foreign``: Ingresses that another controller serves and that stay. Give them where DNS moves (``cutover`` and
    ``retire``): before, a route takes nothing from another controller's address. ``mirroring``: routes that gatelift
    wrote in earlier runs; their Ingresses may be gone.
    """
    made = {(app.root, key) for app in applications for key, _ in written(app.before, app.after) if _is_route(key)}
    found = [place for application in applications for place in _places(application)]
    mirrored = _mirrored(applications)
    ours = [place for place in found if (place.root, place.key) in made and not place.closes]
    known = made | {(app.root, key) for app in applications for key in mirroring}
    clashes = chain(
        _routes(ours, found, made, known, mirrored),
        _outlived(ours, found, _outliving(applications, mirroring) - made),
        _foreign(ours, applications, foreign),
    )
    holding = f"{len(made)} written routes take nothing from {len({(p.root, p.key) for p in found}) - len(made)} others"
    return evidences(Proof.SHADOWING, scope, clashes, holding)


def _is_route(key: ObjectKey) -> bool:
    return (key.group, key.kind) in ROUTES


def _places(application: Application) -> Iterator[Place]:
    for form in Forms(application.after).all():
        yield from places(application.root, form)


def _routes(
    ours: Iterable[Place],
    found: Iterable[Place],
    made: Collection[tuple[str, ObjectKey]],
    known: Collection[tuple[str, ObjectKey]],
    mirrored: Collection[tuple[str, str]],
) -> Iterator[Clash]:
    by_host: dict[str, list[Place]] = {}
    for place in found:
        by_host.setdefault(place.host, []).append(place)
    for place in sorted(ours, key=_order):
        for other in sorted(by_host[place.host], key=_order):
            same = (other.root, other.key) == (place.root, place.key)
            if same or other.closes or not place.meets(other):
                continue
            theirs = (other.root, other.key) not in known and (other.host, other.match.path) not in mirrored
            roots = tuple(sorted({each.root for each in (place, other) if (each.root, each.key) in made}))
            standing = (other.root, other.key) not in known
            for text in _text(place, other, theirs):
                yield Clash(text, roots, Beside(str(place.key), str(other.key), text) if standing else None)


def _outliving(
    applications: Iterable[Application], mirroring: Collection[ObjectKey]
) -> frozenset[tuple[str, ObjectKey]]:
    """Of the routes of earlier runs those that ``coexist`` wrote, and that no ``retire`` left: nobody meant them."""
    return frozenset(
        (app.root, key)
        for app in applications
        for item in app.after
        if (key := plain_key(item)) in mirroring and waits(item.get("metadata"))
    )


def _outlived(
    ours: Iterable[Place], found: Iterable[Place], outliving: Collection[tuple[str, ObjectKey]]
) -> Iterator[Clash]:
    """A path that an Ingress has no longer, and a route of ``coexist`` still does, would pass by what the rest asks."""
    stale = sorted((place for place in found if (place.root, place.key) in outliving), key=_order)
    for place in sorted(ours, key=_order) if stale else ():
        for other in stale:
            within = other.host == place.host and place.meets(other) and other.match.within(place.match)
            if within and other.match != place.match and other.result != place.result:
                text = (
                    f"{other.key} of {other.root}, whose Ingress is gone or ignored, still takes {other.match} on "
                    f"{place.host or 'any host'}, and answers otherwise than {place.key} of {place.root} would: "
                    "delete it if the Ingress was renamed"
                )
                yield Clash(text, (place.root,))


def _order(place: Place) -> tuple[str, ObjectKey, str, str]:
    return (place.root, place.key, place.host, str(place.match))


def _text(place: Place, other: Place, theirs: bool) -> Iterator[str]:
    host = place.host or "any host"
    if {place.key.kind, other.key.kind} == {HTTP_ROUTE.kind, GRPC_ROUTE.kind}:
        yield (
            f"{place.key} of {place.root} and {other.key} of {other.root} are of different kinds and both take "
            f"{host}: a Gateway accepts only the older one"
        )
    elif place.match == other.match and place.result != other.result:
        yield (
            f"{place.key} of {place.root} and {other.key} of {other.root} both take {place.match} on {host}, and "
            "answer differently: the older one would win, and nobody can say which that is"
        )
    elif theirs and place.result != other.result and place.match.within(other.match):
        yield (
            f"{place.key} of {place.root} takes {place.match} on {host}, which {other.key} of {other.root} answers "
            f"today with {other.match}: traffic that already reaches the Gateway would go elsewhere"
        )


def _mirrored(applications: Iterable[Application]) -> frozenset[tuple[str, str]]:
    """The (host, path) of every Ingress there was: a route for one of these mirrors it, whoever wrote that route."""
    return frozenset((place.host, place.path) for app in applications for place in _ingress_places(app, app.before))


def _foreign(
    ours: Iterable[Place], applications: Iterable[Application], foreign: Collection[ObjectKey]
) -> Iterator[Clash]:
    theirs = [
        place
        for app in applications
        for place in _ingress_places(app, app.after)
        if place.host and place.key in foreign
    ]
    for place in sorted(ours, key=_order):
        for other in theirs:
            if other.host == place.host and place.match.path == other.path and not _serves(place, other):
                text = (
                    f"{place.key} of {place.root} takes {place.match} on {place.host}, and so does {other.key} of "
                    f"{other.root}, which another controller serves: where DNS sends that host is unclear. If it only "
                    "stands before the controller, name its file under 'ignore:'"
                )
                yield Clash(text, (place.root,))


def _serves(place: Place, other: IngressPlace) -> bool:
    return f'"name":"{other.services}"'.encode() in place.result


def _ingress_places(application: Application, objects: Iterable[Manifest]) -> Iterator[IngressPlace]:
    for item in objects:
        key = plain_key(item)
        if key.kind != INGRESS.kind:
            continue
        for rule in _mappings(_mapping(item.get("spec")).get("rules")):
            for path in _mappings(_mapping(rule.get("http")).get("paths")):
                backend = _mapping(path.get("backend"))
                service = str(_mapping(backend.get("service")).get("name") or backend.get("serviceName") or "")
                host, at = str(rule.get("host") or "").lower(), str(path.get("path") or "/")
                yield IngressPlace(application.root, key, host, at, service)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
