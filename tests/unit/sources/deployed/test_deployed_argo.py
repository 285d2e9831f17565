"""Applications: which path, which tool, which options, which cluster; and what is left out with a note."""

from __future__ import annotations

import pytest
from deployed_trees import KUSTOMIZATION, application, codes, only, read

from gatelift.findings import Place, Severity
from gatelift.sources.deployed.argo_options import image
from gatelift.sources.deployed.model import DirectoryOptions, Image, Tool
from gatelift.sources.deployed.origin import Origin, repository, without_credentials

OVERLAY = {"overlays/prod/kustomization.yaml": KUSTOMIZATION}


def test_an_application_names_path_tool_cluster_and_place() -> None:
    found = only(
        read({**OVERLAY, "apps.yaml": application("{repoURL: 'https://git.example/a/b', path: ./overlays/prod/}")})
    )
    assert (found.by, found.path, found.tool, found.cluster, found.namespace) == (
        "Application argocd/shop",
        "overlays/prod",
        Tool.KUSTOMIZE,
        "in-cluster",
        "shop",
    )
    assert found.place == Place("apps.yaml", 6, 48)


@pytest.mark.parametrize(
    ("destination", "cluster"),
    [
        ("{name: in-cluster}", "in-cluster"),
        ("{server: 'https://kubernetes.default.svc/'}", "in-cluster"),
        ("{name: prod-eu}", "prod-eu"),
        ("{server: 'https://10.0.0.1:6443'}", "https://10.0.0.1:6443"),
        ("{namespace: shop}", ""),
    ],
)
def test_clusters_have_one_name_each(destination: str, cluster: str) -> None:
    assert only(read({**OVERLAY, "a.yaml": application("{path: overlays/prod}", destination)})).cluster == cluster


def test_every_option_of_kustomize_is_read() -> None:
    source = """{path: overlays/prod, targetRevision: main, kustomize: {
      namePrefix: a-, nameSuffix: -b, namespace: n, commonLabels: {app: $ARGOCD_APP_NAME, n: 1},
      forceCommonLabels: true, labelWithoutSelector: true, labelIncludeTemplates: true,
      commonAnnotations: {x: $ARGOCD_APP_NAME}, images: ['web=registry/web:1'], replicas: [{name: web, count: '3'}],
      patches: [{target: {kind: Ingress}, patch: '[]'}], components: [../../c], ignoreMissingComponents: true,
      version: v5.0.0}}"""
    options = only(read({**OVERLAY, "a.yaml": application(source)})).kustomize
    assert (options.name_prefix, options.name_suffix, options.namespace) == ("a-", "-b", "n")
    assert options.labels == {"app": "shop", "n": "1"}
    assert options.force_labels
    assert options.labels_without_selector
    assert options.labels_in_templates
    # Annotations are only expanded where commonAnnotationsEnvsubst says so.
    assert options.annotations == {"x": "$ARGOCD_APP_NAME"}
    assert options.images == (Image("web", "registry/web", "1"),)
    assert options.replicas == {"web": 3}
    assert options.patches == ({"target": {"kind": "Ingress"}, "patch": "[]"},)
    assert options.components == ("../../c",)
    assert options.ignore_missing_components


def test_what_is_only_known_while_argo_cd_renders_or_not_known_at_all_is_said() -> None:
    source = "{path: overlays/prod, kustomize: {images: ['web:$ARGOCD_APP_REVISION'], surprise: 1}}"
    (first, second) = only(read({**OVERLAY, "a.yaml": application(source)})).unsupported
    assert "surprise" in first
    assert "$ARGOCD_APP_REVISION" in second


@pytest.mark.parametrize(
    ("source", "tool"),
    [
        ("{path: chart}", Tool.HELM),
        ("{path: plain}", Tool.DIRECTORY),
        ("{path: chart, directory: {recurse: true}}", Tool.DIRECTORY),
        ("{path: chart, kustomize: {}}", Tool.KUSTOMIZE),
        ("{path: chart, plugin: {name: lovely}}", Tool.UNKNOWN),
        ("{path: chart, helm: {}, kustomize: {}}", Tool.UNKNOWN),
    ],
)
def test_the_tool_is_what_is_named_else_what_the_folder_holds(source: str, tool: Tool) -> None:
    files = {"chart/Chart.yaml": "name: c\n", "chart/kustomization.yaml": KUSTOMIZATION, "plain/a.yaml": "kind: X\n"}
    found = only(read({**files, "a.yaml": application(source)}))
    assert found.tool is tool
    assert bool(found.unsupported) is (tool is Tool.UNKNOWN)


def test_directory_options_and_jsonnet() -> None:
    source = "{path: p, directory: {recurse: true, include: '*.yaml', exclude: 'x/*', jsonnet: {tlas: [{name: a}]}}}"
    found = only(read({"p/a.yaml": "kind: X\n", "a.yaml": application(source)}))
    assert found.directory == DirectoryOptions(True, "*.yaml", "x/*")
    assert "Jsonnet" in found.unsupported[0]


def test_several_sources_are_several_deployments_and_a_reference_is_none() -> None:
    text = application("null").replace("  source: null\n", "") + (
        "  sources:\n  - {repoURL: https://git.example/a/b, ref: values}\n"
        "  - {repoURL: 'https://user:secret@charts.example/x', chart: redis, helm: {values: 'a: 1'}}\n"
        "  - {repoURL: https://git.example/a/b, path: overlays/prod}\n"
    )
    found = read({**OVERLAY, "a.yaml": text})
    assert [(item.path, item.chart) for item in found.items] == [
        ("", "https://charts.example/x redis"),
        ("overlays/prod", ""),
    ]
    assert found.items[0].helm == {"values": "a: 1"}
    assert "secret" not in repr([(item.chart, item.by, item.place) for item in found.items])


def test_overrides_in_the_folder_are_merged_as_argo_cd_does() -> None:
    files = {
        **OVERLAY,
        "overlays/prod/.argocd-source.yaml": "kustomize: {images: ['web:2'], namePrefix: all-}\n",
        "overlays/prod/.argocd-source-shop.yaml": "kustomize: {namePrefix: shop-}\n",
        "overlays/prod/.argocd-source-other.yaml": "kustomize: {namePrefix: other-}\n",
        "a.yaml": application("{path: overlays/prod, kustomize: {nameSuffix: -s, images: ['web:1']}}"),
    }
    options = only(read(files)).kustomize
    assert (options.name_prefix, options.name_suffix, options.images) == ("shop-", "-s", (Image("web", "", "2"),))


def test_paths_that_are_not_here_or_lead_out_are_notes() -> None:
    for path in ("overlays/none", "../elsewhere", "/overlays/prod", "overlays/prod/kustomization.yaml"):
        found = read({**OVERLAY, "a.yaml": application(f"{{path: {path}}}")})
        assert found.items == ()
        assert codes(found.findings) == ["deployed/no-folder"]
        assert found.findings[0].severity is Severity.NOTE
        assert path in found.findings[0].message


def test_a_link_is_followed_inside_the_repository() -> None:
    from deployed_trees import tree

    from gatelift.sources.deployed.read import deployments

    files = {**OVERLAY, "a.yaml": application("{path: current}")}
    found = deployments(tree(files, {"current": "overlays/prod"}), files)
    assert found.paths == ("overlays/prod",)


def test_another_repository_is_left_out_only_where_it_plainly_is_one() -> None:
    ours = ["git@github.com:shop/deploy.git"]
    for url, kept in (
        ("https://github.com/Shop/deploy", True),
        ("ssh://git@ssh.github.com:443/shop/deploy.git", True),
        ("https://mirror.example/shop/deploy", True),
        ("https://github.com/fork/deploy", True),
        ("https://user:pw@github.com/shop/other.git", False),
    ):
        found = read({**OVERLAY, "a.yaml": application(f"{{repoURL: '{url}', path: overlays/prod}}")}, ours)
        assert bool(found.items) is kept, url
        assert codes(found.findings) == ([] if kept else ["deployed/elsewhere"]), url
        assert "pw" not in repr(found.findings)


def test_templated_paths_stand_for_the_folders_that_fit() -> None:
    files = {
        "envs/dev/shop/kustomization.yaml": KUSTOMIZATION,
        "envs/prod/shop/kustomization.yaml": KUSTOMIZATION,
        "envs/prod/shop/deep/kustomization.yaml": KUSTOMIZATION,
        "envs/prod/docs/README.md": "",
        "a.yaml": application("{path: 'envs/{{ .Values.env }}/shop'}", "{name: 'c-{{ .Values.env }}'}"),
    }
    found = read(files)
    assert [(item.path, item.cluster) for item in found.items] == [
        ("envs/dev/shop", "c-dev"),
        ("envs/prod/shop", "c-prod"),
    ]
    assert codes(found.findings) == ["deployed/template"]


@pytest.mark.parametrize("path", ["{{path}}", "{{a}}/{{b}}", "x/{{a}}{{b}}{{c}}", "../{{a}}"])
def test_a_path_that_would_fit_anything_is_not_guessed(path: str) -> None:
    found = read({"x/abc/kustomization.yaml": KUSTOMIZATION, "a.yaml": application(f"{{path: '{path}'}}")})
    assert found.items == ()
    assert codes(found.findings) == ["deployed/template"]


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {{ .Values.name }}\n",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: [\n",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\n\tmetadata: 1\n",
        "# argoproj.io\nkind: Application\na: &a [1,1,1,1,1,1,1,1,1,1]\n"
        + "".join(f"{c}: &{c} [{', '.join([f'*{b}'] * 12)}]\n" for b, c in zip("abcdefgh", "bcdefghi", strict=True)),
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nx: \x00\n",
    ],
)
def test_a_file_that_cannot_be_read_is_a_note_and_the_others_are_read(text: str) -> None:
    found = read({**OVERLAY, "bad.yaml": text, "good.yaml": application("{path: overlays/prod}")})
    assert found.paths == ("overlays/prod",)
    assert codes(found.findings) == ["deployed/unreadable"]


@pytest.mark.parametrize("spec", ["1", "{source: 1}", "{sources: 1}", "{source: {path: [1]}}", "{destination: []}", ""])
def test_fields_of_the_wrong_type_count_as_absent(spec: str) -> None:
    text = f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a}}\nspec: {spec}\n"
    assert read({"a.yaml": text}).items == ()


def test_items_of_lists_are_read_and_other_groups_are_not() -> None:
    item = "{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: a}, spec: {source: {path: plain}}}"
    other = item.replace("argoproj.io", "app.k8s.io")
    text = f"apiVersion: v1\nkind: List\nitems:\n- {other}\n- {item}\n"
    found = read({"plain/x.yaml": "kind: X\n", "list.yaml": text})
    assert [(each.by, each.place.line) for each in found.items] == [("Application a", 5)]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("web:1", Image("web", "", "1")),
        ("web=registry:5000/web", Image("web", "registry:5000/web")),
        ("web=registry:5000/web:2", Image("web", "registry:5000/web", "2")),
        ("registry:5000/web@sha256:00", Image("registry:5000/web", "", "", "sha256:00")),
        ("web=*:1", Image("web", "*", "1")),
    ],
)
def test_images_are_read_as_kustomize_edit_reads_them(written: str, read_as: Image) -> None:
    assert image(written) == read_as


def test_urls() -> None:
    for url in ("https://x@h.example/o/n.git", "h.example:o/n", "ssh://g@h.example:22/o/n/", "git@H.example:O/N.git"):
        assert repository(url) == "h.example/o/n"
    assert repository("not a url") == ""
    assert without_credentials("https://u:p@h.example/o?token=t") == "https://h.example/o"
    assert Origin().ours("https://h.example/o/n") is None
