"""Who comes in: the gates of a reply asked about one request."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from gatelift.proof.symbolic.model import Addresses, Authority, Gate, Login, Reply, Undecided
from gatelift.proof.symbolic.replies.rewriting import location
from gatelift.traffic.answers.compare import header
from gatelift.traffic.credentials import authorization
from gatelift.traffic.model import Answer, Request
from gatelift.traffic.networks import Network

_FORBIDDEN = 403
_LOOPBACK = "127.0.0.1"
"""Where a request comes from that names no client."""
_ANY = ("192.0.2.1", "2001:db8::1")
"""One of each kind, for gates that name none of it (RFC 5737, RFC 3849)."""
_Kind = type[ipaddress.IPv4Address] | type[ipaddress.IPv6Address]


class Denied(NamedTuple):
    """The answer of a gate; ``bare``: without the headers that other answers get."""

    answer: Answer
    bare: bool = False


def denied(reply: Reply, request: Request) -> Denied | None:
    """What the gate says that turns ``request`` away; ``None`` where it comes in. Raises ``Undecided``."""
    asked = [_asked(gate, request) for gate in reply.gates]
    closed = [found for found in asked if found is not None]
    if not closed or (reply.any_gate and len(closed) < len(asked)):
        return None
    if reply.any_gate:
        # Where one gate is enough, nginx tells how to come in rather than that somebody may not.
        return next((found for found in closed if found.answer.status != _FORBIDDEN), closed[0])
    return closed[0]


def _asked(gate: Gate, request: Request) -> Denied | None:
    match gate:
        case Addresses():
            return None if _admits(gate, request.client or _LOOPBACK) else Denied(Answer(status=_FORBIDDEN))
        case Login(challenge=challenge):
            if _knows(request):
                return None
            said = challenge.replace("$scheme", request.scheme).replace("$host", request.host)
            said = said.replace("$request_uri", request.target)
            return Denied(Answer(status=401, headers=(("www-authenticate", said),)))
        case Authority(signin=signin, bare=bare):
            if _knows(request):
                return None
            if signin is None:
                return Denied(Answer(status=401))
            return Denied(Answer(status=302, headers=(("location", location(signin, request)),)), bare)


def _knows(request: Request) -> bool:
    return header(request.headers, "authorization") == authorization()


def _admits(gate: Addresses, client: str) -> bool:
    address = ipaddress.ip_address(client)
    number, kind = int(address), type(address)
    fitting = (lets_in for lets_in, of, first, last in _ranges(gate.rules) if of is kind and first <= number <= last)
    return next(fitting, gate.otherwise)


@lru_cache(maxsize=4096)
def _ranges(rules: tuple[tuple[bool, tuple[str, ...]], ...]) -> tuple[tuple[bool, _Kind, int, int], ...]:
    made = []
    for lets_in, texts in rules:
        for network in map(_network, texts):
            first, last = network.network_address, network.broadcast_address
            made.append((lets_in, type(first), int(first), int(last)))
    return tuple(made)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise Undecided(f"{text!a} is no network") from None


def clients(gates: Iterable[Gate]) -> tuple[str, ...]:
    """Addresses of which each stands for all that these gates treat alike; empty where no gate asks for an address.

    Raises ``Undecided``.
    """
    return _told_apart(tuple(dict.fromkeys(gate for gate in gates if isinstance(gate, Addresses) and gate.rules)))


@lru_cache(maxsize=4096)
def _told_apart(gates: tuple[Addresses, ...]) -> tuple[str, ...]:
    if not gates:
        return ()
    found: dict[tuple[bool, ...], str] = {}
    for client in (*_ends(gates), *_ANY):
        found.setdefault(tuple(_admits(gate, client) for gate in gates), client)
    return tuple(found.values())


def _ends(gates: Iterable[Addresses]) -> Iterator[str]:
    """The ends of every network, and the addresses beside them: between two of these nobody is treated otherwise."""
    for _, kind, first, last in (each for gate in gates for each in _ranges(gate.rules)):
        largest = (1 << kind(0).max_prefixlen) - 1
        yield from (str(kind(number)) for number in (first, last, last + 1, first - 1) if 0 <= number <= largest)


def asks(gates: Iterable[Gate], kind: type[Login | Authority]) -> str:
    """Who is asked by gates of a kind; empty where there is none, or it is not known."""
    found = {gate.who for gate in gates if isinstance(gate, kind)}
    return ", ".join(sorted(found)) if "" not in found else ""


def asks_for_login(gates: Iterable[Gate]) -> bool:
    """Whether any of these asks who somebody is."""
    return any(isinstance(gate, Login | Authority) for gate in gates)
