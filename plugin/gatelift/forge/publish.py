"""A plan on a branch of the forge, with one pull request: look, decide, act; every step safe to repeat."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from gatelift.expected.fields import ALONE
from gatelift.findings import Finding, Severity, UsageError
from gatelift.forge.body import Telling, body, closing, merged, replayed, title
from gatelift.forge.client import Patience
from gatelift.forge.commit import Author, make_commit
from gatelift.forge.decide import Branch, Decision, Move, Seen, Wish, decide
from gatelift.forge.github import GitHub, Pull, archived
from gatelift.forge.message import plan_of
from gatelift.forge.push import push, words
from gatelift.forge.remote import branch_name
from gatelift.forge.scratch import problem, scratch
from gatelift.forge.token import Token
from gatelift.intent.outcome import Disposition
from gatelift.plan.model import Plan
from gatelift.report.model import Report
from gatelift.repository.git import Git, head


class Operation(StrEnum):
    """What became of the pull request; the words of the action ``create-pull-request``."""

    CREATED = "created"
    UPDATED = "updated"
    CLOSED = "closed"
    NONE = "none"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator wants of the pull request."""

    branch: str = "gatelift/gateway-api"
    base: str = ""
    """Empty for the repository's default branch."""
    title: str = ""
    """Empty for the phase's own."""
    labels: tuple[str, ...] = ()
    draft: bool | None = None
    """None: a draft as long as anything is lossy."""
    author: Author = Author()
    path: str = "."


class Published(msgspec.Struct, frozen=True):
    """What was done, or would be in a dry run."""

    operation: Operation
    number: int = 0
    url: str = ""
    findings: tuple[Finding, ...] = ()
    calls: tuple[str, ...] = ()
    """Of a dry run: what was not sent."""


class _Job(msgspec.Struct, frozen=True):
    """All that the steps need."""

    plan: Plan
    report: Report
    request: Request
    git: Git
    forge: GitHub
    token: Token | None
    base: str
    commit: str
    """What is checked out."""
    patience: Patience


def lossy(plan: Plan) -> bool:
    """Whether a person has to look: something differs, is refused or withdrawn, or was proved in part only.

    That hosts may be shared with applications elsewhere is true of every run without ``--facts``: the body says so.
    """
    if any(root.withdrawn or (root.evidence and not root.proved) for root in plan.roots):
        return True
    asking = (Disposition.REFUSED, Disposition.DIFFERS)
    return any(entry.disposition in asking and entry.text != ALONE for entry in plan.result.entries)


def publish(
    plan: Plan,
    report: Report,
    request: Request,
    *,
    git: Git,
    forge: GitHub,
    token: Token | None,
    certain: bool = True,
    patience: Patience | None = None,
) -> Published:
    """Bring branch and pull request to what ``plan`` says.

    ``certain``: whether a plan without changes means that nothing is left to do. Raises ``UsageError`` for a request
    that makes no sense, ``EnvironmentProblem`` for what forge and git refuse, ``InputError`` for files that are not
    what the checked-out commit holds.
    """
    branch_name(request.branch, "branch")
    known = forge.repository()
    base = branch_name(request.base or known.default_branch, "base")
    if request.branch in (base, known.default_branch):
        message = f"{request.branch!r} is the branch that pull requests go into"
        raise UsageError(Finding("forge/branch", Severity.ERROR, message, "choose another one with --branch"))
    commit = head(git) or ""
    waiting = patience or Patience()
    job = _Job(plan, report, request, git, forge, token, base, commit, waiting)
    seen = _seen(job)
    readable = not any(item.severity is Severity.ERROR for item in plan.findings)
    wish = Wish(plan.digest if plan.files else "", certain, readable, replayed(plan))
    decision = decide(seen, wish)
    if decision.move is not Move.NOTHING and known.archived:
        raise archived(forge.remote)
    return _act(job, seen, decision)


def _seen(job: _Job) -> Seen:
    forge, name = job.forge, job.request.branch
    sha = forge.branch(name)
    branch = None if sha is None else Branch(sha, plan_of(forge.commit(sha)))
    return Seen(branch, forge.pulls(name, job.base))


def _act(job: _Job, seen: Seen, decision: Decision) -> Published:
    match decision.move:
        case Move.OPEN:
            return _open(job, seen, decision)
        case Move.UPDATE | Move.DESCRIBE if seen.open is not None:
            if decision.move is Move.UPDATE:
                _push(job, seen.branch)
            _describe(job, seen.open)
            return _done(job, Operation.UPDATED, seen.open, decision)
        case Move.CLOSE if seen.open is not None:
            _close(job, seen.open, seen.branch)
            return _done(job, Operation.CLOSED, seen.open, decision)
    return _done(job, Operation.NONE, seen.open, decision)


def _open(job: _Job, seen: Seen, decision: Decision) -> Published:
    _push(job, seen.branch)
    wanted = job.request.draft
    made = job.forge.open(
        branch=job.request.branch,
        base=job.base,
        title=job.request.title or title(job.plan),
        body=body(job.plan, _telling(job, decision.follows)),
        draft=lossy(job.plan) if wanted is None else wanted,
    )
    if job.request.labels:
        job.forge.label(made.number, job.request.labels)
    return _done(job, Operation.CREATED, made, decision)


def _describe(job: _Job, pull: Pull) -> None:
    text = merged(pull.body, body(job.plan, _telling(job, 0)))
    if text is not None:
        job.forge.edit(pull.number, {"body": text})


def _close(job: _Job, pull: Pull, branch: Branch | None) -> None:
    # In this order: an interruption in between must not end in a second comment.
    job.forge.edit(pull.number, {"state": "closed"})
    job.forge.comment(pull.number, closing(job.plan))
    if branch is not None:
        _move(job, "", branch.sha)


def _push(job: _Job, branch: Branch | None) -> None:
    """One commit on what is checked out, if the base leads there, in place of whatever the branch was seen at."""
    _check_base(job)
    _move(job, job.commit, "" if branch is None else branch.sha)


def _move(job: _Job, parent: str, seen: str) -> None:
    remote, name = job.forge.remote, job.request.branch
    with scratch(job.git) as repo:
        commit = make_commit(repo, job.plan, parent, job.request.author) if parent else ""
        if commit == seen:
            return
        if job.forge.dry:
            job.forge.note(f"git push {' '.join(words(remote, name, commit, seen))}")
            return
        if job.token is None:
            raise problem("forge/token", "there is no token to push with", "set GITHUB_TOKEN")
        push(repo, remote, job.token, name, commit, seen, job.patience)


def _check_base(job: _Job) -> None:
    """That a pull request of the checked-out commit would hold gatelift's commit and nothing else."""
    if not job.commit:
        raise problem("git/empty", "nothing is committed yet", "commit and push, then run again")
    tip = job.forge.branch(job.base)
    if tip is None:
        message = f"the forge has no branch {job.base!r}"
        raise UsageError(Finding("forge/base", Severity.ERROR, message, "name the base branch with --base"))
    if tip != job.commit and not job.forge.contains(job.base, job.commit):
        message = f"the commit that is checked out, {job.commit[:12]}, is not part of {job.base} on the forge"
        fix = f"check out {job.base} (a workflow: run on push or schedule, not on pull_request), or push it first"
        raise problem("forge/base", message, fix)


def _telling(job: _Job, follows: int) -> Telling:
    return Telling(job.report, job.request.path, job.commit, follows)


def _done(job: _Job, operation: Operation, pull: Pull | None, decision: Decision) -> Published:
    calls = tuple(job.forge.calls)
    if pull is None:
        return Published(operation, findings=decision.findings, calls=calls)
    return Published(operation, pull.number, pull.html_url, decision.findings, calls)
