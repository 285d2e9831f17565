"""What a comment speaks of: what stands before it on its line, what comes next, or what it closes."""

from __future__ import annotations

import pytest

from gatelift.text.comments import Where, comments
from gatelift.text.documents import split
from gatelift.text.source import Source

INGRESS = """\
# the front door
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web   # the name
  annotations:
    # ten minutes
    a: "600"
    b: |  # a header of a block
      # text, no comment
      more # text
    # after the block
spec:
  tls: # certificates
    - hosts: [a.example.com] # in flow
  rules:
    # host a
    - host: a.example.com # public
      http:
        paths:
          # everything
          - path: / # root
            backend: {service: {name: web, port: {number: 80}}} # old
            # closes the path
          # - path: /gone
      # closes host a
    - # host b
      host: "b#c.example.com"
# about what comes next
"""


def found(text: str) -> list[tuple[str, str, Where]]:
    source = Source("x", text)
    return [(item.text, item.pointer, item.where) for item in comments(source, split(source)[0])]


def test_each_comment_of_an_ingress_speaks_of_its_node() -> None:
    assert found(INGRESS) == [
        ("# the front door", "", Where.ABOVE),
        ("# the name", "/metadata/name", Where.BESIDE),
        ("# ten minutes", "/metadata/annotations/a", Where.ABOVE),
        ("# a header of a block", "/metadata/annotations/b", Where.BESIDE),
        ("# after the block", "/metadata/annotations/b", Where.BELOW),
        ("# certificates", "/spec/tls", Where.BESIDE),
        ("# in flow", "/spec/tls/0", Where.BESIDE),
        ("# host a", "/spec/rules/0", Where.ABOVE),
        ("# public", "/spec/rules/0/host", Where.BESIDE),
        ("# everything", "/spec/rules/0/http/paths/0", Where.ABOVE),
        ("# root", "/spec/rules/0/http/paths/0/path", Where.BESIDE),
        ("# old", "/spec/rules/0/http/paths/0/backend", Where.BESIDE),
        ("# closes the path", "/spec/rules/0/http/paths/0/backend", Where.BELOW),
        ("# - path: /gone", "/spec/rules/0/http/paths/0", Where.BELOW),
        ("# closes host a", "/spec/rules/0/http", Where.BELOW),
        ("# host b", "/spec/rules/1", Where.ABOVE),
    ]


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_line_ends_and_lists_at_their_keys_column(newline: str) -> None:
    text = "a:\n# one\n- x # two\n- y\n  # three\nb: 1\n".replace("\n", newline)
    assert found(text) == [
        ("# one", "/a/0", Where.ABOVE),
        ("# two", "/a/0", Where.BESIDE),
        ("# three", "/a/1", Where.BELOW),
    ]


def test_aliases_do_not_move_comments_to_where_the_anchor_is() -> None:
    text = "a: &x # first\n  k: v\nb: *x # second\nc: [*x] # third\n# none\n"
    assert [item[:2] for item in found(text)] == [("# first", "/a"), ("# second", "/b"), ("# third", "/c")]


@pytest.mark.parametrize(
    "text",
    ["a: 'it # is'\n", 'a: "it # is"\n', "a: b#c\n", "a: >\n  # folded\n", "a: x\n\n# at the edge\n", '{"a": "# b"}'],
)
def test_what_is_no_comment_of_the_document(text: str) -> None:
    assert found(text) == []


def test_only_the_comments_of_one_document() -> None:
    source = Source("x", "# licence\n---\n# one\na: 1\n---\n# two\nb: 1 # three\n")
    texts = [[item.text for item in comments(source, document)] for document in split(source)]
    assert texts == [["# one"], ["# two", "# three"]]
    assert all(source.text[item.start :].startswith(item.text) for item in comments(source, split(source)[1]))
