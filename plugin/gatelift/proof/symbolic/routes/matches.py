"""A match of an HTTPRoute: the paths that it takes, and what else it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gatelift.proof.symbolic.model import Kind, Need, Path, Undecided
from gatelift.traffic.fields import at, maps, text
from gatelift.traffic.gateway.expressions import REGULAR, compiles

_PLAIN = r"((?:[-A-Za-z0-9_]|\\[^A-Za-z0-9;\s])+)"
_COOKIE = re.compile(rf"\(\?:\.\*;\\s\*\)\?\(\?i:{_PLAIN}\)={_PLAIN}\(\?:\\s\*;\.\*\)\?")
"""An expression for the whole of ``Cookie`` that asks for one cookie, by its name in any case, as nginx does."""


def path_of(match: Mapping[str, Any]) -> Path:
    """The path of a match, as Envoy compares it with the one that was sent."""
    kind, value = text(at(match, "path", "type")), text(at(match, "path", "value")) or "/"
    if kind == "Exact":
        return Path(Kind.EXACT, value)
    if kind == REGULAR:
        return Path(Kind.REGULAR, readable(value), whole=True)
    return Path(Kind.BELOW, value.removesuffix("/"))


def needs_of(match: Mapping[str, Any], cookies: Sequence[Mapping[str, Any]]) -> tuple[Need, ...]:
    """Everything that a match asks for besides a path. ``cookies``: those of an HTTPRouteFilter."""
    return tuple(sorted(_needs(match, cookies)))


def _needs(match: Mapping[str, Any], cookies: Sequence[Mapping[str, Any]]) -> Iterator[Need]:
    if method := text(match.get("method")):
        yield Need("method", "", method)
    yield from map(_header, maps(match.get("headers")))
    yield from (_need("query", text(item.get("name")), item) for item in maps(match.get("queryParams")))
    yield from (_need("cookie", text(item.get("name")), item) for item in cookies)


def _header(item: Mapping[str, Any]) -> Need:
    made = _need("header", text(item.get("name")).lower(), item)
    cookie = _COOKIE.fullmatch(made.value) if made.regular and made.name == "cookie" else None
    return Need("cookie", _unescaped(cookie[1]), _unescaped(cookie[2])) if cookie else made


def _unescaped(expression: str) -> str:
    return re.sub(r"\\(.)", r"\1", expression)


def _need(where: str, name: str, item: Mapping[str, Any]) -> Need:
    value = text(item.get("value"))
    regular = item.get("type") == REGULAR
    return Need(where, name, readable(value) if regular else value, regular=regular)


def readable(expression: str) -> str:
    """``expression``, where Envoy compiles it. Raises ``Undecided``: Envoy Gateway refuses the route then."""
    if not compiles(expression):
        raise Undecided(f"RE2 does not read the expression {expression}")
    return expression
