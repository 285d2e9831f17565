"""Variables: hidden while an Ingress is converted, back in whatever comes out, and no trace of the words between."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rewriting import Repository

from gatelift.cli.main import main
from gatelift.sources.variables import Variables

VARIABLES = ("${HOST}", "${host}", "$(DOMAIN)", "${A:-b.c}", "${A:=x}", "${env_1}", "$(svc.host)")
TEXTS = st.lists(
    st.sampled_from((*VARIABLES, "a", ".example.com", "-", "$", "${", "$$", "${}", "glvar", "0123456789x", "/(.*)")),
    max_size=5,
).map("".join)
VALUES = st.recursive(
    TEXTS | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("a", "host", "annotations")), inner),
    max_leaves=8,
)


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    return [text for item in value for text in _strings(item)] if isinstance(value, list) else [value]


@given(VALUES)
def test_what_is_hidden_comes_back(value: Any) -> None:
    variables = Variables()
    hidden = variables.hidden(value)
    assert variables.shown(hidden) == value
    assert (hidden is value) == (hidden == value)


@given(st.lists(st.sampled_from(VARIABLES), min_size=1, max_size=3))
def test_a_host_of_several_variables_is_a_host_like_any_other(found: list[str]) -> None:
    variables = Variables()
    hidden = variables.hidden({"host": ".".join([*found, "example.com"])})["host"]
    assert re.fullmatch(r"[a-z0-9.]+", hidden)
    assert len(set(hidden.split("."))) == len(set(found)) + 2
    assert variables.shown({"names": [f"*.{hidden}"]}) == {"names": [f"*.{'.'.join(found)}.example.com"]}


def test_variables_of_nginx_stay_in_annotations_and_nowhere_else() -> None:
    variables = Variables()
    value = {"annotations": {"a": "https://x/${request_uri}?h=${HOST}$host"}, "labels": {"b": "${request_uri}"}}
    hidden = variables.hidden(value)
    assert hidden["annotations"]["a"].startswith("https://x/${request_uri}?h=glvar")
    assert hidden["annotations"]["a"].endswith("$host")
    assert "$" not in hidden["labels"]["b"]
    assert variables.shown(hidden) == value


def test_a_word_that_was_there_before_is_no_variable() -> None:
    variables = Variables()
    variables.hidden("${HOST}")
    assert variables.shown("glvar0123456789x") == "glvar0123456789x"


INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  annotations:
    nginx.ingress.kubernetes.io/auth-url: https://${{AUTH}}/check?u=${{request_uri}}
    nginx.ingress.kubernetes.io/proxy-body-size: ${{SIZE}}
spec:
  ingressClassName: nginx
  tls: [{{hosts: ["${{APP}}.${{DOMAIN}}", "www.${{DOMAIN:-example.com}}"], secretName: "${{APP}}-tls"}}]
  rules:
  - host: ${{APP}}.${{DOMAIN}}
    http:
      paths:
      - {{path: "/${{APP}}", pathType: Prefix, backend: {{service: {{name: "${{APP}}-svc", port: {{number: 80}}}}}}}}
  - host: www.${{DOMAIN:-example.com}}
    http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}
"""


@pytest.mark.parametrize("name", ["web", "${APP}-web", "a" * 20 + "-${APP}"])
@pytest.mark.parametrize("kind", ["plain", "kustomize"])
def test_no_word_leaks_into_what_is_written_or_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, name: str
) -> None:
    files = {"app/ingress.yaml": INGRESS.format(name=name).replace("nginx.ingress.kubernetes.io/auth-url", "x/y")}
    if kind == "kustomize":
        files["app/kustomization.yaml"] = "resources: [ingress.yaml]\n"
    made = Repository(tmp_path, files)
    main(["rewrite", str(made.root), "--allow-dirty"])
    said = capsys.readouterr()
    assert "app/ingress.yaml:1:1" in said.err
    assert not re.search("glvar", "".join(data.decode() for data in made.files().values()) + said.out + said.err)
    routes = [item for item in yaml.safe_load_all(made.text("app/httproute.yaml")) if item["kind"] == "HTTPRoute"]
    assert {host for item in routes for host in item["spec"]["hostnames"]} == {
        "${APP}.${DOMAIN}",
        "www.${DOMAIN:-example.com}",
    }


def test_a_long_name_with_a_variable_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Repository(tmp_path, {"app/ingress.yaml": INGRESS.format(name="a" * 40 + "-${APP}-" + "b" * 10)})
    before = made.files()
    main(["rewrite", str(made.root), "--allow-dirty"])
    assert made.files() == before
    said = capsys.readouterr().err
    assert "cut in the variable's middle" in said
    assert "glvar" not in said
