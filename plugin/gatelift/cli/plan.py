"""``gatelift plan``: everything that a rewrite would do, with its proofs; nothing is written."""

from __future__ import annotations

import argparse

from gatelift.cli.files import out
from gatelift.cli.options import add_settings
from gatelift.cli.planning import add_path, add_phase, add_planning, plan
from gatelift.findings import Exit


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add_path(parser)
    add_settings(parser)
    add_phase(parser)
    add_planning(parser)
    parser.add_argument("-o", "--output", choices=["text", "json"], default="text", help="how to print it")


def run(arguments: argparse.Namespace) -> Exit:
    """Plan and print."""
    made = plan(arguments)
    out(str(made.plan.digest) + "\n")
    return Exit.DONE
