"""Values put together, held against what Helm itself makes of the same files."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import helm_python
import pytest
from chart_engines import each_engine as each_engine
from chart_engines import folder_of_helms as folder_of_helms
from chart_trees import CONFIG_MAP, built, chart, tree

from gatelift.findings import InputError
from gatelift.render.charts import ChartEngine
from gatelift.sources.helm.values import coalesced, merged, parsed_values, read_values

SEEN = CONFIG_MAP + '  seen: {{ omit .Values "global" | toJson | quote }}\n'


def test_maps_merge_lists_are_replaced_and_null_stays_to_be_seen() -> None:
    below = {"a": {"b": 1, "c": [1, 2]}, "d": 1, "e": {"f": 1}}
    above = {"a": {"c": [3]}, "d": None, "e": 7}
    assert merged(below, above) == {"a": {"b": 1, "c": [3]}, "d": None, "e": 7}


def test_a_null_takes_a_default_away_and_stays_where_there_is_none() -> None:
    assert coalesced({"a": None, "x": None}, {"a": {"b": 1}, "c": 2}) == {"x": None, "c": 2}
    assert coalesced({"a": {"b": None}}, {"a": {"b": 1, "c": 2}}) == {"a": {"c": 2}}


def test_files_over_each_other_reach_the_template_as_helm_would_have_them(engine: ChartEngine) -> None:
    files = chart(
        templates__a_yaml=SEEN,
        values_yaml="a: {b: 1, c: {d: x}}\nlist: [1, 2]\ngone: yes\nport: 80\n",
    ) | {
        "charts/shop/values-prod.yaml": "a: {c: null}\nlist: [3]\ngone: null\nnew: {x: null}\nflag: no\noctal: 0o17\n",
    }
    (item,) = built(files, engine)["charts/shop @ values-prod.yaml"].objects
    seen = json.loads(item.document.value["data"]["seen"])
    assert seen.pop("new") in ({}, {"x": None})
    assert seen == {"a": {"b": 1}, "list": [3], "port": 80, "flag": False, "octal": 15}


def value(chance: random.Random, depth: int = 0) -> Any:
    """Any value, with keys that often meet."""
    kinds = ["text", "number", "null", "list", "map", "map", "map"] if depth < 3 else ["text", "number", "null"]
    match chance.choice(kinds):
        case "map":
            return {chance.choice("abc"): value(chance, depth + 1) for _ in range(chance.randint(0, 3))}
        case "list":
            return [value(chance, 3) for _ in range(chance.randint(0, 2))]
        case "null":
            return None
        case "number":
            return chance.randint(0, 3)
    return chance.choice(("x", "y"))


def fits(given: Any, default: Any) -> bool:
    """Whether a mapping never meets what is none: Helm warns there, and what it makes of it is its own affair."""
    if isinstance(given, dict) and isinstance(default, dict):
        return all(fits(given[key], default[key]) for key in given.keys() & default.keys())
    return given is None or default is None or isinstance(given, dict) == isinstance(default, dict)


def without_nulls(item: Any) -> Any:
    """What stays ``null`` is nothing to a template, whether the key is there or not."""
    if isinstance(item, dict):
        return {key: without_nulls(inner) for key, inner in item.items() if inner is not None}
    return [without_nulls(inner) for inner in item] if isinstance(item, list) else item


def test_helm_puts_values_over_defaults_in_the_same_way(tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311 - to vary, not to hide
    compared = 0
    for number in range(150):
        folder = tmp_path / str(number)
        folder.mkdir()
        defaults = {key: value(chance, 1) for key in "abc"}
        given = {key: value(chance, 1) for key in "abcd"}
        if not fits(given, defaults):
            continue
        (folder / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 0.1.0\n")
        (folder / "values.yaml").write_text(json.dumps(defaults))
        with helm_python.Chart.load(folder) as loaded:
            wanted = loaded.merge_values(given)
        assert without_nulls(coalesced(given, defaults)) == without_nulls(wanted), (given, defaults)
        compared += 1
    assert compared > 30


@pytest.mark.parametrize(
    ("text", "words"), [("- a\n", "mapping"), ("a: 1\n---\nb: 1\n", "Helm 4"), ("a: [\n", ""), ("a: {{ .b }}\n", "")]
)
def test_a_file_that_helm_would_not_take_is_an_error_with_a_place(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_values(tree({"v.yaml": text}), "v.yaml")
    assert words in caught.value.finding.message
    assert caught.value.finding.place is not None


def test_an_empty_file_has_no_values() -> None:
    assert read_values(tree({"v.yaml": "# nothing\n"}), "v.yaml") == {}
    assert read_values(tree({"v.yaml": "null\n"}), "v.yaml") == {}


WORDS = """\
v: [y, n, Y, N, yes, no, Yes, NO, on, off, On, OFF, true, True, "no", 'y', !!str on]
w: [0o17, 017, 08, 1_000, 0x1F, 0b11, 1e3, .5, 1., +5, -0, 2001-01-01, ~, null, 1:30, 0.1e-7, .1_0, 0o, "1"]
no: 1
1: 2
1.5: 4
on: {off: y}
x: !!str 12
z: &a {k: yes}
merged: {<<: *a, l: off}
"""


def test_words_and_numbers_are_those_of_helm() -> None:
    found = parsed_values("values.yaml", WORDS.encode())
    assert found == helm_python.values_from_yaml(WORDS)
    assert found["v"][:4] == [True, False, True, False]
    assert found["v"][-3:] == ["no", "y", "on"]
