"""Which paths take a request however the client encoded it: tried against RE2 itself, on what the path takes."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from gatelift.annotations.nginx.routes.encoding import settled, takes_encoded
from gatelift.intent.route import PathKind, PathMatch
from support.bounds import examples

SETTLED = (
    "/",
    "/admin",
    "/a(/|$)(.*)",
    r"/v1\.0/.*",
    "/[a-z0-9_-]+/x",
    r"/(?:a|b)?/\d{2,3}$",
    "/[^/]+/settings",
    "/(api|web)+/(.+)/x",
    "/a.",
    "/a[.]js",
    "/[^/]*",
)
UNSETTLED = (
    "/@admin",
    "/v1:batch",
    "/a.js",
    "/a.$",
    "/[@a]dmin",
    "/[^a]dmin",
    "/[^0-9]+/x",
    r"/\Sx",
    r"/\W+",
    r"/a\:b",
    r"/a\x40",
    "/.{2}x",
    "/(.)x",
    r"/a\b.*",
    "/a(?i:b)",
    "/a b",
    "/é",
)


@pytest.mark.parametrize("path", SETTLED)
def test_an_expression_that_takes_every_way_to_write_a_path(path: str) -> None:
    assert settled(path, regex=True)


@pytest.mark.parametrize("path", UNSETTLED)
def test_an_expression_that_may_miss_an_encoded_path(path: str) -> None:
    assert not settled(path, regex=True)


@pytest.mark.parametrize("character", "!$&'()*+,;=:@")
def test_a_literal_path_with_a_reserved_character_is_missed(character: str) -> None:
    assert not settled(f"/a{character}b", regex=False)
    assert takes_encoded(PathMatch(PathKind.PREFIX, "/"), f"/a{character}b", regex=False)


PARTS = (
    "a",
    "/",
    ".",
    ".*",
    ".+",
    "[^/]+",
    "[^/]",
    "[^@]+",
    "[@:]",
    "[a-c]",
    r"\.",
    r"\d",
    r"\S",
    r"\w+",
    "@",
    "(a|@)?",
)
TEXTS = st.text(alphabet="/a@:1.%_", min_size=0, max_size=6)


def encode(text: str) -> str:
    return "".join(c if c in "/a1._" else f"%{ord(c):02X}" for c in text)


@examples(600)
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=4), TEXTS, st.booleans())
def test_what_counts_as_settled_is_taken_encoded_as_well(parts: list[str], text: str, ends: bool) -> None:
    path = f"/{''.join(parts)}{'$' if ends else ''}"
    expression = re2.compile(f"(?i)^{path}.*$")
    if settled(path, regex=True) and expression.fullmatch(f"/{text}"):
        assert expression.fullmatch(f"/{encode(text)}")


@pytest.mark.parametrize(
    ("kind", "value", "path", "regex", "takes"),
    [
        (PathKind.PREFIX, "/", "/@admin", False, True),
        (PathKind.PREFIX, "/v1", "/v1/a:b", False, True),
        (PathKind.PREFIX, "/v1", "/v1:b", False, False),
        (PathKind.PREFIX, "/web", "/v1:b", False, False),
        (PathKind.PREFIX, "/@admin", "/@admin/a:b", False, True),
        (PathKind.PREFIX, "/@admin", "/@admin", False, False),
        (PathKind.EXACT, "/", "/@admin", False, False),
        (PathKind.REGEX, "(?i)^/.*$", "/@admin", True, True),
        (PathKind.REGEX, "(?i)^/A.*$$", "/a@x", True, True),
        (PathKind.REGEX, "(?i)^/web.*$", "/@admin", True, False),
        (PathKind.REGEX, "(?i)^/[%@].*$", "/@admin", True, True),
    ],
)
def test_only_what_begins_alike_takes_an_encoded_path(
    kind: PathKind, value: str, path: str, regex: bool, takes: bool
) -> None:
    assert takes_encoded(PathMatch(kind, value), path, regex) is takes
