"""What a request gets from a list of rules of routes, by string operations alone: no automaton, and no proxy."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from urllib.parse import urlsplit

import re2

from gatelift.proof.symbolic.model import (
    Addresses,
    Cors,
    Gate,
    Headers,
    Kind,
    Location,
    Login,
    Need,
    Path,
    Reply,
    Rewrite,
    Rewritten,
    Rule,
)  # fmt: skip
from gatelift.traffic.credentials import authorization
from gatelift.traffic.model import Request
from gatelift.traffic.places.regular import takes


def replies(rules: Sequence[Rule], request: Request) -> list[tuple[Rule, Reply]]:
    """What may come of ``request``: of the first rules that take it, for those of one rank have no order."""
    for _, group in groupby(rules, lambda rule: rule.rank):
        fitting = [(rule, rule.reply) for rule in group if fits(rule, request)]
        if fitting:
            return fitting
    raise AssertionError(f"no rule takes {request}")


def fits(rule: Rule, request: Request) -> bool:
    """Whether a rule takes a request."""
    return path_fits(rule.path, request.target.partition("?")[0]) and all(_holds(need, request) for need in rule.needs)


def path_fits(path: Path, text: str) -> bool:
    """Whether a path is one of a language."""
    if path.kind is Kind.EXACT:
        return text == path.text
    if path.kind is Kind.BELOW:
        return text == path.text or text.startswith(f"{path.text}/")
    assert (path.kind, path.whole) == (Kind.REGULAR, True)
    return bool(takes(path.text, text, whole=True))


def _holds(need: Need, request: Request) -> bool:
    values = list(_values(need, request))
    if need.regular:
        return any(takes(need.value, value, whole=need.whole) for value in values)
    return need.value in values


def _values(need: Need, request: Request) -> Iterator[str]:
    if need.where == "method":
        yield request.method
    elif need.where == "header":
        yield from (value for key, value in request.headers if key.lower() == need.name)
    else:
        cookies = "; ".join(value for key, value in request.headers if key.lower() == "cookie")
        found = request.target.partition("?")[2].split("&") if need.where == "query" else cookies.split("; ")
        yield from (value for key, _, value in (each.partition("=") for each in found) if key == need.name)


def let_in(reply: Reply, request: Request) -> int:
    """The status for who is not let in; 0 for who is. A service that authorizes lets nobody in here."""
    return next((status for status in (_refused(gate, request) for gate in reply.gates) if status), 0)


def _refused(gate: Gate, request: Request) -> int:
    if isinstance(gate, Addresses):
        return 0 if _admits(gate, request.client or "127.0.0.1") else 403
    if isinstance(gate, Login):
        return 0 if dict(request.headers).get("Authorization") == authorization() else 401
    return 401


def _admits(gate: Addresses, client: str) -> bool:
    address = ipaddress.ip_address(client)
    decided = (allows for allows, networks in gate.rules if any(address in ipaddress.ip_network(n) for n in networks))
    return next(decided, gate.otherwise)


def challenge(gate: Login, request: Request) -> str:
    """What a client is asked for."""
    said = gate.challenge.replace("$scheme", request.scheme).replace("$host", request.host)
    return said.replace("$request_uri", request.target)


def rewritten(rewrite: Rewrite, path: str) -> str:
    """What becomes of a path."""
    match rewrite.how:
        case Rewritten.NOT:
            return path
        case Rewritten.FULL:
            return rewrite.by
        case Rewritten.PREFIX:
            rest = path[len(rewrite.own) :].lstrip("/")
            slash = "/" if path[len(rewrite.own) :].startswith("/") or rewrite.by.endswith("/") else ""
            return f"{rewrite.by.rstrip('/')}{slash}{rest}" or "/"
        case Rewritten.EACH:
            return str(re2.sub(rewrite.own, rewrite.by.replace("\\0", "\\g<0>"), path))
    raise AssertionError(rewrite)


def target(location: Location, request: Request) -> str:
    """Where a redirect leads to, in full."""
    path, _, query = request.target.partition("?")
    scheme = location.scheme or request.scheme
    port = f":{location.port}" if location.port else ""
    kept = f"?{query}" if query and location.query else ""
    return f"{scheme}://{(location.host or request.host).lower()}{port}{rewritten(location.path, path)}{kept}"


def allows(cors: Cors, request: Request) -> bool:
    """Whether the origin of a request is one that may read."""
    origin = dict(request.headers).get("Origin", "")
    return bool(origin) and any(takes(each, origin, whole=True) for each in cors.origins)


def headers_after(change: Headers, before: Mapping[str, str]) -> dict[str, str]:
    """Headers (in lower case) after a change, each with all of its values."""
    found = {key: value for key, value in before.items() if key not in {each.lower() for each in change.removed}}
    found |= {key.lower(): value for key, value in change.put}
    for key, value in change.added:
        there = found.get(key.lower())
        found[key.lower()] = value if there is None else f"{there}, {value}"
    return found


def plain(url: str) -> str:
    """A Location without what a client adds by itself."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
