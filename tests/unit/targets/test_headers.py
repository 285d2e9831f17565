"""Header modifiers on each target: what may stand in one, and how a ``%`` is written."""

from __future__ import annotations

from typing import Any

import pytest
from targets_view import view

from gatelift.intent.headers import Header, RequestHeaders, ResponseHeaders
from gatelift.intent.outcome import Note
from gatelift.manifests.filters import RequestHeaderModifierFilter, ResponseHeaderModifierFilter
from gatelift.targets import envoy_gateway, standard
from gatelift.targets.base import Contribution, Target

TARGETS = (standard.target, envoy_gateway.target)
Headers = RequestHeaders | ResponseHeaders


def consumed(intent: Headers, target: Target) -> Contribution | Note:
    return target.consumers[type(intent)](intent, view())


def modifier(intent: Headers, target: Target) -> Any:
    made = consumed(intent, target)
    assert isinstance(made, Contribution)
    (found,) = made.filters
    if isinstance(found, RequestHeaderModifierFilter):
        return found.request_header_modifier
    assert isinstance(found, ResponseHeaderModifierFilter)
    return found.response_header_modifier


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_each_list_goes_to_its_own(target: Target) -> None:
    response = modifier(
        ResponseHeaders(set=(Header("X-A", "a b"),), add=(Header("X-B", "b"),), remove=("X-C",)), target
    )
    assert [(item.name, item.value) for item in response.set] == [("X-A", "a b")]
    assert [(item.name, item.value) for item in response.add] == [("X-B", "b")]
    assert response.remove == ("X-C",)
    request = modifier(RequestHeaders(set=(Header("X-A", "$1 {}"),), remove=("X-C",)), target)
    assert [(item.name, item.value) for item in request.set] == [("X-A", "$1 {}")]
    assert request.remove == ("X-C",)


@pytest.mark.parametrize("kind", [RequestHeaders, ResponseHeaders])
def test_a_percent_sign_is_escaped_for_envoy_and_refused_elsewhere(kind: type[Headers]) -> None:
    intent = kind(set=(Header("X-Load", "90% of %REQ(X-Secret)%"),))
    assert modifier(intent, envoy_gateway.target).set[0].value == "90%% of %%REQ(X-Secret)%%"
    refused = consumed(intent, standard.target)
    assert isinstance(refused, Note)
    assert "X-Load contains %" in refused.text
    assert "envoy-gateway" in refused.todo
    assert refused.risk is intent.risk


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
@pytest.mark.parametrize(
    ("intent", "text"),
    [
        (RequestHeaders(set=(Header("hOST", "a.example"),)), "change Host"),
        (RequestHeaders(remove=("Host",)), "change Host"),
        (ResponseHeaders(set=(Header("Content-Length", "0"),)), "where a message ends"),
        (ResponseHeaders(add=(Header("transfer-encoding", "chunked"),)), "where a message ends"),
        (RequestHeaders(remove=("Connection",)), "belongs to the connection"),
        (ResponseHeaders(add=(Header(":status", "200"),)), "no name"),
        (ResponseHeaders(remove=("a b",)), "no name"),
        (ResponseHeaders(set=(Header("X-A", ""),)), "is empty"),
        (ResponseHeaders(set=(Header("X-A", "two  spaces"),)), "single spaces"),
        (ResponseHeaders(set=(Header("X-A", "line\nX-B: b"),)), "plain text"),
        (ResponseHeaders(set=(Header("X-A", "naïve"),)), "plain text"),
        (RequestHeaders(set=(Header("X-A", "a" * 4097),)), "too long"),
    ],
)
def test_what_would_bring_the_route_down_is_refused(target: Target, intent: Headers, text: str) -> None:
    made = consumed(intent, target)
    assert isinstance(made, Note)
    assert text in made.text
    assert made.todo
    assert "\n" not in made.text
