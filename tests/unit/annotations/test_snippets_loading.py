"""What keeps an Ingress from being loaded: told for any annotation, never woken, and let go only by name."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from gatelift.annotations import registry
from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Evaluation, Rulings, evaluate
from gatelift.annotations.nginx._risk import RISK, is_known, level, not_loaded
from gatelift.annotations.unit import NGINX, Case, Inert, case_context
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Disposition, Note

KNOWN = {"use-http2": "true"}
"""A ConfigMap that says nothing of risks."""


def evaluated(settings: Mapping[str, str], accept: Mapping[str, str] | None = None, **annotations: str) -> Evaluation:
    """An Ingress with these annotations, whose ``_`` stands for ``-``."""
    unit = registry.nginx_unit("use-regex")
    assert unit is not None
    named = {name.replace("_", "-"): value for name, value in annotations.items()}
    context = case_context(unit, Case(value="false", expect=Inert(""), siblings=named))
    rulings = Rulings(controller=Controller.parse(settings), accept=accept or {})
    return evaluate(context.ingress, rulings)


def note(evaluation: Evaluation, key: str) -> Note:
    (found,) = (item for item in evaluation.readings if item.origin.key == NGINX + key)
    return found.notes[0] if found.notes else Note(Disposition.EXACT)


@pytest.mark.parametrize(
    ("written", "most"),
    [("", "High"), ("Critical", "Critical"), ("critical", "Critical"), ("medium", "Medium"), ("none", "Low")],
)
def test_the_level_is_read_as_ingress_nginx_reads_it(written: str, most: str) -> None:
    assert level(Controller.parse({"annotations-risk-level": written})) == most


def test_without_a_config_map_nothing_is_known() -> None:
    assert not is_known(Controller())
    assert is_known(Controller.parse({}, config_map="ingress-nginx/controller"))
    assert not_loaded("server-snippet", "deny all;", Controller()) is None


@pytest.mark.parametrize(
    ("key", "most", "loads"),
    [
        ("server-snippet", "Critical", True),
        ("server-snippet", "High", False),
        ("auth-url", "High", True),
        ("auth-url", "Medium", False),
        ("rewrite-target", "Medium", True),
        ("rewrite-target", "Low", False),
        ("use-regex", "Low", True),
        ("whitelist-source-range", "Low", True),
        ("no-such-annotation", "Low", True),
    ],
)
def test_an_annotation_above_the_level_keeps_its_ingress_from_loading(key: str, most: str, loads: bool) -> None:
    found = not_loaded(key, "x", Controller.parse({"annotations-risk-level": most}))
    assert (found is None) is loads


def test_a_harmless_annotation_that_is_too_risky_withholds_the_route() -> None:
    found = note(evaluated({"annotations-risk-level": "Low"}, proxy_body_size="8m"), "proxy-body-size")
    assert found.disposition is Disposition.REFUSED
    assert found.risk is Risk.ROUTING
    assert "not loaded today" in found.text
    assert "annotations-risk-level: Medium" in found.todo


def test_one_that_restricts_stays_a_matter_of_security() -> None:
    found = note(evaluated(KNOWN, configuration_snippet="deny all;"), "configuration-snippet")
    assert found.risk is Risk.SECURITY
    assert "the default since 1.12" in found.text


def test_an_empty_value_is_too_risky_as_well() -> None:
    assert note(evaluated(KNOWN, server_snippet=""), "server-snippet").disposition is Disposition.REFUSED
    assert note(evaluated({}, server_snippet=""), "server-snippet").disposition is Disposition.INERT


def test_a_canary_that_is_not_loaded_is_no_canary() -> None:
    found = evaluated(KNOWN, canary="true", canary_weight="10", configuration_snippet="deny all;")
    assert note(found, "configuration-snippet").disposition is Disposition.REFUSED


def test_only_accept_lets_it_go() -> None:
    accept = {f"{NGINX}server-snippet": "it never served"}
    found = note(evaluated(KNOWN, accept, server_snippet="deny all;"), "server-snippet")
    assert found.disposition is Disposition.DIFFERS
    assert "it never served" in found.text


@pytest.mark.parametrize(
    ("words", "value", "forbidden"),
    [
        ("load_module,location", "/location", "location"),
        ("load_module, lua", "/lua", ""),
        ("lua,", "/app", "''"),
        (" lua ", "/lua", "lua"),
        ("", "/lua", ""),
    ],
)
def test_a_forbidden_word_keeps_the_ingress_from_loading(words: str, value: str, forbidden: str) -> None:
    found = note(evaluated({"annotation-value-word-blocklist": words}, app_root=value), "app-root")
    if not forbidden:
        assert found.disposition is not Disposition.REFUSED
        return
    assert found.disposition is Disposition.REFUSED
    assert forbidden in found.text
    assert "annotation-value-word-blocklist" in found.text


def test_every_annotation_with_a_risk_has_a_name_that_could_be_one() -> None:
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) for key in RISK)
    assert {key for key, risk in RISK.items() if risk == "Critical"} == {
        key for key in RISK if key.endswith("-snippet")
    }


def test_every_unit_of_ingress_nginx_has_a_risk() -> None:
    names = {name for family, _, unit in registry.everything() if family == "nginx" for name in unit.names}
    assert names <= set(RISK)


def test_removed_annotations_have_none_and_are_found_under_the_controllers_prefix() -> None:
    removed = {
        name for family, _, unit in registry.everything() if family == registry.REMOVED_FAMILY for name in unit.names
    }
    assert not removed & set(RISK)
    for name in removed:
        assert registry.nginx_unit(name) is None
        found = registry.find(f"nginx.example.com/{name}", "nginx.example.com")
        assert found is not None
        assert name in found.names
        assert registry.find(name) is not found
