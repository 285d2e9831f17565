"""What to do about the branch and the pull request: a pure function of what the forge shows and what the plan wants.

There is no state of gatelift's own. The key is repository, base and branch; what a pull request holds is known by the
trailers of its commit and by a marker in its body.
"""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from gatelift.findings import Finding, Severity
from gatelift.forge.github import Pull

_MARKER = re.compile(r"<!-- gatelift: digest=([0-9a-f]{16}) -->")
_REPLAYED = re.compile(r"<!-- gatelift: replay=([0-9a-f]{16}) -->")


class Move(StrEnum):
    """What is done."""

    NOTHING = "nothing"
    OPEN = "open"
    """push one commit, and open a pull request"""
    UPDATE = "update"
    """push one commit in place of ours, and write the body anew"""
    DESCRIBE = "describe"
    """write the body anew: an earlier run was interrupted before it could, or real proxies show something else now"""
    CLOSE = "close"
    """say why, and close"""


class Branch(msgspec.Struct, frozen=True):
    """Where the branch stands."""

    sha: str
    digest: str = ""
    """Of the plan that its commit holds; empty where a person has been there."""


class Seen(msgspec.Struct, frozen=True):
    """What the forge shows."""

    branch: Branch | None = None
    pulls: tuple[Pull, ...] = ()
    """From the branch into the base, the newest first."""

    @property
    def open(self) -> Pull | None:
        return next((pull for pull in self.pulls if pull.state == "open"), None)

    @property
    def rejected(self) -> tuple[Pull, ...]:
        """Closed without being merged."""
        return tuple(pull for pull in self.pulls if pull.state == "closed" and pull.merged_at is None)


class Wish(msgspec.Struct, frozen=True):
    """What the plan wants: ``digest`` of it, empty where it changes nothing."""

    digest: str
    certain: bool = True
    """Whether a plan that changes nothing means that nothing is left to do, and not that something went wrong."""
    readable: bool = True
    """Whether everything could be read: what could not may hold an Ingress that these routes would pass by."""
    replay: str = ""
    """Of what a replay shows (``body.replayed``); empty where nothing was replayed: then what is told stays."""


class Decision(msgspec.Struct, frozen=True):
    """What is done, and what a person should know about it."""

    move: Move
    findings: tuple[Finding, ...] = ()
    follows: int = 0
    """The number of the pull request, closed without being merged, that a new one comes after."""


def digest_in(body: str | None) -> str:
    """The digest in the marker of a body; empty where there is none."""
    found = _MARKER.search(body or "")
    return found.group(1) if found else ""


def replay_in(body: str | None) -> str:
    """The same of the replay that a body tells of."""
    found = _REPLAYED.search(body or "")
    return found.group(1) if found else ""


def decide(seen: Seen, wish: Wish) -> Decision:
    """What to do. A person's commits, and a person's decision to close, are never overruled."""
    if not wish.digest:
        return _unwanted(seen, wish)
    if not wish.readable:
        message = "something of this repository cannot be read, so none of these changes is published"
        return _left("forge/unreadable", message, "correct what the errors point at, then run again")
    if seen.open is None:
        return _wanted_without(seen, wish.digest)
    return _wanted_with(seen, seen.open, wish)


def _unwanted(seen: Seen, wish: Wish) -> Decision:
    if seen.open is None:
        return Decision(Move.NOTHING)
    about = f"pull request #{seen.open.number} stays open, although this run has nothing to change"
    if not wish.certain:
        message = f"{about}: what this run could not judge may be what it is for"
        return _left("forge/uncertain", message, "see the other findings, then run again")
    if seen.branch is not None and not seen.branch.digest:
        message = f"{about}: commits of somebody else are on its branch"
        return _left("forge/not-ours", message, "merge or close it by hand")
    return Decision(Move.CLOSE)


def _wanted_without(seen: Seen, digest: str) -> Decision:
    refused = next((pull for pull in seen.rejected if digest_in(pull.body) == digest), None)
    if refused is not None:
        message = f"pull request #{refused.number} with these very changes was closed without being merged"
        fix = "reopen it, or change the sources or gatelift.yaml; as long as the changes are the same, none is opened"
        return Decision(Move.NOTHING, (Finding("forge/closed", Severity.NOTE, message, fix),))
    branch = seen.branch
    if branch is not None and not branch.digest and not _merged(branch.sha, seen):
        message = f"the branch stands at {branch.sha[:12]}, and that commit is not gatelift's: it is left alone"
        fix = "delete the branch, or choose another one with --branch"
        return _left("forge/not-ours", message, fix)
    return Decision(Move.OPEN, follows=seen.rejected[0].number if seen.rejected else 0)


def _wanted_with(seen: Seen, pull: Pull, wish: Wish) -> Decision:
    if seen.branch is not None and not seen.branch.digest:
        message = f"pull request #{pull.number} holds changes of somebody else: it is left as it is"
        fix = "merge it, or take those commits off its branch, or delete the branch; then run again"
        return _left("forge/not-ours", message, fix)
    if seen.branch is None or seen.branch.digest != wish.digest:
        return Decision(Move.UPDATE)
    told = digest_in(pull.body)
    same = told == wish.digest and wish.replay in ("", replay_in(pull.body))
    return Decision(Move.NOTHING if not told or same else Move.DESCRIBE)


def _merged(sha: str, seen: Seen) -> bool:
    """Whether the branch is what a merged pull request left behind."""
    return any(pull.merged_at is not None and pull.head.sha == sha for pull in seen.pulls)


def _left(code: str, message: str, fix: str) -> Decision:
    return Decision(Move.NOTHING, (Finding(code, Severity.WARNING, message, fix),))
