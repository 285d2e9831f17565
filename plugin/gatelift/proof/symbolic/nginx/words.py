"""Texts with variables of nginx, in the words of the rules."""

from __future__ import annotations

import re

from gatelift.proof.symbolic.model import Rewrite, Rewritten, Undecided
from gatelift.traffic.nginx.quoted import UnquotableError, as_read
from gatelift.traffic.places.regular import parsed

_VARIABLE = re.compile(r"\$(?:([A-Za-z0-9_]+)|\{([A-Za-z0-9_]*)\}|)")
# Names that mean the same for requests with neither a port in Host nor X-Forwarded-*.
_SAID = {name: name for name in ("scheme", "host", "uri", "args", "request_uri", "escaped_request_uri")} | {
    "http_host": "host",
    "best_http_host": "host",
    "pass_access_scheme": "scheme",
    "query_string": "args",
    "document_uri": "uri",
}


def text(value: str) -> str:
    """``value`` with variables that the rules know. Raises ``Undecided``."""

    def said(found: re.Match[str]) -> str:
        name = (found[1] or found[2] or "").lower()
        if name not in _SAID:
            raise Undecided(f"what nginx puts in place of {found[0]} is not known here")
        return f"${_SAID[name]}"

    return _VARIABLE.sub(said, value)


def plain(value: str) -> str:
    """``value``, if it holds no variable. Raises ``Undecided``."""
    if "$" in value:
        raise Undecided(f"what nginx puts in place of the variables of {value} is not known here")
    return value


def host(value: str) -> str:
    """A host for the backend; empty for that of the request. Raises ``Undecided``."""
    return "" if value and _VARIABLE.fullmatch(value) and text(value) == "$host" else plain(value)


def expression(path: str) -> str:
    """The expression that nginx reads where a path of an Ingress is one. Raises ``Undecided``."""
    try:
        return as_read(path)
    except UnquotableError as error:
        raise Undecided(f"nginx cannot be configured with the path {path!r}: {error}") from None


def rewritten(path: str, target: str) -> Rewrite:
    """``rewrite "(?i)path" target break``. Raises ``Undecided``."""
    if not target.startswith("/"):
        # A URL redirects, and of what begins with a capture nothing may be left, which is an error of nginx.
        raise Undecided(f"the rewrite-target {target} does not begin with a slash")
    own = expression(path)

    def said(found: re.Match[str]) -> str:
        name = found[1] or ""
        if not re.fullmatch(r"[1-9]", name):
            raise Undecided(f"what nginx puts in place of {found[0]} in a rewrite-target is not known here")
        # A group that is not there leaves nothing.
        return rf"\{name}" if int(name) <= _groups(own) else ""

    return Rewrite(how=Rewritten.FIRST, own=own, by=_VARIABLE.sub(said, target), any_case=True)


def _groups(own: str) -> int:
    tree = parsed(own)
    if tree is None:
        raise Undecided(f"the groups of the expression {own} cannot be counted")
    return int(tree.state.groups) - 1
