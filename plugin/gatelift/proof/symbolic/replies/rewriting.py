"""What becomes of a path, and where a redirect leads to."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from gatelift.proof.symbolic.automata.expressions import octets, shortened
from gatelift.proof.symbolic.model import Location, Rewrite, Rewritten, Undecided
from gatelift.traffic.model import Request
from gatelift.traffic.places.place import resolved
from gatelift.traffic.places.regular import by_re2

_CAPTURE = re.compile(r"\\([0-9])")
_VARIABLE = re.compile(r"\$\{?([a-z_]+)\}?")
_NOT_ESCAPED = "/!$&'()*+,;=:@~[]"
"""What nginx leaves as it is where it writes a path anew (``NGX_ESCAPE_URI``)."""


def rewritten(path: str, rewrite: Rewrite) -> str:
    """What a backend sees of ``path``, both as they are sent. Raises ``Undecided``."""
    match rewrite.how:
        case Rewritten.NOT:
            return path
        case Rewritten.FULL:
            return rewrite.by
        case Rewritten.PREFIX:
            return _with_prefix(path, rewrite)
        case Rewritten.STRIPPED:
            return path.removesuffix("/")
        case Rewritten.EACH:
            return _each(path, rewrite)
        case Rewritten.FIRST:
            return _first(path, rewrite)


def location(found: Location, request: Request) -> str:
    """The ``Location`` of a redirect. Raises ``Undecided``."""
    path, _, query = request.target.partition("?")
    if found.text:
        return _VARIABLE.sub(lambda sign: _variable(sign[1], request, path, query), found.text)
    tail = f"?{query}" if query and found.query else ""
    if found.path.how is Rewritten.STRIPPED:
        # nginx takes the slash from the end of all that was asked for.
        target = f"{path}{tail}".removesuffix("/")
    else:
        target = rewritten(path, found.path) + tail
    port = f":{found.port}" if found.port else ""
    return f"{found.scheme or request.scheme}://{found.host or request.host}{port}{target}"


def _with_prefix(path: str, rewrite: Rewrite) -> str:
    rest = path[len(rewrite.own) :]
    slash = "/" if rest.startswith("/") or rewrite.by.endswith("/") else ""
    return f"{rewrite.by.rstrip('/')}{slash}{rest.lstrip('/')}" or "/"


def _first(path: str, rewrite: Rewrite) -> str:
    if "?" in rewrite.by:
        raise Undecided(f"a rewrite changes the query: {shortened(rewrite.by)}")
    own, by = (octets(text).decode("latin-1") for text in (rewrite.own, rewrite.by))
    found = _compiled(own, rewrite.any_case).search(_plain(path))
    return quote(_expanded(by, found).encode("latin-1"), safe=_NOT_ESCAPED) if found is not None else path


def _plain(path: str) -> str:
    """A path as nginx has it: decoded and cleaned up, each byte a sign."""
    return resolved(unquote_to_bytes(path).decode("latin-1"))


def _each(path: str, rewrite: Rewrite) -> str:
    made, end = "", -1
    for found in _compiled(rewrite.own, rewrite.any_case).finditer(path):
        if found.end() == end:
            # RE2 takes no empty place where the last one ended.
            continue
        made += path[max(end, 0) : found.start()] + _expanded(rewrite.by, found)
        end = found.end()
    return made + path[max(end, 0) :]


def _expanded(by: str, found: Any) -> str:
    def capture(sign: re.Match[str]) -> str:
        number = int(sign[1])
        return (found.group(number) or "") if number <= found.re.groups else ""

    return _CAPTURE.sub(capture, by)


def _compiled(pattern: str, any_case: bool) -> Any:
    found = by_re2(pattern, any_case)
    if found is None:
        raise Undecided(f"nobody here can rewrite by the expression {shortened(pattern)}")
    return found


def _variable(name: str, request: Request, path: str, query: str) -> str:
    known = {
        "scheme": request.scheme,
        "host": request.host,
        "http_host": request.host,
        "best_http_host": request.host,
        "pass_access_scheme": request.scheme,
        "uri": _plain(path),
        "request_uri": request.target,
        "escaped_request_uri": quote(request.target, safe="-._~"),
        "args": query,
        "query_string": query,
        "is_args": "?" if query else "",
        "request_method": request.method,
    }
    if name not in known:
        raise Undecided(f"a redirect leads to an address with ${name}")
    return known[name]
