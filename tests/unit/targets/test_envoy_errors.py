"""Answers in place of errors, release by release."""

from __future__ import annotations

import pytest
from targets_view import consumed, refusal

from gatelift.config.target import EnvoyGateway
from gatelift.intent.base import Risk
from gatelift.intent.errors import ErrorAnswers
from gatelift.manifests.policy_targets import ValueRefBody
from gatelift.targets import standard
from gatelift.targets._envoy_errors import MOST

PAGES = ErrorAnswers(statuses=(404, 503), config_map="pages")
OWN = ErrorAnswers(statuses=(503,), config_map="pages", own_only=True)


@pytest.mark.parametrize("release", list(EnvoyGateway))
def test_a_text_of_a_config_map_stands_in_for_errors_on_every_release(release: EnvoyGateway) -> None:
    (override,) = consumed(PAGES, release).traffic["response_override"]
    assert [item.value for item in override.match.status_codes] == [404, 503]
    assert isinstance(override.response.body, ValueRefBody)
    assert override.response.body.value_ref.name == "pages"
    assert not isinstance(override.source, str)


def test_the_gateways_own_errors_are_told_apart_since_1_8() -> None:
    (override,) = consumed(OWN, EnvoyGateway.V1_8).traffic["response_override"]
    assert override.source == "Local"
    note = refusal(OWN, EnvoyGateway.V1_7)
    assert "the backend's own errors are to pass" in note.text
    assert "1.8" in note.todo
    assert note.risk is Risk.TRAFFIC


def test_a_list_longer_than_the_policy_takes_is_refused() -> None:
    longest = ErrorAnswers(statuses=tuple(range(400, 400 + MOST)), config_map="pages")
    assert consumed(longest).traffic
    assert str(MOST) in refusal(ErrorAnswers(statuses=(*longest.statuses, 599), config_map="pages")).text


def test_gateway_api_alone_has_none() -> None:
    assert ErrorAnswers not in standard.target.consumers
    assert "customHttpErrors" in ErrorAnswers.remedy
