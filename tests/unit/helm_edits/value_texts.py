"""Files of values in many layouts, for property tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from gatelift.text.emit import dump

KEY = st.sampled_from(["a", "b", "server", "ingress", "gateway", "enabled", "name", "yes", "x y", "1"])
LEAF = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 999),
    st.sampled_from(["", "x", "on", "# no", "a: b", "two\nlines\n", "l\n\n"]),
)
TREE = st.recursive(
    LEAF,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEY, inner, max_size=4)),
    max_leaves=12,
)
NOISE = st.sampled_from(["", "", "", "\n", "# note\n", "  # further in\n", "      # far\n", "\n# a: 1\n\n"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Files of values: as written by a program, then with comments and blank lines between lines of no text block."""
    value: Mapping[str, Any] = draw(st.dictionaries(KEY, TREE, max_size=5))
    text = dump(value, deep=draw(st.booleans()))
    if "|" not in text:
        text = "".join(draw(NOISE) + line for line in text.splitlines(keepends=True)) + draw(NOISE)
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n") if "|" not in text else text
    return text if draw(st.booleans()) else text.rstrip("\r\n")
