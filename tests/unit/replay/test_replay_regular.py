"""Expressions of manifests are asked in bounded time; what is not known is said to be so."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelift.traffic.places.paths import own
from gatelift.traffic.places.place import PathKind, Place, path_fits
from gatelift.traffic.places.regular import readable, takes
from gatelift.traffic.places.strings import strings

LONG = "/" + "x" * 4000


@pytest.mark.parametrize(
    "pattern",
    [
        "/(x+x+)+y",
        "/(x+x+)+y(?=z)",
        "/(?:(?:x*)*)*(?!x)(?<=y)",
        r"/(x+)\1+y",
        "/(x{1000}){1000}y",
        "/" + "(x{900}){900}" * 20 + "y",
        "/" + "x?" * 1500 + "x" * 1500 + "y",
        "/" + "x*" * 1500 + "(?=y)y",
        "(" * 100_000,
        "/(x|xx)+(?!x)" * 300,
    ],
)
def test_no_expression_takes_long(pattern: str) -> None:
    began = time.process_time()

    assert takes(pattern, LONG) is not True
    assert path_fits(PathKind.REGEX, pattern, LONG) is False
    strings(pattern, whole=False)
    own(Place(name="", host="", path=pattern, kind=PathKind.REGEX))
    assert time.process_time() - began < 4


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("/a(?=b)", "/ab", True),
        ("/a(?=b)", "/ac", False),
        ("/(?!api)", "/api/x", False),
        ("/(?!api)", "/web", True),
        ("/.*(?<!x)$", "/ax", False),
        ("/.*(?<!x)$", "/ay", True),
        (r"/(?!x)\w+\b", "/abc-", True),
        ("/(?!x)[^/]{1200}$", "/" + "a" * 1200, True),
        ("/(?!x)[^/]{1200}$", "/" + "a" * 1199, False),
        ("/(?!x)(?i:A)b", "/ab", True),
        ("/(?!x)(?i:A)b", "/aB", False),
        (r"/(a)\1", "/aa", None),
        (r"/\h+", "/ ", None),
        ("/(?>a+)b", "/ab", None),
        ("/(?!a)", "/b\n", None),
        ("[", "/", None),
        ("/" + "a" * 5000, "/" + "a" * 5000, None),
        ("/a", "/\udc80", None),
    ],
)
def test_what_re2_cannot_read_is_walked_or_unknown(pattern: str, text: str, expected: bool | None) -> None:
    assert takes(pattern, text) is expected


def test_what_nobody_can_read_is_unknown_from_the_start() -> None:
    assert not readable(r"/\h+")
    assert readable("/(?!api)x")


_ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "[ab]",
        "[^a]",
        ".",
        r"\w",
        r"\W",
        "(?:a|bb)",
        "(a|)",
        "^",
        "$",
        r"\b",
        r"\B",
        "(?=a)",
        "(?!b)",
        "(?<=a)",
    ]
)
_TIMES = st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}", "*?", "{0}"])


@given(
    st.lists(st.tuples(_ATOMS, _TIMES), min_size=1, max_size=6),
    st.text("ab-B", min_size=1, max_size=8),
    st.booleans(),
    st.booleans(),
)
def test_what_is_walked_is_what_python_finds(
    parts: list[tuple[str, str]], text: str, any_case: bool, whole: bool
) -> None:
    # The look-ahead at the start keeps it from RE2. Of an empty text Python says that `\B` is not in it; PCRE does not.
    pattern = "(?!zz)" + "".join(f"(?:{atom}){times}" for atom, times in parts)
    compiled = re.compile(pattern, re.IGNORECASE if any_case else 0)

    expected = (compiled.fullmatch if whole else compiled.match)(text) is not None

    assert takes(pattern, text, any_case=any_case, whole=whole) is expected
