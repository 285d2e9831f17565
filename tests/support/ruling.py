"""What rules of a symbolic proof reply to one request: the plainest reading of them, to hold against a real proxy."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from gatelift.proof.symbolic.model import (
    Addresses,
    Authority,
    Cors,
    Gate,
    Kind,
    Location,
    Login,
    Need,
    Path,
    Reply,
    Rewrite,
    Rewritten,
    Rule,
    World,
)
from gatelift.traffic.answers.compare import Ends, absolute
from gatelift.traffic.credentials import authorization
from gatelift.traffic.model import Answer, Request
from gatelift.traffic.places.place import path_of

_UNESCAPED = "/!$&'()*+,;=:@~[]"
_CORS = "access-control-"
_KEPT = ("strict-transport-security", "x-extra", "www-authenticate")
USUAL = Ends()


class Outcome(NamedTuple):
    """All that is compared. Of several backends that chance decides between, each one is an outcome."""

    status: int
    location: str
    backends: frozenset[str]
    target: str
    host: str
    prefix: str
    headers: frozenset[tuple[str, str]]


def replied(world: World, request: Request) -> Outcome | str:
    """The outcome of the first rule that takes ``request``; a text where there is no answer at all."""
    for rule in world.rules(request.scheme, request.host.lower()):
        if takes(rule, request):
            return rule.reply.failure or _outcome(rule.reply, request)
    raise AssertionError(f"no rule takes {request}")


def answered(answer: Answer, request: Request, ends: Ends) -> Outcome | str:
    """The same of a real answer."""
    if answer.failure:
        return answer.failure
    seen = dict(answer.seen.headers) if answer.seen else {}
    # Of several the first counts.
    names = {key: value for key, value in reversed(answer.headers) if key in _KEPT or key.startswith(_CORS)}
    return Outcome(
        status=answer.status if answer.seen is None else 0,
        location=absolute(request, dict(answer.headers).get("location", ""), ends) if answer.seen is None else "",
        backends=frozenset((answer.seen.backend,) if answer.seen else ()),
        target=answer.seen.target if answer.seen else "",
        host=seen.get("host", "").lower(),
        prefix=seen.get("x-forwarded-prefix", ""),
        headers=frozenset(names.items()),
    )


def takes(rule: Rule, request: Request) -> bool:
    """Whether ``rule`` takes ``request``."""
    return _on(rule.path, request) and all(_has(need, request) for need in rule.needs)


def _on(path: Path, request: Request) -> bool:
    asked = path_of(request.target) if path.decoded else request.target.partition("?")[0]
    match path.kind:
        case Kind.EXACT:
            return asked == path.text
        case Kind.BELOW:
            return asked == path.text or asked.startswith(f"{path.text}/")
        case Kind.STARTS:
            return asked.startswith(path.text)
    compiled = re.compile(path.text, re.ASCII | (re.IGNORECASE if path.any_case else 0))
    return bool(compiled.fullmatch(asked) if path.whole else compiled.search(asked))


def _has(need: Need, request: Request) -> bool:
    values = _values(need, request)
    if not need.regular:
        return need.value in values
    return any((re.fullmatch if need.whole else re.search)(need.value, value) for value in values)


def _values(need: Need, request: Request) -> list[str]:
    if need.where == "method":
        return [request.method]
    if need.where == "query":
        pairs = [part.partition("=") for part in request.target.partition("?")[2].split("&")]
    elif need.where == "cookie":
        pairs = [part.strip().partition("=") for value in _sent(request, "cookie") for part in value.split(";")]
    else:
        return _sent(request, need.name)
    return [value for name, _, value in pairs if name == need.name]


def _sent(request: Request, name: str) -> list[str]:
    return [value for key, value in request.headers if key.lower() == name.lower()]


def _outcome(reply: Reply, request: Request) -> Outcome:
    headers = {key.lower(): value for key, value in reply.to_client.put}
    if reply.cors is not None and _matches(reply.cors, request):
        headers.update(_allowed(reply.cors, request))
        if request.method == "OPTIONS":
            return _own(reply.cors.status, headers)
    if reply.status == 0 or reply.gates_first:
        turned = _turned(reply, request)
        if turned is not None:
            return _own(turned.status, {} if turned.bare else {**headers, **turned.headers}, turned.location)
    if reply.status:
        return _own(reply.status, headers, led(reply.location, request) if reply.location else "")
    return Outcome(
        status=0,
        location="",
        backends=frozenset(name for name, weight in reply.backends if weight),
        target=_changed(reply.rewrite, request.target),
        host=(reply.host or request.host).lower(),
        prefix=dict(reply.to_backend.put).get("X-Forwarded-Prefix", ""),
        headers=frozenset(headers.items()),
    )


def _own(status: int, headers: Mapping[str, str], location: str = "") -> Outcome:
    return Outcome(status, location, frozenset(), "", "", "", frozenset(headers.items()))


def led(location: Location, request: Request) -> str:
    """Where a redirect leads to."""
    path, _, query = request.target.partition("?")
    if location.text:
        found = location.text
        values = {
            "escaped_request_uri": quote(request.target, safe="-._~"),
            "request_uri": request.target,
            "scheme": request.scheme,
            "host": request.host,
            "uri": path_of(path),
            "args": query,
        }
        for name, value in values.items():
            found = found.replace(f"${name}", value)
        return absolute(request, found, USUAL)
    scheme, host = location.scheme or request.scheme, location.host or request.host
    port = f":{location.port}" if location.port else ""
    target = request.target if location.query else path
    return absolute(request, f"{scheme}://{host}{port}{_changed(location.path, target)}", USUAL)


def _changed(rewrite: Rewrite, target: str) -> str:
    path, mark, query = target.partition("?")
    match rewrite.how:
        case Rewritten.NOT:
            return target
        case Rewritten.FULL:
            return rewrite.by + mark + query
        case Rewritten.STRIPPED:
            return target.removesuffix("/")
        case Rewritten.FIRST:
            flags = re.ASCII | (re.IGNORECASE if rewrite.any_case else 0)
            found = re.search(rewrite.own, path_of(path), flags)
            whole = _filled(rewrite.by, found) if found else path_of(path)
            return quote(whole, safe=_UNESCAPED) + mark + query
    raise AssertionError(rewrite)


def _filled(by: str, found: re.Match[str]) -> str:
    return re.sub(r"\\([1-9])", lambda number: found[int(number[1])] or "", by)


class _Refused(NamedTuple):
    status: int
    headers: Mapping[str, str] = {}
    location: str = ""
    bare: bool = False


def _turned(reply: Reply, request: Request) -> _Refused | None:
    """What is answered to who does not come in."""
    refused = [found for found in (_refused(gate, request) for gate in reply.gates) if found is not None]
    if not refused or (reply.any_gate and len(refused) < len(reply.gates)):
        return None
    return next((found for found in refused if found.status != 403), refused[0]) if reply.any_gate else refused[0]


def _refused(gate: Gate, request: Request) -> _Refused | None:
    if isinstance(gate, Addresses):
        return None if _let_in(gate, request.client or "127.0.0.1") else _Refused(403)
    if authorization() in _sent(request, "authorization"):
        return None
    if isinstance(gate, Login):
        return _Refused(401, {"www-authenticate": gate.challenge.replace("$host", request.host)})
    assert isinstance(gate, Authority)
    return _Refused(302, {}, led(gate.signin, request), gate.bare) if gate.signin else _Refused(401)


def _let_in(gate: Addresses, client: str) -> bool:
    address = ipaddress.ip_address(client)
    for lets_in, networks in gate.rules:
        if any(address in ipaddress.ip_network(network) for network in networks):
            return lets_in
    return gate.otherwise


def _matches(cors: Cors, request: Request) -> bool:
    origins = _sent(request, "origin")
    if not origins:
        return cors.without_origin
    flags = re.IGNORECASE if cors.any_case else 0
    return any(re.fullmatch(pattern, origins[0], flags) for pattern in cors.origins)


def _allowed(cors: Cors, request: Request) -> dict[str, str]:
    found = {
        "allow-origin": "*" if cors.star else next(iter(_sent(request, "origin")), ""),
        "allow-credentials": "true" if cors.credentials else "",
        "allow-methods": cors.methods,
        "allow-headers": cors.headers,
        "expose-headers": cors.exposed,
        "max-age": cors.max_age,
    }
    return {f"{_CORS}{name}": value for name, value in found.items() if value}


def listed(rules: Sequence[Rule]) -> list[str]:
    """Rules in short, for tables of small cases."""
    return [f"{rule.path.kind} {rule.path.text} {_short(rule.reply)}" for rule in rules]


def _short(reply: Reply) -> str:
    if reply.failure or reply.status:
        return reply.failure or str(reply.status)
    return " ".join(f"{name.partition('/')[2]}*{weight}" for name, weight in reply.backends)
