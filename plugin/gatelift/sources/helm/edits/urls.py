"""The lines of a part of a template that print URLs, with the loops, branches and variables that they need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from gatelift.sources.helm.template.nodes import Action, Control, Node, Text, leaves

_URL = "://"
# A variable of the shell is set on another line, by asking for what only an Ingress has.
_SHELL = re.compile(r"://[^\s]*\$[{(]?[A-Za-z_]")


class UrlLines(msgspec.Struct, frozen=True):
    """``first`` stands behind the opening tag on its line, ``last`` before the closing one; ``middle`` are whole lines.

    ``indent``: what stands before a URL; ``carriage``: what the lines end with before their line break.
    """

    first: str
    middle: tuple[str, ...]
    last: str
    indent: str
    carriage: str


def url_lines(text: str, nodes: Iterable[Node], start: int, end: int) -> UrlLines | None:
    """The lines of ``text[start:end]``, which holds ``nodes``; None where it prints no URL on a line of its own."""
    lines = text[start:end].split("\n")
    if len(lines) < 3:
        return None
    needed = list(_needed(text, list(nodes)))
    middle: list[str] = []
    at = start + len(lines[0]) + 1
    for line in lines[1:-1]:
        stop = at + len(line)
        if any(begin <= stop and at < finish for begin, finish in needed):
            middle.append(line)
        at = stop + 1
    printed = next((line for line in middle if _URL in line), None)
    if printed is None or _prints(lines[0]) or _prints(lines[-1]):
        return None
    indent = printed[: len(printed) - len(printed.lstrip())]
    return UrlLines(lines[0], tuple(middle), lines[-1], indent, "\r" if printed.endswith("\r") else "")


def _prints(line: str) -> bool:
    return bool(line.strip())


def _needed(text: str, nodes: list[Node]) -> Iterator[tuple[int, int]]:
    """The spans that must stay: texts and actions with a URL, whatever sets a variable, and what stands around."""
    for node in nodes:
        if isinstance(node, Text):
            yield from _of_text(text, node)
        elif isinstance(node, Action):
            if node.pipeline.variables or _URL in text[node.start : node.end]:
                yield node.start, node.end
        elif isinstance(node, Control) and _is_needed(text, node):
            yield node.close.start, node.close.end
            for clause in node.clauses:
                yield clause.tag.start, clause.tag.end
                yield from _needed(text, list(clause.body))


def _of_text(text: str, node: Text) -> Iterator[tuple[int, int]]:
    at = text.find(_URL, node.start, node.end)
    while at >= 0:
        if not _SHELL.match(text, at, node.end):
            yield at, at + len(_URL)
        at = text.find(_URL, at + 1, node.end)


def _is_needed(text: str, node: Control) -> bool:
    if _URL in text[node.start : node.end]:
        return True
    inner = (leaf for clause in node.clauses for leaf in leaves(clause.body))
    return any(isinstance(leaf, Action) and leaf.pipeline.variables for leaf in inner)
