from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelift.text.edits import Edit, apply


def test_no_edits_leave_the_text_alone() -> None:
    assert apply("a: 1\r\n", []) == "a: 1\r\n"


def test_edits_apply_whatever_their_order() -> None:
    edits = [Edit(6, 7, "Z"), Edit(0, 1, "X"), Edit(3, 3, "+")]
    assert apply("abcdefg", edits) == apply("abcdefg", edits[::-1]) == "Xbc+defZ"


def test_insertions_at_one_offset_keep_their_order() -> None:
    assert apply("ab", [Edit(1, 1, "1"), Edit(1, 1, "2"), Edit(1, 2, "B")]) == "a12B"


def test_an_insertion_before_a_replaced_span_comes_first_even_if_given_last() -> None:
    assert apply("ab", [Edit(1, 2, "B"), Edit(1, 1, "1")]) == "a1B"


def test_spans_that_touch_do_not_overlap() -> None:
    assert apply("abcd", [Edit(0, 2, "x"), Edit(2, 4, "y"), Edit(4, 4, "z")]) == "xyz"


@pytest.mark.parametrize("other", [Edit(2, 4, ""), Edit(1, 3, ""), Edit(2, 2, "x"), Edit(0, 2, "")])
def test_overlapping_edits_are_refused_and_both_named(other: Edit) -> None:
    edit = Edit(1, 3, "mine")
    with pytest.raises(ValueError, match="overlap") as caught:
        apply("abcdef", [edit, other])
    assert repr(edit) in str(caught.value)
    assert repr(other) in str(caught.value)


@pytest.mark.parametrize("edit", [Edit(-1, 0, ""), Edit(2, 1, ""), Edit(0, 4, "")])
def test_edits_outside_the_text_are_refused(edit: Edit) -> None:
    with pytest.raises(ValueError, match="outside"):
        apply("abc", [edit])


@settings(max_examples=200, deadline=None)
@given(st.text(), st.lists(st.tuples(st.integers(0, 30), st.text(max_size=3)), max_size=8))
def test_everything_between_edits_stays(text: str, cuts: list[tuple[int, str]]) -> None:
    offsets = sorted(min(at, len(text)) for at, _ in cuts)
    edits = [Edit(start, end, "") for start, end in zip(offsets[::2], offsets[1::2], strict=False)]
    kept = set(range(len(text))) - {at for edit in edits for at in range(edit.start, edit.end)}
    assert apply(text, edits) == "".join(text[at] for at in sorted(kept))
