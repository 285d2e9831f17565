"""One Ingress for each annotation of ingress-nginx, and one for each other unit with all of its keys: plain values.

They stand in ``tests/unit/annotations/every_annotation.yaml``, so that a unit that is gone leaves a key behind that
nobody reads. ``UPDATE_CASES=1 pytest tests/unit/annotations/test_upstream_annotations.py`` writes the file anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gatelift.annotations import registry
from gatelift.annotations.catalogue import full_key
from gatelift.annotations.registry import NGINX_FAMILY
from gatelift.annotations.unit import NGINX, Case, Unit
from gatelift.report.matrix import cases_of, plain
from gatelift.text.emit import dump

PATH = Path(__file__).parents[1] / "unit" / "annotations" / "every_annotation.yaml"
UNIT = "unit"
"""The label that names the unit of an Ingress's keys."""


def written() -> str:
    """The file, from the units that there are."""
    return "---\n".join(dump(item) for item in _manifests())


def _manifests() -> Iterator[Mapping[str, Any]]:
    for family, module, unit in registry.everything():
        label = f"{family}.{module}"
        named = [(full_key(family, name), *_plain(unit, name)) for name in (*unit.names, *unit.aliases)]
        if family == NGINX_FAMILY:
            for _, case, key in named:
                yield from _ingresses(key, label, {**_siblings(case), f"{NGINX}{key}": case.value}, case)
        else:
            values = {key if "/" in key else f"{NGINX}{key}": case.value for _, case, key in named}
            yield from _ingresses(label.replace("_", "-").replace(".", "-"), label, values, named[0][1])


def _plain(unit: Unit, name: str) -> tuple[Case, str]:
    cases = tuple(cases_of(unit, name))
    case, key = cases[plain(cases)]
    return case, _sample(key)


def _sample(key: str) -> str:
    """A key that begins so, where ``key`` is only a beginning."""
    return f"{key[:-1]}example" if key.endswith("*") else key


def _siblings(case: Case) -> dict[str, str]:
    return {f"{NGINX}{name}": value for name, value in case.siblings.items()}


def _ingresses(name: str, unit: str, annotations: Mapping[str, str], case: Case) -> Iterator[Mapping[str, Any]]:
    """The Ingress, on a host of its own, and the main one where it is a canary."""
    host = f"{name}.example.com"
    yield _ingress(name, host, annotations, {UNIT: unit}, case)
    if annotations.get(f"{NGINX}canary") == "true":
        yield _ingress(f"{name}-main", host, {}, {}, case)


def _ingress(
    name: str, host: str, annotations: Mapping[str, str], labels: Mapping[str, str], case: Case
) -> Mapping[str, Any]:
    backend = {"service": {"name": name, "port": {"number": 80}}}
    paths = [{"path": path, "pathType": str(case.path_type), "backend": backend} for path in case.paths]
    metadata = {"name": name, "namespace": "shop", "labels": dict(labels), "annotations": dict(annotations)}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {key: value for key, value in metadata.items() if value},
        "spec": {"ingressClassName": "nginx", "rules": [{"host": host, "http": {"paths": paths}}]},
    }
