"""What a reply says to other origins (https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from __future__ import annotations

from gatelift.proof.symbolic.automata.expressions import shortened
from gatelift.proof.symbolic.model import Cors, Undecided
from gatelift.traffic.answers.compare import header, is_preflight
from gatelift.traffic.model import Answer, Request
from gatelift.traffic.places.regular import takes

_ORIGIN = "access-control-allow-origin"
_EXPOSED = "access-control-expose-headers"
_REQUESTED = "$requested"
Fields = tuple[tuple[str, str], ...]


def answered(cors: Cors, request: Request) -> Answer | None:
    """The answer that CORS itself gives; ``None`` where the request goes on."""
    matches, preflight = matching(cors, request), is_preflight(request)
    if request.method == "OPTIONS" and matches and (preflight or cors.every_options):
        return Answer(status=cors.status, headers=_all(cors, request))
    if preflight and not matches and not cors.forwards:
        # Envoy tells these on answers to origins that may read them only.
        told = (field for field in _all(cors, request) if field[0] not in (_ORIGIN, _EXPOSED))
        return Answer(status=cors.status, headers=tuple(told))
    return None


def fields(cors: Cors | None, request: Request) -> Fields:
    """The headers that any other answer bears."""
    if cors is None or not matching(cors, request):
        return ()
    if cors.everywhere:
        return _all(cors, request)
    said = _common(cors, request)
    return (*said, (_EXPOSED, cors.exposed)) if cors.exposed else said


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
    said = ((_ORIGIN, origin),) if origin else ()
    return (*said, ("access-control-allow-credentials", "true")) if cors.credentials else said


def _all(cors: Cors, request: Request) -> Fields:
    more = (
        ("access-control-allow-methods", _told(cors.methods, request, "access-control-request-method")),
        ("access-control-allow-headers", _told(cors.headers, request, "access-control-request-headers")),
        (_EXPOSED, cors.exposed),
        ("access-control-max-age", cors.max_age),
    )
    return (*_common(cors, request), *((name, value) for name, value in more if value))


def _told(said: str, request: Request, asked: str) -> str:
    return header(request.headers, asked) if said == _REQUESTED else said
