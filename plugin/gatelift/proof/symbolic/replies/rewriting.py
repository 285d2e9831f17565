"""What becomes of a path, and where a redirect leads to."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from gatelift.proof.symbolic.automata.expressions import shortened
from gatelift.proof.symbolic.model import Location, Rewrite, Rewritten, Undecided
from gatelift.traffic.model import Request
from gatelift.traffic.places.place import resolved

_CAPTURE = re.compile(r"\\([0-9])")
_VARIABLE = re.compile(r"\$\{?([a-z_]+)\}?")
_NOT_ESCAPED = "/!$&'()*+,;=:@~[]"
"""What nginx leaves as it is where it writes a path anew (``NGX_ESCAPE_URI``)."""
_MEMORY = 1 << 20


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
    plain = _plain(path)
    found = _compiled(rewrite.own, rewrite.any_case).search(plain)
    return path if found is None else _written(_expanded(rewrite.by, found))


def _plain(path: str) -> str:
    """A path as nginx has it: decoded and cleaned up, each byte a sign."""
    return resolved(unquote_to_bytes(path).decode("latin-1"))


def _written(plain: str) -> str:
    return quote(plain.encode("latin-1"), safe=_NOT_ESCAPED)


def _each(path: str, rewrite: Rewrite) -> str:
    made, end = "", 0
    for found in _compiled(rewrite.own, rewrite.any_case).finditer(path):
        made += path[end : found.start()] + _expanded(rewrite.by, found)
        end = found.end()
    return made + path[end:]


def _expanded(by: str, found: Any) -> str:
    def capture(sign: re.Match[str]) -> str:
        number = int(sign[1])
        return (found.group(number) or "") if number <= found.re.groups else ""

    return _CAPTURE.sub(capture, by)


@lru_cache(maxsize=1024)
def _compiled(pattern: str, any_case: bool) -> Any:
    import re2  # where no expression is met, the library is not loaded

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    options.case_sensitive = not any_case
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError):
        raise Undecided(f"nobody here can rewrite by the expression {shortened(pattern)}") from None


def _variable(name: str, request: Request, path: str, query: str) -> str:
    known = {
        "scheme": request.scheme,
        "host": request.host,
        "http_host": request.host,
        "best_http_host": request.host,
        "pass_access_scheme": request.scheme,
        "uri": _written(_plain(path)),
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
