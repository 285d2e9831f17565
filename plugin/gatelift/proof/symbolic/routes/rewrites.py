"""How paths change on their way, and where redirects lead to, as Envoy Gateway has it for Envoy.

``exact``: whether it is Envoy Gateway, of which more is known than the specification says of prefixes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gatelift.proof.symbolic.model import Kind, Location, Path, Rewrite, Rewritten, Undecided
from gatelift.proof.symbolic.routes.matches import readable
from gatelift.traffic.fields import at, mapping_at, text

_USUAL = (80, 443)
_PLAIN = re.compile(r"[-A-Za-z0-9._/~%!,;=:@&' ]*")
"""What means itself in an expression, or as a dot does, any sign where only this one can stand."""


def rewrite(said: Mapping[str, Any], path: Path, own: str, *, exact: bool) -> Rewrite:
    """What a ``path`` of a filter makes of the paths of a match, whose own value is ``own``."""
    if (full := at(said, "replaceFullPath")) is not None:
        return Rewrite(Rewritten.FULL, by=text(full))
    if (prefix := at(said, "replacePrefixMatch")) is not None:
        by = text(prefix)
        return (_by_envoy_gateway(by, path, own) if exact else None) or _prefix(by, path)
    if (regex := at(said, "replaceRegexMatch")) is not None:
        return Rewrite(Rewritten.EACH, own=readable(text(at(regex, "pattern"))), by=text(at(regex, "substitution")))
    return Rewrite()


def _prefix(by: str, path: Path) -> Rewrite:
    bare = by.removesuffix("/") or "/"
    return Rewrite(Rewritten.PREFIX, path.text, bare) if path.kind is Kind.BELOW else Rewrite(Rewritten.FULL, by=bare)


def _by_envoy_gateway(by: str, path: Path, own: str) -> Rewrite | None:
    """Where it does otherwise than the specification has it."""
    bare = by.removesuffix("/")
    if path.kind is not Kind.BELOW:
        return None
    if bare and own == "/":
        # What Envoy replaces is the slash of `/` itself, and what follows it begins with none.
        return _each("^/", bare)
    if not bare and not (_PLAIN.fullmatch(own) and (own == "/" or not own.endswith("/"))):
        # The prefix is an expression as it is, with a slash at its end, and unescaped.
        return _each(rf"^{own}\/*", "/")
    return None


def _each(expression: str, by: str) -> Rewrite:
    return Rewrite(Rewritten.EACH, own=readable(expression), by=by)


def forwarded(said: Mapping[str, Any], path: Path, own: str, *, exact: bool) -> Rewrite:
    """As ``rewrite``, for a path that a backend gets."""
    made = rewrite(said, path, own, exact=exact)
    if made.how is Rewritten.FULL and ("?" in made.by or "\\" in made.by):
        raise Undecided(f"a path with a query or a backslash in place of all others: {made.by}")
    return made


def location(said: Mapping[str, Any], path: Path, own: str, *, exact: bool) -> Location:
    """Where a ``requestRedirect`` leads to. A query that replaces the path brings, goes in place of that of the
    request."""
    made = rewrite(mapping_at(said, "path"), path, own, exact=exact)
    port = said.get("port")
    return Location(
        scheme=text(said.get("scheme")),
        host=text(said.get("hostname")),
        port=port if isinstance(port, int) and port not in _USUAL else 0,
        path=made,
        query="?" not in made.by,
    )
