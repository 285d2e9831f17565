"""Values cases: which there are, from where, in which order their inputs are laid over each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from chart_trees import application, chart, found_in, helm_release, shop

from gatelift.config import Config
from gatelift.config.model import Helm, ValuesCases
from gatelift.findings import Finding
from gatelift.sources.helm.case import Case, How
from gatelift.sources.helm.cases import Cases

IN = "charts/shop @ "


def cases(files: Mapping[str, str], config: Config | None = None) -> Cases:
    return found_in(files, config)[2]


def plain(found: Cases) -> dict[str, Case]:
    """The cases that try no switch, by what follows the chart's name."""
    return {case.name.removeprefix(IN): case for case in found.items if not case.toggled}


def of(source: str, **files: str) -> Case:
    """The case of an Application with these lines below its source, found without a remark."""
    found = cases({**chart(values_yaml="a: 1\n"), "apps/shop.yaml": application(source), **files})
    assert found.findings == ()
    return plain(found)["Application argocd/shop"]


def refused(source: str, **files: str) -> Finding:
    """Why an Application is no case."""
    found = cases({**chart(values_yaml="a: 1\n"), "apps/shop.yaml": application(source), **files})
    assert "Application argocd/shop" not in plain(found)
    (finding,) = found.findings
    assert finding.fix
    return finding


def inputs(case: Case) -> list[tuple[str, str]]:
    return [(item.how.value, item.name) for item in case.inputs]


def test_files_beside_a_chart_are_cases_and_those_for_clusters_are_deployed() -> None:
    files = shop(**{
        "values-prod_yaml": "a: 1\n", "values.dev_yaml": "a: 2\n",
        "ci__x-values_yaml": "a: 3\n", "ci__y_yaml": "a: 4\n", "other_yaml": "a: 5\n",
    })  # fmt: skip
    found = plain(cases(files))
    assert {name: (case.deployed, case.values) for name, case in found.items()} == {
        "values.yaml": (False, {}),
        "values-prod.yaml": (True, {"a": 1}),
        "values.dev.yaml": (True, {"a": 2}),
        "ci/x-values.yaml": (False, {"a": 3}),
        "ci/y.yaml": (False, {"a": 4}),
    }
    assert {case.release for case in found.values()} == {"shop"}


def test_the_configuration_adds_files() -> None:
    config = Config(helm=Helm(cases=(ValuesCases("charts/shop", ("envs/*.yaml",)), ValuesCases("x", ("*",)))))
    found = plain(cases(shop(envs__a_yaml="a: 1\n", envs__b_yml="a: 2\n"), config))
    assert set(found) == {"values.yaml", "envs/a.yaml"}
    assert found["envs/a.yaml"].deployed


def test_argo_cd_lays_files_then_values_then_parameters_then_texts_then_files_of_parameters() -> None:
    case = of(
        "helm:\n"
        "  releaseName: web\n"
        "  valueFiles: [values-a.yaml, /shared/b.yaml]\n"
        "  values: |\n    c: values\n    d: values\n"
        "  parameters:\n"
        "  - {name: e, value: '1', forceString: true}\n"
        "  - {name: d, value: 'x,y'}\n"
        "  - {name: l, value: '{1,2}'}\n"
        "  - {name: 'm[0].n', value: 'true'}\n"
        "  fileParameters: [{name: f, path: files/x.txt}]\n",
        **{
            "charts/shop/values-a.yaml": "b: a\nc: a\n",
            "shared/b.yaml": "b: b\n",
            "charts/shop/files/x.txt": '{"a": [1, 2], \\ }',
        },
    )
    assert case.values == {
        "b": "b", "c": "values", "d": "x,y", "l": [1, 2], "m": [{"n": True}], "e": "1", "f": '{"a": [1, 2], \\ }',
    }  # fmt: skip
    assert inputs(case) == [
        ("file", "charts/shop/values-a.yaml"),
        ("file", "shared/b.yaml"),
        ("inline", "helm.values"),
        ("set", "d"),
        ("set", "l"),
        ("set", "m[0].n"),
        ("set-string", "e"),
        ("set-file", "f"),
    ]
    assert (case.release, case.namespace, case.deployed) == ("web", "apps", True)
    assert case.place.path == "apps/shop.yaml"
    assert case.sets == ()


def test_an_object_outranks_a_text_of_values_and_the_release_is_the_applications() -> None:
    case = of("helm:\n  values: 'a: text'\n  valuesObject: {a: object}\n  skipCrds: true\n  kubeVersion: '1.30'\n")
    assert case.values == {"a": "object"}
    assert (case.release, case.crds, case.kube_version) == ("shop", False, "1.30")


def test_the_build_environment_is_filled_in() -> None:
    case = of(
        "helm: {valueFiles: [values-$ARGOCD_APP_NAME.yaml], parameters: [{name: a, value: $ARGOCD_APP_NAMESPACE}]}",
        **{"charts/shop/values-shop.yaml": "b: 1\n"},
    )
    assert case.values == {"a": "apps", "b": 1}


def test_large_numbers_keep_the_expressions_that_set_them() -> None:
    case = of("helm: {parameters: [{name: a, value: '10485760'}, {name: b, value: x, forceString: true}]}")
    assert (case.sets, case.set_strings) == (("a=10485760",), ("b=x",))


def test_values_of_another_source_are_files_of_this_repository_or_not_known() -> None:
    spec = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop, namespace: argocd}\nspec:\n"
        "  sources:\n"
        "  - {repoURL: 'https://git.example.com/a/b', ref: values}\n"
        "  - {repoURL: 'https://git.example.com/a/b', path: charts/shop, helm: {valueFiles: [$values/envs/a.yaml]}}\n"
    )
    found = cases({**chart(), "apps/shop.yaml": spec, "envs/a.yaml": "a: 1\n"})
    assert plain(found)["Application argocd/shop"].values == {"a": 1}
    assert found.findings == ()


def test_a_chart_from_elsewhere_is_kept_apart() -> None:
    spec = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop, namespace: argocd}\nspec:\n"
        "  source: {repoURL: 'https://charts.example.com', chart: nginx, helm: {values: 'a: 1'}}\n"
    )
    found = cases({**chart(), "apps/shop.yaml": spec})
    assert [item.chart for item in found.elsewhere] == ["https://charts.example.com nginx"]
    assert found.elsewhere[0].application == "shop"


@pytest.mark.parametrize(
    ("source", "files", "words"),
    [
        ("helm: {valueFiles: [gone.yaml]}", {}, "there is no values file charts/shop/gone.yaml"),
        ("helm: {valueFiles: [../../../x.yaml]}", {}, "outside of the repository"),
        ("helm: {valueFiles: [bad.yaml]}", {"charts/shop/bad.yaml": "- a\n"}, "charts/shop/bad.yaml cannot be read"),
        ("helm: {values: '[a'}", {}, "the values in helm.values cannot be read"),
        ("helm: {parameters: [{name: 'a[', value: hunter2}]}", {}, "Helm refuses the parameter a["),
        ("helm: {fileParameters: [{name: a, path: gone}]}", {}, "there is no file charts/shop/gone"),
    ],
)
def test_what_argo_cd_would_fail_at_is_no_case_and_is_told(source: str, files: dict[str, str], words: str) -> None:
    finding = refused(source, **files)
    assert words in finding.message
    assert "hunter2" not in finding.message
    assert finding.object == "Application argocd/shop"


def test_a_missing_file_that_may_be_missing_is_left_out() -> None:
    assert of("helm: {ignoreMissingValueFiles: true, valueFiles: [gone.yaml]}").values == {}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("helm: {valueFiles: ['https://example.com/v.yaml']}", "comes from elsewhere"),
        ("helm: {valueFiles: [$ARGOCD_APP_REVISION.yaml]}", "known only while Argo CD renders"),
        ("helm: {parameters: [{name: a, value: $ARGOCD_APP_REVISION}]}", "only known while Argo CD renders"),
        ("helm: {newField: 1}", "spec.source.helm.newField is not known here"),
    ],
)
def test_what_is_not_known_makes_a_case_of_a_part(source: str, words: str) -> None:
    found = cases({**chart(), "apps/shop.yaml": application(source)})
    (sentence,) = plain(found)["Application argocd/shop"].partial
    assert words in sentence
    (finding,) = found.findings
    assert (finding.code, finding.object) == ("helm/partial", "Application argocd/shop")
    assert "allowPartial" in finding.fix


def test_a_set_of_applications_with_names_that_nobody_knows_takes_every_file_that_fits() -> None:
    spec = (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: set, namespace: argocd}\nspec:\n"
        "  generators: [{clusters: {}}]\n  template:\n    metadata: {name: 'shop-{{name}}'}\n    spec:\n"
        "      destination: {namespace: apps}\n"
        "      source: {repoURL: x, path: charts/shop, helm: {valueFiles: ['values-{{name}}.yaml']}}\n"
    )
    files = {**chart(), "charts/shop/values-a.yaml": "a: 1\n", "charts/shop/values-b.yaml": "a: 2\n", "set.yaml": spec}
    found = plain(cases(files))
    assert {name: case.values for name, case in found.items()} == {
        "values.yaml": {},
        "ApplicationSet argocd/set": {"a": 1},
        "ApplicationSet argocd/set (2)": {"a": 2},
    }
    assert {case.release for case in found.values()} == {"shop"}


def test_flux_lays_config_maps_under_values_and_sets_single_ones() -> None:
    config_map = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v, namespace: flux-system}\n"
        "data:\n  values.yaml: |\n    a: map\n    b: map\n  host: \"'1'\"\n  size: '2'\n"
    )
    spec = (
        "targetNamespace: apps\n"
        "valuesFrom:\n"
        "- {kind: ConfigMap, name: v}\n"
        "- {kind: ConfigMap, name: v, valuesKey: host, targetPath: c.host}\n"
        "- {kind: ConfigMap, name: v, valuesKey: size, targetPath: c.size}\n"
        "- {kind: ConfigMap, name: gone, optional: true}\n"
        "values: {b: inline}\n"
    )
    found = cases({**chart(values_yaml="a: 1\n"), "apps/release.yaml": helm_release(spec), "apps/v.yaml": config_map})
    case = plain(found)["HelmRelease flux-system/shop"]
    assert case.values == {"a": "map", "b": "inline", "c": {"host": "1", "size": 2}}
    assert (case.release, case.namespace, case.deployed) == ("apps-shop", "apps", True)


def test_flux_does_not_read_secrets_and_tells_of_what_runs_afterwards() -> None:
    unread = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: v, namespace: flux-system}\n"
        "stringData: {values.yaml: 'password: hunter2'}\n"
    )
    spec = "valuesFrom: [{kind: Secret, name: v}]\npostRenderers: [{kustomize: {}}]\nvalues: {host: '${HOST}'}\n"
    found = cases({**chart(), "apps/release.yaml": helm_release(spec), "apps/v.yaml": unread})
    case = plain(found)["HelmRelease flux-system/shop"]
    assert len(case.partial) == 3
    assert "Secret v" in " ".join(case.partial)
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("listed", "empties"), [("[charts/shop/values.yaml, envs/a.yaml]", False), ("[./envs/a.yaml]", True)]
)
def test_values_files_of_flux_take_the_place_of_the_charts_own(listed: str, empties: bool) -> None:
    release = helm_release("releaseName: web\n").replace(
        "chart: ./charts/shop", f"chart: charts/shop\n      valuesFiles: {listed}"
    )
    found = cases({**chart(values_yaml="a: 1\n"), "r.yaml": release, "envs/a.yaml": "b: 2\n"})
    case = plain(found)["HelmRelease flux-system/shop"]
    assert case.empties_defaults is empties
    assert case.values == ({"b": 2} if empties else {"a": 1, "b": 2})
    assert case.release == "web"


def test_a_long_name_of_flux_is_cut_as_flux_cuts_it() -> None:
    found = cases({**chart(), "r.yaml": helm_release("targetNamespace: " + "n" * 40, "s" * 30)})
    (name,) = (case.release for case in found.items if case.by)
    assert len(name) == 53
    assert name.startswith("n" * 40 + "-")


def test_a_file_that_a_deployment_names_is_no_case_of_its_own() -> None:
    files = {**shop(**{"values-prod_yaml": "a: 1\n"}), "a.yaml": application("helm: {valueFiles: [values-prod.yaml]}")}
    assert set(plain(cases(files))) == {"values.yaml", "Application argocd/shop"}


def test_switches_are_tried_both_ways() -> None:
    files = {
        **shop(**{"values-prod_yaml": "ingress: {enabled: true}\nserver: {ingressTLS: {enabled: false}}\n"}),
        "charts/shop/values-none.yaml": "ingressController: {enabled: true}\n",
    }
    tried = {case.name.removeprefix(IN): case for case in cases(files).items if case.toggled}
    assert set(tried) == {
        "values.yaml, ingress.enabled=true",
        "values-prod.yaml, ingress.enabled=false",
    }
    off = tried["values-prod.yaml, ingress.enabled=false"]
    assert off.values == {"ingress": {"enabled": False}, "server": {"ingressTLS": {"enabled": False}}}
    assert not off.deployed
    assert off.inputs[-1].how is How.TOGGLE


def test_switches_of_a_chart_inside_stand_under_its_key() -> None:
    more = "dependencies: [{name: shop, alias: web, version: 0.x, repository: 'file://../shop'}]\n"
    made, charts, found = found_in(shop() | chart("all", "charts/all", more))
    names = [case.name for case in found.of(charts, "charts/shop")]
    assert "charts/all @ values.yaml, web.ingress.enabled=true" in names
    assert "charts/shop @ values.yaml, ingress.enabled=true" in names
    assert found.of(charts, "charts/all") == tuple(case for case in found.items if case.chart == "charts/all")
    assert made.files


def test_clusters_are_those_of_who_deploys() -> None:
    files = {**chart(), "a.yaml": application("helm: {}", destination="{name: prod, namespace: x}")}
    files["clusters/dev/r.yaml"] = helm_release("values: {a: 1}")
    found = plain(cases(files))
    assert found["Application argocd/shop"].clusters == {"prod"}
    assert found["HelmRelease flux-system/shop"].clusters == {"clusters/dev"}
    assert found["values.yaml"].clusters == frozenset()


def test_the_same_repository_gives_the_same_cases() -> None:
    files: dict[str, Any] = {**shop(**{"values-b_yaml": "", "values-a_yaml": ""}), "a.yaml": application("helm: {}")}
    again = dict(reversed(files.items()))
    assert cases(files).items == cases(again).items
