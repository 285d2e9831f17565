"""``gatelift rewrite``: the sources, edited in place and proved; all files or none."""

from __future__ import annotations

import argparse
from pathlib import Path

from gatelift.apply.apply import apply_changes
from gatelift.apply.backup import backup
from gatelift.apply.recover import recover
from gatelift.apply.state import state_folder
from gatelift.cli.difference import unified
from gatelift.cli.files import out, say, write_file
from gatelift.cli.options import add_settings
from gatelift.cli.planning import (
    Planned,
    account,
    add_account,
    add_path,
    add_phase,
    add_planning,
    add_replay,
    codes,
    plan,
)
from gatelift.findings import EnvironmentProblem, Exit, Finding, Place, Severity, UsageError, strongest
from gatelift.report.planned import encode
from gatelift.report.text import render_findings
from gatelift.repository.git import dirty
from gatelift.repository.walk import Opened, open_tree


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add_path(parser)
    add_settings(parser)
    add_phase(parser)
    add_planning(parser)
    add_replay(parser)
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--diff", action="store_true", help="print the difference, and write nothing")
    only.add_argument("--check", action="store_true", help="write nothing; exit with 1 if something would change")
    parser.add_argument("--allow-dirty", action="store_true", help="write although there are uncommitted changes")
    parser.add_argument("--backup", metavar="DIR", help="copy what changes there first (asked for outside git)")
    add_account(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Plan, prove, write, account."""
    opened = open_tree(Path(arguments.path))
    writes = not (arguments.diff or arguments.check)
    if writes:
        opened = _ready(arguments, opened)
    made = plan(arguments, opened)
    found = codes(made, arguments.allow_refused)
    if arguments.diff:
        out(b"".join(unified(change) for change in made.plan.files))
    if arguments.check and made.plan.files:
        found.add(Exit.WOULD_CHANGE)
    if arguments.report:
        write_file(arguments.report, encode(made.plan), "report")
    if writes and made.plan.files and found.isdisjoint((Exit.UNREADABLE, Exit.DISAGREES)):
        _write(arguments, made)
    else:
        writes = False
    account(made, wrote=writes, quiet=arguments.quiet)
    return strongest(found)


def _ready(arguments: argparse.Namespace, opened: Opened) -> Opened:
    """The tree, fit to be written to: what an earlier run left is put right, and nothing uncommitted is at stake."""
    root = Path(opened.tree.root)
    recovery = recover(root, state_folder(opened))
    if recovery.finding is not None:
        say(render_findings([recovery.finding]))
        opened = open_tree(Path(arguments.path))
    if arguments.allow_dirty:
        return opened
    if opened.git is None:
        if not arguments.backup:
            raise UsageError(_no_way_back(str(root)))
        return opened
    changed = dirty(opened.git)
    if changed:
        raise EnvironmentProblem(_dirty(changed))
    return opened


def _write(arguments: argparse.Namespace, made: Planned) -> None:
    root = Path(made.opened.tree.root)
    if arguments.backup:
        backup(root, made.plan.files, Path(arguments.backup))
    apply_changes(root, made.plan.files, state_folder(made.opened))


def _dirty(changed: tuple[str, ...]) -> Finding:
    shown = ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "")
    return Finding(
        "environment/dirty",
        Severity.ERROR,
        f"there are uncommitted changes ({shown}), and a rewrite among them could not be told apart from them",
        "commit or stash them, or pass --allow-dirty",
    )


def _no_way_back(root: str) -> Finding:
    return Finding(
        "usage/no-way-back",
        Severity.ERROR,
        "this is no git repository, so there would be no way back",
        "pass --backup DIR to keep what changes, or --allow-dirty",
        Place(root),
    )
