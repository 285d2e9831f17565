"""Which endpoint a request reaches: what Envoy Gateway is told, and what it is not told in older releases."""

from __future__ import annotations

import pytest
from targets_view import consumed, refusal

from gatelift.config.target import EnvoyGateway
from gatelift.intent.balancing import Balancing, HashBy, KeyKind, ServiceAddress, Turn
from gatelift.intent.base import Intent, Risk
from gatelift.intent.outcome import Disposition
from gatelift.manifests import load_balancing as lb
from gatelift.targets import standard

HEADER = HashBy(kind=KeyKind.HEADER, name="x-user")
QUERY = HashBy(kind=KeyKind.QUERY, name="tenant")


@pytest.mark.parametrize(
    ("intent", "balancer"),
    [
        (Balancing(turn=Turn.ROUND_ROBIN), lb.RoundRobin()),
        (Balancing(turn=Turn.EWMA), lb.LeastRequest()),
        (HashBy(kind=KeyKind.ADDRESS), lb.ConsistentHash(consistent_hash=lb.SourceIPHash(table_size=lb.TABLE_SIZE))),
        (
            HEADER,
            lb.ConsistentHash(
                consistent_hash=lb.HeadersHash(headers=(lb.NamedHeader(name="x-user"),), table_size=lb.TABLE_SIZE)
            ),
        ),
        (
            QUERY,
            lb.ConsistentHash(
                consistent_hash=lb.QueryParamsHash(
                    query_params=(lb.NamedQueryParam(name="tenant"),), table_size=lb.TABLE_SIZE
                )
            ),
        ),
        (
            HashBy(kind=KeyKind.COOKIE, name="sid"),
            lb.ConsistentHash(consistent_hash=lb.CookieHash(cookie=lb.Cookie(name="sid"), table_size=lb.TABLE_SIZE)),
        ),
    ],
)
def test_a_rule_for_endpoints_is_the_load_balancer(intent: Intent, balancer: lb.LoadBalancer) -> None:
    assert consumed(intent).traffic == {"load_balancer": balancer}


def test_only_what_is_not_the_same_is_told() -> None:
    assert consumed(Balancing(turn=Turn.ROUND_ROBIN)).notes == ()
    ((field, note),) = consumed(Balancing(turn=Turn.EWMA)).notes
    assert field == "turn"
    assert note.disposition is Disposition.DIFFERS


def test_one_header_is_hashed_in_every_release() -> None:
    old = consumed(HEADER, EnvoyGateway.V1_5).traffic["load_balancer"].consistent_hash
    assert old == lb.HeaderHash(header=lb.NamedHeader(name="x-user"), table_size=lb.TABLE_SIZE)


@pytest.mark.parametrize(
    ("intent", "before", "first"),
    [(QUERY, EnvoyGateway.V1_6, EnvoyGateway.V1_7), (ServiceAddress(), EnvoyGateway.V1_6, EnvoyGateway.V1_7)],
)
def test_what_a_release_lacks_is_refused_with_the_release_that_has_it(
    intent: Intent, before: EnvoyGateway, first: EnvoyGateway
) -> None:
    note = refusal(intent, before)
    assert note.risk is Risk.TRAFFIC
    assert f"upgrade to Envoy Gateway {first}" in note.todo
    assert consumed(intent, first).traffic


def test_the_address_of_the_service_is_a_routing_type() -> None:
    assert consumed(ServiceAddress()).traffic == {"routing_type": "Service"}


@pytest.mark.parametrize("intent", [ServiceAddress(), Balancing(turn=Turn.ROUND_ROBIN), Balancing(turn=Turn.EWMA)])
def test_plain_gateway_api_leaves_to_the_implementation_what_any_endpoint_may_answer(intent: Intent) -> None:
    made = consumed(intent, None)
    assert not made.traffic
    assert [note.disposition for _, note in made.notes] == [Disposition.DIFFERS]


def test_plain_gateway_api_keeps_no_key_on_one_endpoint() -> None:
    assert HashBy not in standard.target.consumers
