"""Every key of the controller's ConfigMap is known, says what becomes of it, and is silent as long as it is default."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from gatelift.annotations import registry
from gatelift.annotations.controller import ON_BY_DEFAULT, Controller
from gatelift.annotations.evaluate import Evaluation, Rulings, evaluate
from gatelift.annotations.nginx.settings.everywhere import READERS
from gatelift.annotations.nginx.settings.explain import explained
from gatelift.annotations.nginx.settings.model import Effect, Setting
from gatelift.annotations.nginx.settings.review import OWN_AFFAIR, read_by_unit, review
from gatelift.annotations.nginx.settings.running import GONE
from gatelift.annotations.nginx.settings.table import KNOWN, said
from gatelift.annotations.nginx.settings.tls import protocols
from gatelift.annotations.nginx.settings.values import hsts
from gatelift.annotations.unit import Case, case_context
from gatelift.intent.base import OriginKind, Risk
from gatelift.intent.outcome import Disposition
from support.upstream_lists import names

UPSTREAM = names(Path(__file__).parent / "settings_upstream.txt")
BEFORE = {"enable-dynamic-tls-records", "opentracing-trust-incoming-span"}
"""Keys of older releases, which repositories still hold."""


def evaluated(settings: Mapping[str, str]) -> Evaluation:
    """An Ingress without annotations under ``settings``."""
    unit = registry.nginx_unit("use-regex")
    assert unit is not None
    context = case_context(unit, Case(value="", expect=unit.cases[0].expect))
    return evaluate(context.ingress, Rulings(controller=Controller.parse(settings)))


def effects(*wanted: Effect) -> list[Setting]:
    """Those of the table that no unit takes before it is asked."""
    found = [setting for setting in KNOWN.values() if setting.effect in wanted]
    return [setting for setting in found if setting.effect is Effect.UNIT or not read_by_unit(setting.name)]


def ids(setting: Setting) -> str:
    return setting.name


def test_every_upstream_key_is_known_and_no_other() -> None:
    assert len(UPSTREAM) == len(set(UPSTREAM)) > 200
    assert set(KNOWN) == {*UPSTREAM, *BEFORE}


@pytest.mark.parametrize("setting", KNOWN.values(), ids=ids)
def test_a_setting_as_it_is_by_default_is_silent(setting: Setting) -> None:
    settings = {setting.name: setting.default}
    if setting.default:
        assert said(Controller(settings=settings)) == {}
    assert list(review(Controller(settings=settings), frozenset())) == []
    assert [r for r in evaluated(settings).readings if r.origin.kind is OriginKind.CONFIGMAP] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hsts", "True"),
        ("ssl-protocols", "TLSv1.2  TLSv1.3"),
        ("keep-alive", " 75 "),
        ("proxy-next-upstream", "error  timeout"),
        ("use-gzip", "0"),
    ],
)
def test_a_default_is_known_however_it_is_written(name: str, value: str) -> None:
    assert said(Controller(settings={name: value})) == {}


@pytest.mark.parametrize(
    ("name", "value"), [("keep-alive", "75s"), ("hsts", "yes"), ("ssl-protocols", "TLSv1.2"), ("limit-rate", "1")]
)
def test_what_is_no_default_is_said(name: str, value: str) -> None:
    assert said(Controller(settings={name: value})) == {name: value}


def test_an_empty_boolean_is_false_and_no_missing_one() -> None:
    assert {name for name, setting in KNOWN.items() if setting.default == "true"} == ON_BY_DEFAULT
    for name in ON_BY_DEFAULT:
        assert said(Controller(settings={name: ""})) == {name: "false"}
    assert said(Controller(settings={"hsts-preload": "", "proxy-body-size": "", "global-auth-url": ""})) == {}


def test_redirects_and_hsts_go_with_an_empty_boolean() -> None:
    assert hsts(Controller(settings={"hsts": ""})) is None
    assert hsts(Controller(settings={"hsts-include-subdomains": ""})) == "max-age=31536000"
    assert hsts(Controller(settings={"hsts": "no boolean"})) == hsts(Controller())
    (found,) = [item for item in evaluated({"ssl-redirect": ""}).readings if item.origin.key == "ssl-redirect"]
    (same,) = [item for item in evaluated({"ssl-redirect": "false"}).readings if item.origin.key == "ssl-redirect"]
    assert found.intents == same.intents != ()


def test_settings_for_every_ingress_are_those_with_a_reader() -> None:
    assert {setting.name for setting in effects(Effect.EVERYWHERE)} == set(READERS)


@pytest.mark.parametrize("setting", effects(Effect.REFUSED), ids=ids)
def test_what_restricts_everything_says_what_to_do_and_the_option_that_lets_it_go(setting: Setting) -> None:
    (found,) = review(Controller(settings={setting.name: "something"}), frozenset())
    assert found.note.disposition is Disposition.REFUSED
    assert found.note.risk.withholds
    assert found.note.text
    assert f"accept: [{{key: {setting.name}, reason: ...}}]" in found.note.todo or setting.name == "app-root"


@pytest.mark.parametrize("setting", effects(Effect.REFUSED), ids=ids)
def test_an_accepted_setting_withholds_nothing(setting: Setting) -> None:
    (found,) = review(Controller(settings={setting.name: "something"}), frozenset({setting.name}))
    assert found.note.disposition is Disposition.DIFFERS


@pytest.mark.parametrize("setting", effects(Effect.DIFFERS), ids=ids)
def test_what_changes_is_told_and_withholds_nothing(setting: Setting) -> None:
    (found,) = review(Controller(settings={setting.name: "something"}), frozenset())
    assert found.note.disposition is Disposition.DIFFERS
    assert len(found.note.text.split()) > 5


@pytest.mark.parametrize("setting", effects(Effect.OWN), ids=ids)
def test_the_controllers_own_affairs_are_inert(setting: Setting) -> None:
    (found,) = review(Controller(settings={setting.name: "something"}), frozenset())
    assert found.note.disposition is Disposition.INERT
    assert found.note.text == (setting.text or OWN_AFFAIR)


@pytest.mark.parametrize("setting", effects(Effect.UNIT), ids=ids)
def test_a_default_of_an_annotation_is_read_by_its_unit_or_told(setting: Setting) -> None:
    found = list(review(Controller(settings={setting.name: "something"}), frozenset()))
    if read_by_unit(setting.name):
        assert found == []
    else:
        assert [item.note.disposition for item in found] in ([Disposition.REFUSED], [Disposition.DIFFERS])
        assert found[0].note.risk is not Risk.SECURITY


def test_what_no_release_reads_any_more_says_so() -> None:
    (found,) = review(Controller(settings={"jaeger-endpoint": "x"}), frozenset())
    assert "any more" in found.note.text
    assert {name for name in GONE if name.startswith("global-rate-limit")} < set(UPSTREAM)


def test_a_misspelt_setting_is_refused_and_its_neighbour_named() -> None:
    (found,) = review(Controller(settings={"proxy-read-timeouts": "90"}), frozenset())
    assert found.note.disposition is Disposition.REFUSED
    assert "did you mean proxy-read-timeout?" in found.note.todo


@pytest.mark.parametrize(
    ("value", "why", "fix"),
    [
        ("TLSv1 TLSv1.1 TLSv1.2", "turned away", "'1.0'"),
        ("TLSv1.1 TLSv1.2 TLSv1.3", "TLSv1.1", "'1.1'"),
        ("TLSv1.3", "would take TLS 1.2 as well", "'1.3'"),
        ("TLSv1.2", "does not offer TLS 1.3", "maxVersion"),
    ],
)
def test_versions_of_tls_say_who_is_turned_away_or_let_in(value: str, why: str, fix: str) -> None:
    text, todo = protocols(value)
    assert why in text
    assert fix in todo
    (found,) = review(Controller(settings={"ssl-protocols": value}), frozenset())
    assert (found.note.text, found.note.todo) == (text, todo)


@pytest.mark.parametrize("setting", KNOWN.values(), ids=ids)
def test_every_setting_can_be_explained(setting: Setting) -> None:
    text = explained(setting.name) or ""
    assert text.startswith(f"# {setting.name}\n")
    assert setting.text in text
    assert setting.todo in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("use-forwarded-headers", "A ClientTrafficPolicy on the Gateway says the same"),
        ("hsts", "Strict-Transport-Security is written into the routes"),
        ("server-tokens", "Another value means: answers bear nginx's name"),
        ("http-snippet", "Another value is refused, and no Ingress is opened: it puts"),
        ("worker-processes", "It concerns the controller's own running"),
    ],
)
def test_an_explanation_says_what_becomes_of_the_setting(name: str, words: str) -> None:
    assert words in (explained(name) or "")


def test_what_is_no_setting_is_not_explained() -> None:
    assert explained("no-such-setting") is None
