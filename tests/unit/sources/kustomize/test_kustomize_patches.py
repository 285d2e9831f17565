"""Every patch that is made of a difference: a real Kustomize turns the one object into the other with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from kustomize_builds import built, manifest, objects, tree
from kustomize_repositories import WEB, repository, rewrite

from gatelift.gateway.normal import key_of
from gatelift.sources.kustomize.patches import Patch, deletion, patch_texts, patches

Manifest = dict[str, Any]

KINDS = (
    ("gateway.networking.k8s.io/v1", "HTTPRoute"),
    ("networking.k8s.io/v1", "Ingress"),
    ("gateway.envoyproxy.io/v1alpha1", "BackendTrafficPolicy"),
)
NAMES = ("web", "web.a", "webxa", "web-a", "a.web", "w", "web.a.b")
KEYS = ("app", "example.com/team", "a~b", "a~1b/c", "x.y/z")
FIELDS = ("hosts", "filters", "a/b", "c~d", "name", "deep")
SCALARS = st.sampled_from(("", "x", "null", "~", "true", "1e3", "a: b", "- z", "#", "$patch", 80, 443, True, None))
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=3) | st.just({})
    ),
    max_leaves=8,
)
SPECS = st.dictionaries(st.sampled_from(FIELDS), TREES, max_size=4)
PAIRS = st.one_of(
    st.none(), st.dictionaries(st.sampled_from(KEYS), st.sampled_from(("", "x", "null", "1", "true")), max_size=3)
)


def _object(kind: tuple[str, str], name: str, spec: Any, labels: Any, annotations: Any) -> Manifest:
    metadata = {"name": name}
    metadata |= {key: pairs for key, pairs in (("labels", labels), ("annotations", annotations)) if pairs}
    return {"apiVersion": kind[0], "kind": kind[1], "metadata": metadata, "spec": spec}


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[Manifest, Manifest]]:
    """Some objects as they are and as they are to be, of several kinds and with names that resemble each other."""
    ids = draw(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(NAMES)), min_size=1, max_size=8, unique=True))
    found = []
    for kind, name in ids:
        before, after = draw(SPECS), draw(SPECS)
        if draw(st.booleans()):
            # Most differences are small ones.
            after = {**before, **dict(list(after.items())[:1])}
        labels, annotations = draw(PAIRS), draw(PAIRS)
        more, others = draw(st.one_of(st.just(labels), PAIRS)), draw(st.one_of(st.just(annotations), PAIRS))
        found.append((_object(kind, name, before, labels, annotations), _object(kind, name, after, more, others)))
    return found


def _plain(item: Mapping[str, Any]) -> Manifest:
    """An object without maps of labels and annotations in which nothing is left."""
    metadata = {key: value for key, value in item["metadata"].items() if value or key == "name"}
    return {**item, "metadata": metadata}


def _patched(pairs: Sequence[tuple[Manifest, Manifest]], made: Sequence[Patch]) -> dict[tuple[str, str], Manifest]:
    files = {f"o{number}.yaml": manifest(got) for number, (got, _) in enumerate(pairs)}
    bodies = {f"p{number}.yaml": patch.body for number, patch in enumerate(made)}
    listed = [{"path": path, "target": patch.target} for path, patch in zip(bodies, made, strict=True)]
    kustomization = manifest({"resources": list(files), "patches": listed})
    found = objects(built(tree({"kustomization.yaml": kustomization, **files, **bodies})))
    return {key: _plain(item) for key, item in found.items()}


@settings(max_examples=25, deadline=None)
@given(changes())
def test_each_patch_makes_of_one_object_the_other(pairs: list[tuple[Manifest, Manifest]]) -> None:
    different = [(got, wanted) for got, wanted in pairs if got != wanted]
    found = _patched(pairs, patches(different, {}))
    assert found == {(wanted["kind"], wanted["metadata"]["name"]): _plain(wanted) for _, wanted in pairs}


ROUTE = _object(KINDS[0], "web", {"hostnames": ["a.example.com"], "rules": [{"name": "a"}]}, None, None)


def _with(item: Manifest, **metadata: Any) -> Manifest:
    return {**item, "metadata": {**item["metadata"], **metadata}}


def test_a_label_comes_where_only_the_kustomization_itself_has_put_labels_so_far() -> None:
    got = _with(ROUTE, labels={"team": "web"})
    wanted = _with(ROUTE, labels={"team": "web", "example.com/app": "shop"})
    (made,) = patches([(got, wanted)], {})
    kustomization = {
        "resources": ["o.yaml"],
        "labels": [{"pairs": {"team": "web"}}],
        "patches": [{"path": "p.yaml", "target": made.target}],
    }
    files = {"kustomization.yaml": manifest(kustomization), "o.yaml": manifest(ROUTE), "p.yaml": made.body}
    assert objects(built(tree(files))) == {("HTTPRoute", "web"): wanted}


def test_a_deletion_takes_the_named_object_and_no_other() -> None:
    pairs = [(_object(KINDS[0], name, {}, None, None),) * 2 for name in NAMES]
    gone = pairs[1][0]
    found = _patched(pairs, [Patch(deletion(gone), (key_of(gone),))])
    assert {name for _, name in found} == set(NAMES) - {"web.a"}


def test_a_merge_and_operations_where_neither_can_say_it_alone() -> None:
    wanted = _with({**ROUTE, "spec": {"hostnames": "x"}}, labels={"a": "b"})
    merge, operations = patch_texts(ROUTE, wanted)
    assert merge.startswith("apiVersion:")
    assert operations.startswith("- op:")
    assert list(_patched([(ROUTE, wanted)], patches([(ROUTE, wanted)], {})).values()) == [wanted]


def test_the_shorter_form_is_taken_and_the_same_operations_are_said_once() -> None:
    second = _object(KINDS[0], "web.b", ROUTE["spec"], None, None)
    host = {"hostnames": ["b.example.com"], "rules": [{"name": "a"}]}
    made = patches([(ROUTE, {**ROUTE, "spec": host}), (second, {**second, "spec": host})], {})
    assert [(item.body, item.target) for item in made] == [
        (
            "- op: replace\n  path: /spec/hostnames/0\n  value: b.example.com\n",
            {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": "web|web\\.b"},
        )
    ]


def test_objects_of_one_name_in_two_namespaces_are_named_once() -> None:
    items = [_with(ROUTE, namespace=namespace) for namespace in ("one", "two")]
    wanted = [{**item, "spec": {"hostnames": ["b.example.com"], "rules": [{"name": "a"}]}} for item in items]
    (made,) = patches(list(zip(items, wanted, strict=True)), {})
    assert made.target["name"] == "web"


def test_a_target_names_the_namespace_where_the_name_alone_would_hit_another_object(tmp_path: Path) -> None:
    files = {
        f"{name}/{path}": text
        for name in ("a", "b")
        for path, text in (
            ("kustomization.yaml", f"namespace: {name}\nresources:\n- ingress.yaml\n"),
            ("ingress.yaml", WEB.replace("web.example.com", f"{name}.example.com")),
        )
    }
    patch = "- {op: replace, path: /spec/rules/0/host, value: prod.example.com}"
    target = "{kind: Ingress, name: web, namespace: a}"
    files["all/kustomization.yaml"] = f"resources: [../a, ../b]\npatches:\n- target: {target}\n  patch: '{patch}'\n"
    folder = repository(tmp_path, files)
    assert "all/web-httproute-patch.yaml" in rewrite(folder)[0]
    assert "name: web, namespace: a}" in (folder / "all/kustomization.yaml").read_text().splitlines()[-1]
    assert rewrite(folder)[0] == set()


def test_what_means_something_in_an_expression_means_itself_in_a_target() -> None:
    odd = _object(KINDS[0], "${APP}-web", {}, None, None)
    other = _object(KINDS[0], "APP-web", {}, None, None)
    wanted = {**odd, "spec": {"hostnames": ["a.example.com"]}}
    found = _patched([(odd, wanted), (other, other)], patches([(odd, wanted)], {}))
    assert found[("HTTPRoute", "${APP}-web")] == wanted
    assert found[("HTTPRoute", "APP-web")] == other
