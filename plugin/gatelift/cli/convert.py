"""``gatelift convert``: manifests in, Gateway API out; standard output is the result, standard error the account."""

from __future__ import annotations

import argparse
import json
import os
import sys

from gatelift.cli.files import out, say, write_file
from gatelift.cli.options import ASSUMED, add_paths, add_settings
from gatelift.cli.run import Run, begin, context_of, facts_of
from gatelift.config.model import Phase
from gatelift.expected.expected import Expected, expected
from gatelift.expected.judge import judge
from gatelift.expected.settings import setting_findings
from gatelift.findings import Exit, Finding, Severity, strongest
from gatelift.report.model import Report, build, encode
from gatelift.report.text import render, render_findings
from gatelift.sources.controllers.offer import is_configured
from gatelift.sources.output import new_objects, stream_text


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add_paths(parser)
    add_settings(parser)
    phase = parser.add_mutually_exclusive_group()
    phase.add_argument(
        "--phase",
        choices=[str(phase) for phase in Phase],
        help="coexist: routes beside each Ingress; cutover: DNS moves to them; retire (default): they replace it",
    )
    phase.add_argument("--keep-ingress", action="store_true", help="the same as --phase coexist")
    parser.add_argument("--facts", metavar="FILE", help="what 'gatelift facts' wrote about all applications")
    parser.add_argument(
        "-o", "--output", choices=["yaml", "json"], default="yaml", help="json: one List of new objects"
    )
    parser.add_argument("--report", metavar="FILE", help="write the whole ledger as JSON (docs/report.md)")
    parser.add_argument("--quiet", action="store_true", help="print errors only")
    parser.add_argument("--keep-going", action="store_true", help="write the result although some input is unreadable")
    parser.add_argument("--allow-refused", action="store_true", help="exit with 0 although something was refused")


def run(arguments: argparse.Namespace) -> Exit:
    """Convert, write, account."""
    if arguments.keep_ingress:
        arguments.phase = str(Phase.COEXIST)
    made = begin(arguments)
    context = context_of(made, facts_of(arguments.facts))
    phase = made.config.phase or Phase.RETIRE
    found = made.found
    result = expected(found.ingresses, phase, context, judge(found.ingresses, context, phase, found.suspects))
    findings = (*made.findings, *setting_findings(context), *result.findings)
    codes = made.codes
    if result.refused and not arguments.allow_refused:
        codes.add(Exit.REFUSED)
    report = build(
        result,
        phase=phase,
        target=str(context.target.spec),
        complete=context.complete,
        findings=findings,
        places=found.places,
    )
    # Before anything is written: it raises where a file cannot be edited.
    wanted = Exit.UNREADABLE not in codes or arguments.keep_going
    text = _text(arguments, made, result) if wanted else ""
    if arguments.report:
        write_file(arguments.report, encode(report), "report")
    out(text)
    _account(arguments, report, findings)
    if not arguments.quiet and report.summary.ingresses and not is_configured(context.rulings.controller):
        say(ASSUMED)
    return strongest(codes)


def _text(arguments: argparse.Namespace, made: Run, result: Expected) -> str:
    if arguments.output == "json":
        items = {"apiVersion": "v1", "kind": "List", "items": new_objects(result)}
        return json.dumps(items, indent=2, ensure_ascii=False) + "\n"
    return stream_text(made.reading, result)


def _account(arguments: argparse.Namespace, report: Report, findings: tuple[Finding, ...]) -> None:
    if arguments.quiet:
        say(render_findings([finding for finding in findings if finding.severity is Severity.ERROR]))
        return
    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    width = _columns() if sys.stderr.isatty() else 0
    say(render(report, findings, width=width, colour=colour))


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except OSError:
        return 80
