"""Where rules act: one place for each host and path of an Ingress, and for each host and match of a route."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote

import msgspec

from gatelift.traffic.model import Request
from gatelift.traffic.places.regular import takes

BOTH = ("http", "https")


class PathKind(StrEnum):
    """How a path is compared."""

    EXACT = "Exact"
    PREFIX = "Prefix"
    REGEX = "regular"


class Condition(msgspec.Struct, frozen=True, order=True):
    """What a header, a cookie or a query parameter must be. ``where``: ``header``, ``cookie`` or ``query``."""

    where: str
    name: str
    value: str
    regular: bool = False


class Cors(msgspec.Struct, frozen=True, order=True):
    """What a place says of other origins."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One match of one rule of one side.

    - ``name``: for people, as ``Ingress shop/web: www.example.com/api (Prefix)``.
    - ``host``: empty where the rule has none; ``*.example.com`` for a wildcard.
    - ``conditions``: what the match asks of a request besides host, path and method.
    - ``mentions``: what decides elsewhere for the same host and path (canaries), so that requests vary it.
    - ``backends``: ``namespace/service:port`` -> weight; empty where the rule answers by itself.
    - ``body``: limits of request bodies, in bytes; ``allowed``, ``denied``: address lists.
    - ``login``: whether it asks for a password.
    - ``clients``: networks of which one side's lists speak and the other's do not.
    - ``ingress``: ``namespace/name`` of the Ingress, where it is one; ``rule``: the numbers of rule and path.
    """

    name: str
    host: str
    path: str = "/"
    kind: PathKind = PathKind.PREFIX
    method: str = ""
    schemes: tuple[str, ...] = BOTH
    conditions: tuple[Condition, ...] = ()
    mentions: tuple[Condition, ...] = ()
    backends: tuple[tuple[str, int], ...] = ()
    cors: Cors | None = None
    body: tuple[int, ...] = ()
    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    login: bool = False
    clients: tuple[str, ...] = ()
    ingress: str = ""
    rule: tuple[int, int] = (-1, -1)

    @property
    def weighted(self) -> bool:
        """Whether chance decides between backends."""
        return sum(weight > 0 for _, weight in self.backends) > 1


@lru_cache(maxsize=4096)
def path_of(target: str) -> str:
    """The path of a request as proxies compare it: decoded, slashes merged, dot segments resolved."""
    return resolved(unquote(target.partition("?")[0], errors="replace"))


def resolved(path: str) -> str:
    """A decoded path with slashes merged and dot segments resolved."""
    parts: list[str] = []
    segments = [part for part in path.split("/") if part]
    for part in segments:
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    slash = path.endswith(("/", "/.", "/..")) and parts
    return "/" + "/".join(parts) + ("/" if slash else "")


def literal(place: Place) -> str:
    """What every path begins with that ``place`` takes, as far as its expression says so plainly."""
    found = _LITERAL.match(place.path) if place.kind is PathKind.REGEX else None
    return found[0] if found else place.path


_LITERAL = re.compile(r"[-A-Za-z0-9_~/]*")


def host_fits(pattern: str, host: str) -> bool:
    """Whether a rule's host takes a request's; a wildcard takes any number of labels, no host takes all."""
    host = host.lower()
    if not pattern:
        return True
    if pattern.startswith("*."):
        return host.endswith(pattern[1:].lower()) and len(host) > len(pattern) - 1
    return host == pattern.lower()


def patterns(host: str) -> Iterator[str]:
    """The hosts of rules that take ``host``, in lower case, the most special first; the last is empty."""
    host = host.lower()
    yield host
    labels = host.split(".")
    yield from (f"*.{'.'.join(labels[number:])}" for number in range(1, len(labels)))
    yield ""


def host_among(known: frozenset[str], host: str) -> bool:
    """Whether one of many hosts of rules (in lower case) takes a request's: as ``host_fits``, without asking each."""
    return any(each in known for each in patterns(host))


def path_fits(kind: PathKind, pattern: str, path: str) -> bool:
    """Whether a rule's path takes a path that ``path_of`` gave, as far as is known."""
    return path_taken(kind, pattern, path) is True


def path_taken(kind: PathKind, pattern: str, path: str) -> bool | None:
    """As ``path_fits``; ``None`` where an expression cannot be read, or would take too long.

    nginx reads a regular path in any case, from its start.
    """
    if kind is PathKind.EXACT:
        return path == pattern
    if kind is PathKind.PREFIX:
        bare = pattern.rstrip("/")
        return path == bare or path.startswith(f"{bare}/")
    return takes(pattern, path, any_case=True)


def fits(place: Place, request: Request, *, perhaps: bool = False) -> bool:
    """Whether ``request`` is one that ``place`` takes, as far as its own match goes; other rules may be asked first.

    What is not known of an expression counts as ``perhaps`` says.
    """
    known = (True, None) if perhaps else (True,)
    return (
        request.scheme in place.schemes
        and host_fits(place.host, request.host)
        and (not place.method or place.method == request.method)
        and path_taken(place.kind, place.path, path_of(request.target)) in known
        and all(holds(condition, request) in known for condition in place.conditions)
    )


def holds(condition: Condition, request: Request) -> bool | None:
    """Whether a request has what ``condition`` asks for; ``None`` where that is not known."""
    values = _values(condition, request)
    if not condition.regular:
        return condition.value in values
    found = {takes(condition.value, value, whole=True) for value in values}
    return True if True in found else None if None in found else False


def _values(condition: Condition, request: Request) -> Iterable[str]:
    name = condition.name.lower()
    if condition.where == "query":
        query = request.target.partition("?")[2]
        pairs = [part.partition("=") for part in query.split("&") if part]
        return [unquote(value) for key, _, value in pairs if unquote(key) == condition.name]
    wanted = "cookie" if condition.where == "cookie" else name
    found = [value for key, value in request.headers if key.lower() == wanted]
    if condition.where == "header":
        return found
    pairs = [part.strip().partition("=") for value in found for part in value.split(";")]
    return [value for key, _, value in pairs if key == condition.name]
