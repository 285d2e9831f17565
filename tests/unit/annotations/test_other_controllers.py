"""Annotations of other controllers: each documented key is known by name, says what replaces it, and wakes nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gatelift.annotations import registry
from gatelift.annotations.catalogue import Row, catalogue
from gatelift.annotations.elsewhere import ACCESS
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, case_context
from gatelift.cli.main import main
from gatelift.ingress.controllers import KNOWN
from gatelift.intent.base import Risk

DOCUMENTED: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "other_controllers.yaml").read_text(encoding="utf-8")
)
SHAPES = [(entry["family"], entry["prefix"] + name) for entry in DOCUMENTED for name in entry.get("shapes", ())]
RESTRICTS = [(entry["family"], entry["prefix"] + name) for entry in DOCUMENTED for name in entry.get("restricts", ())]
UNKNOWN = "does not know by name"
PREFIXES = [prefix for known in KNOWN for prefix in known.prefixes]


def read(key: str, value: str = "a-value-that-nobody-may-see") -> Result:
    """What the unit of ``key`` says on an Ingress of ingress-nginx."""
    unit = registry.find(key)
    assert unit is not None
    return unit.read(value, case_context(unit, Case(name=key, value=value, expect=Inert(""))))


def names_in(family: str) -> list[str]:
    return [name for found, _, unit in registry.everything() if found == family for name in unit.names]


@pytest.mark.parametrize("entry", DOCUMENTED, ids=[entry["name"] for entry in DOCUMENTED])
def test_every_list_names_the_page_that_it_was_taken_from(entry: dict[str, Any]) -> None:
    assert entry["source"].startswith("https://")
    keys = [*entry.get("shapes", ()), *entry.get("restricts", ())]
    assert keys
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("family", "key"), [*SHAPES, *RESTRICTS], ids=[key for _, key in (*SHAPES, *RESTRICTS)])
def test_a_documented_key_is_known_by_name_and_says_what_replaces_it(family: str, key: str) -> None:
    assert registry.family_of(key) == family
    said = registry.sentence(key)
    assert said.startswith("What it sets for ")
    assert UNKNOWN not in said
    meaning, _, instead = said.partition(". On Gateway API: ")
    assert len(meaning) > len("What it sets for X: ")
    assert instead


@pytest.mark.parametrize(("family", "key"), SHAPES, ids=[key for _, key in SHAPES])
def test_what_shapes_requests_is_inert_on_an_ingress_of_ingress_nginx(family: str, key: str) -> None:
    result = read(key)
    assert isinstance(result, Inert), result
    assert result.why.startswith("it is for ")
    assert "On Gateway API: " in result.why


@pytest.mark.parametrize(("family", "key"), RESTRICTS, ids=[key for _, key in RESTRICTS])
def test_what_decides_who_comes_in_is_refused_with_the_way_out(family: str, key: str) -> None:
    result = read(key)
    assert isinstance(result, Refused), result
    assert result.risk is Risk.SECURITY
    assert f"name {key} under accept:" in result.todo
    assert "On Gateway API" in result.todo or "on Gateway API" in result.todo


@pytest.mark.parametrize("key", [key for _, key in (*SHAPES, *RESTRICTS)])
def test_no_value_is_ever_shown_and_an_empty_one_restricts_nothing(key: str) -> None:
    result = read(key)
    assert not isinstance(result, Translated)
    assert "nobody-may-see" not in f"{result}"
    assert isinstance(read(key, ""), Inert)


@pytest.mark.parametrize("prefix", [prefix for prefix in PREFIXES if "f5.com" not in prefix])
def test_a_key_that_is_new_gets_the_sentence_of_its_family_and_is_refused_where_it_sounds_like_access(
    prefix: str,
) -> None:
    plain = read(f"{prefix}zzz")
    said = registry.sentence(f"{prefix}zzz")
    assert said
    if "pomerium" not in prefix:  # what it reads decides who comes in, all of it
        assert isinstance(plain, Inert), plain
    if not prefix.startswith(("lbipam", "nodeipam")):  # addresses of a Service, whatever the key is called
        assert isinstance(read(f"{prefix}zzz-auth"), Refused)
    assert ACCESS.search("zzz-auth")


@pytest.mark.parametrize("family", [family for family in registry.SMALL_FAMILIES if family != registry.GENERIC])
def test_every_name_of_a_family_begins_as_the_registry_says(family: str) -> None:
    assert {registry.family_of(name) for name in names_in(family)} == {family}


def test_every_generic_name_is_found_in_the_generic_family() -> None:
    assert {registry.family_of(name.rstrip("*") or "x") for name in names_in(registry.GENERIC)} == {registry.GENERIC}


def test_no_two_units_claim_the_same_name() -> None:
    names = [name for family in registry.SMALL_FAMILIES for name in names_in(family)]
    assert len(names) == len(set(names))


def test_every_prefix_of_a_known_controller_has_a_family_of_its_own() -> None:
    assert [prefix for prefix in PREFIXES if registry.family_of(prefix + "x") == registry.GENERIC] == []


def test_one_foreign_annotation_loads_one_family() -> None:
    script = (
        "import sys; from gatelift.annotations import registry; registry.find('konghq.com/plugins');"
        "names = [n.split('.') for n in sys.modules if n.startswith('gatelift.annotations.')];"
        "print(*sorted({name[2] for name in names if len(name) > 3}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.split() == ["kong"]


def test_a_name_alone_wins_over_a_beginning_and_the_longest_beginning_over_others() -> None:
    assert "the redirect to HTTPS" in registry.sentence("haproxy.org/ssl-redirect")
    assert "how long connecting" in registry.sentence("haproxy-ingress.github.io/timeout-connect")
    assert "client certificates" in registry.sentence("haproxy-ingress.github.io/auth-tls-secret")
    assert "a service of its own" in registry.sentence("haproxy-ingress.github.io/auth-url")
    assert registry.sentence("example.com/owner") == ""
    assert registry.sentence("nginx.ingress.kubernetes.io/nothing-of-the-kind") == ""


def test_the_usual_prefix_is_somebody_elses_where_this_controller_has_another() -> None:
    unit = registry.find("nginx.ingress.kubernetes.io/auth-url", "edge.example.com")
    assert unit is registry.find("nginx.ingress.kubernetes.io/use-regex", "edge.example.com")
    assert unit is not None
    assert unit.names == ("nginx.ingress.kubernetes.io/*",)
    assert registry.find("edge.example.com/auth-url", "edge.example.com") is registry.nginx_unit("auth-url")


def test_explain_says_the_sentence_of_a_single_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "konghq.com/strip-path"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("# konghq.com")
    assert registry.sentence("konghq.com/strip-path") in text


def test_the_list_of_annotations_has_each_key_with_its_own_sentence() -> None:
    rows = {row.key: row for row in catalogue(registry.everything())}
    missing = [key for _, key in (*SHAPES, *RESTRICTS) if key not in rows and not under_a_beginning(key, rows)]
    assert missing == []
    assert rows["alb.ingress.kubernetes.io/scheme"].summary == registry.sentence("alb.ingress.kubernetes.io/scheme")


def under_a_beginning(key: str, rows: dict[str, Row]) -> bool:
    beginnings = [name[:-1] for name in rows if name.endswith("*") and not name.endswith("/*")]
    return key.startswith((*beginnings, "appprotect"))
