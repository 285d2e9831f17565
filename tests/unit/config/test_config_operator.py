"""What the operator says, and what it outranks."""

from __future__ import annotations

import pytest
from config_reading import read

from gatelift.config import (
    Config,
    ConfigError,
    GatewayRef,
    Operator,
    Phase,
    merge,
    operator,
    parse_gateway,
    parse_target,
)
from gatelift.config.target import DEFAULT_TARGET, TargetName, named

REPOSITORY = read(
    """
gateway: {name: repo, namespace: infra}
classes: {internal: {controller: ingress-nginx, gateway: {name: internal, namespace: infra}}}
overrides:
- {roots: dev, gateway: {name: dev, namespace: infra}}
- {roots: dev, phase: cutover}
phases: {prod: retire}
target: standard
"""
)


def test_nothing_said_changes_nothing() -> None:
    assert merge(REPOSITORY, Operator()) == REPOSITORY
    assert operator({}) == Operator()


def test_flags_come_before_the_environment() -> None:
    environment = {"GATELIFT_PHASE": "retire", "GATELIFT_GATEWAY": "a/b", "GATELIFT_CONFIG": "env.yaml"}
    told = operator(environment, phase="cutover", config="flag.yaml")
    assert told == Operator(gateway=GatewayRef("b", "a"), phase=Phase.CUTOVER, config="flag.yaml")


def test_the_environment_says_everything_that_flags_say() -> None:
    environment = {
        "GATELIFT_GATEWAY": "infra/shared/https",
        "GATELIFT_TARGET": "envoy-gateway",
        "GATELIFT_PHASE": "retire",
        "GATELIFT_CONFIG": "x.yaml",
        "GATELIFT_LOCK": "accept, ignore",
    }
    flags = operator(
        {},
        gateway="infra/shared/https",
        target="envoy-gateway",
        phase="retire",
        config="x.yaml",
        lock=["accept,ignore"],
    )
    assert operator(environment) == flags


def test_locks_add_up_and_no_flag_takes_one_away() -> None:
    assert operator({"GATELIFT_LOCK": "accept"}, lock=["ignore", "phase"]).lock == ("accept", "ignore", "phase")
    assert operator({"GATELIFT_LOCK": "accept"}, lock=[""]).lock == ("accept",)


def test_an_empty_variable_is_not_set() -> None:
    assert operator({"GATELIFT_GATEWAY": "", "GATELIFT_CONFIG": "", "GATELIFT_LOCK": ""}) == Operator()


def test_the_operators_gateway_holds_for_every_class_and_root() -> None:
    merged = merge(REPOSITORY, operator({}, gateway="platform/edge"))
    for class_name in (None, "internal"):
        for root in (".", "dev", "prod"):
            assert merged.gateway_for(class_name, root) == GatewayRef("edge", "platform")
    assert merged.phase_for("dev") is Phase.CUTOVER


def test_the_operators_phase_holds_for_every_root() -> None:
    merged = merge(REPOSITORY, operator({}, phase="coexist"))
    assert {merged.phase_for(root, Phase.RETIRE) for root in (".", "dev", "prod")} == {Phase.COEXIST}
    assert merged.gateway_for(None, "dev") == GatewayRef("dev", "infra")


def test_the_operators_target_replaces_the_repositorys() -> None:
    assert merge(REPOSITORY, operator({"GATELIFT_TARGET": "calico-3.31"})).target == named(TargetName.CALICO_3_31)


@pytest.mark.parametrize(
    "name", ["GATELIFT_SERVICE_HOST", "GATELIFT_PORT", "GATELIFT_PORT_80_TCP", "GATELIFT_CRDS", "GATEWAY", "LOCKS"]
)
def test_variables_that_mean_something_else_pass(name: str) -> None:
    assert operator({name: "x"}) == Operator()


@pytest.mark.parametrize("name", ["GATELIFT_LOCKS", "GATELIFT_GATEWAYS", "GATELIFT_TARGETS", "GATELIFT_CONFG"])
def test_a_misspelt_variable_is_an_error(name: str) -> None:
    with pytest.raises(ConfigError) as raised:
        operator({name: "x"})
    assert raised.value.finding.fix.startswith("Did you mean GATELIFT_")


@pytest.mark.parametrize(
    "text", ["shared", "", "a/b/c/d", "a/", "/b", "a//c", "a/b/", "A/b", "a/b_c", "a b/c", "a/b\n"]
)
def test_what_names_no_gateway_is_refused(text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_gateway(text)
    finding = raised.value.finding
    assert finding.message.isprintable()
    assert "NAMESPACE/NAME" in finding.fix
    assert str(finding.place) == "--gateway"


@pytest.mark.parametrize("text", ["infra/shared", "infra/shared.example/https"])
def test_a_gateway_reads_as_it_is_written(text: str) -> None:
    assert str(parse_gateway(text)) == text


def test_a_lock_for_a_key_that_there_is_not_is_refused() -> None:
    with pytest.raises(ConfigError) as raised:
        operator({"GATELIFT_LOCK": "accepts"})
    assert raised.value.finding.fix == "Did you mean accept?"
    assert str(raised.value.finding.place) == "GATELIFT_LOCK"


def test_every_wrong_argument_is_reported_in_one_go() -> None:
    with pytest.raises(ConfigError) as raised:
        operator({"GATELIFT_TARGET": "calico"}, phase="now", gateway="x", lock=["y"])
    assert len(raised.value.findings) == 4


@pytest.mark.parametrize("name", TargetName)
def test_a_named_target_is_known_by_its_name(name: TargetName) -> None:
    assert parse_target(name.value) == named(name)


def test_the_default_target_is_gateway_api_1_5_standard_with_envoy_gateway_1_8() -> None:
    spec = Config().target
    assert spec is DEFAULT_TARGET
    assert (spec.gateway_api, spec.channel, spec.envoy_gateway) == ("1.5", "standard", "1.8")


def test_a_target_can_be_given_by_its_versions() -> None:
    assert parse_target("gatewayAPI=1.6, channel=experimental").channel == "experimental"
    assert parse_target("gatewayAPI=1.5,envoyGateway=1.9").envoy_gateway == "1.9"


@pytest.mark.parametrize(
    "text",
    [
        "calico",
        "calico-3.29",
        "",
        "1.5",
        "gatewayAPI=2.0",
        "channel=standard",
        "gatewayAPI=1.5,channel=beta",
        "gatewayAPI=1.5,gatewayAPI=1.4",
        "gatewayAPI=1.5,eg=1.8",
        "gatewayAPI=",
    ],
)
def test_what_names_no_target_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_target(text)
