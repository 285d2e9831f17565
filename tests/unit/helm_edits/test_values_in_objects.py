"""Values within objects of streams: the text of a block scalar, and objects beside others."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from value_texts import texts

from gatelift.findings import InputError
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.edits.blocks import Target, laid, with_block
from gatelift.sources.helm.edits.literal import with_text
from gatelift.sources.helm.edits.wanted import Wanted
from gatelift.text.documents import split
from gatelift.text.source import Source
from gatelift.text.yaml import load

BLOCK = {"gateway": {"enabled": True, "name": "shared"}}


def value_of(source: Source, index: int) -> Any:
    loaded = load(source, split(source)[index])
    return loaded.value if loaded is not None else None


def case() -> Case:
    return Case(name="x", chart="x", release="x", place=Source("x", "").place(0))


@given(
    texts(),
    st.sampled_from(["|", "|-", "|+"]),
    st.sampled_from(["  ", "    "]),
    st.sampled_from(["", "b: 1\n", "\n# end\n", "---\nc: 1\n"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_text_of_values_changes_line_by_line(text: str, sign: str, pad: str, more: str, newline: str) -> None:
    lines = [f"{pad}{line}" if line else "" for line in text.replace("\r\n", "\n").splitlines()]
    if not lines or not lines[0].strip() or lines[0].startswith(f"{pad} "):
        return
    outer = newline.join(["a:", f" values: {sign}", *lines, ""]) + more.replace("\n", newline)
    source = Source("x", outer, False, newline)
    old = value_of(source, 0)["a"]["values"]
    wanted = Wanted(case=case(), values=BLOCK, beside=("ingress",))
    try:
        expected = with_block("x", old.encode(), (), BLOCK, after=("ingress",)).decode()
    except InputError:
        return
    made = with_text(source, 0, ("a", "values"), wanted)
    assert value_of(made, 0) == {**value_of(source, 0), "a": {"values": expected}}
    rest = iter(made.text.splitlines())
    assert all(line in rest for line in outer.splitlines() if not line.endswith(("{}", "null")))
    assert with_text(made, 0, ("a", "values"), wanted) is made


@given(texts(), texts(), st.sampled_from(["---\n", "--- # x\n"]))
def test_the_documents_around_stay(one: str, other: str, mark: str) -> None:
    def closed(text: str) -> str:
        return text if text.endswith("\n") else text + "\n"

    text = closed(one) + mark + "base:\n- k: 1\n  # note\n" + mark + closed(other)
    source = Source("x", text)
    index = next(item.index for item in split(source) if "base:" in item.body(source))
    target = Target(base=("base", 0), keys=("helm", "values"), block=BLOCK)
    made = laid(source, index, target)
    assert value_of(made, index) == {"base": [{"k": 1, "helm": {"values": BLOCK}}]}
    added = "  helm:\n    values:\n      gateway:\n        enabled: true\n        name: shared\n"
    assert made.text.replace(added, "") == text
    assert laid(made, index, target) is made
