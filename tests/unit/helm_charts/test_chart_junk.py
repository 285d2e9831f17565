"""Repositories that hold anything: finding charts and cases never fails, and always says the same."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from chart_trees import found_in

JUNK: tuple[Any, ...] = (
    *(None, 5, -1.5, True, "", "x", "../../..", "/etc/passwd", "$values/x", "{{ .x }}", "a[", "a=b,{", "\0", "é" * 300),
    *([], [None], [[]], {}, {"": {}}, {"a": {"b": [1]}}, "$ARGOCD_APP_NAME", "https://u:p@example.com/x"),
)
OBJECTS: dict[str, Any] = {
    "charts/shop/Chart.yaml": {
        "apiVersion": "v2", "name": "shop", "version": "0.1.0", "type": "application",
        "dependencies": [
            {
                "name": "db", "alias": "store", "version": "1", "repository": "file://../db", "tags": ["a"],
                "condition": "c",
            }
        ],
    },
    "charts/db/Chart.yaml": {"apiVersion": "v2", "name": "db", "version": "0.1.0"},
    "charts/shop/values.yaml": {"ingress": {"enabled": False}, "store": {"ingress": {"enabled": True}}},
    "charts/shop/values-prod.yaml": {"ingress": {"enabled": True}},
    "charts/shop/values.schema.json": {"properties": {"a": {"$ref": "https://example.com/x"}}},
    "apps/argo.yaml": {
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
        "metadata": {"name": "shop", "namespace": "argocd"},
        "spec": {
            "destination": {"name": "prod", "namespace": "apps"},
            "sources": [
                {"repoURL": "https://x/a/b", "ref": "values"},
                {
                    "repoURL": "https://x/a/b", "path": "charts/shop",
                    "helm": {
                        "valueFiles": ["values-prod.yaml", "$values/charts/shop/values.yaml"],
                        "values": "a: 1", "valuesObject": {"b": 1}, "releaseName": "web", "kubeVersion": "1.30",
                        "apiVersions": ["v1"], "parameters": [{"name": "a.b", "value": "1", "forceString": True}],
                        "fileParameters": [{"name": "f", "path": "values-prod.yaml"}],
                    },
                },
            ],
        },
    },
    "apps/flux.yaml": {
        "apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease",
        "metadata": {"name": "shop", "namespace": "flux-system"},
        "spec": {
            "chart": {
                "spec": {
                    "chart": "charts/shop", "valuesFiles": ["charts/shop/values-prod.yaml"],
                    "sourceRef": {"kind": "GitRepository", "name": "repo"},
                }
            },
            "releaseName": "web", "targetNamespace": "apps", "postRenderers": [{}],
            "valuesFrom": [{"kind": "ConfigMap", "name": "v", "valuesKey": "k", "targetPath": "a.b", "optional": True}],
            "values": {"a": "${x}"},
        },
    },
    "apps/v.yaml": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "v"}, "data": {"k": "'1'"}},
}  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value, by its path."""
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))


def replaced(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """A value with something else at one place."""
    if not path:
        return junk
    if isinstance(value, dict):
        return {key: replaced(item, path[1:], junk) if key == path[0] else item for key, item in value.items()}
    return [replaced(item, path[1:], junk) if index == path[0] else item for index, item in enumerate(value)]


def files(objects: dict[str, Any]) -> dict[str, str | bytes]:
    return {path: json.dumps(value) for path, value in objects.items()}


def test_as_it_is_written_every_part_counts() -> None:
    found = found_in(files(OBJECTS))[2]
    names = [case.name.partition(" @ ")[2] for case in found.items if not case.toggled and case.chart == "charts/shop"]
    assert names == ["values.yaml", "Application argocd/shop", "HelmRelease flux-system/shop"]


@pytest.mark.parametrize("path", OBJECTS)
def test_anything_may_stand_anywhere(path: str) -> None:
    chance = random.Random(path)  # noqa: S311 - to vary, not to hide
    for place in places(OBJECTS[path]):
        for junk in chance.sample(JUNK, 8):
            made = files({**OBJECTS, path: replaced(OBJECTS[path], place, junk)})
            one, other = found_in(made), found_in(dict(reversed(made.items())))
            assert one[1:] == other[1:]
            assert all(finding.message and finding.fix for finding in (*one[1].findings, *one[2].findings)), made[path]
