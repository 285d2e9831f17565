"""The report for people, on standard error: plain lines for a pipe, coloured tables for a terminal.

Both say the same in the same order: the Ingresses, the findings, the counts, the next step. Neither can be steered by
what it shows: see ``safe``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gatelift.findings import Finding
from gatelift.report.listing import Line, sentence
from gatelift.report.model import Report, ReportedFinding, reported
from gatelift.report.overview import blocks, is_large
from gatelift.report.safe import harmless
from gatelift.report.summary import next_step, rows


def render(report: Report, findings: Iterable[Finding] = (), width: int = 80, colour: bool = False) -> str:
    """The whole text, with a final newline.

    With ``colour`` it is for a terminal, ``width`` columns wide; without, ``width`` does not matter and every line can
    be found by its beginning. ``findings`` are shown with those of the report, each once.
    """
    told = _all_findings(report, findings)
    if colour:
        from gatelift.report.table import render_table  # rich takes longer to load than all of gatelift

        return render_table(report, told, width)
    return "".join(f"{line}\n" for line in _plain(report, told))


def render_findings(findings: Iterable[Finding]) -> str:
    """Findings alone, as plain lines: for a run that ends before there is a report. Empty where there are none."""
    return "".join(f"{line}\n" for item in reported(findings) for line in finding_lines(item))


def finding_lines(item: ReportedFinding) -> Iterator[str]:
    """``path:line:column: severity: message``, and below it what to do."""
    place = f"{harmless(item.place)}: " if item.place else ""
    about = f" ({harmless(item.object)})" if item.object and item.object not in item.message else ""
    yield f"{place}{item.severity}: {harmless(item.message)}{about}"
    if item.fix:
        yield f"    {harmless(item.fix)}"


def whole(report: Report) -> str:
    """How to get what is not shown."""
    shown = "This is an overview; the" if is_large(report) else "The"
    return f"{shown} whole ledger as JSON: --report FILE"


def _all_findings(report: Report, findings: Iterable[Finding]) -> Sequence[ReportedFinding]:
    return tuple(dict.fromkeys((*report.findings, *reported(findings))))


def _plain(report: Report, findings: Sequence[ReportedFinding]) -> Iterator[str]:
    for block in blocks(report):
        yield block.head
        yield from (f"  {line.disposition:<8} {_said(line)}" for line in block.lines)
    for item in findings:
        yield from finding_lines(item)
    for label, text in rows(report):
        yield f"{label}: {text}"
    yield f"next: {next_step(report, findings)}"
    yield whole(report)


def _said(line: Line) -> str:
    said = sentence(line.text, line.todo)
    return f"{line.subject}: {said}" if said else line.subject
