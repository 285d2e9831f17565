"""``limits`` and ``drift``: what the API server would reject, or would write otherwise, is found in what is written."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from renders import Object, every_kind, names, owned, render

from gatelift.config.target import Channel, EnvoyGateway, GatewayAPI, TargetSpec
from gatelift.manifests.defaults import filled, left_out
from gatelift.manifests.shape import GATEWAY
from gatelift.proof.drift import drift
from gatelift.proof.limits import limits


def _theirs(name: str) -> list[Object]:
    return [item for item in render(name, "before") if owned(item)]


@pytest.mark.parametrize("name", names())
def test_the_api_server_takes_what_a_conversion_writes_and_adds_nothing(name: str) -> None:
    for proof in (limits, drift):
        evidence = proof(name, _theirs(name), render(name))
        assert evidence.holds, evidence.text
        assert evidence.root == name


def _mine(name: str) -> list[Object]:
    return [item for item in render(name) if owned(item) and item["kind"] != GATEWAY.kind]


def _broken(item: Object) -> Iterator[tuple[str, Object]]:
    for what, change in BREAKING.items():
        made = copy.deepcopy(item)
        change(made)
        if made != item:
            yield what, made


def _set(*path: Any, to: Any) -> Any:
    def change(item: Any) -> None:
        for token in path[:-1]:
            item = item[token]
        item[path[-1]] = to

    return change


BREAKING = {
    "a name that a long prefix made too long": _set("metadata", "name", to="p" * 254),
    "a name of the wrong form": _set("metadata", "name", to="Web_1"),
    "a namespace that is too long": _set("metadata", "namespace", to="n" * 64),
    "a label of the wrong form": _set("metadata", "labels", to={"team": "a b"}),
    "a label that is no text": _set("metadata", "labels", to={"team": 1}),
    "a field that does not exist": _set("spec", "surprise", to=1),
    "no specification": lambda item: item.pop("spec"),
    "another version": lambda item: item.update(apiVersion=f"{item['apiVersion'].partition('/')[0]}/v9"),
    "a field beside the specification": _set("data", to={}),
}


@pytest.mark.parametrize("name", names())
def test_what_is_broken_is_found_wherever_it_stands(name: str) -> None:
    for item in _mine(name):
        for what, made in _broken(item):
            assert not limits(name, (), [made]).holds, what
            assert limits(name, [made], [made]).holds, "what stood there before is its owner's business"


def test_the_text_says_which_object_and_where() -> None:
    route = next(item for item in every_kind() if item["kind"] == "HTTPRoute")
    route["spec"]["rules"][0]["backendRefs"][0]["weight"] = -1
    text = limits("root", (), [route]).text
    assert text.startswith("the API server would reject HTTPRoute pages: /spec/rules/0/")


@pytest.mark.parametrize("name", names())
def test_every_default_that_is_left_out_is_drift(name: str) -> None:
    for item in render(name):
        if not owned(item):
            continue
        for made in _without_a_default(item):
            evidence = drift(name, (), [made])
            assert not evidence.holds
            assert "the API server writes" in evidence.text
            assert filled(made) == item


def _without_a_default(item: Object) -> Iterator[Object]:
    """``item`` without one of the fields that the API server would write in the same way."""
    for path in _paths(item, ()):
        made = copy.deepcopy(item)
        here: Any = made
        for token in path[:-1]:
            here = here[token]
        if isinstance(here, dict):
            del here[path[-1]]
            if filled(made) == item:
                yield made


def _paths(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield (*path, key)
        yield from _paths(below, (*path, key))


@pytest.mark.parametrize(
    ("item", "without", "first"),
    [
        (
            {
                "apiVersion": "gateway.envoyproxy.io/v1alpha1",
                "kind": "BackendTrafficPolicy",
                "spec": {
                    "rateLimit": {
                        "local": {
                            "rules": [{"clientSelectors": [{"sourceCIDR": {"type": "Distinct", "value": "::/0"}}]}]
                        }
                    }
                },
            },
            EnvoyGateway.V1_7,
            EnvoyGateway.V1_8,
        ),
        (
            {
                "apiVersion": "gateway.envoyproxy.io/v1alpha1",
                "kind": "Backend",
                "spec": {"endpoints": [{"fqdn": {"hostname": "web.shop.svc.cluster.local", "port": 80}}]},
            },
            EnvoyGateway.V1_3,
            EnvoyGateway.V1_5,
        ),
    ],
)
def test_a_field_that_the_release_lacks_gets_no_default_there(
    item: Object, without: EnvoyGateway, first: EnvoyGateway
) -> None:
    item = {**item, "metadata": {"name": "web"}}
    older, newer = (
        TargetSpec(gateway_api=GatewayAPI.V1_5, channel=Channel.STANDARD, envoy_gateway=release)
        for release in (without, first)
    )
    assert drift("r", (), [item], older).holds
    assert not drift("r", (), [item], newer).holds
    assert not drift("r", (), [item]).holds


def test_group_kind_weight_and_match_types_are_defaults() -> None:
    route = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "web"},
        "spec": {
            "parentRefs": [{"name": "shared"}],
            "rules": [{"matches": [{"headers": [{"name": "a", "value": "b"}]}], "backendRefs": [{"name": "web"}]}],
        },
    }
    assert dict(left_out(route)) == {
        "/spec/parentRefs/0/group": "gateway.networking.k8s.io",
        "/spec/parentRefs/0/kind": "Gateway",
        "/spec/rules/0/matches/0/path": {"type": "PathPrefix", "value": "/"},
        "/spec/rules/0/matches/0/headers/0/type": "Exact",
        "/spec/rules/0/backendRefs/0/group": "",
        "/spec/rules/0/backendRefs/0/kind": "Service",
        "/spec/rules/0/backendRefs/0/weight": 1,
    }
    assert left_out(filled(route)) is not None
    assert list(left_out(filled(route))) == []
    assert filled(filled(route)) is not None
    assert filled(filled(route)) == filled(route)


def test_null_is_left_out_and_strange_shapes_are_left_alone() -> None:
    route = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "web"}}
    with_null = {**route, "spec": {"rules": None}}
    assert filled(with_null)["spec"]["rules"][0]["matches"][0]["path"]["value"] == "/"
    odd = {**route, "spec": {"rules": "all", "parentRefs": {"name": 1}, "hostnames": None}}
    assert filled(odd) is odd
    assert filled({"apiVersion": "v1", "kind": "Service", "spec": {}}) == {
        "apiVersion": "v1",
        "kind": "Service",
        "spec": {},
    }
