"""Applications that stand in routes in many ways: the same hosts, rules, policies and filters, grouped anew each time.

The changes and the golden cases are those of ``tests/unit/proof``.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "proof"))

from mutations import mutants
from renders import Object, every_kind, names, owned, render

__all__ = ["App", "Object", "apps", "built", "every_kind", "filter_", "mutants", "names", "owned", "policy", "render"]
__all__ += ["route", "rule", "swapped"]

API = "gateway.networking.k8s.io"
ENVOY = "gateway.envoyproxy.io"
HOSTS = ("a.example.com", "b.example.com", "*.example.com", "c.example.org", None)
PATHS = ("/", "/a", "/ab", "/a/b", "/images")


def route(name: str, hosts: Sequence[str], rules: Sequence[Object], kind: str = "HTTPRoute", **more: Any) -> Object:
    """A route on one Gateway; ``section`` and ``labels`` may be given."""
    section = {"sectionName": more["section"]} if more.get("section") else {}
    parent = {"group": API, "kind": "Gateway", "namespace": "infra", "name": "shared", **section}
    labels = {"labels": more["labels"]} if more.get("labels") else {}
    spec = {"parentRefs": [parent], **({"hostnames": list(hosts)} if hosts else {}), "rules": list(rules)}
    metadata = {"name": name, "namespace": "apps", **labels}
    return {"apiVersion": f"{API}/v1", "kind": kind, "metadata": metadata, "spec": spec}


def rule(path: str, service: str = "web", kind: str = "PathPrefix", **more: Any) -> Object:
    """A rule that forwards one path."""
    backend = {"group": "", "kind": "Service", "name": service, "port": 80, "weight": 1}
    return {"matches": [{"path": {"type": kind, "value": path}}], "backendRefs": [backend], **more}


def policy(name: str, routes: Sequence[str], seconds: int = 30, section: str = "", **more: Any) -> Object:
    """A policy with a timeout, for routes or a section of them."""
    means = {"sectionName": section} if section else {}
    targets = [{"group": API, "kind": more.get("of", "HTTPRoute"), "name": each, **means} for each in routes]
    spec = {"targetRefs": targets, "timeout": {"http": {"requestTimeout": f"{seconds}s"}}}
    metadata = {"name": name, "namespace": "apps"}
    return {"apiVersion": f"{ENVOY}/v1alpha1", "kind": "BackendTrafficPolicy", "metadata": metadata, "spec": spec}


def filter_(name: str, status: int = 503) -> Object:
    """An HTTPRouteFilter that answers by itself."""
    metadata = {"name": name, "namespace": "apps", "labels": {"app": "web"}}
    spec = {"directResponse": {"statusCode": status}}
    return {"apiVersion": f"{ENVOY}/v1alpha1", "kind": "HTTPRouteFilter", "metadata": metadata, "spec": spec}


def filtered(name: str) -> list[Object]:
    return [{"type": "ExtensionRef", "extensionRef": {"group": ENVOY, "kind": "HTTPRouteFilter", "name": name}}]


def swapped(one: Object, other: Object) -> list[Object]:
    """Both objects under each other's name."""
    first, second = copy.deepcopy(one), copy.deepcopy(other)
    first["metadata"]["name"], second["metadata"]["name"] = other["metadata"]["name"], one["metadata"]["name"]
    return [first, second]


class App(msgspec.Struct, frozen=True):
    """What one Ingress asks for: the same rules on each host, with one policy and one filter for all of them."""

    label: str
    hosts: tuple[str | None, ...]
    rules: tuple[tuple[str, str, str, bool], ...]
    """Type and value of the path, Service, and whether it is filtered."""
    seconds: int
    """Of the policy; none for 0."""


@st.composite
def apps(draw: st.DrawFn) -> list[App]:
    """One to three of them. Their labels differ, and no two have a host together."""
    hosts = draw(st.permutations(HOSTS))
    found: list[App] = []
    for number in range(draw(st.integers(1, 3))):
        count = draw(st.integers(1, 3)) if number == 0 else 1
        mine, hosts = hosts[:count], hosts[count:]
        kinds = st.sampled_from(("PathPrefix", "Exact"))
        places = draw(st.lists(st.tuples(kinds, st.sampled_from(PATHS)), min_size=1, max_size=4, unique=True))
        rules = [(*place, draw(st.sampled_from(("web", "api"))), draw(st.booleans())) for place in places]
        found.append(App(f"app-{number}", tuple(mine), tuple(rules), draw(st.sampled_from((0, 30, 60)))))
    return found


@st.composite
def built(draw: st.DrawFn, asked: Sequence[App]) -> list[Object]:
    """One of the many ways to write them down."""
    numbers = iter(draw(st.permutations(range(100))))
    objects: list[Object] = []
    for app in asked:
        routes: list[str] = []
        for hosts in draw(_groups(app.hosts)):
            # Rules of equal rank nowhere stand side by side here, so that any order and any split means the same.
            for rules in draw(_groups(app.rules)):
                name = f"r{next(numbers)}"
                own = draw(st.booleans())
                shared = f"f-{app.label}" if not own else f"f{next(numbers)}"
                made = [_rule(each, shared) for each in draw(st.permutations(rules))]
                objects.append(route(name, [each for each in hosts if each], made, labels={"app": app.label}))
                routes.append(name)
                if any(each[3] for each in rules) and not any(_named(item, shared) for item in objects):
                    objects.append(filter_(shared))
        if app.seconds:
            for targets in draw(_groups(tuple(routes))):
                objects.append(policy(f"p{next(numbers)}", targets, app.seconds))
    return draw(st.permutations(objects))


def _rule(asked: tuple[str, str, str, bool], shared: str) -> Object:
    kind, path, service, is_filtered = asked
    return rule(path, service, kind, **({"filters": filtered(shared)} if is_filtered else {}))


def _named(item: Object, name: str) -> bool:
    return bool(item["kind"] == "HTTPRouteFilter" and item["metadata"]["name"] == name)


@st.composite
def _groups(draw: st.DrawFn, items: tuple[Any, ...]) -> list[list[Any]]:
    """A partition of ``items``. What stands for any host stands alone, for a route says it by naming none."""
    groups: dict[int, list[Any]] = {}
    for index, item in enumerate(items):
        groups.setdefault(-1 - index if item is None else draw(st.integers(0, len(items) - 1)), []).append(item)
    return list(groups.values())
