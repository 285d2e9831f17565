"""Where a rule lacks, what else is said of its Ingress explains nothing.

That a redirect goes elsewhere, or that errors have no page of their own, says nothing of a path that is gone. Only a
listener that lacks does, a path that was shortened to a prefix, and what is said of Services without an endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable

from gatelift.traffic.model import Answer, Request
from gatelift.traffic.places.place import Place, literal, path_of

_NOTHING = frozenset((404, 500, 502, 503))
"""With these a proxy answers where no rule takes a request, or one takes it and has nowhere to send it."""
_PREFIX = "written as a prefix"
_ENDPOINT = "has no endpoint"


def lacks(text: str, request: Request, answers: tuple[Answer, Answer], own: Iterable[Place]) -> bool:
    """Whether something is gone, and ``text``, said of an Ingress with the places ``own``, is not of that."""
    before, after = answers
    something = before.seen is not None or 300 <= before.status < 400
    if not something or after.seen is not None or after.status not in _NOTHING:
        return False
    if "listener" in text:
        return not _without_listener(text, request)
    if _PREFIX in text:
        return any(_is_below(literal(place), path_of(request.target)) for place in own)
    return _ENDPOINT not in text or after.status == 404


def _without_listener(text: str, request: Request) -> bool:
    """Whether the listener that ``text`` misses is the one that ``request`` came to; certificates are for HTTPS."""
    if "unknown hosts" in text:
        return True
    return request.scheme == ("http" if "no HTTP listener" in text else "https")


def _is_below(prefix: str, path: str) -> bool:
    return path == prefix or path.startswith(f"{prefix.rstrip('/')}/")
