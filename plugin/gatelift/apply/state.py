"""Where the journal is kept, and the lock that keeps a second run out. Never in the tree."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gatelift.findings import EnvironmentProblem, Finding, Place, Severity
from gatelift.repository.walk import Opened

LOCK = "lock"


def state_folder(opened: Opened) -> Path:
    """The folder for the journal of a work tree: in its git directory, outside git in the user's state directory.

    Nothing is made yet. Raises ``EnvironmentProblem`` where that would be inside the tree.
    """
    if opened.git is not None:
        return Path(opened.git.git_dir, "gatelift")
    named = Path(os.environ.get("XDG_STATE_HOME", ""))
    # The specification: a relative path counts as none.
    above = named if named.is_absolute() else Path.home() / ".local" / "state"
    root = os.path.realpath(opened.tree.root)
    if Path(os.path.realpath(above)).is_relative_to(root):
        message = "what gatelift needs to take an interrupted run back would be kept in the very folder it changes"
        fix = "set XDG_STATE_HOME to a folder elsewhere, name a smaller folder, or put this one under git"
        raise EnvironmentProblem(Finding("environment/state", Severity.ERROR, message, fix, Place(str(above))))
    return above / "gatelift" / hashlib.sha256(os.fsencode(root)).hexdigest()[:32]


def exists(state: Path) -> bool:
    """Whether there is a folder for the journal. Raises ``EnvironmentProblem`` where something else is in its place."""
    try:
        status = state.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise EnvironmentProblem(_no_state(state, error)) from None
    if not stat.S_ISDIR(status.st_mode):
        # A link there would let a repository name the place that gatelift writes to.
        message = "here gatelift keeps what it needs to take an interrupted run back, and this is no folder"
        fix = "look at what it is, and remove it"
        raise EnvironmentProblem(Finding("environment/state", Severity.ERROR, message, fix, Place(str(state))))
    return True


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold the lock of a work tree; its state folder is made where it is not there.

    Raises ``EnvironmentProblem`` where another run holds it, and where the folder cannot be made.
    """
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        exists(state)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(state / LOCK, flags, 0o600)
    except OSError as error:
        raise EnvironmentProblem(_no_state(state, error)) from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise EnvironmentProblem(_no_state(state, error)) from None
            message = "another run of gatelift is writing to this work tree"
            fix = "wait until it has ended, and run this again"
            raise EnvironmentProblem(
                Finding("environment/lock", Severity.ERROR, message, fix, Place(str(state / LOCK)))
            ) from None
        yield
    finally:
        os.close(descriptor)


def _no_state(state: Path, error: OSError) -> Finding:
    reason = (error.strerror or "failed").lower()
    message = f"gatelift cannot keep here what it needs to take an interrupted run back: {reason}; nothing was written"
    return Finding("environment/state", Severity.ERROR, message, "check the permissions there", Place(str(state)))
