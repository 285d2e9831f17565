"""What hangs on the Gateway of another controller is not reached under the address of one's own."""

from __future__ import annotations

from typing import Any

from gatelift.traffic.gateway.elsewhere import elsewhere, on_their_own


def _route(name: str, *parents: dict[str, str]) -> dict[str, Any]:
    spec = {"parentRefs": [*parents], "rules": []}
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
            "metadata": {"name": name, "namespace": "shop"}, "spec": spec}  # fmt: skip


def _gateway(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": name, "namespace": "infra"},
    }


PUBLIC, INTERNAL = ({"name": name, "namespace": "infra"} for name in ("public", "internal"))
SET = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "ListenerSet",
       "metadata": {"name": "own", "namespace": "shop"}, "spec": {"parentRef": PUBLIC}}  # fmt: skip
ON_SET = {"kind": "ListenerSet", "name": "own"}


def _kept(*manifests: dict[str, Any]) -> dict[str, list[str]]:
    found: list[Any] = list(on_their_own(manifests, {"infra/public"}))
    return {
        item["metadata"]["name"]: [ref["name"] for ref in item.get("spec", {}).get("parentRefs", [])] for item in found
    }


def test_routes_on_other_gateways_and_these_gateways_are_left_out() -> None:
    found = _kept(_gateway("public"), _gateway("internal"), _route("a", PUBLIC), _route("b", INTERNAL))

    assert found == {"public": [], "a": ["public"]}


def test_what_hangs_on_nobodys_gateway_is_told() -> None:
    objects = [_gateway("other"), _route("a", PUBLIC), _route("b", PUBLIC, INTERNAL), _route("c", INTERNAL), SET]

    assert elsewhere(objects, {"infra/public"}) == (
        "Gateway infra/internal is that of no class here, so that nothing is asked there of HTTPRoute shop/b, "
        "HTTPRoute shop/c",
    )
    assert elsewhere(objects, {"infra/public", "infra/internal"}) == ()


def test_of_several_parents_those_on_the_own_gateway_stay() -> None:
    assert _kept(_route("a", INTERNAL, PUBLIC)) == {"a": ["public"]}


def test_a_listener_set_leads_to_its_gateway() -> None:
    assert _kept(SET, _route("a", ON_SET)) == {"own": [], "a": ["own"]}
    assert _kept({**SET, "spec": {"parentRef": INTERNAL}}, _route("a", ON_SET)) == {"own": []}
    assert _kept(_route("a", ON_SET)) == {}
