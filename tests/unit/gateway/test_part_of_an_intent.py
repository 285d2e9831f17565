"""A part of an intent that a target cannot keep is refused by itself, and may be accepted by itself."""

from __future__ import annotations

from gatelift.annotations import registry
from gatelift.annotations.unit import case_context
from gatelift.gateway.consume import Notes, consume
from gatelift.intent.base import Origin, OriginKind, Sourced, merge, sourced
from gatelift.intent.outcome import Disposition
from gatelift.intent.security import RateLimit
from gatelift.targets.base import RouteView
from gatelift.targets.envoy_gateway import target

LIMIT = Origin(OriginKind.ANNOTATION, "nginx.ingress.kubernetes.io/limit-rps", "/limit")
LIST = Origin(OriginKind.ANNOTATION, "nginx.ingress.kubernetes.io/limit-allowlist", "/list")


def dispositions(accept: dict[str, str]) -> dict[str, set[Disposition]]:
    """What is said of the limit and of its exemptions, of which there are too many."""
    unit = registry.find("example.com/owner")
    assert unit is not None
    view = RouteView(
        ingress=case_context(unit, unit.cases[0]).ingress,
        name=lambda suffix: f"web-{suffix}",
        ordinal=lambda suffix, content: suffix,
        services={},
        spec=target.spec,
    )
    both = merge(
        sourced(RateLimit(per_second=5), LIMIT), sourced(RateLimit(exempt=("10.0.0.0/8", "192.0.2.0/24")), LIST)
    )
    assert isinstance(both, Sourced)
    notes: Notes = []
    made = consume((both,), target, view, notes, accept)
    assert made.traffic
    return {
        subject: {note.disposition for name, note in notes if name == subject}
        for subject in {name for name, _ in notes}
    }


def test_only_the_part_is_refused() -> None:
    assert dispositions({}) == {"/limit": {Disposition.DIFFERS}, "/list": {Disposition.REFUSED}}


def test_the_part_is_accepted_by_its_own_key() -> None:
    assert dispositions({LIST.key: "they ask seldom"})["/list"] == {Disposition.DIFFERS}
    assert dispositions({LIMIT.key: "they ask seldom"})["/list"] == {Disposition.REFUSED}
