"""``gatelift cmp``: what Argo CD calls. Standard output is for Argo CD, and all or nothing; standard error tells."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from gatelift.argocd.generate import generate
from gatelift.argocd.settings import DEADLINE, parse_deadline
from gatelift.cli.files import out, say, write_file
from gatelift.findings import EnvironmentProblem, Exit, Finding, Severity
from gatelift.report.model import build, encode
from gatelift.report.text import render


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "what", choices=["generate"], help="generate: render the working directory, and convert what is rendered"
    )
    parser.add_argument(
        "--deadline", metavar="SECONDS", help=f"give up after so long, before Argo CD does (default {DEADLINE:g})"
    )
    parser.add_argument("--report", metavar="FILE", help="write the whole ledger as JSON (docs/report.md)")


def run(arguments: argparse.Namespace) -> Exit:
    """Render, convert, print, account."""
    given: str | None = arguments.deadline
    seconds = parse_deadline(given, "--deadline") if given is not None else None
    made = generate(os.environ, _here(), seconds)
    report = build(
        made.result,
        phase=made.phase,
        target=made.target,
        complete=made.complete,
        findings=made.findings,
        places=made.places,
    )
    if arguments.report:
        write_file(arguments.report, encode(report), "report")
    # The account first: should standard output fail, Argo CD is told why all the same.
    say(f"engine: {made.engine}\n{render(report, made.findings, width=0, colour=False)}")
    out(made.text)
    return made.code


def _here() -> str:
    try:
        return str(Path.cwd())
    except OSError as error:
        message = f"the working directory cannot be found: {(error.strerror or str(error)).lower()}"
        fix = "see whether something removes the sidecar's temporary folders while it works"
        raise EnvironmentProblem(Finding("plugin/folder", Severity.ERROR, message, fix)) from None
