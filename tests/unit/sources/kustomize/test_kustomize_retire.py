"""What goes with an Ingress, and what does not."""

from __future__ import annotations

import pytest
from kustomize_builds import tree

from gatelift.sources.kustomize.draft import Draft
from gatelift.sources.kustomize.graph import build_graph
from gatelift.sources.kustomize.retire import gone_in, retire_patches, retire_replacements

INGRESS = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: %s}\nspec: {ingressClassName: nginx}\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type:   ClusterIP} # odd\n"


@pytest.mark.parametrize(
    ("name", "kept", "leaves"),
    [
        ("web", (), True),
        ("prod-web", (), True),
        ("web-v1", (), True),
        ("remote", (), False),
        ("", (), True),
        ("", ("api",), False),
        ("web", ("api",), True),
        ("api", ("api",), False),
        ("prod-api", ("api",), False),
        ("web.*", ("api",), True),
        ("web|api", ("api",), False),
        ("web", ("web-admin",), True),
        ("web-admin", ("web-admin",), False),
        ("prod-web-admin", ("web-admin",), False),
        ("web", ("web",), False),
    ],
)
def test_a_name_that_may_be_of_another_ingress_stays(name: str, kept: tuple[str, ...], leaves: bool) -> None:
    assert gone_in({"web"}, kept)(name) is leaves


def _retired(files: dict[str, str], kept: tuple[str, ...] = ()) -> dict[str, str | None]:
    made = tree(files)
    graph = build_graph(made)
    draft = Draft(made, graph, ())
    gone = gone_in({"web"}, kept)
    retire_patches(draft, graph, ".", gone)
    retire_replacements(draft, ".", gone, lambda *_: None)
    draft.finish()
    return {path: data.decode() if data is not None else None for path, data in draft.changes.items()}


def test_patches_of_every_form_go_with_their_files() -> None:
    text = """\
resources: [ingress.yaml]
patchesStrategicMerge:
- web.yaml
- service.yaml
- |-
  apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: {name: web}
patches:
# of the Ingress
- path: json.yaml
  target: {kind: Ingress, name: web}
# of the Service
- path: service-json.yaml
  target: {kind: Service, name: web}
patchesJson6902:
- path: json.yaml
  target: {group: networking.k8s.io, version: v1, kind: Ingress, name: web}
"""
    files = {
        "kustomization.yaml": text,
        "ingress.yaml": INGRESS % "web",
        "web.yaml": INGRESS % "web",
        "service.yaml": SERVICE,
        "json.yaml": "- {op: remove, path: /spec}\n",
        "service-json.yaml": "- {op: remove, path: /spec}\n",
    }
    assert _retired(files) == {
        "web.yaml": None,
        "json.yaml": None,
        "kustomization.yaml": """\
resources: [ingress.yaml]
patchesStrategicMerge:
- service.yaml
patches:
# of the Ingress
# of the Service
- path: service-json.yaml
  target: {kind: Service, name: web}
""",
    }


def test_a_patch_file_for_several_objects_is_divided_and_what_is_not_of_the_ingress_keeps_every_byte() -> None:
    files = {
        "kustomization.yaml": "resources: []\npatches:\n- path: all.yaml\n",
        "all.yaml": f"# licence\n---\n{INGRESS % 'web'}---\n{SERVICE}---\n{INGRESS % 'api'}",
    }
    assert _retired(files, ("api",)) == {"all.yaml": f"# licence\n---\n{SERVICE}---\n{INGRESS % 'api'}"}


def test_a_file_that_somebody_else_names_stays() -> None:
    listed = "patches:\n- path: ../web.yaml\n  target: {kind: Ingress}\n"
    files = {
        "web.yaml": INGRESS % "web",
        "other/kustomization.yaml": f"resources: []\n{listed}",
        "kustomization.yaml": "resources: [other]\npatches:\n- path: web.yaml\n  target: {kind: Ingress}\n",
    }
    assert _retired(files) == {"kustomization.yaml": "resources: [other]\n"}


def test_targets_of_replacements_go_and_the_replacement_with_the_last_of_them() -> None:
    text = """\
resources: []
replacements:
- source: {kind: ConfigMap, name: c, fieldPath: data.host}
  targets:
  - select: {kind: Ingress, name: web}
    fieldPaths: [spec.rules.0.host]
  - select: {kind: Deployment}
    fieldPaths: [spec.x]
- source: {kind: ConfigMap, name: c, fieldPath: data.host}
  targets:
  - select: {kind: Ingress, name: web}
    fieldPaths: [spec.rules.0.host]
- path: elsewhere.yaml
"""
    assert _retired({"kustomization.yaml": text}) == {
        "kustomization.yaml": """\
resources: []
replacements:
- source: {kind: ConfigMap, name: c, fieldPath: data.host}
  targets:
  - select: {kind: Deployment}
    fieldPaths: [spec.x]
- path: elsewhere.yaml
"""
    }


def test_what_is_not_for_these_ingresses_alone_stays() -> None:
    text = """\
resources: []
patches:
- target: {kind: Ingress, name: remote}
  path: p.yaml
- target: {kind: Ingress|Service, name: web}
  path: p.yaml
- target: {labelSelector: app=web}
  path: p.yaml
- path: missing.yaml
"""
    assert _retired({"kustomization.yaml": text, "p.yaml": "- {op: remove, path: /spec}\n"}) == {}
