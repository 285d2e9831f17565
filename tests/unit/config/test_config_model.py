"""Questions that other layers ask of a configuration."""

from __future__ import annotations

import msgspec
import pytest
from config_reading import EXAMPLE, read

from gatelift.config import Acceptance, Config, GatewayRef, Phase

CONFIG = read(
    """
gateway: {name: default, namespace: infra}
classes:
  internal: {controller: ingress-nginx, gateway: {name: internal, namespace: infra}}
  plain: {controller: ingress-nginx}
overrides:
- {roots: "clusters/**", gateway: {name: clusters, namespace: infra}}
- {roots: ["clusters/dev/**", lab], gateway: {name: dev, namespace: infra}}
- {roots: clusters/dev/shop, phase: retire}
phase: coexist
phases: {"**": cutover, "clusters/prod/**": coexist, "clusters/prod/shop": retire}
scopes: {prod: ["clusters/prod/**"], rest: ["clusters/**"]}
accept: [{key: example.com/waf, reason: the CDN has one}]
ignore: [legacy, "**/testdata"]
"""
)


@pytest.mark.parametrize(
    ("class_name", "root", "gateway"),
    [
        (None, "apps", "default"),
        ("unheard-of", "apps", "default"),
        ("plain", "apps", "default"),
        ("internal", "apps", "internal"),
        ("internal", "clusters/prod", "clusters"),
        ("internal", "clusters/dev", "dev"),
        (None, "clusters/dev/shop", "dev"),
        (None, "lab", "dev"),
    ],
)
def test_the_gateway_comes_from_the_last_override_then_the_class_then_the_default(
    class_name: str | None, root: str, gateway: str
) -> None:
    assert CONFIG.gateway_for(class_name, root) == GatewayRef(gateway, "infra")


def test_without_a_gateway_there_is_none_to_guess() -> None:
    assert Config().gateway_for("nginx", ".") is None


@pytest.mark.parametrize(
    ("root", "phase"),
    [
        ("clusters/dev/shop", Phase.RETIRE),
        ("clusters/prod/shop", Phase.RETIRE),
        ("clusters/prod/web", Phase.COEXIST),
        ("apps", Phase.CUTOVER),
    ],
)
def test_the_phase_comes_from_an_override_then_the_most_specific_pattern(root: str, phase: Phase) -> None:
    assert CONFIG.phase_for(root) is phase


def test_the_commands_own_phase_is_the_last_resort() -> None:
    assert Config().phase_for(".") is Phase.COEXIST
    assert Config().phase_for(".", Phase.RETIRE) is Phase.RETIRE
    assert read("phase: coexist").phase_for(".", Phase.RETIRE) is Phase.COEXIST


def test_a_root_is_in_the_scope_whose_pattern_is_most_specific() -> None:
    assert CONFIG.scope_for("clusters/prod/web") == "prod"
    assert CONFIG.scope_for("clusters/dev") == "rest"


def test_a_root_that_no_pattern_fits_is_in_no_declared_scope() -> None:
    assert CONFIG.scope_for("apps") is None


@pytest.mark.parametrize("path", ["legacy", "legacy/a.yaml", "x/testdata/y/z.yaml"])
def test_an_ignored_folder_is_ignored_with_all_that_is_in_it(path: str) -> None:
    assert CONFIG.ignores(path)


@pytest.mark.parametrize("path", ["legacies", "x/legacy", "testdata.yaml", "."])
def test_its_neighbours_are_not_ignored(path: str) -> None:
    assert not CONFIG.ignores(path)


def test_only_the_exact_key_is_accepted() -> None:
    assert CONFIG.acceptance("example.com/waf") == Acceptance("example.com/waf", "the CDN has one")
    assert CONFIG.acceptance("example.com/waf-rules") is None
    assert CONFIG.acceptance("waf") is None


def test_an_option_that_nobody_decided_has_no_value() -> None:
    assert CONFIG.decision("proxyBodySize") is None


def test_a_configuration_can_be_hashed_and_written_as_json() -> None:
    config = read(EXAMPLE)
    assert hash(config) == hash(read(EXAMPLE))
    assert msgspec.json.decode(msgspec.json.encode(config), type=Config) == config
