"""What a plan changes, as a unified diff for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import unified_diff

from gatelift.plan.model import FileChange
from gatelift.report.safe import harmless

_FENCE = re.compile(r"~{3,}")


def unified(files: Iterable[FileChange]) -> str:
    """All changes, by path, as ``git diff`` prints them but for object names."""
    return "".join(line for change in files for line in _change(change))


def fenced(text: str, largest: int) -> str:
    """``text`` as a block of Markdown that nothing in it ends, at most about ``largest`` bytes."""
    lines, size = [], 0
    for line in text.split("\n")[:-1]:
        shown = harmless(line)
        size += len(shown.encode()) + 1
        if size > largest:
            lines.append("... the rest is left out: run 'gatelift rewrite --diff' to see all of it")
            break
        lines.append(shown)
    longest = max((len(found) for line in lines for found in _FENCE.findall(line)), default=2)
    fence = "~" * (longest + 1)
    return "\n".join(("", f"{fence}diff", *lines, fence, ""))


def _change(change: FileChange) -> Iterator[str]:
    before, after = _lines(change.before), _lines(change.after)
    old = "/dev/null" if change.before is None else f"a/{harmless(change.path)}"
    new = "/dev/null" if change.after is None else f"b/{harmless(change.path)}"
    for line in unified_diff(before, after, old, new):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(data: bytes | None) -> list[str]:
    # Split at line feeds only: other characters that Python takes for line ends are part of a line.
    text = (data or b"").decode("utf-8", "backslashreplace")
    return re.findall(r"[^\n]*\n|[^\n]+", text)
