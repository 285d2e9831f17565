"""Reading gatelift.yaml: what is understood, and what is refused with which words at which place."""

from __future__ import annotations

import pytest
from config_reading import EXAMPLE, read, refusal, refused

from gatelift.config import (
    Acceptance,
    Channel,
    Config,
    Controller,
    Decision,
    Engine,
    EnvoyGateway,
    GatewayAPI,
    GatewayRef,
    Helm,
    IngressClass,
    Listeners,
    Nginx,
    Override,
    Phase,
    RouteFile,
    Scope,
    TargetSpec,
    ValuesCases,
)
from gatelift.config.problems import MOST


def test_the_example_of_the_design_is_read_whole() -> None:
    assert read(EXAMPLE) == Config(
        gateway=GatewayRef("shared", "infra", "https"),
        classes=(IngressClass("internal", Controller.INGRESS_NGINX, GatewayRef("internal", "infra")),),
        overrides=(Override(("clusters/dev/**",), GatewayRef("dev", "infra")),),
        scopes=(Scope("dev", ("clusters/dev/**",)), Scope("prod", ("clusters/prod/**",))),
        target=TargetSpec(GatewayAPI.V1_5, Channel.STANDARD, EnvoyGateway.V1_8, "calico-3.32"),
        listeners=Listeners.EXISTING,
        phase=Phase.COEXIST,
        accept=(Acceptance("nginx.ingress.kubernetes.io/limit-connections", "the CDN limits"),),
        decide=(Decision("proxyBodySize", "omit"),),
        nginx=Nginx("path/to/configmap.yaml", "infra/default-tls"),
        ignore=("legacy/**",),
        helm=Helm((ValuesCases("charts/shop", ("values-*.yaml",)),), "1.33"),
        engine=Engine(),
        allow_partial=False,
        route_file=RouteFile.BESIDE,
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "{}", "\ufeff{}\r\n"])
def test_a_file_that_says_nothing_is_the_default(text: str) -> None:
    assert read(text) == Config()


def test_a_target_can_be_given_by_its_versions() -> None:
    target = read('target: {gatewayAPI: "1.6", channel: experimental, envoyGateway: "1.9"}').target
    assert target == TargetSpec(GatewayAPI.V1_6, Channel.EXPERIMENTAL, EnvoyGateway.V1_9)


def test_a_target_without_envoy_gateway_is_gateway_api_alone() -> None:
    assert read('target: {gatewayAPI: "1.5"}').target.envoy_gateway is None


def test_one_pattern_and_a_list_of_one_are_the_same() -> None:
    assert read("ignore: legacy") == read("ignore: [legacy]")


def test_the_order_of_mappings_does_not_matter() -> None:
    assert read("phases: {b: retire, a: cutover}") == read("phases: {a: cutover, b: retire}")


def test_a_number_may_answer_a_decision() -> None:
    assert read("decide: {slowStart: 30}").decision("slowStart") == "30"


def test_a_wrapped_reason_becomes_one_line() -> None:
    config = read("accept:\n- key: example.com/waf\n  reason: |\n    the CDN\n    has one\n")
    assert config.accept == (Acceptance("example.com/waf", "the CDN has one"),)


def test_a_class_can_be_declared_foreign() -> None:
    entry = read("classes: {alb: {controller: alb}}").ingress_class("alb")
    assert entry == IngressClass("alb", Controller.ALB)


def test_an_anchor_can_be_used_twice() -> None:
    config = read("gateway: &g {name: a, namespace: b}\nclasses: {x: {controller: other, gateway: *g}}")
    assert config.gateway_for("x", ".") == config.gateway == GatewayRef("a", "b")


def test_an_unknown_key_is_refused_with_the_nearest_known_one_and_its_place() -> None:
    finding = refusal("phase: coexist\ngatewy: {}\n")
    assert (str(finding.place), finding.code) == ("gatelift.yaml:2:1", "config/unknown-key")
    assert finding.message == "gatewy is no key of this file"
    assert finding.fix == "Did you mean gateway?"


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("route_file: same", "routeFile"),
        ("allow-partial: true", "allowPartial"),
        ("gateway: {name: a, namespace: b, section: c}", "sectionName"),
        ("nginx: {defaultTlsSecret: a/b}", "defaultTLSSecret"),
        ('target: {gatewayAPI: "1.5", gatewayApi: "1.5"}', "gatewayAPI"),
        ("phase: retired", "retire"),
        ("target: calico-3.33", "calico-3.32"),
        ("classes: {a: {controller: nginx}}", "ingress-nginx"),
        ("decide: {proxyBodysize: omit}", "proxyBodySize"),
        ("decide: {proxyBodySize: omitt}", "omit"),
    ],
)
def test_a_near_miss_is_refused_and_the_right_word_named(text: str, near: str) -> None:
    assert f"Did you mean {near}?" in refusal(text).fix


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("gateway: infra/shared", "1:10", "gateway should be a mapping, but is text"),
        ("gateway:\n", "1:9", "gateway should be a mapping, but is nothing"),
        ("accept: {}", "1:9", "accept should be a list of mappings, but is a mapping"),
        ("ignore: 7", "1:9", "ignore should be text or a list of text, but is a number"),
        ("allowPartial: 'yes'", "1:15", "allowPartial should be true or false, but is text"),
        ("scopes: {a: [1]}", "1:14", "scopes.a[0] should be text, but is a number"),
        ("- a", "1:1", "the configuration should be a mapping, but is a list"),
        ("phases: {a: {b: c}}", "1:13", "phases.a should be one of coexist, cutover, retire, but is a mapping"),
        (
            "decide: {slowStart: true}",
            "1:21",
            "decide.slowStart should be text or a whole number, but is true or false",
        ),
    ],
)
def test_a_wrong_type_is_refused_with_what_was_expected_and_an_example(text: str, place: str, message: str) -> None:
    finding = refusal(text)
    assert (finding.code, str(finding.place)) == ("config/wrong-type", f"gatelift.yaml:{place}")
    assert finding.message == message
    assert "For example: " in finding.fix


@pytest.mark.parametrize("text", ["helm: {kubeVersion: 1.30}", "target: {gatewayAPI: 1.5}", "target: 1.5"])
def test_a_version_that_yaml_reads_as_a_number_is_refused_with_the_advice_to_quote_it(text: str) -> None:
    assert refusal(text).fix.startswith("Put it in quotes.")


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("gateway: {name: a}", "gateway lacks the key namespace"),
        ("accept: [{key: a/b}]", "accept[0] lacks the key reason"),
        ("classes: {x: {}}", "classes.x lacks the key controller"),
        ("target: {channel: standard}", "target lacks the key gatewayAPI"),
        ("overrides: [{phase: retire}]", "overrides[0] lacks the key roots"),
    ],
)
def test_a_missing_key_is_refused_by_its_name(text: str, lacking: str) -> None:
    assert refusal(text).message == lacking


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("accept: [{key: a/b, reason: ''}]", "is empty"),
        ("accept: [{key: a/b, reason: '  '}]", "is empty"),
        ("accept: [{key: 'nginx.ingress.kubernetes.io/*', reason: x}]", "one by one"),
        ("accept: [{key: 'a b', reason: x}]", "is not the full key of an annotation"),
        ("accept: [{key: a/b, reason: x}, {key: a/b, reason: y}]", "is accepted twice"),
        ("gateway: {name: Shared, namespace: infra}", "capital letters"),
        ("gateway: {name: infra/shared, namespace: infra}", "write namespace and name apart"),
        ("gateway: {name: a, namespace: a.b}", "is not a name of a namespace"),
        ("gateway: {name: a, namespace: b, sectionName: ''}", "is empty"),
        (f"gateway: {{name: a, namespace: {'b' * 64}}}", "longer than 63"),
        ("gateway: {name: -a, namespace: b}", "is not a name of a Kubernetes object"),
        ('gateway: {name: "a\\n", namespace: b}', "is not a name of a Kubernetes object"),
        ("classes: {'a b': {controller: other}}", "no spaces"),
        ("overrides: [{roots: a}]", "overrides nothing"),
        ("overrides: [{roots: [], phase: retire}]", "is an empty list"),
        ("scopes: {a: x/**, b: [x/**]}", 'the scope "a" also has'),
        ("nginx: {defaultTLSSecret: default-tls}", "NAMESPACE/NAME"),
        ("nginx: {configMap: '*.yaml'}", "exactly one path"),
        ("helm: {cases: {'charts/*': a}}", "exactly one path"),
        ("helm: {kubeVersion: latest}", "is not a version of Kubernetes"),
        ('target: {gatewayAPI: "2.0"}', "is not known"),
        ('target: {gatewayAPI: "1.5", channel: beta}', "is not known"),
        ('target: {gatewayAPI: "1.5", envoyGateway: "1.4"}', "is not known"),
        ("decide: {slowStart: soon}", "text like"),
        ("decide: {unheardOf: x}", "is no option that an annotation asks for"),
    ],
)
def test_a_wrong_value_is_refused_with_the_reason(text: str, words: str) -> None:
    assert words in refusal(text).message


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ('target: {gatewayAPI: "1.5", envoyGateway: "1.4"}', "Known: 1.3, 1.5"),
        ("target: calico-3.33", "Did you mean calico-3.3"),
    ],
)
def test_a_version_that_looks_like_another_is_not_proposed_for_it(text: str, fix: str) -> None:
    assert fix in str(refusal(text).fix)


def test_every_problem_is_reported_in_one_go_in_the_order_of_the_file() -> None:
    findings = refused("phase: never\ngatewy: 1\nengine: {helm: helm5}\naccept: [{key: a/b}]\ndecide: {x: y}\n")
    assert [finding.place.line for finding in findings if finding.place] == [1, 2, 3, 4, 5]


def test_a_locked_key_is_refused_by_name_and_place() -> None:
    finding = refusal("phase: coexist\naccept: []\n", locked=("accept",))
    assert (str(finding.place), finding.code) == ("gatelift.yaml:2:1", "config/locked")
    assert "locked by the operator" in finding.message


def test_a_lock_does_not_disturb_a_file_that_leaves_the_key_alone() -> None:
    assert read("phase: coexist", locked=("accept",)).phase is Phase.COEXIST


def test_a_locked_key_cannot_be_slipped_in_by_a_merge_key() -> None:
    findings = refused("gateway: &g {name: a, namespace: b}\n<<: {allowPartial: true}\n", locked=("allowPartial",))
    assert {finding.code for finding in findings} == {"config/locked"}


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("phase: coexist\nphase: retire\n", "input/duplicate-key", "2:1"),
        ("gateway: {name: a\n", "input/yaml", None),
        ("gateway:\n\tname: a\n", "input/tab", "2:1"),
        ("phase: !!python/name:os.system x\n", "input/tag", "1:8"),
        ("phase: {{ .Values.phase }}\n", "input/template", "1:8"),
        ("phase: coexist\n---\nphase: retire\n", "config/documents", None),
    ],
)
def test_what_is_no_single_yaml_document_is_a_problem_of_the_configuration(
    text: str, code: str, place: str | None
) -> None:
    finding = refusal(text)
    assert finding.code == code
    assert place is None or str(finding.place) == f"gatelift.yaml:{place}"


def test_a_file_full_of_mistakes_shows_the_first_and_says_that_there_are_more() -> None:
    findings = refused("".join(f"key{number}: 1\n" for number in range(1000)))
    assert len(findings) == MOST + 1
    assert findings[-1].code == "config/too-many"
