"""What still points at an Ingress that leaves."""

from __future__ import annotations

from typing import Any

import pytest

from gatelift.proof.dangling import dangling

INGRESS = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "web", "namespace": "shop"}}


def _autoscaler(name: str) -> dict[str, Any]:
    metric = {"type": "Object", "object": {"describedObject": {"kind": "Ingress", "name": name}}}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"metrics": [metric]},
    }


def test_an_autoscaler_that_measures_a_retired_ingress_is_found() -> None:
    evidence = dangling("apps/web", [INGRESS], [], [_autoscaler("web")])
    assert not evidence.holds
    assert (
        "HorizontalPodAutoscaler shop/web points at Ingress web (/spec/metrics/0/object/describedObject)"
        in evidence.text
    )


@pytest.mark.parametrize(("after", "named"), [([INGRESS], "web"), ([], "other")])
def test_nothing_dangles_where_the_ingress_stays_or_another_is_meant(after: list[dict[str, Any]], named: str) -> None:
    assert dangling("apps/web", [INGRESS], after, [_autoscaler(named)]).holds
