"""Who comes in: gates asked about one request, and addresses that stand for all addresses."""

from __future__ import annotations

import ipaddress
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelift.proof.symbolic.model import Addresses, Authority, Gate, Location, Login, Reply, Undecided
from gatelift.proof.symbolic.replies.gates import asks_for_login, clients, denied
from gatelift.traffic.credentials import authorization
from gatelift.traffic.model import Answer, Request

OFFICE = Addresses(((True, ("10.0.0.0/8", "2001:db8::/32")),), otherwise=False)
PASSWORD = Login('Basic realm="for $host"')
SERVICE = Authority()
SIGNIN = Authority(Location(text="https://login.example/?rd=$escaped_request_uri"))


def _request(*, client: str = "", login: bool = False) -> Request:
    headers = (("Authorization", authorization()),) if login else ()
    return Request(host="www.example.com", target="/a?b", client=client, headers=headers)


def _denied(*gates: Gate, any_gate: bool = False, client: str = "", login: bool = False) -> Answer | None:
    reply = Reply(backends=(("shop/web:80", 1),), gates=gates, any_gate=any_gate)
    found = denied(reply, _request(client=client, login=login))
    return found.answer if found is not None else None


@pytest.mark.parametrize(
    ("gate", "client", "comes_in"),
    [
        (OFFICE, "10.255.255.255", True),
        (OFFICE, "11.0.0.0", False),
        (OFFICE, "2001:db8::1", True),
        (OFFICE, "2001:db9::", False),
        (OFFICE, "", False),
        (Addresses(((True, ("127.0.0.1",)),), False), "", True),
        (Addresses(((True, ("10.1.2.3/8",)),), False), "10.0.0.1", True),
        (Addresses(((False, ("10.1.0.0/16",)), (True, ("10.0.0.0/8",))), False), "10.1.0.1", False),
        (Addresses(((False, ("10.1.0.0/16",)), (True, ("10.0.0.0/8",))), False), "10.2.0.1", True),
        (Addresses(((True, ("10.0.0.0/8",)), (False, ("10.1.0.0/16",))), False), "10.1.0.1", True),
        (Addresses(((False, ("0.0.0.0/0",)),), True), "::1", True),
        (Addresses(), "10.0.0.1", True),
        (Addresses(otherwise=False), "10.0.0.1", False),
    ],
)
def test_who_comes_in_by_address(gate: Addresses, client: str, comes_in: bool) -> None:
    assert _denied(gate, client=client) == (None if comes_in else Answer(status=403))


def test_who_comes_in_by_login() -> None:
    challenge = (("www-authenticate", 'Basic realm="for www.example.com"'),)

    assert _denied(PASSWORD) == Answer(status=401, headers=challenge)
    assert _denied(SERVICE) == Answer(status=401)
    assert _denied(SIGNIN) == Answer(status=302, headers=(("location", "https://login.example/?rd=%2Fa%3Fb"),))
    assert [_denied(gate, login=True) for gate in (PASSWORD, SERVICE, SIGNIN)] == [None] * 3


@pytest.mark.parametrize(
    ("client", "login", "every", "some"),
    [
        ("10.0.0.1", True, 0, 0),
        ("10.0.0.1", False, 401, 0),
        ("11.0.0.1", True, 403, 0),
        ("11.0.0.1", False, 403, 401),
    ],
)
def test_all_gates_let_in_or_one_is_enough(client: str, login: bool, every: int, some: int) -> None:
    for any_gate, expected in ((False, every), (True, some)):
        found = _denied(OFFICE, PASSWORD, any_gate=any_gate, client=client, login=login)
        assert (found.status if found else 0) == expected


def test_no_gate_lets_in_and_only_some_ask_for_a_login() -> None:
    assert _denied() is _denied(any_gate=True) is None
    assert asks_for_login((OFFICE, SERVICE))
    assert not asks_for_login((OFFICE,))


_NUMBERS = st.one_of(
    st.sampled_from([0, 1, 1 << 31, (10 << 24), (10 << 24) - 1, (1 << 32) - 1]), st.integers(0, (1 << 32) - 1)
)
_FOUR = st.builds(lambda number, size: f"{ipaddress.IPv4Address(number)}/{size}", _NUMBERS, st.integers(0, 32))
_SIX = st.builds(
    lambda number, size: f"{ipaddress.IPv6Address(number)}/{size}", st.integers(0, (1 << 128) - 1), st.integers(0, 128)
)
_RULES = st.lists(st.tuples(st.booleans(), st.lists(st.one_of(_FOUR, _FOUR, _SIX), max_size=3).map(tuple)), max_size=3)
_GATES = st.lists(st.builds(Addresses, _RULES.map(tuple), st.booleans()), min_size=1, max_size=3)
_ANYBODY = st.one_of(
    _NUMBERS.map(lambda number: str(ipaddress.IPv4Address(number))),
    st.integers(0, (1 << 128) - 1).map(lambda number: str(ipaddress.IPv6Address(number))),
)


@settings(deadline=None)
@given(_GATES, st.lists(_ANYBODY, max_size=5), st.lists(st.integers(0, 40), max_size=5))
def test_everybody_is_treated_like_one_of_the_clients(
    gates: list[Addresses], anybody: list[str], picked: list[int]
) -> None:
    def treated(client: str) -> tuple[bool, ...]:
        return tuple(_denied(gate, client=client) is None for gate in gates)

    networks = [text for gate in gates for _, texts in gate.rules for text in texts]
    inside = [str(ipaddress.ip_network(networks[at % len(networks)], strict=False)[0]) for at in picked if networks]
    known = [treated(client) for client in clients(gates)]

    assert len(set(known)) == len(known)
    if any(gate.rules for gate in gates):
        assert {treated(client) for client in (*anybody, *inside)} <= set(known)
    else:
        assert known == []


def test_of_a_kind_that_no_gate_names_somebody_asks_too() -> None:
    all_of_four = Addresses(((True, ("0.0.0.0/0",)),), otherwise=False)

    assert [(client, _denied(all_of_four, client=client) is None) for client in clients((all_of_four,))] == [
        ("0.0.0.0", True),  # noqa: S104 - an address that asks, not one that is listened on
        ("2001:db8::1", False),
    ]
    assert clients((PASSWORD, Addresses(otherwise=False))) == ()


def test_thousands_of_networks_take_no_minutes_and_few_clients() -> None:
    many = tuple(f"10.{number >> 8}.{number & 255}.0/25" for number in range(1000))
    began = time.process_time()

    assert len(clients((Addresses(((True, many),), otherwise=False), Addresses(((True, many[1:]),), False)))) == 3
    assert time.process_time() - began < 3


def test_what_is_no_network_is_undecided() -> None:
    with pytest.raises(Undecided, match="office"):
        clients((Addresses(((True, ("office",)),)),))
