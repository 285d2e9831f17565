"""Settings that stand in for annotations, settings that restrict, and what no unit knows."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gatelift.annotations import registry
from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Evaluation, Rulings, evaluate
from gatelift.annotations.nginx.settings.review import review
from gatelift.annotations.unit import Case, case_context
from gatelift.intent.base import Risk
from gatelift.intent.metadata import CarriedAnnotation
from gatelift.intent.outcome import Disposition
from gatelift.intent.redirects import HttpsRedirect
from gatelift.intent.traffic import Retries, Timeouts


def evaluated(key: str, value: str, settings: Mapping[str, str], **siblings: str) -> Evaluation:
    """An Ingress with one nginx annotation (and ``siblings``, whose ``_`` stands for ``-``) under ``settings``."""
    unit = registry.nginx_unit(key)
    assert unit is not None
    beside = {name.replace("_", "-"): text for name, text in siblings.items()}
    context = case_context(unit, Case(value=value, siblings=beside, expect=unit.cases[0].expect))
    return evaluate(context.ingress, Rulings(controller=Controller.parse(settings)))


@pytest.mark.parametrize("value", ["yes", "", "on"])
def test_a_setting_stands_in_for_a_boolean_that_cannot_be_read(value: str) -> None:
    found = evaluated("force-ssl-redirect", value, {"force-ssl-redirect": "true"}).get(HttpsRedirect)
    assert found is not None
    assert found.intent == HttpsRedirect(force=True)


def test_a_setting_does_not_stand_in_for_a_boolean_that_can() -> None:
    found = evaluated("force-ssl-redirect", "false", {"force-ssl-redirect": "true"}).get(HttpsRedirect)
    assert found is not None
    assert found.intent == HttpsRedirect(force=False)


@pytest.mark.parametrize(
    ("key", "value", "setting", "intent"),
    [
        ("proxy-read-timeout", "60s", "90", Timeouts(read=90)),
        ("proxy-next-upstream-tries", "two", "5", Retries(tries=5)),
        ("proxy-next-upstream", "error,timeout", "off", Retries(conditions=("off",))),
    ],
)
def test_a_setting_stands_in_for_what_cannot_be_read(
    key: str, value: str, setting: str, intent: Timeouts | Retries
) -> None:
    found = evaluated(key, value, {key: setting}).get(type(intent))
    assert found is not None
    assert found.intent == intent


def test_a_setting_does_not_stand_in_for_what_is_inert_for_another_reason() -> None:
    evaluation = evaluated(
        "proxy-next-upstream-tries", "2", {"proxy-next-upstream-tries": "5"}, proxy_next_upstream="off"
    )
    found = evaluation.get(Retries)
    assert found is not None
    assert found.intent == Retries(conditions=("off",))


def test_every_carried_annotation_is_kept() -> None:
    unit = registry.find("example.com/owner")
    assert unit is not None
    context = case_context(unit, Case(name="example.com/owner", value="a", expect=unit.cases[0].expect))
    ingress = context.ingress
    both = type(ingress)(
        **{name: getattr(ingress, name) for name in ingress.__struct_fields__ if name != "annotations"},
        annotations={"example.com/owner": "a", "example.com/team": "b"},
    )
    evaluation = evaluate(both, Rulings(controller=Controller()))
    carried = [item.intent for item in evaluation.intents if isinstance(item.intent, CarriedAnnotation)]
    assert [item.key for item in carried] == ["example.com/owner", "example.com/team"]


@pytest.mark.parametrize(
    ("name", "todo"),
    [
        ("does_not_exist", "remove it; if something else reads it"),
        ("ssl_redirct", "if ssl-redirect is meant, correct the name"),
        ("whitelist_source_rnge", "if whitelist-source-range is meant, correct the name"),
        ("hsts", "remove it here, and set it in the ConfigMap"),
    ],
)
def test_an_annotation_that_nobody_knows_is_refused_and_says_what_it_may_have_been(name: str, todo: str) -> None:
    evaluation = evaluated("ssl-redirect", "true", {}, **{name: "5"})
    notes = [note for reading in evaluation.readings for note in reading.notes]
    assert [(note.disposition, note.risk) for note in notes] == [(Disposition.REFUSED, Risk.SECURITY)]
    assert "knows no annotation of ingress-nginx by this name" in notes[0].text
    assert todo in notes[0].todo


def test_lua_plugins_may_authenticate_and_restrict_everything() -> None:
    (found,) = review(Controller.parse({"plugins": "oidc"}), frozenset())
    assert (found.note.disposition, found.note.risk) == (Disposition.REFUSED, Risk.SECURITY)
