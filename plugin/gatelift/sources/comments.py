"""Comments inside an Ingress follow to what mirrors them.

What speaks of a host goes to that entry of ``hostnames``, what speaks of a path or its backend to the rule of that
path, what speaks of a label to that label. Everything else, above all what speaks of annotations and certificates,
which have no one place in a route, goes to the head of the first new document. Each comment goes to one place, in every
phase: so the last one only takes the Ingress away, and loses nothing.

Left behind are comments that a tool reads: they speak of the line that they stand at, or of the file. So are those at
the head of a file, which speak of all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from gatelift.findings import InputError
from gatelift.sources.counterparts import Target, counterpart
from gatelift.text.comments import Comment, Where, comments
from gatelift.text.documents import Document, split
from gatelift.text.source import Source
from gatelift.text.spans import Locator
from gatelift.text.yaml import Json, load

Manifest = Mapping[str, Any]

_TOOL = re.compile(
    r"""\#[ \t]*(?:
        gatelift: | yaml-language-server: | yamllint\b | \{ | \$\w | Source:[ ] | -\*- | vim: | ex: | editorconfig-
        | prettier-ignore | cspell: | spell-checker: | renovate: | checkov: | trivy: | tfsec: | kics- | kube-linter
        | nosemgrep | noqa\b | nosec\b | pragma: | gitleaks: | ignore_check | datree | polaris | conftest | x-release-
    )""",
    re.VERBOSE,
)
_LICENCE = re.compile(r"(?i)copyright|\(c\)|©|spdx-|licen[sc]e|all rights reserved")
_ITEM = re.compile(r"(?:/items/[0-9]+)*")
_COMMENT_LINE = re.compile(r"[ \t]*#")


class Carried(msgspec.Struct, frozen=True):
    """The comments of one Ingress, and its value, to which their pointers refer."""

    comments: tuple[Comment, ...]
    value: Json


def carried(source: Source, document: Document, item: str = "") -> Carried | None:
    """The comments that follow the Ingress at the pointer ``item`` of ``document``; ``None`` where there are none."""
    if document.json or "#" not in document.body(source):
        return None
    value, by_item = _read(source, document)
    first = 0 if item else own_head(source, document)
    mine = tuple(
        msgspec.structs.replace(comment, pointer=comment.pointer.removeprefix(item))
        for comment in by_item.get(item, ())
        if comment.pointer != item or comment.where is not Where.ABOVE or comment.start >= first
    )
    spoken = tuple(comment for comment in mine if not for_a_tool(comment.text))
    return Carried(spoken, _at(value, item)) if spoken else None


# The items of a list ask one after the other.
@lru_cache(maxsize=2)
def _read(source: Source, document: Document) -> tuple[Json, Mapping[str, Sequence[Comment]]]:
    """The value of a document, and its comments by the item that they speak of."""
    found: dict[str, list[Comment]] = {}
    try:
        loaded = load(source, document)
        for comment in comments(source, document) if loaded is not None else ():
            item = _ITEM.match(comment.pointer)
            found.setdefault(item.group() if item else "", []).append(comment)
    except InputError:
        return None, {}
    return loaded.value if loaded is not None else None, found


def for_a_tool(text: str) -> bool:
    """Whether a program reads this comment, rather than a person."""
    return bool(_TOOL.match(text.strip()))


def own_head(source: Source, document: Document) -> int:
    """The offset at which the comments above an object begin that are its own; that of its first line without any.

    Its own are those that no empty line parts from it. Licences are never its own, nor is anything above them.
    """
    if document.inline:
        return document.body_start
    at = begin = document.body_start
    licence = False
    for line in source.text[document.body_start : document.body_end].splitlines(keepends=True):
        if line.strip() and not _COMMENT_LINE.match(line):
            return at if licence else begin
        at += len(line)
        if not line.strip():
            begin, licence = at, False
        licence = licence or bool(_LICENCE.search(line))
    return at


def remarks(text: str) -> str:
    """The comments of a text without objects, one a line; those that a tool reads are left out."""
    lines = [line.strip() for line in text.splitlines()]
    kept = [line for line in lines if line.startswith("#") and not for_a_tool(line)]
    return "".join(f"{line}\n" for line in kept)


def with_comments(found: Carried | None, objects: Sequence[Manifest], bodies: Sequence[str]) -> list[str]:
    """``bodies``, the texts of ``objects``, with the comments in their places."""
    if found is None or not objects:
        return list(bodies)
    placed: dict[int, list[tuple[Comment, Target | None]]] = {}
    for comment in found.comments:
        target = counterpart(comment, found.value, objects)
        placed.setdefault(target.number if target else 0, []).append((comment, target))
    return [_commented(body, placed.get(number, ())) for number, body in enumerate(bodies)]


def _commented(body: str, placed: Sequence[tuple[Comment, Target | None]]) -> str:
    if not placed:
        return body
    source = Source("", body)
    page = _Page(Locator(source, split(source)[0]), body)
    for comment, target in placed:
        page.put(comment, target)
    return page.text()


class _Page:
    """The lines of a new document, and what is put above, behind and below them."""

    def __init__(self, locator: Locator, body: str) -> None:
        self._locator = locator
        self._body = body
        self._lines = body.split("\n")
        self._head: list[str] = []
        self._above: dict[int, list[str]] = {}
        self._beside: dict[int, str] = {}
        self._below: dict[int, list[str]] = {}

    def put(self, comment: Comment, target: Target | None) -> None:
        """Put a comment to its target; without one, to the head."""
        if target is None:
            self._head.append(comment.text)
            return
        span = self._locator.locate(target.pointer)
        first = self._number(span.key_start if span.key_start >= 0 else span.start)
        indent = self._lines[first][: len(self._lines[first]) - len(self._lines[first].lstrip(" "))]
        if target.where is Where.BELOW:
            self._below.setdefault(self._number(span.end), []).append(indent + comment.text)
        elif target.where is Where.BESIDE and first not in self._beside and not self._is_block(first):
            self._beside[first] = " " * min(comment.gap, 2) + comment.text
        else:
            self._above.setdefault(first, []).append(indent + comment.text)

    def _number(self, offset: int) -> int:
        return self._body.count("\n", 0, offset)

    def _is_block(self, number: int) -> bool:
        return re.search(r": [|>][-+]?$", self._lines[number]) is not None

    def text(self) -> str:
        """The document with all of them."""
        return "\n".join([*self._head, *self._written()])

    def _written(self) -> Iterator[str]:
        for number, line in enumerate(self._lines):
            yield from self._above.get(number, ())
            yield line + self._beside.get(number, "")
            yield from self._below.get(number, ())


def _at(value: Json, pointer: str) -> Json:
    for token in pointer.split("/")[1:]:
        value = value[int(token)] if isinstance(value, list) else value[token]  # type: ignore[index]  # it was found there
    return value
