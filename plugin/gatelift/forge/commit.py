"""One commit with a plan's files on top of what is checked out, made without touching work tree or index.

Its bytes follow from the plan and the commit below it alone: the date is that commit's.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

import msgspec

from gatelift.findings import Finding, InputError, Place, Severity, UsageError
from gatelift.forge.message import message
from gatelift.forge.scratch import Said, problem, run, told
from gatelift.plan.model import FileChange, Plan
from gatelift.report.safe import harmless

if TYPE_CHECKING:
    from git import Repo

_FILES = (b"100644", b"100755")
_NEW = b"100644"
_PERSON = re.compile(r"([^<>\x00-\x1f\x7f]*[^<>\x00-\x1f\x7f\s]) +<([^<>\s\x00-\x1f\x7f]+)>")


class Author(msgspec.Struct, frozen=True):
    """Whom a commit names, as author and committer."""

    name: str = "gatelift"
    email: str = "gatelift@noreply.invalid"


def author(text: str) -> Author:
    """``NAME <ADDRESS>``. Raises ``UsageError``."""
    found = _PERSON.fullmatch(text.strip())
    if found is None:
        given = f"{text!r} does not say whom the commit names"
        raise UsageError(Finding("usage/author", Severity.ERROR, given, "write it as 'NAME <ADDRESS>'"))
    return Author(found[1], found[2])


class _Entry(msgspec.Struct, frozen=True):
    mode: bytes
    name: str
    """The object's name."""


def make_commit(repo: Repo, plan: Plan, parent: str, who: Author) -> str:
    """Write the commit into ``repo`` (see ``scratch``) and give its name.

    Raises ``InputError`` where a file is not what the plan was made from, ``EnvironmentProblem`` where git fails.
    """
    there = _entries(repo, parent)
    lines = [_line(repo, change, there) for change in plan.files]
    _checked(run(repo, "read-tree", parent))
    _checked(run(repo, "update-index", "-z", "--index-info", stdin=b"".join(lines)))
    tree = _checked(run(repo, "write-tree", "--missing-ok")).out.decode().strip()
    _complete(repo, plan, parent, tree)
    date = _checked(run(repo, "show", "--no-patch", "--format=%cd", "--date=raw", parent)).out.decode().strip()
    person = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", who.name), ("EMAIL", who.email), ("DATE", date))
    }
    text = message(plan.phase, len(plan.files), plan.digest, parent, tree)
    made = run(repo, "commit-tree", "-p", parent, "-F", "-", tree, stdin=text.encode(), env=person)
    return _checked(made).out.decode().strip()


def _line(repo: Repo, change: FileChange, there: Mapping[bytes, _Entry]) -> bytes:
    """What ``git update-index --index-info`` reads of one change."""
    path = os.fsencode(change.path)
    entry = there.get(path)
    _same(change, entry)
    if change.after is None:
        return b"0 " + b"0" * 40 + b"\t" + path + b"\0"
    gitdb: Any = import_module("gitdb")  # part of GitPython; it ships no types
    blob = repo.odb.store(gitdb.IStream(b"blob", len(change.after), BytesIO(change.after)))
    return b"%s %s\t%s\0" % (entry.mode if entry else _NEW, blob.hexsha, path)


def _complete(repo: Repo, plan: Plan, parent: str, tree: str) -> None:
    """That the tree has the plan's changes and no other: git passes over a path that it does not like, and goes on."""
    listed = _checked(run(repo, "diff-tree", "-r", "-z", "--name-only", "--no-renames", parent, tree)).out
    made = set(listed.split(b"\0")[:-1])
    wanted = {os.fsencode(change.path) for change in plan.files if change.before != change.after}
    if made != wanted:
        odd = ", ".join(harmless(os.fsdecode(path)) for path in sorted(made ^ wanted)[:3])
        raise problem("git/commit", f"git does not take these changes: {odd}", "rename what stands there")


def _same(change: FileChange, entry: _Entry | None) -> None:
    """That the commit holds what the plan was made from. Raises ``InputError``."""
    if entry is None and change.before is None:
        return
    if entry is not None and entry.mode in _FILES and change.before is not None and _name(change.before) == entry.name:
        return
    text = "the file is not what the checked-out commit holds, so nothing was committed"
    fix = "commit or undo what was changed there; a file that git converts on checkout (LFS, line ends) is not edited"
    raise InputError(Finding("git/changed", Severity.ERROR, text, fix, Place(change.path)))


def _entries(repo: Repo, commit: str) -> Mapping[bytes, _Entry]:
    listed = _checked(run(repo, "ls-tree", "-r", "-z", "--full-tree", commit)).out
    found = {}
    for line in listed.split(b"\0")[:-1]:
        about, _, path = line.partition(b"\t")
        mode, _, name = about.split(b" ")
        found[path] = _Entry(mode, name.decode())
    return found


def _name(data: bytes) -> str:
    # Git's own name for content: nothing here relies on it to be hard to forge.
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _checked(said: Said) -> Said:
    if said.status:
        raise problem(
            "git/commit", f"git cannot make the commit: {told(said.error)}", "see what it names; git fsck may"
        )
    return said
