"""The report for a terminal, with rich. Imported only where it is shown.

Strings go into ``Text`` objects, never into markup, so nothing in them is read as a style or a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gatelift.findings import Severity
from gatelift.intent.outcome import Disposition
from gatelift.report.listing import Block, Line, sentence
from gatelift.report.model import Report, ReportedFinding, Status
from gatelift.report.overview import blocks
from gatelift.report.summary import next_step, rows
from gatelift.report.text import finding_lines, whole

NARROWEST = 40

# A line that was broken just before "::" would be a command to the runner of a GitHub workflow (see ``safe``).
_COMMAND = re.compile(r"^((?:\x1b\[[0-9;]*m|[ ])*)::", re.MULTILINE)

_COLOURS = {
    Disposition.REFUSED: "bold red",
    Disposition.DIFFERS: "yellow",
    Disposition.MOVED: "cyan",
    Disposition.EXACT: "green",
    Disposition.INERT: "dim",
}
_HEADS = {Status.CONVERTED: "bold", Status.WITHHELD: "bold red", Status.LEFT: "dim"}
_SEVERITIES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


def render_table(report: Report, findings: Sequence[ReportedFinding], width: int) -> str:
    """The whole text with colours, ``width`` columns wide, with a final newline."""
    console = console_of(max(width, NARROWEST))
    for block in blocks(report):
        console.print(Text(block.head, _HEADS[block.status]))
        if block.lines:
            console.print(_ledger(block))
    for item in findings:
        for line in finding_lines(item):
            # The terminal breaks these lines itself, so that a place stays in one piece and can be clicked.
            console.print(Text(line, _SEVERITIES[item.severity]), soft_wrap=True)
    console.print(_summary(rows(report)))
    console.print(Text(f"next: {next_step(report, findings)}", "bold"))
    console.print(Text(whole(report), "dim"))
    return printed(console)


def printed(console: Console) -> str:
    """What was printed on a console that ``console_of`` made."""
    output = console.file
    assert isinstance(output, StringIO)  # noqa: S101 - console_of() made it
    return _COMMAND.sub(r"\1\\x3a:", output.getvalue())


def console_of(width: int) -> Console:
    """A console that prints into memory, ``width`` columns wide."""
    # Everything that rich would take from the environment is said here: the same report gives the same bytes.
    return Console(
        file=StringIO(),
        width=width,
        force_terminal=True,
        force_jupyter=False,
        color_system="standard",
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        _environ={},
    )


def _ledger(block: Block) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 0, 0, 2))
    table.add_column(width=max(map(len, Disposition)), no_wrap=True)
    table.add_column(overflow="fold")
    for line in block.lines:
        table.add_row(Text(line.disposition, _COLOURS[line.disposition]), _said(line))
    return table


def _said(line: Line) -> Text:
    said = sentence(line.text, line.todo)
    return Text.assemble((line.subject, "bold"), f": {said}") if said else Text(line.subject)


def _summary(pairs: Iterable[tuple[str, str]]) -> Table:
    table = Table("Summary", "", box=SIMPLE_HEAD)
    for label, text in pairs:
        table.add_row(Text(label, "bold"), Text(text))
    return table
