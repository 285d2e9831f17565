"""``gatelift annotations``: every annotation that has a unit."""

from __future__ import annotations

import argparse
import json

from gatelift.annotations import registry
from gatelift.annotations.catalogue import Row, catalogue
from gatelift.cli.files import out
from gatelift.findings import Exit


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "-o", "--output", choices=["table", "json", "markdown"], default="table", help="how to print it"
    )


def run(arguments: argparse.Namespace) -> Exit:
    """Print the list."""
    rows = catalogue(registry.everything())
    text = {"table": _table, "json": _json, "markdown": _markdown}[arguments.output](rows)
    out(text)
    return Exit.DONE


def _json(rows: tuple[Row, ...]) -> str:
    return json.dumps([row.plain() for row in rows], indent=2, ensure_ascii=False) + "\n"


def _table(rows: tuple[Row, ...]) -> str:
    width = max(len(row.key) for row in rows)
    lines = [f"{row.key:<{width}}  {row.risk:<8}  {row.summary}" for row in rows]
    return "\n".join([f"{'ANNOTATION':<{width}}  {'RISK':<8}  MEANING", *lines]) + "\n"


def _markdown(rows: tuple[Row, ...]) -> str:
    lines = [f"| `{row.key}` | {row.risk} | {row.summary} | {', '.join(row.decide)} |" for row in rows]
    head = "| annotation | risk | meaning | options under `decide:` |\n|---|---|---|---|\n"
    return head.replace("|---|---|---|---|\n", "|---|---|---|---|\n") + "\n".join(lines) + "\n"
