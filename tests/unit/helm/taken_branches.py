"""One way through a template: what it writes when chosen branches are taken, and what its skeleton says of them.

Each output is a word of its own, so that both sides can be compared as plain YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from random import Random
from typing import Any
from unittest.mock import ANY

import yaml

from gatelift.sources.helm.template.atoms import Path
from gatelift.sources.helm.template.lines import Piece
from gatelift.sources.helm.template.nodes import (
    Action,
    Block,
    Braces,
    Control,
    Node,
    TemplateCall,
    Text,
    leaves,
)
from gatelift.sources.helm.template.parse import Template
from gatelift.sources.helm.template.skeleton import (
    Empty,
    Entry,
    Item,
    Scalar,
    Sequence,
    Skeleton,
    Splice,
    Style,
    Value,
)

# https://github.com/helm/helm/blob/v3.17.3/pkg/releaseutil/manifest.go
_SEPARATOR = re.compile(r"(?:^|\s*\n)---\s*")
_INDENT = re.compile(r"\b(n?)indent ([0-9]+)\s*\)?[^|]*\Z")


class Way:
    """A choice of one clause (or none) for each control structure, made by ``random``."""

    def __init__(self, template: Template, skeleton: Skeleton, random: Random) -> None:
        self._text = template.source.text
        self._nodes = template.nodes
        self._skeleton = skeleton
        self._taken: dict[int, int | None] = {}
        self._splices: dict[int, tuple[Splice, type]] = {}
        self._row = list(leaves(template.nodes))
        self._choose(template.nodes, random)
        for document in skeleton.documents:
            self._collect(document.root)

    def _is_silent(self, splice: Splice) -> bool:
        """Whether an output has its place by assumption only; as a helper that checks something it writes nothing."""
        shown = self._text[splice.start : splice.end - 2].rstrip(" -")
        return splice.assumed and _INDENT.search(shown) is None

    def written(self) -> list[Any]:
        """What comes out, as the values of its documents; empty ones left out."""
        parts = _SEPARATOR.split(self._render(self._nodes))
        values = [_load(part) for part in parts]
        return [value for value in values if value]

    def told(self) -> list[Any]:
        """What the skeleton says comes out."""
        documents = self._skeleton.documents
        # Members of a block are left out one by one.
        values = [self._value(d.root) for d in documents if not isinstance(d.root, Scalar) or self._is_taken(d.path)]
        return [value for value in values if value]

    def _choose(self, nodes: Iterable[Node], random: Random) -> None:
        for node in nodes:
            if isinstance(node, Control):
                ways: list[int | None] = [*range(len(node.clauses))]
                self._taken[node.start] = random.choice(ways if node.has_else else [*ways, ways[0], None])
                for clause in node.clauses:
                    self._choose(clause.body, random)
            elif isinstance(node, Block):
                self._choose(node.body, random)

    def _collect(self, value: Value) -> None:
        if isinstance(value, Scalar | Empty):
            return
        for member in value.members:
            if isinstance(member, Splice):
                self._splices[member.start] = (member, type(value))
            else:
                self._collect(member.value)

    # --- what is written ---

    def _render(self, nodes: Iterable[Node]) -> str:
        return "".join(self._node(node) for node in nodes)

    def _node(self, node: Node) -> str:
        match node:
            case Text():
                return self._trimmed(node)
            case Action(pipeline=pipeline) if pipeline.variables:
                return ""
            case Action() | TemplateCall():
                return self._output(node)
            case Control():
                taken = self._taken[node.start]
                return "" if taken is None else self._render(node.clauses[taken].body)
            case Block():
                return self._render(node.body)
        return ""

    def _trimmed(self, node: Text) -> str:
        at = self._row.index(node)
        text = self._text[node.start : node.end]
        before = self._row[at - 1] if at else None
        after = self._row[at + 1] if at + 1 < len(self._row) else None
        if isinstance(before, Braces) and before.trim_right:
            text = text.lstrip(" \t\r\n")
        if isinstance(after, Braces) and after.trim_left:
            text = text.rstrip(" \t\r\n")
        return text

    def _output(self, node: Action | TemplateCall) -> str:
        word = f"w{node.start}"
        splice, kind = self._splices.get(node.start, (None, None))
        if splice is None:
            return word
        if self._is_silent(splice):
            return ""
        block = f"- {word}" if kind is Sequence else f"{word}: x"
        found = _INDENT.search(self._text[node.start : node.end - 2].rstrip(" -"))
        if found is None:
            return block
        breaks = "\n" if found[1] or splice.assumed else ""
        return breaks + " " * int(found[2]) + block

    # --- what the skeleton tells ---

    def _is_taken(self, path: Path) -> bool:
        return all(isinstance(b.control, Block) or self._taken[b.control.start] == b.index for b in path)

    def _value(self, value: Value) -> Any:
        if isinstance(value, Empty):
            return ""
        if isinstance(value, Scalar):
            return ANY if value.style is Style.BLOCK else _load(self._pieces(value.pieces))
        members = [
            member
            for member in value.members
            if self._is_taken(member.path) and not (isinstance(member, Splice) and self._is_silent(member))
        ]
        if not members:
            return ""
        if isinstance(value, Sequence):
            return [self._value(m.value) if isinstance(m, Item) else f"w{m.start}" for m in members]
        mapping: dict[Any, Any] = {}
        for member in members:
            if isinstance(member, Splice):
                mapping[f"w{member.start}"] = "x"
            elif isinstance(member, Entry):
                key = member.key.text
                mapping[_load(self._pieces(member.key.pieces)) if key is None else key] = self._value(member.value)
        return mapping

    def _pieces(self, pieces: Iterable[Piece]) -> str:
        shown, last = "", None
        for piece in pieces:
            shown += "" if last is None else self._breaks(last, piece)
            shown += self._text[piece.start : piece.end] if piece.node is None else self._node(piece.node)
            last = piece
        return shown

    def _breaks(self, left: Piece, right: Piece) -> str:
        """The line breaks between two pieces, unless a marker cut what is between them."""
        between = self._text[left.end : right.start]
        cut = getattr(left.node, "trim_right", False) or getattr(right.node, "trim_left", False)
        return "" if cut or "{{" in between else "\n" * between.count("\n")


def _load(text: str) -> Any:
    loaded = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes strings only
    return "" if loaded is None else loaded
