"""Who decides: the operator before the Application before the repository; what is not honoured is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from argocd_apps import FILES, GATEWAY, Argo, identities, parents
from harness import PLUGIN, App, environment

from gatelift.argocd.parameters import PARAMETERS, said
from gatelift.argocd.settings import read_settings
from gatelift.config.problems import ConfigError

SHOP = "apps/shop/prod"


def app(**parameters: str) -> App:
    return App(path=SHOP, parameters=[{"name": name, "string": text} for name, text in parameters.items()])


@pytest.fixture
def argo(tmp_path: Path) -> Argo:
    return Argo(tmp_path)


def test_the_shipped_file_announces_exactly_the_parameters_there_are() -> None:
    static = yaml.safe_load(PLUGIN.read_text())["spec"]["parameters"]["static"]
    assert [(item["name"], item["tooltip"]) for item in static] == [(each.name, each.doc) for each in PARAMETERS]
    assert all(set(item) == {"name", "title", "tooltip"} for item in static)


def test_the_repository_decides_where_nobody_else_does(argo: Argo) -> None:
    assert parents(argo.objects(app(), {})) == {"infra/repository"}


def test_the_application_outranks_the_repository(argo: Argo) -> None:
    assert parents(argo.objects(app(gateway="infra/application"), {})) == {"infra/application"}
    by_env = App(path=SHOP, env={"GATELIFT_GATEWAY": "infra/$ARGOCD_APP_NAME"})
    assert parents(argo.objects(by_env, {})) == {"infra/shop"}


def test_the_operator_outranks_the_application_and_it_is_told(argo: Argo) -> None:
    answer = argo.answer(app(gateway="infra/application"), {"GATELIFT_GATEWAY": "infra/operator"})
    assert b"name: operator" in answer.stdout
    assert b"name: application" not in answer.stdout
    assert "the operator's gateway outranks what the Application says of it" in answer.stderr


def test_what_the_operator_locks_neither_application_nor_repository_sets(argo: Argo) -> None:
    locked = {"GATELIFT_LOCK": "gateway", "GATELIFT_GATEWAY": "infra/operator"}
    answer = argo.answer(app(gateway="infra/application"), locked)
    assert (answer.status, answer.stdout) == (3, b"")
    assert "gateway is locked by the operator: an Application must not set it" in answer.stderr
    answer = argo.answer(app(), locked)
    assert (answer.status, answer.stdout) == (3, b"")
    assert "gateway is locked by the operator: this file must not set it" in answer.stderr


def test_phase_and_target_are_the_applications_to_choose(argo: Argo) -> None:
    assert "Ingress shop/prod-web" not in identities(argo.objects(app(phase="retire"), {}))
    answer = argo.answer(app(target="standard"), {})
    assert "target standard" in answer.stderr


@pytest.mark.parametrize("exclude", [(), (".git",)])
@pytest.mark.parametrize("only", [".", "apps"])
def test_the_repositorys_file_is_found_with_and_without_git_as_far_as_it_was_sent(
    argo: Argo, exclude: tuple[str, ...], only: str
) -> None:
    (argo.repository / "apps/gatelift.yaml").write_text("gateway: {name: nearer, namespace: infra}\n")
    found = argo.objects(app(), {}, exclude=exclude, only=only)
    assert parents(found) == {"infra/nearer"}
    (argo.repository / "apps/gatelift.yaml").unlink()
    if only == ".":
        assert parents(argo.objects(app(), {}, exclude=exclude)) == {"infra/repository"}
    else:
        assert argo.answer(app(), {}, exclude=exclude, only=only).status == 3


def test_globs_of_the_configuration_are_about_the_path_in_the_repository(argo: Argo) -> None:
    text = "overrides: [{roots: 'apps/*/prod', gateway: {name: prod, namespace: infra}}]\n"
    (argo.repository / "gatelift.yaml").write_text(text)
    (argo.repository / "apps/gatelift.yaml").write_text(text)
    for only in (".", "apps"):
        assert parents(argo.objects(app(), {}, only=only)) == {"infra/prod"}


@pytest.mark.parametrize(
    ("stanza", "message"),
    [
        (
            {"parameters": [{"name": "helm", "string": "releaseName: x"}]},
            "not honour Argo CD's own settings of helm",
        ),
        ({"parameters": [{"name": "kustomize", "string": "namePrefix: x"}]}, "own settings of kustomize"),
        ({"parameters": [{"name": "gatewy", "string": "a/b"}]}, "means nothing to this plugin"),
        ({"parameters": [{"name": "values", "array": ["a"]}]}, "means nothing to this plugin"),
        ({"parameters": [{"name": "gateway", "array": ["a/b"]}]}, "the parameter gateway is not a text"),
        ({"parameters": [{"name": "gateway", "map": {"a": "b"}}]}, "the parameter gateway is not a text"),
        ({"parameters": [{"name": "phase", "string": "later"}]}, "is no phase"),
        ({"parameters": [{"name": "policy", "string": "open"}]}, "is no policy"),
        ({"parameters": [{"name": "facts", "string": "../../../etc/passwd"}]}, "leads out of the repository"),
        ({"env": {"HELM_ARGS": "--set a=b"}}, "means nothing to this plugin"),
        ({"env": {"GATELIFT_LOCK": ""}}, "means nothing to this plugin"),
        ({"env": {"GATELIFT_KUSTOMIZE": "/bin/sh"}}, "means nothing to this plugin"),
        (
            {"env": {"GATELIFT_PHASE": "coexist"}, "parameters": [{"name": "phase", "string": "retire"}]},
            "say different things of phase",
        ),
    ],
)
def test_what_is_not_honoured_is_refused(argo: Argo, stanza: dict[str, Any], message: str) -> None:
    answer = argo.answer(App(path=SHOP, **stanza))
    assert (answer.status, answer.stdout) == (3, b""), answer.stderr
    assert message in answer.stderr


@pytest.mark.parametrize("text", ["", "null", "[]", " null "])
def test_no_parameters_are_no_parameters(text: str) -> None:
    assert said({"ARGOCD_APP_PARAMETERS": text}) == {}


@pytest.mark.parametrize(
    "text", ["{}", "[1]", "[[]]", "{", '"x"', "[" * 200_000, '[{"name": "gateway"}]', '[{"string": "a/b"}]']
)
def test_parameters_of_another_form_are_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        said({"ARGOCD_APP_PARAMETERS": text})


def test_a_parameter_that_is_there_twice_is_refused() -> None:
    twice = json.dumps([{"name": "phase", "string": "coexist"}] * 2)
    with pytest.raises(ConfigError, match="phase is there twice"):
        said({"ARGOCD_APP_PARAMETERS": twice})


def test_names_made_of_parameters_are_not_read() -> None:
    """``a.b`` and ``a-b`` become one variable there."""
    assert said({"PARAM_GATEWAY": "infra/other"}) == {}


@pytest.mark.parametrize(("told", "name"), [("shop", "shop"), ("team-a_shop", "shop"), ("", "")])
def test_an_application_of_another_namespace_has_its_own_name(told: str, name: str, tmp_path: Path) -> None:
    assert read_settings({"ARGOCD_APP_NAME": told}, str(tmp_path)).application.name == name


@pytest.mark.parametrize("path", ["../x", "/etc", "a/../../b"])
def test_a_source_path_that_leads_out_is_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="leads out of the repository"):
        read_settings({"ARGOCD_APP_SOURCE_PATH": path}, str(tmp_path))


@pytest.mark.parametrize("text", ["0", "-1", "soon", "nan", "1e9"])
def test_a_deadline_is_a_number_of_seconds(argo: Argo, text: str) -> None:
    answer = argo.answer(app(), {**GATEWAY, "GATELIFT_DEADLINE": text})
    assert (answer.status, answer.stdout) == (3, b"")
    assert "is no number of seconds from 1 to 3600" in answer.stderr


@pytest.mark.parametrize("name", ["GATELIFT_POLCY", "GATELIFT_FACT", "GATELIFT_DEADLNE", "GATELIFT_KUSTOMISE"])
def test_a_misspelt_variable_of_the_sidecar_is_refused(argo: Argo, name: str) -> None:
    answer = argo.answer(app(), {**GATEWAY, name: "x"})
    assert (answer.status, answer.stdout) == (3, b"")
    assert "means nothing to" in answer.stderr


def test_variables_that_kubernetes_sets_for_a_service_called_gatelift_pass(argo: Argo) -> None:
    links = {"GATELIFT_SERVICE_HOST": "10.0.0.1", "GATELIFT_PORT": "tcp://10.0.0.1:80", "GATELIFT_SERVICE_PORT": "80"}
    assert argo.answer(app(), {**GATEWAY, **links}).status == 0


def test_facts_close_what_another_application_on_the_host_has_withheld(argo: Argo, tmp_path: Path) -> None:
    """The refused Ingress is in one application, the route that would catch its place in another."""
    whole = tmp_path / "all.yaml"
    web, guarded = FILES["apps/refused/ingress.yaml"], FILES["apps/refused/guarded.yaml"]
    whole.write_text(f"{web}---\n{guarded}---\n{FILES['apps/refused/service.yaml']}")
    facts = argo.repository / "facts.json"
    command = [sys.executable, "-m", "gatelift", "facts", "--gateway", "infra/shared", "-o", str(facts), str(whole)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert facts.exists(), done.stderr
    (argo.repository / "apps/refused/kustomization.yaml").write_text("resources: [ingress.yaml, service.yaml]\n")
    open_to_all = argo.objects(App(path="apps/refused"))
    assert "/admin" not in json.dumps(open_to_all)
    told = App(path="apps/refused", parameters=[{"name": "facts", "string": "facts.json"}])
    assert '"/admin"' in json.dumps(argo.objects(told))
    # The operator's own file may lie anywhere.
    outside = tmp_path / "mounted.json"
    outside.write_bytes(facts.read_bytes())
    assert '"/admin"' in json.dumps(argo.objects(App(path="apps/refused"), {**GATEWAY, "GATELIFT_FACTS": str(outside)}))


def test_facts_that_are_none_fail_the_application(argo: Argo) -> None:
    (argo.repository / "facts.json").write_text("{")
    answer = argo.answer(app(facts="facts.json"))
    assert (answer.status, answer.stdout) == (4, b"")
    assert "is not what 'gatelift facts' writes" in answer.stderr


def test_the_harness_expands_variables_as_argo_cd_does() -> None:
    told = environment(App(name="a", env={"X": "$ARGOCD_APP_NAME-${KUBE_VERSION}-$$-$NONE"}), {})
    assert told["ARGOCD_ENV_X"] == "a-1.33.1-$-"
    assert told["ARGOCD_APP_PARAMETERS"] == "null"
