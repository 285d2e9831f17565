from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelift.findings import InputError, Place
from gatelift.text.source import decode, position


def test_decoding_and_encoding_gives_the_same_bytes() -> None:
    for data in (b"", b"a: 1", b"a: 1\r\nb: 2\n", b"\xef\xbb\xbfa: 1\n", "é: 😀\u2028x\n".encode()):
        source = decode("f.yaml", data)
        assert source.encode(source.text) == data


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    source = decode("f.yaml", b"\xef\xbb\xbfa: 1\n")
    assert (source.text, source.bom) == ("a: 1\n", True)


def test_the_newline_is_the_one_that_most_lines_end_with() -> None:
    assert decode("f", b"a\r\nb\r\nc\n").newline == "\r\n"
    assert decode("f", b"a\r\nb\nc\n").newline == "\n"
    assert decode("f", b"").newline == "\n"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xff\xfea\x00", "UTF-16LE"),
        (b"\xfe\xff\x00a", "UTF-16BE"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32LE"),
        (b"\x00\x00\xfe\xff\x00\x00\x00a", "UTF-32BE"),
        ("kind: Ingress".encode("utf-16-le"), "UTF-16LE"),
        ("kind: Ingress".encode("utf-16-be"), "UTF-16BE"),
    ],
)
def test_wide_encodings_are_refused_by_name(data: bytes, name: str) -> None:
    with pytest.raises(InputError) as caught:
        decode("f.yaml", data)
    finding = caught.value.finding
    assert finding.code == "input/encoding"
    assert name in finding.message
    assert f"iconv -f {name} -t UTF-8" in finding.fix


def test_a_byte_that_is_not_utf8_is_named_with_its_offset_and_place() -> None:
    with pytest.raises(InputError) as caught:
        decode("f.yaml", "a: é\nbö: ".encode() + b"\xe9\n")
    finding = caught.value.finding
    assert finding.place == Place("f.yaml", 2, 5)
    assert finding.message == "The byte 0xe9 at offset 11 is not UTF-8."


def test_the_offset_of_a_bad_byte_counts_the_byte_order_mark() -> None:
    with pytest.raises(InputError) as caught:
        decode("f.yaml", b"\xef\xbb\xbf\xff")
    assert caught.value.finding.message == "The byte 0xff at offset 3 is not UTF-8."
    assert caught.value.finding.place == Place("f.yaml", 1, 1)


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\x80", "\x9f", "\ufffe", "\uffff"])
def test_control_characters_are_refused_at_their_place(sign: str) -> None:
    with pytest.raises(InputError) as caught:
        decode("f.yaml", f"ab: 1\nc{sign}d: 2\n".encode())
    assert caught.value.finding.code == "input/control-character"
    assert caught.value.finding.place == Place("f.yaml", 2, 2)


def test_tabs_next_lines_and_astral_characters_are_left_alone() -> None:
    text = "a:\t1\x85b: 😀\u00a0\ufffd\n"
    assert decode("f", text.encode()).text == text


def test_positions_count_every_line_break_that_libyaml_counts() -> None:
    text = "a\nb\r\nc\rd\x85e\u2028f\u2029g"
    assert [position(text, text.index(sign)) for sign in "abcdefg"] == [(line, 1) for line in range(1, 8)]


def test_positions_past_the_end_are_those_of_the_end() -> None:
    assert position("ab\ncd", 5) == (2, 3)
    assert position("ab\ncd", 99) == (2, 3)
    assert position("", 0) == (1, 1)


@settings(max_examples=300, deadline=None)
@given(st.binary())
def test_any_bytes_decode_and_encode_exactly_or_are_refused(data: bytes) -> None:
    try:
        source = decode("f", data)
    except InputError:
        return
    assert source.encode(source.text) == data
