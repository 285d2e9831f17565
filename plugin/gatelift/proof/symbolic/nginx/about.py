"""What a place is for people, in the words of ``gatelift.traffic.places``."""

from __future__ import annotations

from gatelift.traffic.nginx.ingresses import CATCH_ALL, Ingress
from gatelift.traffic.nginx.model import Location, Server
from gatelift.traffic.places.place import PathKind

OF_NOBODY = ", of which no Ingress has more to say"
"""How the rule of a host ends that answers what none of its Ingresses takes."""


def about(place: Location, server: Server, name: str) -> str:
    """``Ingress shop/web: www.example.com/api (Prefix)``; ``name`` is the one by which the server was found."""
    if place.ingress is None or (place.fallback and place.upstream is None):
        return f"{'unknown hosts' if name == CATCH_ALL else name}{OF_NOBODY}"
    said = f"Ingress {place.ingress}"
    if place.fallback or not place.ingress.rules:
        return f"{said}: default backend of {'unknown hosts' if name == CATCH_ALL else name}"
    path, kind = _written(place, place.ingress, server.host)
    kind = PathKind.REGEX if server.regular else kind
    return f"{said}: {'any host' if name == CATCH_ALL else name}{path} ({kind})"


def _written(place: Location, ingress: Ingress, host: str) -> tuple[str, PathKind]:
    """The path as its Ingress has it: a Prefix is two places, of which one may have a slash more and one is exact."""
    paths = [path for rule in ingress.rules if rule.host == host for path in rule.paths or ()]
    if place.exact and any(path.exact and path.path == place.path for path in paths):
        return place.path, PathKind.EXACT
    bare = place.path.removesuffix("/")
    known = {path.path for path in paths if not path.exact}
    return (place.path if place.path in known or bare not in known else bare), PathKind.PREFIX
