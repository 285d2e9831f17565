"""A chart without parameters, by a real helm: rendered as Argo CD would, then converted."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from argocd_apps import GATEWAY, Argo, identities
from harness import App, AppError, manifests, split

from support.helm import real_helm

pytestmark = pytest.mark.slow

CHART = {
    "charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.2.3\nkubeVersion: '>=1.30.0-0'\n",
    "charts/shop/values.yaml": "host: shop.example.com\n",
    "charts/shop/crds/crd.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
    "metadata: {name: things.example.com}\n",
    "charts/shop/templates/NOTES.txt": "Do not print me.\n",
    "charts/shop/templates/cm.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
data:
  kube: {{ .Capabilities.KubeVersion.Version }}
  ingress: {{ .Capabilities.APIVersions.Has "networking.k8s.io/v1/Ingress" | quote }}
  other: {{ .Capabilities.APIVersions.Has "example.com/v1" | quote }}
  live: {{ lookup "v1" "Secret" "default" "x" | len | quote }}
""",
    "charts/shop/templates/all.yaml": """\
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {ports: [{port: 80, name: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: {{ .Release.Name }}}
spec:
  ingressClassName: nginx
  rules:
  - host: {{ .Values.host }}
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: {{ .Release.Name }}, port: {name: http}}}}]}
""",
}
APP = App(name="argocd_web", namespace="apps", path="charts/shop")


@pytest.fixture(scope="module")
def helm(tmp_path_factory: pytest.TempPathFactory) -> str:
    return real_helm(tmp_path_factory.mktemp("helm"))


@pytest.fixture
def argo(tmp_path: Path) -> Argo:
    return Argo(tmp_path, CHART)


def test_a_chart_renders_as_argo_cd_renders_it_and_gets_routes(argo: Argo, helm: str) -> None:
    answer = argo.answer(APP, {**GATEWAY, "GATELIFT_HELM": helm})
    found = manifests(argo.plugin, answer)
    assert identities(found) == [
        "CustomResourceDefinition /things.example.com",
        "ConfigMap apps/web",
        "Service /web",
        "Ingress /web",
        "HTTPRoute /web",
    ]
    assert found[1]["data"] == {"kube": "v1.33.1", "ingress": "true", "other": "false", "live": "0"}
    assert found[-1]["spec"]["rules"][0]["backendRefs"][0] == {
        "group": "",
        "kind": "Service",
        "name": "web",
        "port": 80,
        "weight": 1,
    }
    command = [helm, "template", ".", "--name-template", "web", "--namespace", "apps", "--kube-version", "1.33.1"]
    flags = [f"--api-versions={name}" for name in ("v1", "apps/v1", "networking.k8s.io/v1/Ingress")]
    native = subprocess.run(  # noqa: S603 - the engine of this test
        [*command, *flags, "--include-crds"],
        cwd=argo.repository / APP.path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert list(split(native)) == found[:-1]
    assert answer.stdout.decode().startswith(native.rstrip("\n"))


def test_a_missing_dependency_is_not_fetched(argo: Argo, helm: str) -> None:
    chart = argo.repository / "charts/shop/Chart.yaml"
    chart.write_text(f"{CHART['charts/shop/Chart.yaml']}dependencies: [{{name: redis, version: '*', repository: "
                     "'https://charts.example.com'}]\n")  # fmt: skip
    answer = argo.answer(APP, {**GATEWAY, "GATELIFT_HELM": helm})
    assert (answer.status, answer.stdout) == (4, b"")
    assert "it depends on charts that are not in charts/, and nothing is fetched" in answer.stderr


def test_a_template_that_fails_fails_the_application(argo: Argo, helm: str) -> None:
    (argo.repository / "charts/shop/templates/fail.yaml").write_text('{{ fail "not like this" }}\n')
    answer = argo.answer(APP, {**GATEWAY, "GATELIFT_HELM": helm})
    assert answer.stdout == b""
    with pytest.raises(AppError, match="not like this"):
        manifests(argo.plugin, answer)
    assert str(argo.tmp) not in answer.stderr


def test_a_template_without_end_is_ended_in_time(argo: Argo, helm: str) -> None:
    endless = "{{ range until 1000000 }}{{ range until 1000000 }}{{ end }}{{ end }}"
    (argo.repository / "charts/shop/templates/endless.yaml").write_text(endless)
    answer = argo.answer(APP, {**GATEWAY, "GATELIFT_HELM": helm, "GATELIFT_DEADLINE": "3"})
    assert not answer.killed
    assert (answer.status, answer.stdout) == (6, b"")


def test_no_file_outside_of_the_chart_is_read(argo: Argo, helm: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("stolen")
    data = '{a: {{ .Files.Get "../../../../../secret" | quote }}}'
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\ndata: {data}\n"
    (argo.repository / "charts/shop/templates/cm2.yaml").write_text(text)
    answer = argo.answer(APP, {**GATEWAY, "GATELIFT_HELM": helm})
    assert b"stolen" not in answer.stdout
