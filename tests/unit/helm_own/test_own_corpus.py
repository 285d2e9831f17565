"""Real charts with routes of their own: what is offered for a case is proved, and there are some for which it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from own_parts import STANDARD, differences, part, world

from gatelift.sources.helm.foreign import foreign
from gatelift.sources.helm.offer import GivenUp, Offer
from gatelift.sources.helm.own import own
from support.corpus import folder as corpus

pytestmark = pytest.mark.corpus

PROVED = {
    "alertmanager": "route",
    "oauth2-proxy": "gatewayApi",
    "podinfo": "httpRoute",
    "prometheus-blackbox-exporter": "route",
    "prometheus-server": "server",
}
"""Charts, and the key of their values under which the routes stand."""


def _files(chart: Path) -> dict[str, str]:
    """A chart's files, each of its ``cases/`` as values beside its own, and the classes that it names served here."""
    found: dict[str, str] = {}
    for path in sorted(chart.rglob("*.yaml")) + sorted(chart.rglob("*.tpl")) + sorted(chart.rglob("*.txt")):
        name = path.relative_to(chart.parent).as_posix().replace("/cases/", "/values-")
        found[name] = path.read_text()
    return found


@pytest.mark.parametrize("name", sorted(PROVED))
def test_what_is_offered_is_proved(name: str) -> None:
    made = world(_files(corpus() / "helm" / name), STANDARD, served=True)
    chart = made.charts.by_folder[name]
    whole = part(made, name, chart.ingresses[0], ("server", "ingress") if name == "prometheus-server" else ("ingress",))
    offered: list[str] = []
    for seen in whole.seen:
        it = replace(whole, seen=(seen,))
        offer = own(it)
        if isinstance(offer, Offer):
            assert differences(made, it, offer) == {}
            assert set(offer.values[seen.case.name]) == {PROVED[name]}
            offered.append(seen.case.name)
        else:
            assert isinstance(offer, GivenUp)
            assert offer.why
    assert offered
    assert foreign(whole).fix
