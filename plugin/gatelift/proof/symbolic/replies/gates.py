"""Who comes in: the gates of a reply asked about one request."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from gatelift.proof.symbolic.model import Addresses, Authority, Gate, Login, Reply
from gatelift.proof.symbolic.replies.rewriting import location
from gatelift.traffic.answers.compare import header
from gatelift.traffic.credentials import authorization
from gatelift.traffic.model import Answer, Request
from gatelift.traffic.networks import Network

_FORBIDDEN = 403
_LOOPBACK = "127.0.0.1"
"""Where a request comes from that names no client."""


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
    for lets_in, networks in gate.rules:
        if any(address in network for network in _networks(networks)):
            return lets_in
    return gate.otherwise


@lru_cache(maxsize=4096)
def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


def clients(gates: Iterable[Gate]) -> tuple[str, ...]:
    """Addresses of which each stands for all that these gates treat alike: the ends of every network, and beside them.

    Empty where no gate asks for an address.
    """
    found: dict[str, None] = {}
    for gate in gates:
        for _, networks in gate.rules if isinstance(gate, Addresses) else ():
            for network in _networks(networks):
                found.update(dict.fromkeys(_around(network)))
    return tuple(found)


def _around(network: Network) -> Iterator[str]:
    first, last = int(network.network_address), int(network.broadcast_address)
    largest = (1 << network.max_prefixlen) - 1
    kind = type(network.network_address)
    yield from (str(kind(number)) for number in dict.fromkeys((first, last)))
    yield from (str(kind(number)) for number in (last + 1, first - 1) if 0 <= number <= largest)


def asks_for_login(gates: Iterable[Gate]) -> bool:
    """Whether any of these asks who somebody is."""
    return any(isinstance(gate, Login | Authority) for gate in gates)
