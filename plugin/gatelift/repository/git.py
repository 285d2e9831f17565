"""A narrow front to the git binary: plumbing that reads, and runs nothing that the repository names."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from gatelift.findings import EnvironmentProblem, Finding, Place, Severity
from gatelift.repository.hardening import FIXED, environment, switched_off
from gatelift.repository.programs import find_program

SECONDS = 300
"""A file of the repository's settings may include a pipe that nobody writes to; then git waits for ever."""
_OWNER = "dubious ownership"


class Git(msgspec.Struct, frozen=True, kw_only=True):
    """A repository that git can read."""

    program: str
    root: str
    """The work tree, absolute and without links."""
    git_dir: str
    """Where this work tree's own index is; for a worktree or a submodule not ``root/.git``."""
    options: tuple[str, ...]
    environment: Mapping[str, str]

    def ask(self, *words: str, codes: Sequence[int] = (0,)) -> bytes:
        """What git prints. Raises ``EnvironmentProblem`` where it fails, which is any exit code not in ``codes``."""
        done = self.run(words)
        if done.returncode not in codes:
            raise EnvironmentProblem(_failed(self.root, words[0], done.stderr))
        return done.stdout

    def run(self, words: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        """One finished command. Raises ``EnvironmentProblem`` where git cannot be started, or does not end."""
        return _run(self.command(*words), self.root, self.environment)

    def command(self, *words: str) -> list[str]:
        """The whole command line."""
        return [self.program, "--no-pager", *self.options, *words]


def open_git(root: Path) -> Git:
    """The repository whose work tree is ``root``: an absolute path without links that holds a ``.git``.

    Raises ``EnvironmentProblem`` where there is no git, where the repository belongs to somebody else and was not
    declared safe, and where git cannot read it.
    """
    program = find_program("git")
    if program is None:
        raise EnvironmentProblem(_missing(root))
    # A repository may name another folder as its work tree; this one outranks it. Naming the git directory too would
    # keep git from asking whom it belongs to.
    around = {**environment(), "GIT_WORK_TREE": str(root), "GIT_CEILING_DIRECTORIES": str(root.parent)}
    options = tuple(word for setting in FIXED for word in ("-c", setting))
    git = Git(program=program, root=str(root), git_dir="", options=options, environment=around)
    listed = git.run(("rev-parse", "--absolute-git-dir"))
    if _OWNER.encode() in listed.stderr:
        git = msgspec.structs.replace(git, options=(*options, *_declared_safe(program)))
        listed = git.run(("rev-parse", "--absolute-git-dir"))
    if listed.returncode:
        raise EnvironmentProblem(_unusable(git, listed.stderr))
    git_dir = os.fsdecode(listed.stdout).removesuffix("\n")
    if _is_of_a_folder_above(root, git_dir):
        raise EnvironmentProblem(_unusable(git, b"its .git is no repository"))
    names = os.fsdecode(git.ask("config", "--list", "--name-only", "-z")).split("\0")
    return msgspec.structs.replace(git, git_dir=git_dir, options=(*git.options, *switched_off(names)))


def head(git: Git) -> str | None:
    """The commit that is checked out; None before the first one."""
    done = git.run(("rev-parse", "--verify", "--quiet", "HEAD^{commit}"))
    return done.stdout.decode().strip() or None


def dirty(git: Git) -> tuple[str, ...]:
    """Paths that are changed, staged or untracked, sorted; neither ignored ones nor what belongs to another repository.

    No filter of the repository runs, so a file that one would have to translate before it can be compared counts as
    changed where its time or size is not what git remembers.
    """
    answer = git.ask(
        "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"
    )
    paths = (entry[3:] for entry in os.fsdecode(answer).split("\0") if entry)
    return tuple(sorted(path for path in paths if not path.endswith("/")))


def _run(command: list[str], folder: str, around: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - an absolute path; every word is ours or comes after one that ends options
            command, cwd=folder, env=around, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        message = f"git did not answer within {SECONDS} seconds; nothing was written"
        fix = "look for a pipe or a lost network drive among what .git/config includes"
        raise EnvironmentProblem(Finding("environment/git", Severity.ERROR, message, fix, Place(folder))) from None
    except OSError as error:
        message = f"git cannot be started: {(error.strerror or 'failed').lower()}"
        fix = "check the git that is first on PATH, and the size of .git/config"
        raise EnvironmentProblem(Finding("environment/git", Severity.ERROR, message, fix, Place(folder))) from None


def _declared_safe(program: str) -> tuple[str, ...]:
    """The folders that the user's own settings, which are not used otherwise, declare safe."""
    around = {**os.environ, "GIT_DIR": os.devnull, "LC_ALL": "C"}
    done = _run([program, "config", "-z", "--get-all", "safe.directory"], os.sep, around)
    folders = os.fsdecode(done.stdout).split("\0")[:-1] if not done.returncode else []
    return tuple(word for folder in folders for word in ("-c", f"safe.directory={folder}"))


def _is_of_a_folder_above(root: Path, git_dir: str) -> bool:
    """Git goes up where ``.git`` is nothing it knows; a colon in a path keeps it from stopping where it should."""
    return any(os.path.realpath(folder / ".git") == git_dir for folder in root.parents)


def _missing(root: Path) -> Finding:
    message = "this is a git repository, and no git was found on PATH; relative entries of PATH are not used"
    fix = "install git; without it nobody can tell which files belong to the repository"
    return Finding("environment/git-missing", Severity.ERROR, message, fix, Place(str(root)))


def _unusable(git: Git, said: bytes) -> Finding:
    if _OWNER.encode() not in said:
        return _failed(git.root, "rev-parse", said)
    message = "this repository belongs to another user, so git does not read it"
    fix = "if you trust it: git config --global --add safe.directory FOLDER"
    return Finding("environment/git-owner", Severity.ERROR, message, fix, Place(git.root))


def _failed(root: str, verb: str, said: bytes) -> Finding:
    first = said.decode("utf-8", "replace").strip().partition("\n")[0][:200] or "it gave no reason"
    message = f"git {verb} failed: {first}"
    return Finding("environment/git", Severity.ERROR, message, "run 'git status' there", Place(root))
