"""Ingresses in lists of their own kind are Ingresses; what is no name is no part of a route."""

from __future__ import annotations

from wrapping import PREFIX, Wrapped, ingress, message, objects_of, rendering, values

from gatelift.proof.hosts import by_host


def test_an_ingress_list_is_read_item_by_item() -> None:
    seen = ingress({f"{PREFIX}whitelist-source-range": "10.0.0.0/8"})
    bare = {key: value for key, value in seen.items() if key in ("metadata", "spec")}
    with rendering(Wrapped([seen])) as render:
        found = render(values([{"apiVersion": "networking.k8s.io/v1", "kind": "IngressList", "items": [bare]}]))
    assert not found.findings
    (change,) = Wrapped([seen]).ask([seen])
    routes = [item for item in objects_of(found) if item["kind"] not in ("Ingress", "IngressList")]
    assert by_host(list(change.emitted), routes) is None
    assert {item["kind"] for item in routes} == {"HTTPRoute", "SecurityPolicy"}


def test_an_ingress_list_holds_nothing_that_was_not_seen() -> None:
    item = ingress({f"{PREFIX}auth-url": "https://auth.example.com"})
    with rendering(Wrapped([ingress()])) as render:
        listed = {"apiVersion": "networking.k8s.io/v1", "kind": "IngressList", "items": [item]}
        assert f"{PREFIX}auth-url" in message(render(values([listed])))


def test_a_namespace_and_the_key_of_a_label_are_names() -> None:
    for changed in ({"namespace": "a\nb: c"}, {"labels": {"a\nb": "c"}}):
        item = ingress()
        item = {**item, "metadata": {**item["metadata"], **changed}}
        with rendering(Wrapped([ingress()])) as render:
            assert message(render(values([item]))).startswith("gatelift: ")
