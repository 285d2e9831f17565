"""Which kustomizations include which, what a build reads, and what lies out of reach."""

from __future__ import annotations

import pytest
from kustomize_builds import tree

from gatelift.sources.kustomize.graph import build_graph, closure
from gatelift.sources.kustomize.kustomization import Entry, Field

SHOP = {
    "base/kustomization.yaml": """\
resources: [ingress.yaml, ./ingress.yaml]
configMapGenerator: [{name: c, files: [key=app.ini], envs: [a.env], env: b.env, literals: [x=y.yaml]}]
patches: [{path: p.yaml}, {patch: "- op: x"}]
patchesStrategicMerge: ["apiVersion: v1\\nkind: X", q.yaml, "{kind: X}"]
replacements: [{path: r/replace.yaml}]
openapi: {path: schema.json}
""",
    **{f"base/{name}": "" for name in ("ingress.yaml", "app.ini", "a.env", "b.env", "p.yaml", "q.yaml", "schema.json")},
    "base/r/replace.yaml": "",
    "base/r/beside.yaml": "",
    "base/unnamed.yaml": "",
    "parts/tls/kustomization.yml": "kind: Component\n",
    "rename/kustomization.yaml": "resources: [t.yaml]\n",
    "rename/t.yaml": "",
    "prod/Kustomization": "resources: [../base]\ncomponents: [../parts/tls]\ntransformers: [../rename]\n",
    "all/kustomization.yaml": "bases: [../prod, ../dev]\n",
}


def test_roots_children_and_what_a_build_reads() -> None:
    made = tree(SHOP)
    graph = build_graph(made)
    assert graph.roots == ("all",)
    assert graph.children["prod"] == ("base", "parts/tls", "rename")
    assert graph.below("all") == ("base", "parts/tls", "rename", "prod", "all")
    assert graph.above("base") == {"base", "prod", "all"}
    assert graph.resources == {"base": ("base/ingress.yaml",), "rename": ("rename/t.yaml",)}
    assert [item.entry for item in graph.unreachable["all"]] == [Entry(Field.BASES, "/bases/1", "../dev")]
    wanted = set(SHOP) - {"base/unnamed.yaml"}
    assert closure(made, graph, "all") == tuple(sorted(wanted))


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        ("https://github.com/o/r//base?ref=v1", True),
        ("github.com/o/r/base", True),
        ("git@github.com:o/r.git", True),
        ("git::https://example.com/r", True),
        ("ssh://git@example.com/r", True),
        ("example.com/o/r?ref=main", True),
        ("../base", False),
        ("./github.company/base", False),
        ("a?b.yaml", False),
    ],
)
def test_what_is_an_address(path: str, remote: bool) -> None:
    assert Entry(Field.RESOURCES, "/resources/0", path).remote is remote


def test_circles_break_who_is_in_them_and_are_said() -> None:
    files = {
        "a/kustomization.yaml": "resources: [../b]\n",
        "b/kustomization.yaml": "resources: [../a]\n",
        "c/kustomization.yaml": "resources: [../c]\n",
        "d/kustomization.yaml": "resources: [../a]\n",
        "e/kustomization.yaml": "resources: []\n",
    }
    graph = build_graph(tree(files))
    assert set(graph.broken) == {"a", "b", "c"}
    assert [item.code for item in graph.findings] == ["kustomize/circle"] * 3
    assert graph.roots == ("a", "b", "c", "d", "e"), "nothing above a circle says what is deployed"
    assert set(graph.below("d")) == {"a", "b", "d"}


@pytest.mark.parametrize("path", ["../outside", "/etc", "../../x", "x/../../y"])
def test_what_leads_out_is_not_followed(path: str) -> None:
    graph = build_graph(tree({"kustomization.yaml": f"resources: [{path}]\n"}))
    assert list(graph.broken) == ["."]
    assert [item.code for item in graph.findings] == ["kustomize/outside"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "a: [\n", "x\n"])
def test_what_cannot_be_read_breaks_its_folder_alone(text: str) -> None:
    graph = build_graph(tree({"a/kustomization.yaml": text, "b/kustomization.yaml": "resources: []\n"}))
    assert list(graph.broken) == ["a"]
    assert graph.roots == ("b",)
    assert len(graph.findings) == 1
