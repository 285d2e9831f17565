"""What a reply says to other origins (https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from __future__ import annotations

from gatelift.proof.symbolic.automata.expressions import shortened
from gatelift.proof.symbolic.model import Cors, Undecided
from gatelift.traffic.answers.compare import header, is_preflight
from gatelift.traffic.model import Answer, Request
from gatelift.traffic.places.regular import takes

Fields = tuple[tuple[str, str], ...]


def answered(cors: Cors, request: Request) -> Answer | None:
    """The answer that CORS itself gives; ``None`` where the request goes on."""
    matches, preflight = matching(cors, request), is_preflight(request)
    if request.method == "OPTIONS" and matches and (preflight or cors.every_options):
        return Answer(status=cors.status, headers=_all(cors, request))
    if preflight and not matches and not cors.forwards:
        return Answer(status=cors.status)
    return None


def fields(cors: Cors | None, request: Request) -> Fields:
    """The headers that any other answer bears."""
    if cors is None or not matching(cors, request):
        return ()
    if cors.everywhere:
        return _all(cors, request)
    said = _common(cors, request)
    return (*said, ("access-control-expose-headers", cors.exposed)) if cors.exposed else said


def matching(cors: Cors, request: Request) -> bool:
    """Whether the origin of a request is one that is let in. Raises ``Undecided``."""
    origin = header(request.headers, "origin")
    if not origin:
        return cors.without_origin
    found = [takes(each, origin, any_case=cors.any_case, whole=True) for each in cors.origins]
    if None in found:
        unknown = shortened(cors.origins[found.index(None)])
        raise Undecided(f"nobody here can hold an origin against the expression {unknown}")
    return any(found)


def _common(cors: Cors, request: Request) -> Fields:
    origin = "*" if cors.star else header(request.headers, "origin")
    said = (("access-control-allow-origin", origin),) if origin else ()
    return (*said, ("access-control-allow-credentials", "true")) if cors.credentials else said


def _all(cors: Cors, request: Request) -> Fields:
    more = (
        ("access-control-allow-methods", cors.methods),
        ("access-control-allow-headers", cors.headers),
        ("access-control-expose-headers", cors.exposed if cors.everywhere else ""),
        ("access-control-max-age", cors.max_age),
    )
    return (*_common(cors, request), *((name, value) for name, value in more if value))
