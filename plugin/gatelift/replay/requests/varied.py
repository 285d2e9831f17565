"""Requests that differ from a plain one in what else rules look at: headers, cookies, origins, bodies, logins, clients.

Each function takes a place and its plain request, and returns what varies it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from gatelift.replay.requests.addresses import admitted as let_in
from gatelift.replay.requests.addresses import edges, first, networks, outside
from gatelift.traffic.credentials import TRIED, authorization
from gatelift.traffic.model import Request
from gatelift.traffic.places.place import Condition, Place
from gatelift.traffic.places.strings import strings

METHODS = ("HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
_UNSHARED = 16
"""Of so many networks that one side's lists have and the other's do not, clients are made up."""
LARGEST = 24 << 20
"""No body is larger: limits beyond are said, not tried."""


_PLAIN = re.compile(r"[^\s;,](?:[^\x00-\x20;,]|; (?=[^\s;,]))*")
"""A value that no proxy reads in a way of its own: no list, no white space but that between cookies."""


def methods(plain: Request) -> Iterator[Request]:
    """The usual methods."""
    for method in METHODS:
        yield replace(plain, method=method)


def conditions(place: Place, plain: Request) -> Iterator[Request]:
    """What the place asks for, alone and all together, with neighbours: another value, another case, nothing."""
    yield satisfying(place, plain)
    yield plain
    for item in (*place.conditions, *place.mentions):
        for value in _values(item):
            yield _with(plain, item, value)
    for header in (each for each in place.mentions if each.where == "header"):
        for cookie in (each for each in place.mentions if each.where == "cookie"):
            yield _with(_with(plain, header, header.value), cookie, cookie.value)


def decided(place: Place, plain: Request) -> Iterator[Request]:
    """``plain`` with each value that decides between backends."""
    for item in (*place.conditions, *place.mentions):
        yield _with(plain, item, next(_values(item), item.value))


def satisfying(place: Place, plain: Request) -> Request:
    """``plain`` with everything that the place's own conditions ask for."""
    made = replace(plain, method=place.method or plain.method)
    for item in place.conditions:
        made = _with(made, item, next(_values(item), item.value))
    return made


def _values(item: Condition) -> Iterator[str]:
    """Values that are asked for, the plainest first, then some that are not."""
    if item.regular:
        found = sorted(strings(item.value), key=len)
        yield from (value for value in found if _PLAIN.fullmatch(value))
        yield "gatelift"
        return
    yield item.value
    yield f"{item.value}x"
    if item.value.swapcase() != item.value:
        yield item.value.swapcase()


def _with(request: Request, item: Condition, value: str) -> Request:
    if item.where == "query":
        joint = "&" if "?" in request.target else "?"
        return replace(request, target=f"{request.target}{joint}{item.name}={value}")
    name, text = ("Cookie", f"{item.name}={value}") if item.where == "cookie" else (item.name, value)
    rest = tuple(pair for pair in request.headers if pair[0].lower() != name.lower())
    before = next((old for key, old in request.headers if key.lower() == "cookie"), "")
    if item.where == "cookie" and before:
        text = f"{before}; {text}"
    return replace(request, headers=(*rest, (name, text)))


def origins(place: Place, plain: Request) -> Iterator[Request]:
    """Preflights and plain requests from origins that are allowed, and from others."""
    if place.cors is None:
        return
    allowed = [origin.replace("*", CHILD_LABEL) for origin in place.cors.origins if origin != "*"]
    for origin in dict.fromkeys((*allowed[:3], "https://elsewhere.invalid", "null")):
        yield replace(plain, headers=(*plain.headers, ("Origin", origin)))
        method = place.cors.methods[0] if place.cors.methods and place.cors.methods[0] != "*" else "GET"
        asked = (*plain.headers, ("Origin", origin), ("Access-Control-Request-Method", method))
        yield replace(plain, method="OPTIONS", headers=asked)
        headers = ", ".join(place.cors.headers[:2])
        if headers and headers != "*":
            wanted = (*asked, ("Access-Control-Request-Headers", headers))
            yield replace(plain, method="OPTIONS", headers=wanted)
    # Not a preflight: no origin asks.
    yield replace(plain, method="OPTIONS")


CHILD_LABEL = "one"
"""What stands for the ``*`` of a wildcard."""


def bodies(place: Place, plain: Request) -> Iterator[Request]:
    """Bodies of exactly the limit, and of one byte more."""
    for limit in place.body:
        if limit < LARGEST:
            yield replace(plain, method="POST", body=limit)
            yield replace(plain, method="POST", body=limit + 1)


def logins(place: Place, plain: Request) -> Iterator[Request]:
    """Credentials: right, wrong, for nobody known, none."""
    if place.login:
        yield replace(plain, headers=tuple(pair for pair in plain.headers if pair[0] != "Authorization"))
        for user, password in TRIED:
            rest = tuple(pair for pair in plain.headers if pair[0] != "Authorization")
            yield replace(
                plain,
                headers=(
                    *rest,
                    ("Authorization", authorization(user, password)),
                ),
            )


def clients(place: Place, plain: Request) -> Iterator[Request]:
    """A client in each network of the address lists, and one outside of all; at the edges of what one side lists."""
    listed = networks((*place.allowed, *place.denied))
    for network in listed[:8]:
        yield replace(plain, client=first(network))
    if listed:
        for client in outside(listed):
            yield replace(plain, client=client)
    for network in networks(place.clients)[:_UNSHARED]:
        for client in edges(network):
            yield replace(plain, client=client)


def admitted(place: Place, plain: Request) -> Request:
    """``plain`` from a client and with credentials that the place lets in."""
    client = let_in(networks(place.allowed), networks(place.denied))
    plain = replace(plain, client=client or plain.client)
    if place.login:
        plain = replace(plain, headers=(*plain.headers, ("Authorization", authorization())))
    return plain
