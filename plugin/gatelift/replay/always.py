"""What differs for every Ingress, whatever it says: rows of docs/differences.md that a replay can meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from gatelift.replay.compare import Difference
from gatelift.replay.model import Answer, Attribute, Request

_Fits = Callable[[Request, Difference, Answer, Answer], bool]
_DENIED = range(400, 600)


def always(request: Request, difference: Difference, before: Answer, after: Answer) -> str:
    """The row that explains ``difference``, as ``docs/differences.md: ROW``; empty where none does."""
    opens = before.seen is None and after.seen is not None
    rows = _OPENING if opens else {**_OPENING, **_ROWS}
    row = next((name for name, fits in rows.items() if fits(request, difference, before, after)), "")
    return f"docs/differences.md: {row}" if row else ""


def _unknown_tls(_: Request, difference: Difference, before: Answer, after: Answer) -> bool:
    return _is_status(difference) and before.status == 404 and before.seen is None and after.failure == "tls"


def _no_service(_: Request, difference: Difference, before: Answer, after: Answer) -> bool:
    both = before.seen is None and after.seen is None
    return _is_status(difference) and both and before.status == 503 and after.status in (500, 503)


def _no_route(_: Request, difference: Difference, before: Answer, after: Answer) -> bool:
    both = before.seen is None and after.seen is None and not before.failure
    return _is_status(difference) and both and {before.status, after.status} <= {404, 400}


def _large_body(request: Request, difference: Difference, before: Answer, after: Answer) -> bool:
    return difference.attribute is Attribute.STATUS and before.status == 413 and request.body > 1 << 20


def _slash(_: Request, difference: Difference, before: Answer, after: Answer) -> bool:
    """A redirect to HTTPS that keeps the slash at the end."""
    redirects = difference.attribute is Attribute.LOCATION and before.status == after.status
    path, _, query = difference.after.partition("?")
    had, _, asked = difference.before.partition("?")
    return redirects and path.startswith("https://") and path == f"{had}/" and query == asked


def _escaped(request: Request, difference: Difference, before: Answer, after: Answer) -> bool:
    return bool(re.search(r"(?i)%(2f|5c)", request.target)) and difference.attribute in (
        Attribute.PATH,
        Attribute.STATUS,
        Attribute.BACKEND,
        Attribute.LOCATION,
    )


def _underscores(request: Request, difference: Difference, before: Answer, after: Answer) -> bool:
    return any("_" in name for name, _ in request.headers) and difference.attribute is Attribute.STATUS


def _acme(request: Request, difference: Difference, before: Answer, after: Answer) -> bool:
    challenge = request.target.startswith("/.well-known/acme-challenge")
    return challenge and request.scheme == "http" and 300 <= after.status < 400


def _is_status(difference: Difference) -> bool:
    return difference.attribute is Attribute.STATUS


_OPENING: Mapping[str, _Fits] = {"Size of a body": _large_body}
"""What lets more through than before; no other row may explain that."""

_ROWS: Mapping[str, _Fits] = {
    "TLS for an unknown host": _unknown_tls,
    "A Service that is not there": _no_service,
    "No route": _no_route,
    "Redirect to HTTPS": _slash,
    "`%2F` and `%5C` in a path": _escaped,
    "Header names with `_`": _underscores,
    "ACME challenges over HTTP": _acme,
}
"""Row -> whether a difference is what it tells. The names are those of the page; a test holds them against it."""
