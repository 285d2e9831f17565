"""``gatelift verify``: whether a work tree means what a rewrite of an earlier commit should mean."""

from __future__ import annotations

import argparse
from pathlib import Path

from gatelift.cli.files import out
from gatelift.cli.options import add_settings
from gatelift.cli.planning import account, add_path, add_phase, add_planning, add_printing, add_replay, codes, verified
from gatelift.findings import Exit, Finding, Place, Severity, UsageError, strongest
from gatelift.report.planned import encode
from gatelift.repository.revision import open_at
from gatelift.repository.walk import open_tree


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add_path(parser)
    add_settings(parser)
    add_phase(parser)
    add_planning(parser)
    add_replay(parser)
    parser.add_argument("--against", metavar="REV", required=True, help="the commit whose Ingresses say what is right")
    add_printing(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Prove, account; 5 where a root means something else."""
    opened = open_tree(Path(arguments.path))
    if opened.git is None:
        fix = "run it in a git repository"
        message = "there is no commit to verify against: this is no git repository"
        raise UsageError(Finding("usage/no-git", Severity.ERROR, message, fix, Place(opened.tree.root)))
    made = verified(arguments, opened, open_at(opened.git, arguments.against))
    found = codes(made, arguments.allow_refused)
    if any(not item.holds for root in made.plan.roots for item in root.evidence):
        found.add(Exit.DISAGREES)
    if arguments.output == "json":
        out(encode(made.plan))
    else:
        account(made, wrote=False, quiet=False, stream="out")
    return strongest(found)
