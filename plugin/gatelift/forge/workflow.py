"""Talking to GitHub's runner: outputs, the summary, annotations; what comes from a repository cannot talk to it.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from gatelift.findings import Finding, Severity
from gatelift.report.safe import harmless

MOST = 10
"""GitHub shows no more annotations of one level for one step."""
LARGEST_SUMMARY = 1_000_000
"""Bytes; GitHub takes 1 MiB for one step."""
_LONGEST = 2000
_FENCE = re.compile(r"~{3,}")
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def annotated(findings: Iterable[Finding], most: int = MOST) -> str:
    """Findings as workflow commands, at most ``most`` of each level, the first by place, with a line for the rest.

    Notes are no annotations: a run may have hundreds, and none asks for anything.
    """
    ordered = sorted(dict.fromkeys(findings), key=Finding.sort_key)
    made: list[str] = []
    for severity in (Severity.ERROR, Severity.WARNING):
        mine = [item for item in ordered if item.severity is severity]
        # The rest is one annotation too.
        shown = mine if len(mine) <= most else mine[: most - 1]
        made.extend(annotation(item) for item in shown)
        if rest := len(mine) - len(shown):
            made.append(_command(_LEVELS[severity], {}, f"{rest} more: see the summary of this run"))
    return "".join(made)


def annotation(finding: Finding) -> str:
    """One finding as a workflow command, on a line of its own."""
    properties: dict[str, str] = {}
    if finding.place is not None:
        properties["file"] = finding.place.path
        if finding.place.line:
            properties.update(line=str(finding.place.line), col=str(finding.place.column or 1))
    properties["title"] = finding.code
    about = f" ({finding.object})" if finding.object and finding.object not in finding.message else ""
    text = f"{finding.message}{about}" + (f". What to do: {finding.fix}" if finding.fix else "")
    return _command(_LEVELS[finding.severity], properties, text)


def outputs(values: Mapping[str, str]) -> str:
    """What is appended to ``$GITHUB_OUTPUT``: every value between delimiters that nobody can guess."""
    made = []
    for name, value in values.items():
        end = f"gatelift_{secrets.token_hex(16)}"
        made.append(f"{name}<<{end}\n{harmless(value)}\n{end}\n")
    return "".join(made)


def fenced(lines: Sequence[str], largest: int) -> str:
    """``lines`` of a difference as a block of Markdown that nothing in it ends, at most about ``largest`` bytes."""
    shown: list[str] = []
    size = 0
    for line in map(harmless, lines):
        size += len(line.encode()) + 1
        if size > largest:
            shown.append("... the rest is left out: run 'gatelift rewrite --diff' to see all of it")
            break
        shown.append(line)
    longest = max((len(found) for line in shown for found in _FENCE.findall(line)), default=2)
    fence = "~" * (longest + 1)
    return "\n".join(("", f"{fence}diff", *shown, fence, ""))


def append(path: str, text: str) -> None:
    """Append to a file of the runner; nothing where it names none."""
    if path:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)


def _command(level: str, properties: Mapping[str, str], message: str) -> str:
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level}{' ' if told else ''}{told}::{_data(harmless(message)[:_LONGEST])}\n"


def _data(text: str) -> str:
    return _replaced(text, (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")))


def _property(text: str) -> str:
    return _replaced(_data(harmless(text)), ((":", "%3A"), (",", "%2C")))


def _replaced(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text
