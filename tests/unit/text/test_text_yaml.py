from __future__ import annotations

import pytest

from gatelift.findings import Finding, InputError, Place
from gatelift.text.documents import split
from gatelift.text.source import Source
from gatelift.text.yaml import Json, load


def values(text: str) -> list[Json]:
    source = Source("f.yaml", text)
    loaded = (load(source, document) for document in split(source))
    return [document.value for document in loaded if document is not None]


def value(text: str) -> Json:
    (only,) = values(text)
    return only


def words(text: str) -> list[str]:
    return text.split()


def refusal(text: str) -> Finding:
    with pytest.raises(InputError) as caught:
        values(text)
    return caught.value.finding


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("NULL", None),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 15),
        ("-0b11", -3),
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", float(2**64)),
        ("08", 8.0),
        ("1e5", 1e5),
        (".5", 0.5),
        (".1_1", 0.11),
        ("1.", 1.0),
        ("-1.5E-3", -0.0015),
    ],
)
def test_plain_scalars_mean_what_they_mean_to_go_yaml(plain: str, expected: Json) -> None:
    read = value(f"a: {plain}\n")
    assert isinstance(read, dict)
    found = read["a"]
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    "plain",
    words(
        "yes no on off y N tRUE nULL 1:30 190:20:30 2001-01-01 2001-12-14t21:59:43.10-05:00 = << 0o8 0x + 1e999 1e "
        "10.0.0.1 0b12 _1 . ._5 .5_e3 0s 1Gi ..5 \u0663"
    ),
)
def test_plain_scalars_that_other_dialects_take_for_something_else_stay_strings(plain: str) -> None:
    assert value(f"a: {plain}\n") == {"a": plain}


@pytest.mark.parametrize("text", ["true", "1", "null", "~", "<<", "1e5", "", "{{ .Values.x }}"])
def test_quoted_scalars_are_strings(text: str) -> None:
    assert value(f"a: '{text}'\nb: \"{text}\"\n") == {"a": text, "b": text}


def test_explicit_tags_decide_the_type() -> None:
    text = "a: !!str 1\nb: !!int '2'\nc: !!float 3\nd: !!bool 'true'\ne: !!null ''\nf: !!binary aMOp\n"
    text += "g: !!map {}\nh: !!seq []\n"
    assert value(text) == {"a": "1", "b": 2, "c": 3.0, "d": True, "e": None, "f": "hé", "g": {}, "h": []}


@pytest.mark.parametrize(
    "tagged", ["!!int x", "!!bool yes", "!!float a", "!!null x", "!!binary '*'", "!!binary /w==", "!!map x", "!!seq {}"]
)
def test_a_value_that_is_not_of_its_tags_type_is_refused(tagged: str) -> None:
    finding = refusal(f"a: 1\nb: {tagged}\n")
    assert (finding.code, finding.place) == ("input/tag", Place("f.yaml", 2, 4))


@pytest.mark.parametrize("tagged", ["!mine x", "!!set {a}", "!!python/object:os.system x", "!Ref {a: b}"])
def test_unknown_tags_are_refused(tagged: str) -> None:
    assert refusal(f"a: {tagged}\n").code == "input/tag"


@pytest.mark.parametrize("number", [".inf", "-.INF", ".nan"])
def test_numbers_that_json_cannot_hold_are_refused(number: str) -> None:
    finding = refusal(f"a: 1\nb: {number}\n")
    assert (finding.code, finding.place) == ("input/number", Place("f.yaml", 2, 4))


def test_merge_keys_fill_in_what_the_mapping_does_not_say() -> None:
    text = "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  c: 5\n  <<: [*x, *y]\n"
    read = value(text)
    assert isinstance(read, dict)
    assert read["z"] == {"c": 5, "a": 1, "b": 2}


def test_a_quoted_merge_key_is_an_ordinary_key() -> None:
    assert value("'<<': {a: 1}\n") == {"<<": {"a": 1}}


@pytest.mark.parametrize("merged", ["1", "[1]", "[{a: 1}, b]"])
def test_merging_anything_but_mappings_is_refused(merged: str) -> None:
    assert refusal(f"a: {{<<: {merged}}}\n").code == "input/merge"


def test_an_anchor_may_be_defined_again() -> None:
    assert value("a: &x 1\nb: *x\nc: &x 2\nd: *x\n") == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_aliases_give_equal_values_that_are_not_shared() -> None:
    found = value("a: &x {k: []}\nb: *x\n")
    assert isinstance(found, dict)
    assert found["a"] == found["b"]
    assert found["a"] is not found["b"]


@pytest.mark.parametrize("text", ["a: &x [*x]\n", "&x a: *x\nb: &y {c: *y}\n", "a: &x {<<: *x}\n"])
def test_values_that_contain_themselves_are_refused(text: str) -> None:
    assert refusal(text).code == "input/alias"


def test_an_alias_bomb_is_refused() -> None:
    levels = ["&x0 [lol]", *(f"&x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 12))]
    assert refusal(f"a: [{', '.join(levels)}]\n").code == "input/alias"


def test_a_long_text_repeated_by_aliases_is_refused() -> None:
    assert refusal(f"a: [&x '{'x' * 100_000}'{', *x' * 1_000}]\n").code == "input/alias"


def test_a_few_hundred_aliases_are_not_a_bomb() -> None:
    assert value(f"a: [&x {{k: v}}{', *x' * 500}]\n") == {"a": [{"k": "v"}] * 501}


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "[{", '{"a":[', "a: {", "&a ["])
def test_nesting_without_end_is_refused_without_a_crash(opening: str) -> None:
    assert refusal(opening * 100_000).code in ("input/depth", "input/yaml")


def test_block_nesting_and_closed_json_nesting_have_the_same_limit() -> None:
    steps = "".join(f"{' ' * depth}k:\n" for depth in range(5_000))
    assert refusal(steps).code == "input/depth"
    assert refusal("[" * 900 + "]" * 900).code == "input/depth"
    assert refusal('{"a":' * 201 + "1" + "}" * 201).code == "input/depth"


def test_nesting_that_only_aliases_make_deep_is_refused() -> None:
    lines = ["x0: &x0 1", *(f"x{n}: &x{n} [*x{n - 1}]" for n in range(1, 300))]
    assert refusal("\n".join(lines)).code == "input/depth"


def test_two_hundred_levels_are_allowed() -> None:
    assert value("[" * 200 + "]" * 200) is not None
    assert value("a: " + "[" * 199 + "]" * 199) is not None


def test_many_brackets_that_do_not_nest_are_no_reason_to_refuse() -> None:
    assert value(f"a: [{'[], ' * 5_000}]\n") == {"a": [[]] * 5_000}


def test_a_duplicate_key_names_both_places() -> None:
    finding = refusal("# c\nkind: A\n---\na:\n  b: 1\n  c: 2\n  b: 3\n")
    assert (finding.code, finding.place) == ("input/duplicate-key", Place("f.yaml", 7, 3))
    assert "line 5, column 3" in finding.message


@pytest.mark.parametrize("text", ["1: a\n'1': b\n", "1: a\n0x1: b\n", "a: 1\n'a': 2\n", "<<: {}\n<<: {}\n"])
def test_keys_that_become_equal_are_duplicates(text: str) -> None:
    assert refusal(text).code == "input/duplicate-key"


def test_a_duplicate_key_in_json_is_refused_with_its_place() -> None:
    finding = refusal('{"a": 1,\n "a": 2}')
    assert (finding.code, finding.place) == ("input/duplicate-key", Place("f.yaml", 2, 2))


def test_a_missing_separator_between_objects_is_suspected() -> None:
    assert "'---'" in refusal("kind: A\nname: x\nkind: B\nname: y\n").fix


def test_keys_that_are_numbers_or_booleans_become_strings() -> None:
    assert value("80: a\ntrue: b\n1.5: c\n-0x10: d\n1e3: e\n") == {
        "80": "a",
        "true": "b",
        "1.5": "c",
        "-16": "d",
        "1000": "e",
    }


@pytest.mark.parametrize("key", ["null", "~", "[a]", "{a: b}", ".inf", "1.23456789", "1e300"])
def test_keys_that_json_cannot_have_are_refused(key: str) -> None:
    assert refusal(f"? {key}\n: 1\n").code == "input/key"


@pytest.mark.parametrize("text", ["a:\n\tb: 1\n", "a: 1\n\tb: 1\n", "a:\n \tb: 1\n", "a: |\n  x\n\ty\n"])
def test_a_tab_in_indentation_names_its_line_and_column(text: str) -> None:
    before = text[: text.index("\t")]
    finding = refusal(f"x: 1\n---\n{text}")
    assert finding.code == "input/tab"
    assert finding.place == Place("f.yaml", 3 + before.count("\n"), len(before) - before.rfind("\n"))


def test_a_tab_after_a_colon_or_in_a_text_is_left_alone() -> None:
    assert value('a:\t1\nb: "x\ty"\nc: |\n  x\n  \ty\n') == {"a": 1, "b": "x\ty", "c": "x\n\ty\n"}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("{{- if .Values.ingress.enabled }}\na: 1\n{{- end }}\n", 1, 1),
        ("{{/* comment */}}\na: 1\n", 1, 1),
        ("{{ .Values.all }}\n", 1, 1),
        ("a: {{ .Values.x }}\n", 1, 4),
        ("a: 1\nb:\n- {{ .x }}\n", 3, 3),
        ("a:\n  {{- toYaml .x | nindent 2 }}\nb: 1\n", 2, 3),
        ("a:\n  b: 1\n  {{- with .x }}\n  c: 1\n", 3, 3),
        ('a: {{ .x | default "y" }}-z\n', 1, 4),
        ('a: "{{ template "name" . }}"\n', 1, 5),
    ],
)
def test_a_helm_template_is_recognised_at_its_braces(text: str, line: int, column: int) -> None:
    finding = refusal(text)
    assert (finding.code, finding.place) == ("input/template", Place("f.yaml", line, column))
    assert "helm template" in finding.fix


def test_braces_in_quotes_and_blocks_are_ordinary_text() -> None:
    text = "a: '{{ $labels.pod }}'\nb: |\n  {{ range .x }}\nc: x-{{ .y }}\nd: {a: {b: c}}\n"
    assert value(text) == {"a": "{{ $labels.pod }}", "b": "{{ range .x }}\n", "c": "x-{{ .y }}", "d": {"a": {"b": "c"}}}


def test_a_fault_elsewhere_is_not_blamed_on_braces_in_quotes() -> None:
    assert refusal('a: "{{ $labels.pod }} is down" x\n').code == "input/yaml"
    assert refusal("a: |\n  {{ $labels.pod }}\nb: 1\nc: d: e\n").code == "input/yaml"


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: 1\nb: 'x\nc: 2\n", 2, 4, "quote ' is never closed"),
        ('a: "x\n---\nb: 1\n', 1, 4, 'quote " is never closed'),
        ("a: b: c\n", 1, 5, "second ': '"),
        ("a: [1, 2\nb: 3\n", 1, 4, "'[' is never closed"),
        ("a: *x\n", 1, 4, "alias"),
        ("a: @x\n", 1, 4, "cannot begin"),
        ("a: 1\n  b: 2\n", 2, 4, "second ': '"),
        ("a: 1\nb\n", 3, 1, "neither 'key: value'"),
        ('a: "\\d"\n', 1, 5, "escape"),
    ],
)
def test_broken_yaml_is_placed_in_the_file_and_explained(text: str, line: int, column: int, words: str) -> None:
    finding = refusal(f"x: 1\n---\n{text}")
    assert (finding.code, finding.place) == ("input/yaml", Place("f.yaml", line + 2, column))
    assert words in finding.message
    assert finding.fix


def test_empty_documents_have_no_value_and_a_null_document_has_one() -> None:
    assert values("# c\n---\n---\n# d\n---\n") == []
    assert values("--- null\n") == [None]


def test_json_is_read_as_json() -> None:
    text = '{"a": "\\ud83d\\ude00\\/", "b": 1e2, "c": 18446744073709551616, "d": "\\u0000"}'
    assert value(text) == {"a": "😀/", "b": 100.0, "c": float(2**64), "d": "\0"}


def test_half_a_surrogate_pair_in_json_is_refused() -> None:
    assert refusal('{"a": "\\ud83d"}').code == "input/yaml"


def test_loaded_values_know_their_place() -> None:
    source = Source("f.yaml", "x: 1\n---\nspec:\n  rules: []\n")
    loaded = load(source, split(source)[1])
    assert loaded is not None
    assert loaded.place("/spec/rules") == Place("f.yaml", 4, 3)
    assert loaded.span("/spec/rules").column == 10


def test_crlf_in_a_block_becomes_a_newline_as_in_go_yaml() -> None:
    assert value("a: |\r\n  x\r\n  y\r\nb: 1\r\n") == {"a": "x\ny\n", "b": 1}
