"""GEP-2257 durations, both ways."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelift.manifests.durations import duration, milliseconds

LONGEST = 99_999 * 3_600_000


@pytest.mark.parametrize(
    ("total", "text"),
    [
        (0, "0s"),
        (60_000, "60s"),
        (1_500, "1500ms"),
        (99_999_000, "99999s"),
        (172_800_000, "48h"),
        (100_000_000, "27h46m40s"),
        (LONGEST, "99999h"),
    ],
)
def test_a_length_is_written_as_people_write_it(total: int, text: str) -> None:
    assert duration(total) == text


@pytest.mark.parametrize("total", [-1, LONGEST + 1])
def test_a_length_that_no_duration_has_is_refused(total: int) -> None:
    with pytest.raises(ValueError, match="not expressible"):
        duration(total)


@given(st.integers(min_value=0, max_value=LONGEST))
def test_what_is_written_is_valid_and_reads_back(total: int) -> None:
    text = duration(total)
    assert re.fullmatch(r"([0-9]{1,5}(h|m|s|ms)){1,4}", text)
    assert milliseconds(text) == total


def test_units_add_up() -> None:
    assert milliseconds("1h1m1s1ms") == 3_661_001
