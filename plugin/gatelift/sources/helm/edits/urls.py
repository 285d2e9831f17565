"""The lines of a part of a template that print URLs, with the loops, branches and variables that they need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from gatelift.sources.helm.template.nodes import Action, Control, Node, Text, leaves

_URL = re.compile(r"://")
# A host that the chart itself fills in; other URLs may lead to documentation.
_FILLED = re.compile(r"://[^\s\"'`<>{]*\{\{")
# A variable of the shell is set on another line, by asking for what only an Ingress has.
_SHELL = re.compile(r"://[^\s]*\$[{(]?[A-Za-z_]")
_HEADING = re.compile(r"(?i)[^{}]*\burl[^{}]*:\s*")


class UrlLines(msgspec.Struct, frozen=True):
    """``first`` stands behind the opening tag on its line, ``last`` before the closing one; ``middle`` are whole lines.

    ``indent``: what stands before a URL; ``carriage``: what the lines end with before their line break.
    """

    first: str
    middle: tuple[str, ...]
    last: str
    indent: str
    carriage: str


def url_lines(text: str, nodes: Sequence[Node], start: int, end: int) -> UrlLines | None:
    """The lines of ``text[start:end]``, which holds ``nodes``; None where it prints no URL on a line of its own."""
    lines = text[start:end].split("\n")
    url = _FILLED if _FILLED.search(text, start, end) else _URL
    urls = [found.start() for found in url.finditer(text, start, end) if not _SHELL.match(text, found.start(), end)]
    if len(lines) < 3 or not urls or lines[0].strip() or lines[-1].strip():
        return None
    number = text.count("\n", start, urls[0])
    if not 0 < number < len(lines) - 1:
        return None
    kept = set(_rows(text, start, _needed(nodes, urls)))
    heading = next((row for row in range(number - 1, 0, -1) if _HEADING.fullmatch(lines[row])), None)
    if heading is not None:
        kept |= {heading} if lines[heading + 1].strip() else {heading, heading + 1}
    for row in range(len(lines) - 2, 0, -1):
        # A blank line belongs to what it stands above.
        if not lines[row].strip() and row + 1 in kept:
            kept.add(row)
    first = lines[number]
    return UrlLines(
        first=lines[0],
        middle=tuple(lines[row] for row in range(1, len(lines) - 1) if row in kept),
        last=lines[-1],
        indent=first[: len(first) - len(first.lstrip())],
        carriage="\r" if first.endswith("\r") else "",
    )


def _rows(text: str, start: int, spans: Iterable[tuple[int, int]]) -> Iterator[int]:
    """The numbers of the lines that spans stand on, counted from ``start``."""
    for begin, end in spans:
        first = text.count("\n", start, begin)
        yield from range(first, first + text.count("\n", begin, end) + 1)


def _needed(nodes: Iterable[Node], urls: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The spans that must stay: texts and actions with a URL, whatever sets a variable, and what stands around."""
    for node in nodes:
        inside = [at for at in urls if node.start <= at < node.end]
        if isinstance(node, Text):
            yield from ((at, at + 1) for at in inside)
        elif isinstance(node, Action):
            if node.pipeline.variables or inside:
                yield node.start, node.end
        elif isinstance(node, Control) and (inside or _sets_variables(node)):
            yield node.close.start, node.close.end
            for clause in node.clauses:
                yield clause.tag.start, clause.tag.end
                yield from _needed(clause.body, urls)


def _sets_variables(node: Control) -> bool:
    inner = (leaf for clause in node.clauses for leaf in leaves(clause.body))
    return any(isinstance(leaf, Action) and leaf.pipeline.variables for leaf in inner)
