"""What ``pr`` and the action share: from arguments and the environment to a pull request. Needs the extra ``pr``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from msgspec import structs

from gatelift.cli.planning import Planned
from gatelift.findings import EnvironmentProblem, Finding, Place, Severity
from gatelift.forge.commit import Author, author
from gatelift.forge.github import GitHub
from gatelift.forge.publish import Operation, Published, Request, publish
from gatelift.forge.remote import Remote, branch_name, remote
from gatelift.forge.token import Token
from gatelift.plan.model import Plan
from gatelift.report.planned import report_of
from gatelift.report.safe import harmless
from gatelift.repository.git import Git, dirty
from gatelift.repository.root import real

_ABOUT_MEANING = ("nginx", "helm")
"""Families of findings that are about what a setting means, or about what is never edited."""
_SAYS = {
    Operation.CREATED: "opened",
    Operation.UPDATED: "updated",
    Operation.CLOSED: "closed",
    Operation.NONE: "left as it is",
}


def credentials(optional: bool = False) -> tuple[Remote, Token | None]:
    """The repository and the token. Raises ``UsageError``; without ``optional`` also where there is no token.

    The token is taken out of the environment: no engine that builds the repository's sources gets to see it.
    """
    secret = os.environ.pop("GITHUB_TOKEN", "")
    where = remote(os.environ)
    return where, None if optional and not secret else Token(secret)


def request_of(arguments: argparse.Namespace) -> Request:
    """What the arguments want of the pull request. Raises ``UsageError``."""
    return Request(
        branch=branch_name(arguments.branch, "branch"),
        base=branch_name(arguments.base, "base") if arguments.base else "",
        title=harmless(arguments.title.strip()),
        labels=tuple(dict.fromkeys(label for part in arguments.labels.split(",") if (label := part.strip()))),
        draft=arguments.draft,
        author=author(arguments.author) if arguments.author else Author(),
        path=arguments.path,
    )


def published(made: Planned, request: Request, where: Remote, token: Token | None, dry_run: bool = False) -> Published:
    """Publish. Raises what ``publish`` raises, and ``EnvironmentProblem`` outside of git and in a dirty work tree."""
    root = made.opened.tree.root
    git = _clean(made.opened.git, root)
    request = structs.replace(request, path=os.path.relpath(real(Path(request.path)), root))
    forge = GitHub(where, token, dry_run)
    return publish(
        made.plan, report_of(made.plan), request, git=git, forge=forge, token=token, certain=certain(made.plan)
    )


def certain(plan: Plan) -> bool:
    """Whether all was read and proved, so that a plan without changes means that none are needed.

    A warning that nobody here knows counts as one of something that was left unread.
    """
    if any(root.withdrawn for root in plan.roots):
        return False
    known = set(plan.result.findings)
    return all(
        item.severity is Severity.NOTE or item in known or item.code.partition("/")[0] in _ABOUT_MEANING
        for item in plan.findings
    )


def told(done: Published, dry_run: bool = False) -> str:
    """One line on what became of the pull request."""
    if done.number:
        would = "would be " if dry_run and done.operation is not Operation.NONE else ""
        return f"pull request #{done.number}: {would}{_SAYS[done.operation]} {harmless(done.url)}\n"
    would_be = "would be opened" if done.operation is Operation.CREATED else "none is open, and none is opened"
    return f"pull request: {would_be}\n"


def calls(done: Published) -> str:
    """What a dry run did not send, a line each."""
    return "".join(f"{harmless(call)}\n" for call in done.calls)


def _clean(git: Git | None, root: str) -> Git:
    if git is None:
        message = "this is no git repository, so there is nothing to make a pull request from"
        raise EnvironmentProblem(Finding("git/none", Severity.ERROR, message, "run in a clone", Place(root)))
    changed = dirty(git)
    if changed:
        shown = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if changed[3:] else "")
        message = f"the work tree is not what is committed, so the proofs are not about the commit: {shown}"
        fix = "commit, stash or ignore these files, then run again"
        raise EnvironmentProblem(Finding("git/dirty", Severity.ERROR, message, fix, Place(root)))
    return git
