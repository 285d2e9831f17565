"""Comments that speak of a rule go with it."""

from __future__ import annotations

import re

from gatelift.sources.helm.readable.printer import Printer

_COMMENT = re.compile(r"[ \t]*(#[^\n]*|\{\{-?\s*/\*(?:(?!\*/).)*\*/\s*-?\}\})[ \t]*", re.DOTALL)
_GO = re.compile(r"\{\{-?\s*/\*(.*)\*/\s*-?\}\}", re.DOTALL)


class Comments:
    """The comments of one template, each written once for each place that it stands above."""

    def __init__(self, text: str) -> None:
        self._text = text

    def write(self, printer: Printer, start: int, end: int, indent: int) -> None:
        """Those between two offsets that stand right above the second, on lines of their own."""
        for shown in self._above(start, end):
            found = _GO.fullmatch(shown)
            if found:
                printer.line(f"{{{{- /*{found[1]}*/}}}}", indent)
            else:
                printer.line(shown, indent)

    def _above(self, start: int, end: int) -> list[str]:
        """Comment lines above an offset; between them and it stand only tags."""
        lines = self._text[start:end].split("\n")[1:-1]
        found: list[str] = []
        for line in reversed(lines):
            comment = _COMMENT.fullmatch(line)
            if comment:
                if "{{" in comment[1] and not _GO.fullmatch(comment[1]):
                    break
                found.append(comment[1])
            elif not re.fullmatch(r"\s*(\{\{-?\s*(if|with|range|end|else)\b.*\}\})?\s*", line):
                break
        return found[::-1]


def header(text: str) -> str:
    """The comments at the head of a file."""
    lines: list[str] = []
    at = 0
    while found := re.compile(rf"{_COMMENT.pattern}(?:\n|\Z)|[ \t]*\n", re.DOTALL).match(text, at):
        lines.append(found[0].rstrip("\n"))
        at = found.end()
        if at >= len(text):
            break
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines)
