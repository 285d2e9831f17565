"""Editing the lists of a kustomization: what is meant changes, and every other byte stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gatelift.findings import InputError
from gatelift.sources.kustomize.entries import Addition, with_items, without_items
from gatelift.text.source import Source, decode

PATHS = ("a.yaml", "./b.yaml", "../base", "with space.yaml", "c#d.yaml", "'quoted'.yaml", "1.yaml", "e: f", "- g")
NEW = "new.yaml"
COMMENTS = ("", "", "", "  # why: [a], {b}", " # - x")


def _quoted(draw: st.DrawFn, text: str) -> str:
    if draw(st.booleans()) and text not in ("c#d.yaml", "e: f", "- g", "'quoted'.yaml"):
        return text
    return json.dumps(text)


def _list(draw: st.DrawFn, name: str, *, fewest: int = 0) -> list[str]:
    """The lines of one list field, in one of the styles that people write."""
    paths = draw(st.lists(st.sampled_from(PATHS), min_size=fewest, max_size=4, unique=True))
    note = draw(st.sampled_from(COMMENTS))
    style = draw(st.sampled_from(("block", "block", "indented", "flow", "wrapped")))
    if not paths:
        return [f"{name}: []{note}"] if draw(st.booleans()) else [f"{name}:{note}"]
    if style == "flow":
        return [f"{name}: [{', '.join(_quoted(draw, path) for path in paths)}]{note}"]
    if style == "wrapped":
        return [f"{name}: [", *(f"  {_quoted(draw, path)}," for path in paths), f"]{note}"]
    pad = "  " if style == "indented" else ""
    gap = draw(st.sampled_from((" ", "   ")))
    lines = [f"{name}:{note}"]
    for path in paths:
        if draw(st.integers(0, 4)) == 0:
            lines.append(f"{pad}# about {path}")
        lines.append(f"{pad}-{gap}{_quoted(draw, path)}{draw(st.sampled_from(COMMENTS))}")
        if draw(st.integers(0, 5)) == 0:
            lines.append("")
    return lines


OTHERS = (
    ["namespace: shop"],
    ["patches:", "- path: p.yaml", "  target: {kind: Ingress}", "- patch: |-", "    - op: add", "      path: /x"],
    ["configMapGenerator:", "  - name: settings", "    literals: [A=1]"],
    ["labels:", "- pairs:", "    team: web", "  includeSelectors: false"],
    ["# a comment of its own", ""],
)


@st.composite
def kustomizations(draw: st.DrawFn) -> Source:
    """A kustomization that holds ``resources`` and other fields, in any order and style."""
    parts = [_list(draw, "resources"), *draw(st.lists(st.sampled_from(OTHERS), max_size=4, unique_by=str))]
    parts = draw(st.permutations(parts))
    head = ["apiVersion: kustomize.config.k8s.io/v1beta1", "kind: Kustomization"] if draw(st.booleans()) else []
    apart = draw(st.sampled_from(([], [""])))
    lines = [*draw(st.sampled_from(([], ["---"], ["# licence", ""]))), *head]
    for part in parts:
        lines += [*apart, *part]
    newline = draw(st.sampled_from(("\n", "\n", "\r\n")))
    end = draw(st.sampled_from((newline, newline, "")))
    bom = draw(st.sampled_from((b"", b"", b"\xef\xbb\xbf")))
    return decode("kustomization.yaml", bom + (newline.join(lines) + end).encode())


def _value(source: Source) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(source.text)
    return loaded


def _is_woven(short: str, long: str) -> bool:
    """Whether ``long`` has every line of ``short``, in order."""
    rest = iter(long.splitlines())
    return all(line in rest for line in short.splitlines())


@given(kustomizations(), st.sampled_from((*PATHS, None)))
def test_an_added_item_is_all_that_changes_and_leaves_without_a_trace(source: Source, after: str | None) -> None:
    value = _value(source)
    there = value["resources"] or []
    made = with_items(source, [Addition("resources", NEW, after)])
    at = there.index(after) + 1 if after in there else len(there)
    assert _value(made) == {**value, "resources": [*there[:at], NEW, *there[at:]]}
    assert made.text.count("\r\n") == (made.text.count("\n") if "\r\n" in source.text else 0)
    assert with_items(made, [Addition("resources", NEW)]) is made
    if there:
        assert without_items(made, "resources", [at]) == source
        assert _is_woven(source.text, made.text) or "[" in source.text
        assert made.text.endswith("\n") == source.text.endswith("\n")


@given(kustomizations(), st.data())
def test_taking_items_away_leaves_every_other_line(source: Source, data: st.DataObject) -> None:
    value = _value(source)
    there = value["resources"] or []
    if not there:
        return
    numbers = data.draw(st.lists(st.integers(0, len(there) - 1), min_size=1, unique=True))
    left = [item for number, item in enumerate(there) if number not in numbers]
    made = without_items(source, "resources", numbers)
    rest = {key: item for key, item in value.items() if key != "resources"}
    if left:
        assert _value(made) == {**rest, "resources": left}
    elif rest.keys() <= {"apiVersion", "kind"}:
        assert _value(made) == {**rest, "resources": []}
    else:
        assert _value(made) == rest
    if left and "[" not in source.text:
        assert _is_woven(made.text, source.text)
    assert made.bom == source.bom


@given(kustomizations(), st.booleans())
def test_a_patch_with_its_target_joins_any_list_of_patches(source: Source, twice: bool) -> None:
    value = _value(source)
    item = {"path": "x-patch.yaml", "target": {"group": "g.k8s.io", "kind": "HTTPRoute", "name": r"a\.b|c"}}
    more = {"path": "y.yaml", "target": {"kind": "Ingress", "name": "web"}}
    added = [item, more] if twice else [item]
    made = with_items(source, [Addition("patches", each) for each in added])
    assert _value(made) == {**value, "patches": [*(value.get("patches") or []), *added]}
    assert _is_woven(source.text, made.text)


@given(
    st.dictionaries(
        st.sampled_from(("resources", "patches", "namePrefix", "components")),
        st.lists(st.sampled_from(PATHS), max_size=3, unique=True),
    ),
    st.sampled_from((None, 2)),
)
def test_json_stays_json(value: dict[str, list[str]], indent: int | None) -> None:
    source = decode("kustomization.yaml", json.dumps(value, indent=indent).encode())
    made = with_items(source, [Addition("resources", NEW), Addition("patches", {"path": "p.yaml"})])
    wanted: dict[str, list[Any]] = {
        **value,
        "resources": [*value.get("resources", []), NEW],
        "patches": [*value.get("patches", []), {"path": "p.yaml"}],
    }
    assert json.loads(made.text) == wanted
    back = without_items(made, "resources", [len(wanted["resources"]) - 1])
    assert json.loads(back.text).get("resources", []) == value.get("resources", [])


@pytest.mark.parametrize(
    ("text", "numbers", "wanted"),
    [
        ("resources: # see: the wiki\n- a\n", [0], "resources: [] # see: the wiki\n"),
        ("# top\nresources:\n- a\n\npatches:\n- path: p\n", [0], "# top\n\npatches:\n- path: p\n"),
        ("namespace: n\n\nresources:\n- a\n", [0], "namespace: n\n"),
        ("resources:\n# of all\n- a\n- b\n", [0], "resources:\n# of all\n- b\n"),
        ("resources:\n- a\n# of b\n- b\n- c\n", [1], "resources:\n- a\n- c\n"),
        ("resources:\n-\n  a\n- b\nnamespace: n\n", [0], "resources:\n-\n  b\nnamespace: n\n"),
        ("resources: [a, # of a\n  b, c]\n", [1], "resources: [a, # of a\n  c]\n"),
        ("resources:\n- a\n- b\n- c", [1, 2], "resources:\n- a"),
        ("{resources: [a], namespace: n}\n", [0], "{namespace: n}\n"),
        ("{namespace: n, resources: [a, b]}\n", [1], "{namespace: n, resources: [a]}\n"),
    ],
)
def test_what_is_taken_away(text: str, numbers: list[int], wanted: str) -> None:
    assert without_items(decode("k", text.encode()), "resources", numbers).text == wanted


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("x: &x\n  resources: [a, b]\n<<: *x\nnamespace: n\n", [0, 1]),
        ("resources:\n- &a a\n- *a\n- c\n", [0, 1]),
        ("resources:\n- &a a\n- b\nnamespace: *a\n", [0]),
    ],
)
def test_what_cannot_be_taken_out_by_span_is_refused(text: str, numbers: list[int]) -> None:
    with pytest.raises(InputError) as caught:
        without_items(decode("k", text.encode()), "resources", numbers)
    assert caught.value.finding.code == "kustomize/edit"


@pytest.mark.parametrize(
    "text", ["resources: a.yaml\n", "- a\n", "", "x: &x\n  resources: [a]\n<<: *x\n", "resources:\n-\n  a: 1\n"]
)
def test_what_cannot_be_added_by_span_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        with_items(decode("k", text.encode()), [Addition("resources", NEW)])
    assert caught.value.finding.code == "kustomize/edit"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("resources: []  # none yet\nnamespace: n\n", "resources:  # none yet\n- new.yaml\nnamespace: n\n"),
        ("resources: []\r\nnamespace: n\r\n", "resources:\r\n- new.yaml\r\nnamespace: n\r\n"),
        ("resources:\n", "resources:\n- new.yaml\n"),
        ("resources:", "resources:\n- new.yaml"),
        ("kind: Kustomization\nnamespace: n\n", "kind: Kustomization\nresources:\n- new.yaml\nnamespace: n\n"),
        ("a: 1\n\nb: 2", "a: 1\n\nb: 2\n\nresources:\n- new.yaml"),
        ("{}", '{"resources": ["new.yaml"]}'),
        ('{"resources": [ ]}', '{"resources": ["new.yaml"]}'),
    ],
)
def test_the_first_item_of_a_list(text: str, wanted: str) -> None:
    assert with_items(decode("k", text.encode()), [Addition("resources", NEW)]).text == wanted


def test_a_list_within_a_list() -> None:
    text = "replacements:\n- source: {kind: ConfigMap}\n  targets:\n  - select: {kind: Ingress} # x\n- path: r.yaml\n"
    target = {"select": {"kind": "HTTPRoute", "name": "web"}, "fieldPaths": ["spec.hostnames.0"]}
    source = decode("k", text.encode())
    made = with_items(source, [Addition("replacements/0/targets", target)])
    assert _value(made)["replacements"][0]["targets"] == [{"select": {"kind": "Ingress"}}, target]
    assert _is_woven(text, made.text)
    assert without_items(made, "replacements/0/targets", [1]) == source
