"""Rendered streams: cut up as they stand, known without parsing where that is beyond doubt, parsed where it is not."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, strategies

from gatelift.findings import InputError
from gatelift.render.objects import documents, objects

STREAM = """\
apiVersion: v1
data:
  text: |
    kind: Fake
    metadata:
      name: fake
kind: ConfigMap
metadata:
  annotations:
    name: not-this
  name: one
  namespace: app
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
  - host: a.example.com
"""


def test_documents_are_identified_and_keep_their_text() -> None:
    one, web = documents(STREAM)
    assert (one.api_version, one.group, one.kind, one.namespace, one.name) == ("v1", "", "ConfigMap", "app", "one")
    assert (web.group, web.kind, web.namespace, web.name) == ("networking.k8s.io", "Ingress", "", "web")
    assert f"{one.text}---\n{web.text}" == STREAM
    assert web.value["spec"]["rules"] == [{"host": "a.example.com"}]


def test_only_what_is_wanted_is_parsed() -> None:
    broken = STREAM.replace("- host: a.example.com", "- [")
    found = list(objects(broken, lambda group, kind: kind == "ConfigMap"))
    assert [item["metadata"]["name"] for item in found] == ["one"]
    with pytest.raises(InputError):
        list(objects(broken, lambda group, kind: group == "networking.k8s.io"))


@pytest.mark.parametrize(
    "text",
    [
        'apiVersion: v1\n"kind": Secret\nmetadata:\n  name: x\ntext: "\nkind: Fake\n"\n',
        "apiVersion: v1\nkind: Secret\nmetadata:\n  'name': x\n  annotations: {}\n",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n",
        "apiVersion: v1\nkind: Secret # comment\nmetadata:\n    name: x\n",
        "apiVersion: v1\nkind: !!str Secret\nmetadata:\n  name: &a x\n",
        '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}}',
        "apiVersion: v1\nkind: Secret\nmetadata:\n  annotations:\n    a: 'b\n\n  name: fake'\n  name: x\n",
        "? apiVersion\n: v1\n? kind\n: Secret\nmetadata:\n  name: x\n",
    ],
)
def test_what_is_written_in_another_way_is_parsed(text: str) -> None:
    (found,) = documents(text)
    assert (found.api_version, found.kind, found.name) == ("v1", "Secret", "x")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("kind: Secret\nmetadata:\n  name: x\n\n  namespace: app\n", ("Secret", "app", "x")),
        ("kind: Secret\nmetadata:\n  name: x\n# a comment\n  namespace: app\n", ("Secret", "app", "x")),
        ("kind: Secret\nmetadata:\n  name: one\n    text\n", ("Secret", "", "one text")),
        ("kind: One\n  Text\nmetadata:\n  name: x\n", ("One Text", "", "x")),
        ("kind: One\n\n  Text\nmetadata:\n  name: x\n", ("One\nText", "", "x")),
    ],
)
def test_what_goes_on_in_a_later_line_is_seen(text: str, wanted: tuple[str, str, str]) -> None:
    (found,) = documents(f"apiVersion: v1\n{text}")
    assert (found.kind, found.namespace, found.name) == wanted


PIECES = (
    "apiVersion: apps/v1\n", "kind: Other\n", "kind: Se\n\n  cret\n", "metadata:\n", "metadata: # c\n", "  name: x\n",
    "  name: one\n    two\n", "  name: a # c\n", "  'name': d\n", "  namespace: app\n", "  namespace: null\n",
    "  namespace:\n", "\n", "  \n", "# c\n", "  # c\n", "  labels:\n    name: b\n", "  finalizers:\n  - name: u\n",
    "  owners:\n  - a: b\n    name: o\n", "data: |\n  kind: Fake\n", "data: 'a\n\n  name: z'\n",
    "x: >-\n  b\n\n  metadata:\n", "? a\n", "...\n",
)  # fmt: skip


@given(strategies.lists(strategies.sampled_from(PIECES), max_size=8))
def test_what_is_known_without_parsing_is_what_parsing_finds(pieces: list[str]) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata:\n" + "".join(pieces)
    with suppress(InputError):
        for found in documents(text):
            metadata = found.value.get("metadata")
            inner = metadata if isinstance(metadata, dict) else {}
            values = [found.value.get("apiVersion"), found.value.get("kind"), inner.get("namespace"), inner.get("name")]
            assert [found.api_version, found.kind, found.namespace, found.name] == [
                value if isinstance(value, str) else "" for value in values
            ]


@pytest.mark.parametrize("name", ["1e5", "0x1f", "08", "123", "1_0", "true", "null", "y", "12:30"])
def test_a_name_that_is_no_text_is_none(name: str) -> None:
    (found,) = documents(f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n")
    value = found.value["metadata"]["name"]
    assert found.name == (value if isinstance(value, str) else "")


def test_nothing_has_no_documents() -> None:
    assert documents("") == ()
    assert documents("---\n# nothing\n---\n") == ()
