"""Releases are in the order of their numbers, also the first one with two digits."""

from __future__ import annotations

from gatelift.config.target import COMPILED, EnvoyGateway, GatewayAPI, Release
from gatelift.manifests.availability import NEVER


class Made(Release):
    """Releases that are written in another order than they came in."""

    TENTH = "1.10"
    NINTH = "1.9"
    SECOND = "1.2"
    NEXT = "2.0"


def test_the_tenth_release_comes_after_the_ninth() -> None:
    mixed = list(Made)
    assert sorted(mixed) == [Made.SECOND, Made.NINTH, Made.TENTH, Made.NEXT]
    assert max(mixed) is Made.NEXT
    assert min(Made.TENTH, Made.NINTH) is Made.NINTH
    assert Made.TENTH >= Made.NINTH > Made.SECOND
    assert not Made.TENTH <= Made.NINTH


def test_text_is_compared_as_a_release_too() -> None:
    text = "1.9"
    assert text < Made.TENTH
    assert not text >= Made.TENTH
    assert NEVER > Made.NEXT
    assert not NEVER <= Made.NEXT
    assert max(NEVER, Made.NEXT) == NEVER


def test_what_an_implementation_was_compiled_with_grows_with_its_releases() -> None:
    assert [*EnvoyGateway] == sorted(EnvoyGateway)
    assert [*GatewayAPI] == sorted(GatewayAPI)
    compiled = [COMPILED[release] for release in EnvoyGateway]
    assert compiled == sorted(compiled)
