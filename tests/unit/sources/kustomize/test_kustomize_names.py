"""Names of a build taken back to those of the sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kustomize_builds import built, manifest, tree
from kustomize_repositories import WEB, repository, rewrite

from gatelift.ingress.model import IngressRef
from gatelift.sources.ingresses import SourceIngress
from gatelift.sources.kustomize.graph import build_graph
from gatelift.sources.kustomize.names import declared, names_of, renamed
from gatelift.sources.kustomize.rendering import Rendering, rendering
from gatelift.sources.kustomize.shadow import MARKER

NAMES = ("web", "api", "web-web", "w", "prod-web", "web-prod")
AFFIXES = ("", "web-", "prod-", "-web", "-prod", "w", "web-web-")


def _ingress(name: str, number: int, service: str, secret: str) -> dict[str, Any]:
    backend = {"service": {"name": service, "port": {"number": 80}}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": name,
            "annotations": {MARKER: str(number), "nginx.ingress.kubernetes.io/auth-secret": secret},
        },
        "spec": {"rules": [{"host": f"{name}.example.com", "http": {"paths": [{"path": "/", "backend": backend}]}}]},
    }


def _read(files: dict[str, str], folder: str, ingresses: list[str]) -> Rendering:
    """A build in the names of its sources."""
    made = tree(files)
    text = built(made, folder).text
    assert text is not None
    written = [SourceIngress("i.yaml", number, "", IngressRef("", name)) for number, name in enumerate(ingresses)]
    graph = build_graph(made)
    found = rendering(folder, text)
    names = names_of(found, written, declared(graph.nodes[item] for item in graph.below(folder)))
    back = renamed(found, names)
    assert back is not None
    return back


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(("app", "web", "api", "backend")), min_size=1, max_size=3, unique=True),
    st.lists(st.tuples(st.sampled_from(AFFIXES), st.sampled_from(AFFIXES)), min_size=1, max_size=2),
)
def test_prefixes_and_suffixes_are_taken_back(
    ingresses: list[str], services: list[str], affixes: list[tuple[str, str]]
) -> None:
    items: list[dict[str, Any]] = [
        _ingress(name, n, services[n % len(services)], "users") for n, name in enumerate(ingresses)
    ]
    items += [{"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}} for name in services]
    files = {f"base/{number}.yaml": manifest(item) for number, item in enumerate(items)}
    files["base/kustomization.yaml"] = manifest(
        {
            "resources": [path.removeprefix("base/") for path in files],
            "secretGenerator": [{"name": "users", "literals": ["auth=x"]}],
        }
    )
    below = "../base"
    for number, (prefix, suffix) in enumerate(affixes):
        value = {"resources": [below], "namePrefix": prefix, "nameSuffix": suffix}
        files[f"o{number}/kustomization.yaml"] = manifest(value)
        below = f"../o{number}"
    found = _read(files, below.removeprefix("../"), ingresses)
    by_name: dict[tuple[str, str], Any] = {(item.kind, item.name): item.value for item in found.resources}
    assert {name for kind, name in by_name if kind == "Ingress"} == set(ingresses)
    for number, name in enumerate(ingresses):
        value = by_name[("Ingress", name)]
        backend = value["spec"]["rules"][0]["http"]["paths"][0]["backend"]
        assert backend["service"]["name"] == services[number % len(services)]
        assert value["metadata"]["annotations"] == {"nginx.ingress.kubernetes.io/auth-secret": "users"}


def test_a_name_that_stands_in_its_own_prefix_is_found(tmp_path: Path) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: %s}\nspec: {ports: [{port: 80}]}\n"
    patch = "- {op: replace, path: /spec/rules/0/http/paths/0/backend/service/name, value: api}"
    files = {
        "base/kustomization.yaml": "resources: [ingress.yaml, web.yaml, api.yaml]\n",
        "base/ingress.yaml": WEB,
        "base/web.yaml": service % "web",
        "base/api.yaml": service % "api",
        "prod/kustomization.yaml": f"""\
namePrefix: web-
resources: [../base]
patches:
- target: {{kind: Ingress}}
  patch: '{patch}'
""",
    }
    folder = repository(tmp_path, files)
    rewrite(folder)
    assert (folder / "prod/web-httproute-patch.yaml").read_text().endswith("backendRefs/0/name\n  value: api\n")
    assert rewrite(folder)[0] == set()


def test_where_two_objects_would_get_one_name_nothing_is_taken_back() -> None:
    items = [_ingress("web", 0, "web", "s"), _ingress("prod-web", 1, "web", "s")]
    found = rendering("x", "---\n".join(f"{manifest(item)}\n" for item in items))
    assert renamed(found, {("Ingress", "prod-web"): "web"}) is None


@pytest.mark.parametrize("name", ["users-0123456789", "web-abcdefghij"])
def test_what_only_looks_like_a_hash_stays(name: str) -> None:
    files = {
        "i.yaml": manifest(_ingress("web", 0, "web", name)),
        "s.yaml": manifest({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}}),
        "kustomization.yaml": manifest({"resources": ["i.yaml", "s.yaml"]}),
    }
    found = _read(files, ".", ["web"])
    assert {item.name for item in found.resources if item.kind == "Secret"} == {name}


def test_a_file_of_name_references_that_nobody_lists_any_more_is_listed_again(tmp_path: Path) -> None:
    files = {
        "base/kustomization.yaml": "resources: [ingress.yaml]\n",
        "base/ingress.yaml": WEB,
        "prod/kustomization.yaml": "namePrefix: prod-\nresources: [../base]\n",
    }
    folder = repository(tmp_path, files)
    rewrite(folder)
    (folder / "base/kustomization.yaml").write_text(files["base/kustomization.yaml"])
    rewrite(folder)
    assert "gateway-api-kustomizeconfig.yaml" in (folder / "base/kustomization.yaml").read_text()
