"""``gatelift annotations``: every annotation that has a unit, and what it becomes on the targets asked for."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from gatelift.annotations import registry
from gatelift.annotations.options import DecideOptions
from gatelift.annotations.registry import NGINX_FAMILY
from gatelift.cli.files import out
from gatelift.config import load, operator
from gatelift.config.target import TargetName, TargetSpec, named, parse_target
from gatelift.findings import Exit
from gatelift.report.matrix import Line, Word, matrix
from gatelift.targets.registry import resolve
from gatelift.text.markdown import code, table

TARGET_HELP = (
    "what to judge for, may be repeated: "
    + ", ".join(TargetName)
    + ", or versions as gatewayAPI=1.6,channel=standard,envoyGateway=1.9; default: the configured target"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--target", metavar="TARGET", action="append", default=[], help=f"{TARGET_HELP}, and standard beside it"
    )
    parser.add_argument(
        "-o", "--output", choices=["table", "json", "markdown"], default="table", help="how to print it"
    )


def run(arguments: argparse.Namespace) -> Exit:
    """Print the list."""
    specs = targets(arguments.target) or tuple(dict.fromkeys((configured(), named(TargetName.STANDARD))))
    lines = matrix(registry.everything(), specs)
    text = {"table": _table, "json": _json, "markdown": _markdown}[arguments.output](lines, specs)
    out(text)
    return Exit.DONE


def targets(words: Sequence[str]) -> tuple[TargetSpec, ...]:
    """The targets that ``--target`` names, each once. Raises ``UsageError``."""
    specs = tuple(dict.fromkeys(parse_target(word) for word in words))
    for spec in specs:
        resolve(spec)
    return specs


def configured() -> TargetSpec:
    """The target of the configuration here, or the default. Raises ``UsageError``."""
    return load(Path(), operator(os.environ), DecideOptions()).target


def _json(lines: Sequence[Line], specs: Sequence[TargetSpec]) -> str:
    rows = [
        {
            **line.row.plain(),
            "targets": {
                str(spec): {"verdict": str(verdict.word), **verdict.plain()}
                for spec, verdict in zip(specs, line.verdicts, strict=True)
            },
        }
        for line in lines
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def _table(lines: Sequence[Line], specs: Sequence[TargetSpec]) -> str:
    heads = ("ANNOTATION", "RISK", *map(str, specs), "MEANING")
    rows = [heads, *((line.row.key, line.row.risk, *map(str, line.verdicts), line.row.summary) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads) - 1)]
    columns = shutil.get_terminal_size().columns if sys.stdout is not None and sys.stdout.isatty() else None
    if columns is not None and sum(widths) + 2 * len(widths) >= columns:
        printed = [_cut(line, columns) for line in _stacked(lines, specs)]
    else:
        printed = [
            "  ".join([*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[-1]])
            for row in rows
        ]
        printed = [_cut(line, columns) if columns else line for line in printed]
    words = [f"{word}: {word.meaning}" for word in Word]
    return "\n".join([*printed, "", *words, "", counted(lines)]) + "\n"


def _stacked(lines: Sequence[Line], specs: Sequence[TargetSpec]) -> Iterator[str]:
    """For a terminal where the table would lose its verdicts: one below the other."""
    width = max(len(str(spec)) for spec in specs)
    for line in lines:
        yield f"{line.row.key} ({line.row.risk})"
        yield f"  {line.row.summary}"
        yield from (f"  {spec!s:<{width}}  {verdict}" for spec, verdict in zip(specs, line.verdicts, strict=True))


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 1] + "…"


def counted(lines: Sequence[Line]) -> str:
    """How many there are, in a sentence."""
    ours = sum(line.row.family == NGINX_FAMILY for line in lines)
    return (
        f"{ours} annotations of ingress-nginx, aliases included, and {len(lines) - ours} keys of others; "
        "'gatelift explain KEY' tells more of each."
    )


def _markdown(lines: Sequence[Line], specs: Sequence[TargetSpec]) -> str:
    heads = ("annotation", "risk", *map(str, specs), "meaning", "options under `decide:`")
    rows = [
        (code(line.row.key), line.row.risk, *map(str, line.verdicts), line.row.summary, ", ".join(line.row.decide))
        for line in lines
    ]
    return f"{table(heads, rows)}\n{counted(lines)}\n"
