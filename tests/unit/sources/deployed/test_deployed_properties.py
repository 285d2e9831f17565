"""Whatever stands in such objects is read without an error, and the order of files decides nothing."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from deployed_trees import KUSTOMIZATION, tree
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelift.findings import InputError
from gatelift.sources.deployed.clusters import clusters_of
from gatelift.sources.deployed.kustomization import shadow
from gatelift.sources.deployed.read import deployments
from gatelift.sources.deployed.rendered import after_build

Json: TypeAlias = Any

WORDS = (
    *(
        "source",
        "sources",
        "path",
        "repoURL",
        "chart",
        "destination",
        "name",
        "server",
        "kustomize",
        "images",
        "patches",
    ),
    *(
        "commonLabels",
        "replicas",
        "count",
        "directory",
        "include",
        "components",
        "helm",
        "plugin",
        "generators",
        "list",
    ),
    *(
        "elements",
        "git",
        "directories",
        "files",
        "clusters",
        "matrix",
        "merge",
        "mergeKeys",
        "template",
        "spec",
        "values",
    ),
    *("selector", "matchLabels", "matchExpressions", "postBuild", "substitute", "substituteFrom", "kind", "sourceRef"),
    *("commonMetadata", "labels", "goTemplate", "templatePatch", "patchesJson6902", "exclude", "key", "operator"),
)
TEXTS = (
    "apps/a",
    "apps/*",
    "**",
    "{{path}}",
    "{{.path.path}}",
    "apps/{{name}}",
    "..",
    "/",
    "",
    "ConfigMap",
    "$X",
    "[",
    "a=b:1@c",
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.sampled_from(TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=25,
)
KINDS = (
    ("argoproj.io/v1alpha1", "Application"),
    ("argoproj.io/v1alpha1", "ApplicationSet"),
    ("kustomize.toolkit.fluxcd.io/v1", "Kustomization"),
    ("helm.toolkit.fluxcd.io/v2", "HelmRelease"),
)
SOURCE = st.fixed_dictionaries(
    {"path": st.sampled_from(TEXTS)}, optional=dict.fromkeys(("kustomize", "directory", "repoURL", "helm"), VALUES)
)
TEMPLATE = st.fixed_dictionaries({"source": SOURCE}, optional={"destination": VALUES, "sources": VALUES})
GENERATOR = st.recursive(
    st.dictionaries(st.sampled_from(("list", "git", "clusters", "selector", "plugin")), VALUES, min_size=1, max_size=2)
    | st.builds(lambda items: {"list": {"elements": items}}, st.lists(VALUES, min_size=1, max_size=2))
    | st.just({"git": {"directories": [{"path": "apps/*"}]}})
    | st.just({"git": {"files": [{"path": "*.json"}]}}),
    lambda inner: st.builds(
        lambda kind, items: {kind: {"generators": items, "mergeKeys": ["name"]}},
        st.sampled_from(("matrix", "merge")),
        st.lists(inner, min_size=2, max_size=2),
    ),
    max_leaves=3,
)
SET = st.fixed_dictionaries(
    {
        "generators": st.lists(GENERATOR, min_size=1, max_size=2),
        "template": st.builds(lambda spec: {"spec": spec}, TEMPLATE),
    },
    optional={"goTemplate": st.booleans(), "templatePatch": VALUES},
)
FLUX = st.fixed_dictionaries(
    {"path": st.sampled_from(TEXTS)},
    optional=dict.fromkeys(("postBuild", "commonMetadata", "patches", "components", "images", "sourceRef"), VALUES),
)
OBJECTS = (
    st.tuples(st.sampled_from(KINDS), VALUES)
    | st.tuples(st.just(KINDS[0]), TEMPLATE)
    | st.tuples(st.just(KINDS[1]), SET)
    | st.tuples(st.just(KINDS[2]), FLUX)
)


@settings(max_examples=200)
@given(st.lists(OBJECTS, min_size=1, max_size=3))
def test_any_object_is_read_and_the_order_of_files_decides_nothing(objects: list[tuple[tuple[str, str], Json]]) -> None:
    files = {"apps/a/kustomization.yaml": KUSTOMIZATION, "apps/b/x.yaml": "kind: X\n", "config.json": '[{"name": "a"}]'}
    for number, ((version, kind), spec) in enumerate(objects):
        value = {"apiVersion": version, "kind": kind, "metadata": {"name": f"o{number}"}, "spec": spec}
        files[f"o{number}.json"] = json.dumps(value)
    found = deployments(tree(files), files)
    assert found == deployments(tree(dict(reversed(files.items()))), [*reversed(files)])
    clusters_of(found, found.paths)
    for item in found.items:
        assert item.path in (".", "apps", "apps/a", "apps/b", "")
        try:
            shadow(tree(files), item)
            after_build(b"kind: X\n", item)
        except InputError:
            continue
