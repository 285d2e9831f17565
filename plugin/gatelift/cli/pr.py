"""``gatelift pr``: the rewrite as one commit on a branch of the forge, and one pull request that says what it means."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from msgspec import structs

from gatelift.cli.files import out, say, write_file
from gatelift.cli.options import add_settings
from gatelift.cli.planning import Planned, add_path, add_phase, add_planning, plan
from gatelift.findings import EnvironmentProblem, Exit, Finding, Place, Severity, strongest
from gatelift.forge.commit import Author, author
from gatelift.forge.github import GitHub
from gatelift.forge.publish import Operation, Published, Request, publish
from gatelift.forge.remote import Remote, branch_name, remote
from gatelift.forge.token import Token
from gatelift.report.model import Report, build, encode
from gatelift.report.safe import harmless
from gatelift.report.text import render, render_findings
from gatelift.repository.git import Git, dirty
from gatelift.repository.root import real

BRANCH = "gatelift/gateway-api"
_SAYS = {
    Operation.CREATED: "opened",
    Operation.UPDATED: "updated",
    Operation.CLOSED: "closed",
    Operation.NONE: "left as it is",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add_path(parser)
    add_settings(parser)
    add_phase(parser)
    add_planning(parser)
    parser.add_argument("--branch", default=BRANCH, help=f"the branch to write (default: {BRANCH})")
    parser.add_argument("--base", default="", help="the branch to merge into (default: the repository's own)")
    parser.add_argument("--title", default="", help="the title (default: what the phase does)")
    parser.add_argument("--labels", default="", metavar="A,B", help="labels for a pull request that is opened")
    parser.add_argument(
        "--draft",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="open as a draft (default: as long as something differs, is refused or is not proved)",
    )
    parser.add_argument("--author", default="", metavar="NAME <ADDRESS>", help="whom the commit names")
    parser.add_argument("--dry-run", action="store_true", help="only read, and print what would be sent")
    parser.add_argument("--report", metavar="FILE", help="write the whole ledger as JSON (docs/report.md)")
    parser.add_argument("--quiet", action="store_true", help="print errors and the result only")
    parser.add_argument("--allow-refused", action="store_true", help="exit with 0 although something was refused")


def run(arguments: argparse.Namespace) -> Exit:
    """Plan, publish, account. The forge comes from ``GITHUB_*``, the token from ``GITHUB_TOKEN``."""
    where, token = credentials(arguments.dry_run)
    request = request_of(arguments)
    made = plan(arguments)
    report = report_of(made)
    if arguments.report:
        write_file(arguments.report, encode(report), "report")
    done = send(made, report, request, where, token, arguments.dry_run)
    findings = (*made.plan.findings, *done.findings)
    _account(arguments, report, findings)
    out("".join(f"{harmless(call)}\n" for call in done.calls) + told(done, arguments.dry_run))
    return strongest(codes(made, arguments.allow_refused))


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


def report_of(made: Planned) -> Report:
    """The report of a plan."""
    done = made.plan
    return build(
        done.result,
        phase=done.phase,
        target=done.target,
        complete=done.complete,
        findings=done.findings,
        places=done.places,
    )


def send(
    made: Planned, report: Report, request: Request, where: Remote, token: Token | None, dry_run: bool = False
) -> Published:
    """Publish. Raises what ``publish`` raises, and ``EnvironmentProblem`` outside of git and in a dirty work tree."""
    root = made.opened.tree.root
    git = _clean(made.opened.git, root)
    request = structs.replace(request, path=os.path.relpath(real(Path(request.path)), root))
    forge = GitHub(where, token, dry_run)
    return publish(made.plan, report, request, git=git, forge=forge, token=token, certain=certain(made))


def certain(made: Planned) -> bool:
    """Whether nothing was left unread or unproved, so that a plan without changes means that none are needed."""
    broken = any(item.severity is Severity.ERROR for item in made.plan.findings)
    return not broken and not any(root.withdrawn for root in made.plan.roots)


def codes(made: Planned, allow_refused: bool) -> set[Exit]:
    """The exit codes that a plan asks for."""
    found = {Exit.UNREADABLE} if any(item.severity is Severity.ERROR for item in made.plan.findings) else set()
    withdrawn = any(root.withdrawn for root in made.plan.roots)
    if (made.plan.result.refused or withdrawn) and not allow_refused:
        found.add(Exit.REFUSED)
    return found


def told(done: Published, dry_run: bool = False) -> str:
    """One line on what became of the pull request."""
    if not done.number:
        would = "would be opened" if done.operation is Operation.CREATED else "none is open, and none is needed"
        return f"pull request: {would}\n"
    return (
        f"pull request #{done.number}: {'would be ' if dry_run else ''}{_SAYS[done.operation]} {harmless(done.url)}\n"
    )


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


def _account(arguments: argparse.Namespace, report: Report, findings: tuple[Finding, ...]) -> None:
    if arguments.quiet:
        say(render_findings([finding for finding in findings if finding.severity is Severity.ERROR]))
        return
    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    say(render(report, findings, colour=colour))
