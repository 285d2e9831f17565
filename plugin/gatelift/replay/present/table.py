"""A replay on a terminal, with rich: the disagreements as a table. Imported only where it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gatelift.replay.present.model import ClusterReplay, ReplayReport, ShownDisagreement
from gatelift.replay.present.text import by_explanation, cluster, verdict
from gatelift.report.safe import harmless

_NARROWEST = 60
_ROWS = ("  DISAGREES", "  differs", "    ")
"""How the lines begin that the table has instead."""


def render(made: ReplayReport, width: int) -> str:
    """The whole account with colours, ``width`` columns wide."""
    console = Console(
        file=StringIO(),
        width=max(width, _NARROWEST),
        force_terminal=True,
        force_jupyter=False,
        color_system="standard",
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        _environ={},
    )
    for item in made.clusters:
        _cluster(console, item)
    console.print(Text(verdict(made), "bold green" if made.holds else "bold red"))
    output = console.file
    assert isinstance(output, StringIO)  # noqa: S101 - made above
    return output.getvalue()


def _cluster(console: Console, item: ClusterReplay) -> None:
    head, *lines = cluster(item)
    console.print(Text(head, "bold"))
    if item.disagreements:
        unexplained = [each for each in item.disagreements if not each.explained]
        console.print(_table([*unexplained, *(each for each, _ in by_explanation(item.disagreements).values())]))
    for line in lines:
        if not line.startswith(_ROWS):
            console.print(Text(line, "dim" if ": " in line and line.lstrip().startswith("Traefik") else ""))
    for each in item.disagreements:
        if not each.explained:
            console.print(Text(f"  try it: {harmless(each.curl)}"), soft_wrap=True)
    console.print()


def _table(items: Sequence[ShownDisagreement]) -> Table:
    table = Table("", "Request", "Before", "After", "Explained by", box=SIMPLE_HEAD)
    for item in items:
        style = "" if item.explained else "bold red"
        request = f"{item.request.method} {item.request.url}"
        extra = [*item.request.headers, f"body of {item.request.body} bytes" if item.request.body else ""]
        shown = [
            item.attribute,
            "\n".join(part for part in (request, *extra, item.request.client) if part),
            item.before,
            item.after,
            item.explained or "nothing",
        ]
        table.add_row(*(Text("\n".join(map(harmless, text.split("\n"))), style, overflow="fold") for text in shown))
    return table
