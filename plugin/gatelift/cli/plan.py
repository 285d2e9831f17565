"""``gatelift plan``: everything that a rewrite would do, with its proofs; nothing is written."""

from __future__ import annotations

import argparse

from gatelift.cli.files import out
from gatelift.cli.options import add_settings
from gatelift.cli.planning import account, add_path, add_phase, add_planning, add_printing, add_replay, codes, plan
from gatelift.findings import Exit, strongest
from gatelift.report.planned import encode


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add_path(parser)
    add_settings(parser)
    add_phase(parser)
    add_planning(parser)
    add_replay(parser)
    add_printing(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Plan and print."""
    made = plan(arguments)
    if arguments.output == "json":
        out(encode(made.plan))
    else:
        account(made, wrote=False, quiet=False, stream="out")
    return strongest(codes(made, arguments.allow_refused))
