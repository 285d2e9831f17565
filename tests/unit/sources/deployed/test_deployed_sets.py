"""ApplicationSets: generators evaluated from inside the repository, templates filled in or left alone."""

from __future__ import annotations

import pytest
from deployed_trees import KUSTOMIZATION, application_set, codes, read

from gatelift.sources.deployed.model import Deployments

APPS = {f"apps/{name}/kustomization.yaml": KUSTOMIZATION for name in ("cart", "shop", "legacy")}
ENVIRONMENTS = {f"overlays/{name}/kustomization.yaml": KUSTOMIZATION for name in ("dev", "prod")}
BY_NAME = "source: {path: 'overlays/{{name}}'}\ndestination: {name: '{{cluster}}'}"


def rows(found: Deployments) -> list[tuple[str, str, str]]:
    return [(item.path, item.cluster, item.by) for item in found.items]


def test_a_list_gives_one_application_for_each_element() -> None:
    generators = "- list: {elements: [{name: dev, cluster: in-cluster}, {name: prod, cluster: eu}]}"
    found = read({**ENVIRONMENTS, "set.yaml": application_set(generators, BY_NAME)})
    assert found.findings == ()
    assert rows(found) == [
        ("overlays/dev", "in-cluster", "ApplicationSet argocd/set (dev)"),
        ("overlays/prod", "eu", "ApplicationSet argocd/set (prod)"),
    ]


def test_values_segments_and_options_are_filled_in() -> None:
    generators = (
        "- git: {directories: [{path: 'apps/*'}, {path: apps/legacy, exclude: true}], values: {env: 'e-{{path[1]}}'}}"
    )
    template = (
        "source: {path: '{{path}}', kustomize: {namePrefix: '{{values.env}}-'}}\n"
        "destination: {name: '{{ path.basename }}'}"
    )
    found = read({**APPS, ".hidden/apps/x.yaml": "", "set.yaml": application_set(generators, template)})
    assert found.findings == ()
    assert [(item.path, item.cluster, item.kustomize.name_prefix) for item in found.items] == [
        ("apps/cart", "cart", "e-cart-"),
        ("apps/shop", "shop", "e-shop-"),
    ]


def test_go_templates_name_fields_and_indices() -> None:
    generators = "- git: {directories: [{path: 'apps/*'}]}"
    template = (
        "source: {path: '{{ .path.path }}', kustomize: {nameSuffix: '-{{ index .path.segments 1 }}'}}\n"
        "destination: {name: '{{- .path.basenameNormalized -}}'}"
    )
    found = read({"apps/My_App/a.yaml": "", "set.yaml": application_set(generators, template, "  goTemplate: true\n")})
    assert [(item.path, item.cluster, item.kustomize.name_suffix) for item in found.items] == [
        ("apps/My_App", "my-app", "-My_App")
    ]


def test_files_are_read_with_their_folder_and_content() -> None:
    files = {
        **ENVIRONMENTS,
        "config/a/env.json": '{"env": {"name": "dev"}, "cluster": "c1"}',
        "config/b/env.yaml": "- {env: {name: prod}, cluster: c2}\n- {env: {name: nowhere}, cluster: c3}\n",
        "config/skip/env.json": '{"env": {"name": "dev"}, "cluster": "c9"}',
    }
    generators = "- git: {files: [{path: 'config/**/env.*'}, {path: config/skip/*, exclude: true}]}"
    flat = "source: {path: 'overlays/{{env.name}}'}\ndestination: {name: '{{cluster}}-{{path.basename}}'}"
    found = read({**files, "set.yaml": application_set(generators, flat)})
    assert [row[:2] for row in rows(found)] == [("overlays/dev", "c1-a"), ("overlays/prod", "c2-b")]
    assert codes(found.findings) == ["deployed/no-folder"]
    nested = flat.replace("{{", "{{ .").replace("path.basename", "path.basename")
    again = read({**files, "set.yaml": application_set(generators, nested, "  goTemplate: true\n")})
    assert [row[:2] for row in rows(again)] == [("overlays/dev", "c1-a"), ("overlays/prod", "c2-b")]


def test_a_matrix_multiplies_and_its_second_generator_sees_the_first() -> None:
    files = {f"{env}/{app}/kustomization.yaml": KUSTOMIZATION for env in ("dev", "prod") for app in ("cart", "shop")}
    generators = (
        "- matrix:\n    generators:\n    - list: {elements: [{env: dev}, {env: prod}]}\n"
        "    - git: {directories: [{path: '{{env}}/*'}]}"
    )
    found = read(
        {**files, "set.yaml": application_set(generators, "source: {path: '{{path}}'}\ndestination: {name: '{{env}}'}")}
    )
    assert found.findings == ()
    assert [row[:2] for row in rows(found)] == [(f"{e}/{a}", e) for e in ("dev", "prod") for a in ("cart", "shop")]


def test_merge_lays_later_generators_over_the_first() -> None:
    generators = (
        "- merge:\n    mergeKeys: [name]\n    generators:\n"
        "    - list: {elements: [{name: dev, cluster: a}, {name: prod, cluster: a}]}\n"
        "    - list: {elements: [{name: prod, cluster: b}, {name: other, cluster: c}]}"
    )
    found = read({**ENVIRONMENTS, "set.yaml": application_set(generators, BY_NAME)})
    assert [row[:2] for row in rows(found)] == [("overlays/dev", "a"), ("overlays/prod", "b")]


def test_selectors_and_templates_of_one_generator() -> None:
    generators = (
        "- list:\n    elements: [{name: dev, cluster: a}, {name: prod, cluster: b}]\n"
        "    template: {metadata: {}, spec: {destination: {name: over}}}\n  selector: {matchLabels: {name: prod}}"
    )
    found = read({**ENVIRONMENTS, "set.yaml": application_set(generators, BY_NAME)})
    assert [row[:2] for row in rows(found)] == [("overlays/prod", "over")]


def test_unknown_clusters_leave_the_path_to_say_which_there_are() -> None:
    template = "source: {path: 'overlays/{{name}}'}\ndestination: {server: '{{server}}'}"
    found = read({**ENVIRONMENTS, "set.yaml": application_set("- clusters: {}", template)})
    assert [row[:2] for row in rows(found)] == [("overlays/dev", "dev"), ("overlays/prod", "prod")]
    assert codes(found.findings) == ["deployed/generator", "deployed/template"]
    assert found.findings[0].place is not None
    assert found.findings[0].place.line == 6


def test_unknown_clusters_times_folders_tell_paths_and_no_cluster() -> None:
    generators = "- matrix:\n    generators:\n    - clusters: {}\n    - git: {directories: [{path: apps/*}]}"
    template = "source: {path: '{{path}}'}\ndestination: {server: '{{server}}'}"
    found = read({**APPS, "set.yaml": application_set(generators, template)})
    assert [row[:2] for row in rows(found)] == [("apps/cart", ""), ("apps/legacy", ""), ("apps/shop", "")]


@pytest.mark.parametrize(
    "generators",
    [
        "- scmProvider: {github: {organization: x}}",
        "- plugin: {}",
        "- pullRequest: {}",
        "- list: {elementsYaml: '[]'}",
        "- {}",
    ],
)
def test_what_asks_somebody_else_is_noted(generators: str) -> None:
    found = read({**ENVIRONMENTS, "set.yaml": application_set(generators, BY_NAME)})
    assert "deployed/generator" in codes(found.findings)
    assert found.paths == ("overlays/dev", "overlays/prod")


def test_functions_are_not_guessed() -> None:
    generators = "- list: {elements: [{name: DEV, cluster: a}]}"
    template = "source: {path: 'overlays/{{ .name | lower }}'}\ndestination: {name: '{{ .cluster }}'}"
    found = read({**ENVIRONMENTS, "set.yaml": application_set(generators, template, "  goTemplate: true\n")})
    assert found.paths == ("overlays/dev", "overlays/prod")
    assert codes(found.findings) == ["deployed/template"]


def test_a_template_patch_makes_every_result_uncertain() -> None:
    generators = "- list: {elements: [{name: dev, cluster: a}]}"
    found = read({**ENVIRONMENTS, "set.yaml": application_set(generators, BY_NAME, "  templatePatch: '{{ x }}'\n")})
    assert codes(found.findings) == ["deployed/template-patch"]
    assert "templatePatch" in found.items[0].unsupported[0]


def test_a_generator_that_reads_another_repository_is_open() -> None:
    generators = "- git: {repoURL: https://git.example/o/other, directories: [{path: overlays/*}]}"
    files = {**ENVIRONMENTS, "set.yaml": application_set(generators, "source: {path: 'overlays/{{path.basename}}'}")}
    found = read(files, ["https://git.example/o/this"])
    assert codes(found.findings) == ["deployed/generator", "deployed/template"]


def test_products_are_bounded() -> None:
    elements = ", ".join(f"{{k{index}: x}}" for index in range(200))
    generators = (
        f"- matrix:\n    generators:\n    - list: {{elements: [{elements}]}}\n    - list: {{elements: [{elements}]}}"
    )
    found = read({**ENVIRONMENTS, "set.yaml": application_set(generators, "source: {path: overlays/dev}")})
    assert "deployed/many" in codes(found.findings)
    assert len(found.items) == 10_000
