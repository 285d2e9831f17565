from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gatelift.findings import InputError
from gatelift.text.documents import split
from gatelift.text.emit import dump
from gatelift.text.source import decode
from gatelift.text.spans import locate
from gatelift.text.yaml import load

BOUNDED = settings(max_examples=400, deadline=None)

MANIFEST = """\
%YAML 1.1
---
# comment
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: &name web
  annotations:
    nginx.ingress.kubernetes.io/rewrite-target: /$2
    snippet: |-
      more_set_headers "A: b";
    folded: >+
      text

spec:
  rules: [{host: "a.example.com", http: {paths: []}}]
  <<: {tls: null}
  other: *name
--- # next
{"a": [1, 2.5, .5e3, 0x1F, true, ~], 'b': !!str 1}
...
"""


def check(error: InputError) -> None:
    finding = error.finding
    assert finding.message
    assert finding.fix
    assert finding.place is not None


def read(data: bytes) -> None:
    """Reads every document, writes it and finds its root; anything but an InputError fails the test."""
    try:
        source = decode("f.yaml", data)
    except InputError as error:
        check(error)
        return
    for document in split(source):
        locate(source, document, "/spec/0")
        try:
            loaded = load(source, document)
        except InputError as error:
            check(error)
            continue
        if loaded is not None and isinstance(loaded.value, dict):
            dump(loaded.value)


@BOUNDED
@given(st.binary())
def test_arbitrary_bytes_raise_nothing_but_input_errors(data: bytes) -> None:
    read(data)


@BOUNDED
@given(st.text())
def test_arbitrary_text_raises_nothing_but_input_errors(text: str) -> None:
    read(text.encode())


TOKENS = [
    "a",
    "b: ",
    "- ",
    "? ",
    ": ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&x ",
    "*x",
    "!!int ",
    "! ",
    "!<x> ",
    "<<: ",
    "'",
    '"',
    "|",
    ">-\n",
    "\\",
]
TOKENS += [
    "\n",
    "\n ",
    "\n  ",
    "\t",
    "# c",
    "---",
    "...",
    "%TAG ! x\n",
    "1",
    ".inf",
    "0x",
    "9" * 5000,
    "\u2028",
    "\ufeff",
    "{{",
    "}}",
    "\r\n",
]
TOKENS += [
    "\\ud83d",
    "1e999",
    "null",
    '"a": ',
    "😀",
    "\x85",
    "@",
    "`",
    "%",
    "=",
    "~",
    "!!binary ",
    "!!map ",
    "!!merge ",
]


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=30).map("".join))
def test_text_made_of_yaml_tokens_raises_nothing_but_input_errors(text: str) -> None:
    read(text.encode())


@BOUNDED
@given(
    st.lists(st.tuples(st.integers(0, len(MANIFEST)), st.integers(0, 5), st.sampled_from(["", *TOKENS])), max_size=6)
)
def test_mutated_manifests_raise_nothing_but_input_errors(mutations: list[tuple[int, int, str]]) -> None:
    text = MANIFEST
    for at, length, replacement in mutations:
        text = text[:at] + replacement + text[at + length :]
    read(text.encode())


@BOUNDED
@given(st.integers(0, len(MANIFEST)))
def test_truncated_manifests_raise_nothing_but_input_errors(end: int) -> None:
    read(MANIFEST[:end].encode())


def test_the_manifest_itself_is_read() -> None:
    source = decode("f.yaml", MANIFEST.encode())
    first, second = (load(source, document) for document in split(source))
    assert first is not None
    assert second is not None
    assert second.value == {"a": [1, 2.5, 500.0, 31, True, None], "b": "1"}
