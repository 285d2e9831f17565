"""``same``: what the API server, or the specification, takes for the same is the same; nothing else is."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gatelift.gateway.normal import same

SPELT_OUT: dict[str, Any] = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "HTTPRoute",
    "metadata": {"name": "web", "labels": {"app": "web"}},
    "spec": {
        "parentRefs": [
            {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "shared", "sectionName": "http"},
            {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "shared", "sectionName": "https"},
        ],
        "hostnames": ["a.example.com", "b.example.com"],
        "rules": [
            {
                "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                "filters": [
                    {
                        "type": "RequestMirror",
                        "requestMirror": {"backendRef": {"group": "", "kind": "Service", "name": "m", "port": 80}},
                    }
                ],
                "backendRefs": [{"group": "", "kind": "Service", "name": "web", "port": 80, "weight": 1}],
            },
            {
                "matches": [{"path": {"type": "Exact", "value": "/old"}}],
                "filters": [{"type": "RequestRedirect", "requestRedirect": {"statusCode": 302, "scheme": "https"}}],
            },
        ],
    },
}
BRIEF: dict[str, Any] = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "HTTPRoute",
    "metadata": {"name": "by-hand", "labels": {"app": "web"}, "annotations": {"note": "mine"}},
    "spec": {
        "parentRefs": [{"name": "shared", "sectionName": "https"}, {"name": "shared", "sectionName": "http"}],
        "hostnames": ["b.example.com", "a.example.com"],
        "rules": [
            {
                "name": "all",
                "matches": [],
                "filters": [
                    {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "m", "port": 80}}},
                ],
                "backendRefs": [{"name": "web", "port": 80}],
            },
            {
                "matches": [{"path": {"type": "Exact", "value": "/old"}}],
                "backendRefs": [],
                "filters": [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https"}}],
            },
        ],
    },
}


def test_defaults_names_of_rules_and_the_order_of_sets_mean_nothing() -> None:
    assert same(SPELT_OUT, BRIEF)


def _other(*path: Any, to: Any) -> dict[str, Any]:
    made = copy.deepcopy(BRIEF)
    here: Any = made
    for token in path[:-1]:
        here = here[token]
    here[path[-1]] = to
    return made


@pytest.mark.parametrize(
    "changed",
    [
        _other("kind", to="GRPCRoute"),
        _other("metadata", "labels", "app", to="other"),
        _other("spec", "hostnames", to=["a.example.com"]),
        _other("spec", "hostnames", to=[]),
        _other("spec", "parentRefs", 0, "sectionName", to="other"),
        _other("spec", "rules", to=list(reversed(BRIEF["spec"]["rules"]))),
        _other("spec", "rules", to=[]),
        _other("spec", "rules", 0, "backendRefs", 0, "weight", to=2),
        _other("spec", "rules", 0, "matches", to=[{"path": {"value": "/x"}}]),
        _other("spec", "rules", 1, "filters", 0, "requestRedirect", "statusCode", to=301),
    ],
)
def test_whatever_changes_what_a_request_gets_is_another_meaning(changed: dict[str, Any]) -> None:
    assert not same(SPELT_OUT, changed)


@pytest.mark.parametrize("spec", [None, "text", [], {"rules": "all"}, {"rules": [1]}, {"parentRefs": {"a": 1}}])
def test_what_stands_in_a_repository_may_be_anything(spec: object) -> None:
    assert not same(SPELT_OUT, {**BRIEF, "spec": spec})
