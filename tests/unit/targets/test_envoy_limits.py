"""Limits on Envoy Gateway: who is counted, who is exempt, and which releases cannot keep a limit."""

from __future__ import annotations

import pytest
from msgspec import UNSET
from targets_view import consumed, refusal

from gatelift.config.target import EnvoyGateway
from gatelift.intent.bandwidth import Bandwidth
from gatelift.intent.base import Risk
from gatelift.intent.buffers import HeaderRoom
from gatelift.intent.outcome import Disposition
from gatelift.intent.security import RateLimit
from gatelift.manifests.rate_limits import SourceCIDRSelector
from gatelift.targets.base import Contribution
from support.conversion import Setup, convert

ONE = RateLimit(per_second=10)
BOTH = RateLimit(per_second=10, per_minute=100)


def rules(made: Contribution) -> list[tuple[str, int, SourceCIDRSelector]]:
    """(unit, requests, whom) of every rule."""
    return [
        (rule.limit.unit, rule.limit.requests, selector.source_cidr)
        for rule in made.traffic["rate_limit"].local.rules
        for selector in rule.client_selectors
    ]


def each(cidr: str, invert: bool = False) -> SourceCIDRSelector:
    return SourceCIDRSelector(type="Distinct", value=cidr, invert=invert)


def test_every_address_is_counted_by_itself() -> None:
    assert rules(consumed(ONE)) == [("Second", 10, each("0.0.0.0/0")), ("Second", 10, each("::/0"))]


def test_a_release_that_cannot_invert_is_not_given_the_field() -> None:
    assert {whom.invert for _, _, whom in rules(consumed(ONE, EnvoyGateway.V1_6))} == {UNSET}


def test_one_exempt_network_leaves_every_address_outside_of_it() -> None:
    made = consumed(RateLimit(per_second=10, per_minute=100, exempt=("10.0.0.0/8",)))
    assert rules(made) == [("Second", 10, each("10.0.0.0/8", True)), ("Minute", 100, each("10.0.0.0/8", True))]
    assert "exempt" not in dict(made.notes)


@pytest.mark.parametrize(
    ("networks", "release", "todo"),
    [
        (("10.0.0.0/8", "192.0.2.1/32"), EnvoyGateway.V1_8, "write one network"),
        (("10.0.0.0/8",), EnvoyGateway.V1_7, "upgrade to Envoy Gateway 1.8"),
    ],
)
def test_a_limit_is_kept_for_everybody_where_nobody_can_be_exempt(
    networks: tuple[str, ...], release: EnvoyGateway, todo: str
) -> None:
    made = consumed(RateLimit(per_second=10, exempt=networks), release)
    assert {whom.value for _, _, whom in rules(made)} == {"0.0.0.0/0", "::/0"}
    note = dict(made.notes)["exempt"]
    assert note.disposition is Disposition.REFUSED
    assert note.risk is Risk.TRAFFIC
    assert networks[0] in note.text
    assert todo in note.todo


def test_two_limits_are_refused_where_envoy_would_reject_the_route() -> None:
    note = refusal(BOTH, EnvoyGateway.V1_7)
    assert note.risk is Risk.SECURITY
    assert "upgrade to Envoy Gateway 1.8" in note.todo
    assert len(rules(consumed(BOTH))) == 4
    assert len(rules(consumed(ONE, EnvoyGateway.V1_7))) == 2


def test_a_release_that_counts_everybody_together_keeps_no_limit() -> None:
    assert refusal(ONE, EnvoyGateway.V1_3).risk is Risk.SECURITY


def test_that_few_addresses_are_counted_is_told_of_every_limit() -> None:
    told = {field for field, note in consumed(BOTH).notes if "20 addresses" in note.text}
    assert told == {"per_second", "per_minute"}


@pytest.mark.parametrize(("paths", "told"), [(("/",), ""), (("/", "/login", "/api"), "each of the 3 paths")])
def test_how_many_times_a_limit_is_counted_is_told(paths: tuple[str, ...], told: str) -> None:
    listed = "".join(
        f"      - {{path: {path}, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}\n"
        for path in paths
    )
    found = convert(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  namespace: shop\n  annotations:\n"
        "    nginx.ingress.kubernetes.io/limit-rps: '5'\n    nginx.ingress.kubernetes.io/limit-rpm: '50'\n"
        f"spec:\n  ingressClassName: nginx\n  rules:\n  - host: a.example.com\n    http:\n      paths:\n{listed}",
        Setup(),
    )
    texts = [entry.text for entry in found.result.entries if "limit-rp" in entry.pointer]
    assert len(texts) == 2
    assert all((told in text) if told else ("paths" not in text) for text in texts)


def test_answers_share_what_was_decided() -> None:
    limit = consumed(Bandwidth(kibibytes=100)).traffic["bandwidth_limit"]
    assert limit.request is UNSET
    assert (limit.response.limit.value, limit.response.limit.unit) == ("100Ki", "Second")


def test_a_release_without_bandwidth_says_both_ways_out() -> None:
    note = refusal(Bandwidth(kibibytes=100), EnvoyGateway.V1_7)
    assert note.risk is Risk.TRAFFIC
    assert "Envoy Gateway 1.8" in note.todo
    assert "limitRate: omit" in note.todo


@pytest.mark.parametrize(
    ("size", "release", "disposition"),
    [
        (16 << 10, EnvoyGateway.V1_8, Disposition.INERT),
        (60 << 10, EnvoyGateway.V1_8, Disposition.INERT),
        ((60 << 10) + 1, EnvoyGateway.V1_8, Disposition.DIFFERS),
        (16 << 10, None, Disposition.DIFFERS),
    ],
)
def test_room_for_headers_is_envoys_own_or_told(
    size: int, release: EnvoyGateway | None, disposition: Disposition
) -> None:
    made = consumed(HeaderRoom(size=size), release)
    assert [note.disposition for _, note in made.notes] == [disposition]
    assert not made.traffic
