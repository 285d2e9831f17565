"""Two answers to one request: in which attributes they differ, and what could not be compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from gatelift.traffic.model import Answer, Attribute, NotReplayed, Request
from gatelift.traffic.places.place import PathKind, host_fits, path_fits, path_of

_PORTS = {"http": 80, "https": 443}
_CORS = "access-control-"
_ORIGIN = "access-control-allow-origin"
_REACHED = re.compile(r"\d{3} from ")
_HSTS = "strict-transport-security"
_OF_PREFLIGHT = (Attribute.STATUS, Attribute.CORS)
_LISTS = ("access-control-allow-methods", "access-control-allow-headers", "access-control-expose-headers")


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """Names of headers, in lower case, that rules of either side set: for the backend, and for the client."""

    request: frozenset[str] = frozenset()
    response: frozenset[str] = frozenset()


class Ends(msgspec.Struct, frozen=True):
    """The ports that stand for 80 and 443 on one side."""

    http: int = 80
    https: int = 443

    def canonical(self, port: int | None) -> int | None:
        """The port as it would be outside of a replay."""
        return {self.http: 80, self.https: 443}.get(port, port) if port is not None else None


class Difference(msgspec.Struct, frozen=True):
    """One attribute that differs, as both sides have it; of headers (``hiding.HEADERS``) each is a line."""

    attribute: Attribute
    before: str
    after: str
    closed: bool = False
    """Whether the place must stay closed, so that nothing explains it."""


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What differs, and which attributes could not be compared for this request."""

    differences: tuple[Difference, ...] = ()
    left_out: frozenset[Attribute] = frozenset()


def applies(item: NotReplayed, request: Request) -> bool:
    """Whether what is not replayed speaks of this request.

    A path takes what is below it; one that begins with ``=`` is exact, one with ``~`` or ``^`` a regular expression.
    """
    if item.hosts and not any(host_fits(host, request.host) for host in item.hosts):
        return False
    path = path_of(request.target)
    return not item.paths or any(_takes(pattern, path) for pattern in item.paths)


def _takes(pattern: str, path: str) -> bool:
    if pattern.startswith("="):
        return path_fits(PathKind.EXACT, pattern[1:], path)
    if pattern.startswith(("~", "^", "(")):
        return path_fits(PathKind.REGEX, pattern.removeprefix("~"), path)
    return path_fits(PathKind.PREFIX, pattern, path)


def left_out(request: Request, items: Iterable[NotReplayed]) -> frozenset[Attribute]:
    """The attributes that cannot be compared for ``request``."""
    return frozenset(item.attribute for item in items if applies(item, request))


def compare(
    request: Request,
    before: tuple[Answer, Ends],
    after: tuple[Answer, Ends],
    watched: Watched,
    missing: frozenset[Attribute] = frozenset(),
) -> Compared:
    """What differs between the answers of two sides to ``request``.

    ``missing``: what is not replayed here. Where one side reached a backend and the other did not, or another one,
    that alone is said: everything else follows from it.
    """
    one, other = before[0], after[0]
    if missing.issuperset(Attribute):
        return Compared(left_out=missing)
    # 200 or 204: what a browser makes of the answer to a preflight stands in its headers.
    silent = one.seen is None and other.seen is None
    answered = silent and is_preflight(request) and {one.status, other.status} <= {200, 204}
    first = None if answered else _decisive(one, other, missing)
    if first is not None:
        return Compared(differences=first, left_out=missing)
    found = []
    for attribute, told in _TOLD.items():
        if attribute in missing or (answered and attribute not in _OF_PREFLIGHT):
            continue
        had, has = told(request, *before, watched), told(request, *after, watched)
        if had != has:
            found.append(Difference(attribute, had, has))
    return Compared(differences=tuple(found), left_out=missing)


def _decisive(one: Answer, other: Answer, missing: frozenset[Attribute]) -> tuple[Difference, ...] | None:
    """The difference that makes all others pointless to tell; nothing where it cannot be told; ``None`` for none."""
    reached, reaches = one.seen is not None, other.seen is not None
    if reached and reaches:
        if _backend(one) != _backend(other):
            return (Difference(Attribute.BACKEND, _backend(one), _backend(other)),)
        return None
    if reached is not reaches:
        if Attribute.BACKEND in missing:
            return ()
        attribute = Attribute.BACKEND if Attribute.STATUS in missing or one.status == other.status else Attribute.STATUS
        return (Difference(attribute, outcome(one), outcome(other)),)
    if Attribute.STATUS in missing:
        return ()
    if status(one) != status(other):
        return (Difference(Attribute.STATUS, outcome(one), outcome(other)),)
    return None


def is_preflight(request: Request) -> bool:
    """Whether a browser asks before it asks."""
    names = {key.lower() for key, _ in request.headers}
    return request.method == "OPTIONS" and names >= {"origin", "access-control-request-method"}


def outcome(answer: Answer) -> str:
    """An answer in a few words."""
    if answer.failure:
        return f"no answer ({answer.failure})"
    if answer.seen is not None:
        return f"{answer.status} from {answer.seen.backend}"
    location = header(answer.headers, "location")
    return f"{answer.status} without a backend" + (f", to {location}" if location else "")


def reached(text: str) -> bool:
    """Whether ``text``, as ``outcome`` made it, tells of a backend."""
    return _REACHED.match(text) is not None


def status(answer: Answer) -> str:
    """The status, or why there is none."""
    return answer.failure or str(answer.status)


def header(headers: Sequence[tuple[str, str]], name: str) -> str:
    """All values of a header, joined; empty where it is not there."""
    return ", ".join(value.strip() for key, value in headers if key.lower() == name)


def _backend(answer: Answer) -> str:
    return answer.seen.backend if answer.seen is not None else ""


def _location(request: Request, answer: Answer, ends: Ends, watched: Watched) -> str:
    return absolute(request, header(answer.headers, "location"), ends)


def absolute(request: Request, location: str, ends: Ends) -> str:
    """A ``Location`` as a client resolves it, with the ports of the replay folded back and usual ports left out."""
    if not location:
        return ""
    try:
        parts = urlsplit(location)
        port = parts.port
    except ValueError:
        return location
    scheme = (parts.scheme or request.scheme).lower()
    host = (parts.hostname or request.host).lower()
    folded = ends.canonical(port) if parts.netloc else None
    shown = "" if folded in (None, _PORTS.get(scheme)) else f":{folded}"
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{scheme}://{host}{shown}{parts.path or '/'}{query}{fragment}"


def _status(request: Request, answer: Answer, ends: Ends, watched: Watched) -> str:
    return status(answer)


def _path(request: Request, answer: Answer, ends: Ends, watched: Watched) -> str:
    return answer.seen.target if answer.seen is not None else ""


def _host(request: Request, answer: Answer, ends: Ends, watched: Watched) -> str:
    if answer.seen is None:
        return ""
    found = header(answer.seen.headers, "host").lower()
    bare, _, port = found.rpartition(":")
    if bare and port.isdigit():
        return bare if ends.canonical(int(port)) in _PORTS.values() else found
    return found


def _forwarded(request: Request, answer: Answer, ends: Ends, watched: Watched) -> str:
    # Of these headers the proxies here set their own; this one means the same for all.
    return "" if answer.seen is None else header(answer.seen.headers, "x-forwarded-proto")


def _request_headers(request: Request, answer: Answer, ends: Ends, watched: Watched) -> str:
    return "" if answer.seen is None else _shown(answer.seen.headers, watched.request)


def _response_headers(request: Request, answer: Answer, ends: Ends, watched: Watched) -> str:
    return _shown(answer.headers, watched.response)


def _shown(headers: Sequence[tuple[str, str]], names: Iterable[str]) -> str:
    found = ((name, header(headers, name)) for name in sorted(names))
    return "\n".join(f"{name}: {value}" for name, value in found if value)


def _cors(request: Request, answer: Answer, ends: Ends, watched: Watched) -> str:
    found = {key.lower(): header(answer.headers, key.lower()) for key, _ in answer.headers if key.lower()[:15] == _CORS}
    for name in _LISTS:
        if name in found:
            found[name] = ", ".join(sorted({part.strip().lower() for part in found[name].split(",")} - {""}))
    if found.get(_ORIGIN) == "*":
        # T27: no browser lets credentials go along then.
        found.pop(f"{_CORS}allow-credentials", None)
        found[_ORIGIN] = let_read(request, answer)
    return "\n".join(f"{name}: {value}" for name, value in sorted(found.items()))


def let_read(request: Request, answer: Answer) -> str:
    """The origin that may read ``answer``; ``*`` is as good as the one that asks."""
    allowed = header(answer.headers, _ORIGIN)
    return (header(request.headers, "origin") if allowed == "*" else "") or allowed


def _hsts(request: Request, answer: Answer, ends: Ends, watched: Watched) -> str:
    # Of several only the first counts (RFC 6797, 8.1).
    found = next((value for key, value in answer.headers if key.lower() == _HSTS), "")
    return "; ".join(sorted(part.strip().lower() for part in found.split(";") if part.strip()))


def _cookies(request: Request, answer: Answer, ends: Ends, watched: Watched) -> str:
    return ", ".join(sorted(_cookie(value) for key, value in answer.headers if key.lower() == "set-cookie"))


def _cookie(value: str) -> str:
    """A cookie by name and attributes; its value is its own affair, and so is when exactly it ends."""
    first, *attributes = (part.strip() for part in value.split(";"))
    kept = sorted(part.lower() for part in attributes if part and not part.lower().startswith("expires="))
    return "; ".join((first.partition("=")[0], *kept))


def _challenge(request: Request, answer: Answer, ends: Ends, watched: Watched) -> str:
    return header(answer.headers, "www-authenticate")


_TOLD: Mapping[Attribute, Callable[[Request, Answer, Ends, Watched], str]] = {
    Attribute.STATUS: _status,
    Attribute.LOCATION: _location,
    Attribute.PATH: _path,
    Attribute.HOST: _host,
    Attribute.FORWARDED: _forwarded,
    Attribute.REQUEST_HEADERS: _request_headers,
    Attribute.CORS: _cors,
    Attribute.HSTS: _hsts,
    Attribute.RESPONSE_HEADERS: _response_headers,
    Attribute.COOKIES: _cookies,
    Attribute.CHALLENGE: _challenge,
}
