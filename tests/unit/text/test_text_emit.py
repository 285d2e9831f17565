from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelift.text.documents import split
from gatelift.text.emit import dump
from gatelift.text.source import decode
from gatelift.text.yaml import load


def reread(text: str) -> object:
    source = decode("f.yaml", text.encode())
    (document,) = split(source)
    loaded = load(source, document)
    assert loaded is not None
    return loaded.value


def words(text: str) -> list[str]:
    return text.split()


def written(text: str) -> str:
    return dump({"a": text}).removeprefix("a: ").removesuffix("\n")


def test_documents_look_as_kubectl_prints_them() -> None:
    value = {
        "kind": "HTTPRoute",
        "metadata": {"name": "web", "labels": {}, "annotations": None},
        "spec": {"rules": [{"matches": [{"path": {"type": "Exact", "value": "/"}}], "num": 1.5}, {"b": [[1, 2], []]}]},
        "on": True,
    }
    assert dump(value) == (
        "kind: HTTPRoute\nmetadata:\n  name: web\n  labels: {}\n  annotations: null\nspec:\n  rules:\n"
        "  - matches:\n    - path:\n        type: Exact\n        value: /\n    num: 1.5\n"
        '  - b:\n    - - 1\n      - 2\n    - []\n"on": true\n'
    )


def test_an_empty_document_is_an_empty_mapping() -> None:
    assert dump({}) == "{}\n"


@pytest.mark.parametrize(
    "text",
    [
        *words(
            r"web 0s 1Gi 10.0.0.1 10.0.0.0/8 /$2 /x(/|$)(.*) a.example.com nginx.ingress.kubernetes.io/x -f --flag=x "
            r"a#b http://a:80/ it's \.php$ ^/a$ é <b> 1.2.3 v1 yesterday None a|b x* ./a 1e5x 00:11:aa 2001-01-01x "
            r"a:b (a) a% $http_x . _ +"
        ),
        'a "b"',
        "a, b",
        "a [b]",
        "\U0001f600 a",
    ],
)
def test_strings_that_every_reader_takes_for_themselves_stay_plain(text: str) -> None:
    assert written(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2001-1-1 2:3:4",
        *words(
            "yes No ON off y N true FALSE null ~ = << 1 -1 +1 1_000 0x1f 0o17 017 08 0b1 1e5 1.5 .5 1. 1:30 "
            "190:20:30.5 2001-01-01 .inf -.INF .nan 1e+22 ._5 99999999999999999999"
        ),
    ],
)
def test_strings_that_some_reader_takes_for_another_type_are_in_double_quotes(text: str) -> None:
    assert written(text) == f'"{text}"'


@pytest.mark.parametrize(
    "text",
    [
        *words("*.example.com &a !a %a @a `a` [a] {a} 'a' - ?a :a #a | > ,a --- ... a: \"a\" [a-z]+\\.php$"),
        *(" a", "a ", "a: b", "a #b", "- a", "? a", "--- a", "... a", "{{ x }}", " ", ": "),
    ],
)
def test_strings_that_would_be_other_syntax_are_in_single_quotes(text: str) -> None:
    quoted = text.replace("'", "''")
    assert written(text) == f"'{quoted}'"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", "|-\n  a\n  b"),
        ("a\n", "|\n  a"),
        ("a\n\n\n", "|+\n  a\n\n"),
        ("a\n\n  b\n\tc\n", "|\n  a\n\n    b\n  \tc"),
        ("---\n# a: b\n", "|\n  ---\n  # a: b"),
        ("a\n   \nb", "|-\n  a\n     \n  b"),
    ],
)
def test_several_lines_are_a_literal_block(text: str, expected: str) -> None:
    assert written(text) == expected
    assert reread(dump({"a": text, "b": [text, {"c": text}]})) == {"a": text, "b": [text, {"c": text}]}


@pytest.mark.parametrize(
    "text", ["\na", " a\nb", "\ta\nb", "a\r\nb", "a\x85\nb", "\n", "a\n\x00", "a\u2028b", "\x1b[0m", "a\tb", "\ufeffa"]
)
def test_texts_that_a_block_would_not_keep_are_escaped(text: str) -> None:
    assert written(text).startswith('"')
    assert reread(dump({"a": text})) == {"a": text}


def test_floats_keep_their_point_so_that_yaml_1_1_sees_a_number() -> None:
    value = {"a": 1e22, "b": 1e-7, "c": 1.0, "d": -2.5, "e": 1e16}
    assert dump(value) == "a: 1.0e+22\nb: 1.0e-07\nc: 1.0\nd: -2.5\ne: 1.0e+16\n"
    assert yaml.load(dump(value), yaml.CSafeLoader) == value


def test_a_key_too_long_for_one_line_is_written_as_a_complex_key() -> None:
    value = {"k" * 2000: {"a": [1]}, "x\n" * 600: [{"b" * 1500: "c\nd"}]}
    assert reread(dump(value)) == yaml.load(dump(value), yaml.CSafeLoader) == value


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 2**64, -(2**63) - 1, "\ud800"])
def test_values_that_json_cannot_hold_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        dump({"a": value})


@pytest.mark.parametrize("value", [object(), b"a", {1, 2}, {1: 2}, {None: 1}])
def test_values_that_are_not_json_are_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        dump({"a": value})


def test_a_value_that_contains_itself_is_refused() -> None:
    value: dict[str, Any] = {}
    value["a"] = [value]
    with pytest.raises(ValueError, match="nested"):
        dump(value)


INDICATORS = st.text(
    alphabet="-?:,[]{}#&*!|>'\"%@`~=<. \n\t0189eExob_+yYnNtrufalsinAIF/\\$^\r\x85\u2028\ufeffé", max_size=12
)
STRINGS = st.text() | INDICATORS
SCALARS = (
    STRINGS
    | st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=4), max_leaves=20
)


def typed(value: object) -> object:
    """A value that compares equal only if all types agree: 1, 1.0 and True are three things."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return (type(value), value)


@settings(max_examples=600, deadline=None)
@given(st.dictionaries(STRINGS, VALUES, max_size=5))
def test_what_is_written_is_read_back_the_same_by_both_readers(value: dict[str, Any]) -> None:
    text = dump(value)
    assert typed(reread(text)) == typed(value)
    assert typed(yaml.load(text, yaml.CSafeLoader)) == typed(value)


@settings(max_examples=1500, deadline=None)
@given(INDICATORS)
def test_any_mixture_of_indicators_is_read_back_the_same_as_key_value_and_item(text: str) -> None:
    value = {text: text, "l": [text, [text], {text: text}]} if text != "l" else {}
    assert reread(dump(value)) == yaml.load(dump(value), yaml.CSafeLoader) == value


@settings(max_examples=200, deadline=None)
@given(INDICATORS)
def test_documents_put_together_stay_apart(text: str) -> None:
    source = decode("f.yaml", ("---\n" + dump({"a": text}) + "---\n" + dump({text: 1})).encode())
    first, second = (load(source, document) for document in split(source))
    assert first is not None
    assert second is not None
    assert (first.value, second.value) == ({"a": text}, {text: 1})
