"""What a repository says of its controller is found, offered with the option to write, and read where it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatelift.annotations.controller import Controller
from gatelift.annotations.nginx.settings.table import RESTRICTING
from gatelift.config.model import Nginx
from gatelift.findings import Finding, InputError, Severity, UsageError
from gatelift.sources.controller import controller_of
from gatelift.sources.controllers.find import WORDS, describe
from gatelift.sources.controllers.model import Described, Form
from gatelift.sources.controllers.offer import seen
from gatelift.text.source import decode

CONFIG_MAP = """\
# the controller's own
apiVersion: v1
kind: ConfigMap
metadata:
  name: ingress-nginx-controller
  namespace: ingress-nginx
data:
  global-auth-url: http://gate.auth.svc.cluster.local/check
  worker-processes: "4"
  proxy-body-size: 1m
"""
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: edge, namespace: ingress-nginx}
spec:
  template:
    spec:
      containers:
        - name: controller
          image: registry.k8s.io/ingress-nginx/controller:v1.15.1@sha256:abc
          args:
            - /nginx-ingress-controller
            - --publish-service=$(POD_NAMESPACE)/edge
            - --configmap=$(POD_NAMESPACE)/ingress-nginx-controller
            - --default-ssl-certificate
            - infra/wildcard
            - --enable-ssl-passthrough
"""
RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: internal, namespace: ingress-nginx}
spec:
  chart: {spec: {chart: ingress-nginx}}
  values:
    controller:
      config: {use-gzip: true, keep-alive: 30}
      extraArgs: {default-ssl-certificate: infra/w, enable-ssl-passthrough: ""}
      watchIngressWithoutClass: true
      addHeaders: {X-Frame-Options: DENY}
      scope: {enabled: true, namespace: shop}
    tcp: {5432: db/postgres:5432}
"""
VALUES = """\
ingress-nginx:
  controller:
    config: {hsts: "false"}
    ingressClassResource: {name: edge, controllerValue: example.com/edge}
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: edge, namespace: argocd}
spec:
  source:
    chart: ingress-nginx
    helm:
      values: |
        controller: {config: {hsts-max-age: 600}, allowSnippetAnnotations: true}
"""
TCP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: tcp-services, namespace: ingress-nginx, labels: {app.kubernetes.io/name: ingress-nginx}}
data: {"5432": "db/postgres:5432"}
"""
OTHERS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: app, namespace: app}
data: {LOG_LEVEL: info}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5}
spec: {template: {spec: {containers: [{name: a, image: "nginx/nginx-ingress:4", args: ["-nginx-configmaps=a/b"]}]}}}
---
controller: {config: {a: b}}
"""


def described(text: str) -> list[Described]:
    return list(describe(decode("a.yaml", text.encode())))


def offered(*texts: str, controller: Controller | None = None) -> tuple[Finding, ...]:
    sources = [decode(f"platform/{number}.yaml", text.encode()) for number, text in enumerate(texts)]
    return seen(sources, controller or Controller()).findings


def test_a_configmap_is_found_by_its_name_at_its_first_line() -> None:
    (found,) = described(CONFIG_MAP)
    assert (found.form, found.config_map, found.sure) == (
        Form.CONFIG_MAP,
        "ingress-nginx/ingress-nginx-controller",
        True,
    )
    assert (found.place.line, found.place.column) == (2, 1)


def test_flags_are_read_from_the_containers_command_line() -> None:
    (found,) = described(WORKLOAD)
    assert found.config_map == "ingress-nginx/ingress-nginx-controller"
    assert found.flags[-2:] == ("--default-ssl-certificate=infra/wildcard", "--enable-ssl-passthrough")


@pytest.mark.parametrize(
    ("text", "settings", "flags"),
    [
        (
            RELEASE,
            {"use-gzip": "true", "keep-alive": "30", "add-headers": "custom-add-headers"},
            (
                "--watch-ingress-without-class",
                "--watch-namespace=shop",
                "--tcp-services-configmap=tcp",
                "--default-ssl-certificate=infra/w",
                "--enable-ssl-passthrough",
            ),
        ),
        (VALUES, {"hsts": "false"}, ("--controller-class=example.com/edge",)),
        (
            VALUES.partition("\n")[2].replace("\n  ", "\n")[2:],
            {"hsts": "false"},
            ("--controller-class=example.com/edge",),
        ),
        (APPLICATION, {"hsts-max-age": "600", "allow-snippet-annotations": "true"}, ()),
    ],
    ids=["helm-release", "values-of-a-dependency", "values-of-the-chart", "argo-application"],
)
def test_values_of_the_chart_are_what_it_makes_of_them(
    text: str, settings: dict[str, str], flags: tuple[str, ...]
) -> None:
    (found,) = described(text)
    assert found.form is Form.VALUES
    assert (dict(found.settings), found.flags) == (settings, flags)


@pytest.mark.parametrize("text", [TCP, OTHERS, "a: [", "kind: ConfigMap\nmetadata: {name: ingress-nginx-controller"])
def test_what_is_no_controllers_is_not_found(text: str) -> None:
    assert [item for item in described(text) if item.sure] == []
    assert offered(text) == ()


def test_an_offer_names_the_place_what_would_change_and_the_option() -> None:
    (found,) = offered(CONFIG_MAP, WORKLOAD)
    assert found.severity is Severity.WARNING
    assert str(found.place) == "platform/0.yaml:2:1"
    assert "Deployment ingress-nginx/edge (platform/1.yaml:1:1)" in found.message
    assert "global-auth-url, --default-ssl-certificate, --enable-ssl-passthrough" in found.message
    assert "until then Ingresses that global-auth-url would restrict are withheld" in found.message
    assert "worker-processes" not in found.message
    assert "proxy-body-size" not in found.message
    option = (
        "'nginx: {configMap: platform/0.yaml, defaultTLSSecret: infra/wildcard, flags: [\"--enable-ssl-passthrough\"]}'"
    )
    assert option in found.fix
    assert "--nginx-configmap platform/0.yaml --controller-flag=--default-ssl-certificate=infra/wildcard" in found.fix


def test_flags_in_the_same_file_need_no_option_of_their_own() -> None:
    (found,) = offered(f"{CONFIG_MAP}---\n{WORKLOAD}")
    assert "'nginx: {configMap: platform/0.yaml}'" in found.fix


def test_a_workload_alone_offers_its_flags() -> None:
    (found,) = offered(WORKLOAD)
    assert "configMap" not in found.fix
    assert 'flags: ["--enable-ssl-passthrough"]' in found.fix


def test_a_configmap_of_nothing_but_defaults_is_a_note() -> None:
    text = CONFIG_MAP.replace("  global-auth-url: http://gate.auth.svc.cluster.local/check\n", "")
    (found,) = offered(text)
    assert found.severity is Severity.NOTE
    assert "nothing in it would change the result" in found.message


def test_two_controllers_are_offered_each() -> None:
    assert [item.severity for item in offered(CONFIG_MAP, RELEASE)] == [Severity.WARNING] * 2


def test_nothing_is_offered_where_somebody_said_it() -> None:
    same = {"global-auth-url": "http://gate.auth.svc.cluster.local/check"}
    assert offered(CONFIG_MAP, WORKLOAD, RELEASE, controller=Controller(settings=same)) == ()
    assert offered(WORKLOAD, RELEASE, VALUES, controller=Controller(config_map="edge/config")) == ()


def test_a_controller_beside_the_one_that_is_named_withholds_nothing_and_is_told_where_it_restricts() -> None:
    found = seen([decode("dev.yaml", CONFIG_MAP.encode())], Controller(config_map="edge/config"))
    assert found.unnamed == ()
    (finding,) = found.findings
    assert "taken for that of another cluster" in finding.message
    assert "whom global-auth-url of it would keep out" in finding.message
    assert "configMap: dev.yaml" in finding.fix


def read(tmp_path: Path, text: str, nginx: Nginx = Nginx(), flags: tuple[str, ...] = ()) -> Controller:  # noqa: B008 - frozen
    path = tmp_path / "controller.yaml"
    path.write_text(text)
    return controller_of(str(path), flags, nginx)


def test_what_is_offered_can_be_named(tmp_path: Path) -> None:
    made = read(tmp_path, f"{CONFIG_MAP}---\n{WORKLOAD}---\n{TCP}")
    assert made.config_map == "ingress-nginx/ingress-nginx-controller"
    assert made.settings["worker-processes"] == "4"
    assert (made.default_certificate, made.ssl_passthrough) == ("infra/wildcard", True)


def test_values_of_the_chart_can_be_named_too(tmp_path: Path) -> None:
    made = read(tmp_path, RELEASE)
    assert made.settings["keep-alive"] == "30"
    assert (made.watch_without_class, made.watch_namespace) == (True, "shop")
    assert made.maps == {"custom-add-headers": {"X-Frame-Options": "DENY"}, "tcp": {"5432": "db/postgres:5432"}}
    assert read(tmp_path, VALUES).controller_class == "example.com/edge"


def test_the_operator_outranks_the_configuration_and_that_the_file(tmp_path: Path) -> None:
    text = f"{CONFIG_MAP}---\n{WORKLOAD}"
    nginx = Nginx(None, "infra/other", ("--enable-ssl-passthrough=false",))
    made = read(tmp_path, text, nginx)
    assert (made.default_certificate, made.ssl_passthrough) == ("infra/other", False)
    made = read(tmp_path, text, nginx, ("--enable-ssl-passthrough",))
    assert made.ssl_passthrough


def test_headers_beside_the_configmap_are_read_and_no_others(tmp_path: Path) -> None:
    headers = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: h, namespace: ns}\ndata: {X-A: b}\n"
    more = headers.replace("name: h,", "name: other,")
    made = read(tmp_path, f"{CONFIG_MAP}  add-headers: ns/h\n{headers}{more}")
    assert made.maps == {"ns/h": {"X-A": "b"}}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n", "neither a ConfigMap nor values"),
        (f"{CONFIG_MAP}---\n{CONFIG_MAP.replace('namespace: ingress-nginx', 'namespace: b')}", "2 ConfigMaps"),
    ],
)
def test_a_file_without_exactly_one_controller_is_an_error(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(InputError, match="ConfigMap") as error:
        read(tmp_path, text)
    assert why in error.value.finding.message


def test_an_unknown_flag_is_an_error_that_names_it() -> None:
    with pytest.raises(UsageError) as error:
        controller_of(None, ("--no-such",), Nginx())
    assert "no flag '--no-such'" in error.value.finding.message


def test_files_are_looked_for_by_every_setting_that_restricts() -> None:
    assert [name for name in sorted(RESTRICTING) if not any(word in name.encode() for word in WORDS)] == []


CHART_VALUES = """\
controller:
  config: {whitelist-source-range: 10.0.0.0/8}
  ingressClassResource: {name: edge, controllerValue: example.com/edge}
"""


def test_values_that_restrict_are_ready_for_the_judge_with_the_classes_they_tell() -> None:
    (found,) = seen([decode("values.yaml", CHART_VALUES.encode())], Controller()).unnamed
    assert (found.classes, found.told) == (frozenset({"edge"}), True)
    assert found.controller.controller_class == "example.com/edge"
    assert "'nginx: {configMap: values.yaml}'" in found.write


def test_what_restricts_nothing_is_an_offer_alone() -> None:
    made = seen([decode("a.yaml", text.encode()) for text in (RELEASE, VALUES, APPLICATION, TCP, OTHERS)], Controller())
    assert made.unnamed == ()
    assert made.findings


def test_a_rendered_stream_is_no_file_to_name() -> None:
    (found,) = seen([decode("apps/edge (rendered)", CONFIG_MAP.encode())], Controller()).unnamed
    assert found.write.startswith("name the file in the repository that holds it")


def test_an_accepted_setting_is_not_said_to_withhold() -> None:
    (finding,) = seen([decode("a.yaml", CONFIG_MAP.encode())], Controller(), {"global-auth-url"}).findings
    assert "withheld" not in finding.message


GENERATED = """\
configMapGenerator:
  - name: ingress-nginx-controller
    namespace: edge
    behavior: merge
    literals: [whitelist-source-range=10.0.0.0/8, 'http-snippet="map $a $b {}"']
  - {name: app, literals: [whitelist-source-range=10.0.0.0/8]}
  - {name: nginx-configuration, files: [settings]}
"""


@pytest.mark.parametrize("kind", ["", "kind: Kustomization\n"])
def test_a_configmap_that_a_kustomization_makes_is_found_and_can_be_named(tmp_path: Path, kind: str) -> None:
    (found,) = described(kind + GENERATED)
    assert found.what == "ConfigMap edge/ingress-nginx-controller of configMapGenerator"
    wanted = {"whitelist-source-range": "10.0.0.0/8", "http-snippet": "map $a $b {}"}
    assert found.settings == wanted
    assert read(tmp_path, kind + GENERATED).settings == wanted
    (unnamed,) = seen([decode("a/kustomization.yaml", GENERATED.encode())], Controller()).unnamed
    assert not unnamed.told


@pytest.mark.parametrize(
    ("more", "told"),
    [("", False), ("  ingressClassResource: {name: edge}\n", True), ("  watchIngressWithoutClass: true\n", True)],
)
def test_values_that_tell_no_class_may_be_any_controllers(more: str, told: bool) -> None:
    text = f"controller:\n  config: {{whitelist-source-range: 10.0.0.0/8}}\n{more}"
    (found,) = seen([decode("values.yaml", text.encode())], Controller()).unnamed
    assert found.told is told
