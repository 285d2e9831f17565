"""Files that nobody should write: an edit is made right, or refused with a place, and nothing else happens."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from chart_trees import shop, tree
from hypothesis import given
from hypothesis import strategies as st

from gatelift.config.gateway import GatewayRef
from gatelift.findings import InputError, Place
from gatelift.sources.helm.case import Case, How, Input
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.edits import chart_values, notes, on, schema, switched_on, with_block
from gatelift.sources.helm.offer import Part, Switch
from gatelift.sources.helm.values import parsed_values

SWITCH = Switch(("web", "gateway"), ("web", "ingress"))
_KEYS = ("web", "ingress", "gateway", ":", ": ", "\n", "\n  ", "\n    ", "- ", "{", "}", "[", "]", ",")
_SIGNS = ("&a ", "*a", "<<: *a", "#", " # x", '"', "'", "|", ">-", "---\n", "...\n", "null", "~", "yes", "1", "\t")
_RARE = ("!!str ", "? ", "\r\n", "é", "\x85")
PIECES = st.lists(st.sampled_from((*_KEYS, *_SIGNS, *_RARE)), max_size=25).map("".join)
_BRANCHES = (
    "{{- if .Values.web.ingress.enabled }}",
    "{{ else }}",
    "{{- else if .Values.web.ingress.enabled -}}",
    "{{ end }}",
    "{{ range .Values.x }}",
    "{{ with .Values.web }}",
    '{{ define "a" }}',
)
_LINES = ("\n", "  http://{{ .Values.web.ingress.host }}/\n", "text\n", "\r\n", "http://x $IP", "URL:\n")
_ACTIONS = ("{{ $x := 1 }}", "{{/* c */}}", "{{", "}}", "{{- break }}")
TAGS = st.lists(st.sampled_from((*_BRANCHES, *_LINES, *_ACTIONS)), max_size=14).map("".join)


@given(PIECES)
def test_values_are_edited_right_or_refused(text: str) -> None:
    data = text.encode()
    block = {"enabled": True}
    try:
        made = with_block("v", data, SWITCH.path, block, after=SWITCH.beside)
    except InputError:
        return
    with suppress(InputError):
        before = parsed_values("v", data)
        after = parsed_values("v", made)
        known = (before.get("web") or {}).get("gateway") or {}
        assert after["web"]["gateway"] == {**block, **known}
        assert {**after, "web": None} == {**before, "web": None}
    assert with_block("v", made, SWITCH.path, block, after=SWITCH.beside) == made


@given(PIECES, PIECES)
def test_whatever_a_chart_holds_no_other_error_comes_up(values: str, other: str) -> None:
    files = shop(
        values_yaml=values, **{"values.schema.json": other, "values-a_yaml": other, "templates__NOTES.txt": other}
    )
    made = tree(files)
    charts = discover(made)
    chart = charts.by_folder["charts/shop"]
    with suppress(InputError):
        chart_values(made, chart, SWITCH, {"enabled": False})
    with suppress(InputError):
        schema(made, chart, SWITCH)
    path = "charts/shop/values-a.yaml"
    case = Case(
        name="x", chart="charts/shop", place=Place(path), release="x", inputs=(Input(How.FILE, path, Place(path)),)
    )
    found = switched_on(made, charts, [on(case, (), SWITCH, GatewayRef(name="a", namespace="b"))])
    assert found.files or found.findings


@given(TAGS)
def test_notes_are_edited_so_that_they_can_be_read_or_stay(text: str) -> None:
    files = shop(**{"templates__NOTES.txt": text})
    charts = discover(tree(files))
    chart = charts.by_folder["charts/shop"]
    part = Part(
        tree=tree(files),
        charts=charts,
        chart=chart,
        template="charts/shop/templates/ingress.yaml",
        switch=SWITCH,
        seen=(),
    )
    made = notes(tree(files), chart, [part])
    again = tree(files).changed(made.files)
    assert not notes(again, chart, [part]).files


SCHEMAS = st.recursive(
    st.one_of(st.booleans(), st.sampled_from(["#", "#/properties/web", "x"])),
    lambda inner: st.dictionaries(
        st.sampled_from(["properties", "web", "gateway", "ingress", "$ref", "allOf", "additionalProperties"]),
        inner,
        max_size=4,
    ),
    max_leaves=10,
)


@given(SCHEMAS, st.sampled_from([None, 2, "\t"]))
def test_schemas_keep_what_they_say(value: object, indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent)
    made = tree(shop(**{"values.schema.json": text}))
    chart = discover(made).by_folder["charts/shop"]
    with suppress(InputError):
        for data in schema(made, chart, SWITCH).values():
            rest = iter(data.decode())
            assert all(sign in rest for sign in text)
            assert json.loads(data) != value


def test_a_key_that_stands_alone_in_braces_is_told_of() -> None:
    with pytest.raises(InputError):
        with_block("values.yaml", b"{web}\n", ("web", "gateway"), {"enabled": False})
