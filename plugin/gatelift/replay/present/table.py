"""A replay on a terminal, with rich: differences as tables where there is room. Imported only where it is shown."""

from __future__ import annotations

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gatelift.replay.present.model import ClusterReplay, ReplayReport
from gatelift.replay.present.rows import Row, explained, means, rules, wrong
from gatelift.replay.present.text import MOST_TOLD, MOST_WRONG, cluster, verdict
from gatelift.report.requests import named
from gatelift.report.safe import harmless
from gatelift.report.table import console_of, printed

_NARROWEST = 60
_ROOM = 110
"""Narrower than this, cells would break in the middle of addresses; lines read better."""
_ROWS = ("  DISAGREES", "  differs:", "    ")
"""How the lines begin that a table has instead."""
_STYLES = {"  DISAGREES": "bold red", "  differs:": "", "    means:": "bold", "  not replayed": "yellow"}


def render(made: ReplayReport, width: int) -> str:
    """The whole account with colours, ``width`` columns wide."""
    console = console_of(max(width, _NARROWEST))
    for item in made.clusters:
        _cluster(console, item)
    console.print(Text(verdict(made), "bold green" if made.holds else "bold red"))
    return printed(console)


def _cluster(console: Console, item: ClusterReplay) -> None:
    head, *lines = cluster(item)
    console.print(Text(head, "bold"))
    if console.width >= _ROOM and item.disagreements:
        console.print(_table(item))
        lines = [line for line in lines if not line.startswith(_ROWS) or line.startswith("    try it")]
    for line in lines:
        style = next((style for begin, style in _STYLES.items() if line.startswith(begin)), "")
        # A command that is broken over lines could not be copied.
        console.print(Text(line, style), soft_wrap=line.startswith("    try it"))
    console.print()


def _table(item: ClusterReplay) -> Table:
    table = Table("", "Request", "Before", "After", "Means", box=SIMPLE_HEAD)
    for row in wrong(item.disagreements)[:MOST_WRONG]:
        first = row.first
        told = zip((first.before, first.after), rules(first), strict=True)
        sides = (f"{text}\nby {rule}" for text, rule in told)
        table.add_row(*_cells(row, *sides, f"DISAGREES: {means(first)}", style="bold red"))
    for row in explained(item.disagreements)[:MOST_TOLD]:
        table.add_row(*_cells(row, row.first.before, row.first.after, f"explained by {row.first.explained}"))
    return table


def _cells(row: Row, *told: str, style: str = "") -> Iterable[Text]:
    request = row.first.request
    body = f"body of {request.body} bytes" if request.body else ""
    client = f"from {request.client}" if request.client else ""
    parts = (f"{request.method} {request.url}", *map(named, request.headers), body, client, f"({row.count})")
    for text in (row.first.attribute, "\n".join(part for part in parts if part), *told):
        yield Text("\n".join(map(harmless, text.split("\n"))), style, overflow="fold")
