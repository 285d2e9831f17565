"""What single intents become on Envoy Gateway: the affinity cookie, and where the authorization service is asked."""

from __future__ import annotations

import pytest

from gatelift.annotations import registry
from gatelift.annotations.unit import case_context
from gatelift.intent.base import Intent
from gatelift.intent.outcome import Note
from gatelift.intent.routing import RegexRewrite
from gatelift.intent.security import AuthEndpoint, ExternalAuth
from gatelift.intent.traffic import Affinity, Retries
from gatelift.targets.base import Contribution, RouteView
from gatelift.targets.envoy_gateway import target
from gatelift.targets.registry import everything

SERVICE = AuthEndpoint(scheme="http", host="auth", port=4180, path="/oauth2/auth", namespace="shop")
NOT_SECURE = "goes without Secure"
DROPPED = "browsers drop"
ONE_COOKIE = "one cookie under /"


def view(*paths: str, https_only: bool = False) -> RouteView:
    """An Ingress ``shop/web`` with these paths."""
    unit = registry.find("example.com/owner")
    assert unit is not None
    return RouteView(
        ingress=case_context(unit, unit.cases[0]).ingress,
        name=lambda suffix: f"web-{suffix}",
        ordinal=lambda suffix, content: suffix,
        services={},
        paths=paths or ("/",),
        https_only=https_only,
    )


def consumed(intent: Intent, seen: RouteView) -> Contribution:
    """What the target makes of ``intent``."""
    made = target.consumers[type(intent)](intent, seen)
    assert isinstance(made, Contribution)
    return made


def said(made: Contribution) -> str:
    """All sentences of a contribution."""
    return "; ".join(note.text for _, note in made.notes)


@pytest.mark.parametrize(
    ("affinity", "https_only", "secure", "sentences"),
    [
        (Affinity(enabled=True), True, True, ()),
        (Affinity(enabled=True), False, False, (NOT_SECURE,)),
        (Affinity(enabled=True, secure=True), False, True, ()),
        (Affinity(enabled=True, secure=True, same_site="None"), False, True, ()),
        (Affinity(enabled=True, same_site="None"), False, False, (NOT_SECURE, DROPPED)),
        (Affinity(enabled=True, same_site="None"), True, True, ()),
        (Affinity(enabled=True, same_site="Lax"), False, False, (NOT_SECURE,)),
    ],
)
def test_the_cookie_is_secure_where_it_is_always_so_today(
    affinity: Affinity, https_only: bool, secure: bool, sentences: tuple[str, ...]
) -> None:
    made = consumed(affinity, view(https_only=https_only))
    attributes = made.traffic["load_balancer"].consistent_hash.cookie.attributes
    assert ("Secure" in attributes) is secure
    assert [text for text in (NOT_SECURE, DROPPED) if text in said(made)] == list(sentences)
    assert {field for field, _ in made.notes} == {"enabled"}


@pytest.mark.parametrize(
    ("affinity", "paths", "path", "told"),
    [
        (Affinity(enabled=True), ("/a",), "/a", False),
        (Affinity(enabled=True), ("/a", "/b"), "/", True),
        (Affinity(enabled=True, path="/c"), ("/a", "/b"), "/c", False),
    ],
)
def test_one_cookie_for_several_paths_is_told(
    affinity: Affinity, paths: tuple[str, ...], path: str, told: bool
) -> None:
    made = consumed(affinity, view(*paths))
    assert made.traffic["load_balancer"].consistent_hash.cookie.attributes["Path"] == path
    assert (ONE_COOKIE in said(made)) is told


def test_a_service_that_signs_in_is_asked_where_it_redirects() -> None:
    made = consumed(ExternalAuth(endpoint=SERVICE, signin="/"), view())
    assert made.security["ext_auth"].http.path_override == "/"
    assert "under / instead of /oauth2/auth" in dict(made.notes)["signin"].text


def test_a_service_that_does_not_sign_in_is_asked_where_auth_url_says() -> None:
    made = consumed(ExternalAuth(endpoint=SERVICE), view())
    assert made.security["ext_auth"].http.path_override == "/oauth2/auth"
    assert "signin" not in dict(made.notes)


@pytest.mark.parametrize(
    ("intent", "text", "todo"),
    [
        (ExternalAuth(response_headers=("X-User",)), "the service to ask is not settled", "auth-url"),
        (ExternalAuth(signin="/"), "the service to ask is not settled", "auth-url"),
        (Retries(budget=30), "it limits all tries together", "accept"),
    ],
)
def test_a_refusal_says_what_is_missing(intent: Intent, text: str, todo: str) -> None:
    made = target.consumers[type(intent)](intent, view())
    assert isinstance(made, Note)
    assert text in made.text
    assert todo in made.todo


def test_every_intent_that_some_target_lacks_says_what_would_be_lost() -> None:
    targets = list(everything())
    wanted = {kind for item in targets for kind in item.consumers}
    lacking = {kind for kind in wanted for item in targets if kind not in item.consumers}
    assert lacking
    assert {kind.__name__ for kind in lacking if kind.lost == Intent.lost} == set()
    assert "regexPaths" in RegexRewrite.remedy
