from __future__ import annotations

import pytest

from gatelift.findings import Place
from gatelift.text.documents import split
from gatelift.text.source import Source, decode
from gatelift.text.spans import Span, join, locate, place, split_pointer


def at(text: str, pointer: str, index: int = 0) -> Span:
    source = Source("f.yaml", text)
    return locate(source, split(source)[index], pointer)


def value(text: str, pointer: str, index: int = 0) -> str:
    span = at(text, pointer, index)
    assert span.found
    return text[span.start : span.end]


INGRESS = """\
# shop
metadata:
  annotations:
    nginx.ingress.kubernetes.io/rewrite-target: /$2  # strip
    nginx.ingress.kubernetes.io/snippet: |
      more_set_headers "A: b";

      # last

    z: "q"
spec:
  rules:
  - host: a.example.com # one
    paths: [/a, {path: /b}]
  # comment of the next
  - host: 'b.example.com'

# trailing
status: {}
"""


def test_scalars_have_exact_spans_of_key_and_value() -> None:
    pointer = join("metadata", "annotations", "nginx.ingress.kubernetes.io/rewrite-target")
    span = at(INGRESS, pointer)
    assert INGRESS[span.start : span.end] == "/$2"
    assert INGRESS[span.key_start : span.key_end] == "nginx.ingress.kubernetes.io/rewrite-target"
    assert (span.line, span.column, span.pointer) == (4, 49, pointer)


def test_a_literal_block_ends_at_its_last_line_of_text() -> None:
    text = value(INGRESS, join("metadata", "annotations", "nginx.ingress.kubernetes.io/snippet"))
    assert text == '|\n      more_set_headers "A: b";\n\n      # last'


def test_block_collections_end_at_their_last_scalar_not_at_the_next_token() -> None:
    assert value(INGRESS, "/spec").endswith("- host: 'b.example.com'")
    assert value(INGRESS, "/spec/rules/0") == "host: a.example.com # one\n    paths: [/a, {path: /b}]"


def test_flow_collections_end_at_their_bracket() -> None:
    assert value(INGRESS, "/spec/rules/0/paths") == "[/a, {path: /b}]"
    assert value(INGRESS, "/spec/rules/0/paths/1/path") == "/b"
    assert value(INGRESS, "/status") == "{}"


def test_list_items_and_the_root_have_no_key() -> None:
    assert at(INGRESS, "/spec/rules/1").key_start == -1
    assert at(INGRESS, "").key_start == -1
    assert value(INGRESS, "").startswith("metadata:")


@pytest.mark.parametrize(
    ("pointer", "nearest"),
    [
        ("/spec/rules/2", "/spec/rules"),
        ("/spec/rules/-", "/spec/rules"),
        ("/spec/rules/01", "/spec/rules"),
        ("/spec/tls/0/hosts", "/spec"),
        ("/metadata/annotations/z/deeper", "/metadata/annotations/z"),
        ("/x", ""),
    ],
)
def test_a_pointer_to_nothing_gives_the_nearest_ancestor_and_says_so(pointer: str, nearest: str) -> None:
    span = at(INGRESS, pointer)
    assert not span.found
    assert span.pointer == nearest
    assert (span.start, span.end) == (at(INGRESS, nearest).start, at(INGRESS, nearest).end)


def test_spans_count_from_the_start_of_the_file_not_of_the_document() -> None:
    text = "a: 😀\r\n---\r\n# c\r\nb:\r\n  c: 1\r\n"
    assert value(text, "/b/c", index=1) == "1"
    source = Source("f.yaml", text)
    assert place(source, split(source)[1], "/b/c") == Place("f.yaml", 5, 3)


def test_a_byte_order_mark_shifts_nothing() -> None:
    source = decode("f", b"\xef\xbb\xbfa: b\n")
    span = locate(source, split(source)[0], "/a")
    assert source.text[span.start : span.end] == "b"


def test_an_alias_has_the_span_of_its_anchor() -> None:
    text = "a: &x {k: 1}\nb: *x\n"
    assert value(text, "/b/k") == "1"
    assert value(text, "/b") == "&x {k: 1}"


def test_a_collection_that_ends_in_an_alias_ends_after_the_alias() -> None:
    text = "a: &x 1\nb:\n  c: 2\n  d: *x  # note\ne:\n- &y [3]\n- *y\nf:\n- # one\n  *x\ng: 1\n"
    assert value(text, "/b") == "c: 2\n  d: *x"
    assert value(text, "/e") == "- &y [3]\n- *y"
    assert value(text, "/f") == "- # one\n  *x"


def test_a_merged_key_has_the_span_where_it_is_written_and_an_own_key_wins() -> None:
    text = "a: &x {k: 1, l: 2}\nb: &y {l: 3, m: 4}\nc:\n  <<: [*y, *x]\n  k: 5\n"
    assert [value(text, f"/c/{key}") for key in "klm"] == ["5", "3", "4"]


def test_a_merge_of_itself_is_found_to_hold_nothing() -> None:
    assert not at("a: &a\n  <<: *a\n", "/a/b").found


def test_keys_that_are_not_strings_are_found_as_the_loader_writes_them() -> None:
    assert value("80: a\n0x50: b\ntrue: c\n", "/80") == "a"
    assert value("80: a\ntrue: c\n", "/true") == "c"


def test_an_empty_value_has_an_empty_span_after_its_colon() -> None:
    span = at("a:\nb: 1\n", "/a")
    assert (span.start, span.end) == (2, 2)


def test_a_document_that_does_not_compose_counts_as_one_value() -> None:
    assert not at("a: [\n", "/a").found
    assert at("# nothing\n", "").found
    span = at('{"a": "\\ud83d\\ude00"}', "/a")
    assert (span.found, span.pointer, span.line) == (False, "", 1)


@pytest.mark.parametrize("tokens", [(), ("a/b", "m~n"), ("", "~1"), ("0",)])
def test_pointers_are_joined_and_split_without_loss(tokens: tuple[str, ...]) -> None:
    assert split_pointer(join(*tokens)) == tokens


@pytest.mark.parametrize("pointer", ["a", "a/b", "/~", "/~2"])
def test_texts_that_are_no_pointers_are_refused(pointer: str) -> None:
    with pytest.raises(ValueError, match="not a JSON pointer"):
        at("a: 1\n", pointer)
