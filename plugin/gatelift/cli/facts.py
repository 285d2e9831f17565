"""``gatelift facts``: what must be known of all applications of a cluster to convert one of them alone."""

from __future__ import annotations

import argparse

from gatelift.cli.files import out, say, write_file
from gatelift.cli.options import add_paths, add_settings
from gatelift.cli.run import begin, context_of
from gatelift.config.model import Phase
from gatelift.expected.facts import Facts, encode, with_verdicts
from gatelift.expected.judge import judge
from gatelift.findings import Exit
from gatelift.report.text import render_findings


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add_paths(parser)
    add_settings(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write; standard output if left out")


def run(arguments: argparse.Namespace) -> Exit:
    """Read everything, write the facts."""
    made = begin(arguments)
    found = made.found
    say(render_findings(made.findings))
    if made.codes:
        return Exit.UNREADABLE
    context = context_of(made)
    judged = judge(found.ingresses, context, Phase.RETIRE, found.suspects)
    hosts = with_verdicts(context.facts.hosts, judged.held.hosts, judged.withheld)
    facts = Facts(
        hosts=hosts,
        services=found.inventory.services,
        names=context.names,
        certificates=context.facts.certificates,
    )
    if arguments.output:
        write_file(arguments.output, encode(facts), "facts")
    else:
        out(encode(facts))
    return Exit.DONE
