"""What is decided about an authorization service: all of it is asked for at once, and one answer replaces no other."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gatelift.annotations import registry
from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Evaluation, Rulings, evaluate
from gatelift.annotations.unit import NGINX, Case, Inert, case_context
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Disposition, Note
from gatelift.intent.security import AuthEndpoint, ExternalAuth

ASK = "http://gate.auth.svc.cluster.local/check"
PAGE = "https://sso.example.com/start"
GATE = AuthEndpoint(scheme="http", host="gate", port=80, path="/check", namespace="auth")
SESSION, SIGNIN = {"authUrl": "session"}, {"authSignin": "authService"}
BOTH = "'decide: {authUrl: session, authSignin: authService}'"
WAYS = pytest.mark.parametrize("everywhere", [False, True], ids=["an annotation", "a setting"])


def evaluated(everywhere: bool, decide: Mapping[str, str], **values: str) -> Evaluation:
    """One Ingress; ``values``: what follows ``auth-``, on it or, ``everywhere``, in the controller's ConfigMap."""
    given = {f"auth-{name}": value for name, value in values.items()}
    unit = registry.nginx_unit("use-regex")
    assert unit is not None
    ingress = case_context(unit, Case(value="", siblings={} if everywhere else given, expect=Inert(""))).ingress
    settings = {f"global-{name}": value for name, value in given.items()} if everywhere else {}
    return evaluate(ingress, Rulings(controller=Controller.parse(settings, ()), decide=decide))


def notes(found: Evaluation, name: str) -> tuple[Note, ...]:
    keys = (f"{NGINX}auth-{name}", f"global-auth-{name}")
    return next(item.notes for item in found.readings if item.origin.key in keys)


def refusal(found: Evaluation, name: str) -> Note:
    (note,) = notes(found, name)
    assert (note.disposition, note.risk) == (Disposition.REFUSED, Risk.SECURITY)
    return note


def asked(found: Evaluation) -> ExternalAuth | None:
    item = found.get(ExternalAuth)
    return item.intent if item and isinstance(item.intent, ExternalAuth) else None


@WAYS
def test_a_service_is_asked_only_once_somebody_says_that_it_knows_enough(everywhere: bool) -> None:
    note = refusal(found := evaluated(everywhere, {}, url=ASK), "url")
    assert asked(found) is None
    for word in ("X-Original-URL", "X-Original-Method", "let in more"):
        assert word in note.text
    for word in ("skip_auth_routes", "skip_auth_preflight", "'decide: {authUrl: session}' in gatelift.yaml"):
        assert word in note.todo
    assert "authSignin" not in note.todo
    assert asked(evaluated(everywhere, SESSION, url=ASK)) == ExternalAuth(endpoint=GATE)


@WAYS
def test_who_redirects_says_nothing_of_what_the_service_decides_by(everywhere: bool) -> None:
    found = evaluated(everywhere, SIGNIN, url=ASK, signin=PAGE)
    assert BOTH in refusal(found, "url").todo
    assert asked(found) == ExternalAuth(signin="/"), "without a service to ask, no target makes a policy of it"


@WAYS
def test_what_the_service_decides_by_says_nothing_of_who_redirects(everywhere: bool) -> None:
    assert BOTH in refusal(evaluated(everywhere, SESSION, url=ASK, signin=PAGE), "signin").todo


@WAYS
@pytest.mark.parametrize("name", ["url", "signin", "signin-redirect-param"])
def test_every_refusal_names_both_decisions_where_both_are_missing(everywhere: bool, name: str) -> None:
    found = evaluated(everywhere, {}, url=ASK, signin=PAGE, **{"signin-redirect-param": "target"})
    assert BOTH in refusal(found, name).todo


@WAYS
def test_what_else_stands_in_the_way_is_said_in_the_same_run(everywhere: bool) -> None:
    found = evaluated(everywhere, {}, url=ASK, method="POST")
    assert "always with POST" in refusal(found, "method").text


@WAYS
def test_both_decisions_together_leave_nothing_to_ask(everywhere: bool) -> None:
    found = evaluated(everywhere, {**SESSION, **SIGNIN}, url=ASK, signin=PAGE, **{"signin-redirect-param": "target"})
    assert asked(found) == ExternalAuth(endpoint=GATE, signin="/")
    for name in ("url", "signin", "signin-redirect-param"):
        assert {note.disposition for note in notes(found, name)} == {Disposition.DIFFERS}


@WAYS
@pytest.mark.parametrize("value", ["Session", "url", ""])
def test_any_other_answer_decides_nothing(everywhere: bool, value: str) -> None:
    refusal(evaluated(everywhere, {"authUrl": value}, url=ASK), "url")


def test_a_sign_in_page_that_nginx_passes_over_needs_no_decision() -> None:
    assert BOTH not in refusal(evaluated(True, {}, url=ASK, signin="nowhere"), "url").todo
    assert BOTH not in refusal(evaluated(False, {}, url=ASK, signin=" "), "url").todo


@pytest.mark.parametrize(("name", "option"), [("auth-url", "authUrl"), ("auth-signin", "authSignin")])
def test_the_configuration_knows_the_options(name: str, option: str) -> None:
    unit = registry.nginx_unit(name)
    assert unit is not None
    (found,) = unit.decide
    assert (found.name, found.values) == (option, ({**SESSION, **SIGNIN}[option],))
