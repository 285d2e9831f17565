"""What becomes of a run that was killed while it wrote: finished where nobody came between, else taken back."""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import msgspec

from gatelift.apply.journal import Journal, Step, discard, pending, read
from gatelift.apply.state import exists, locked
from gatelift.apply.worktree import Obstacle, WorkTree
from gatelift.findings import EnvironmentProblem, Finding, Place, Severity


class Outcome(StrEnum):
    """What was done about an earlier run."""

    NOTHING = "nothing"
    COMPLETED = "completed"
    ROLLED_BACK = "rolled back"


class Recovery(msgspec.Struct, frozen=True):
    """What was found of an earlier run."""

    outcome: Outcome
    paths: tuple[str, ...] = ()
    """The files that were written now, to finish the run or to take it back."""
    kept: tuple[str, ...] = ()
    """Files that somebody else changed after the run was interrupted: left as they are."""

    @property
    def finding(self) -> Finding | None:
        """What to tell, if anything happened."""
        if self.outcome is Outcome.NOTHING:
            return None
        count = len(self.paths)
        files = f"{count} file{'' if count == 1 else 's'}"
        if self.outcome is Outcome.COMPLETED:
            message = f"an earlier run was interrupted while it wrote; it is finished now, with {files} more"
        elif not self.paths and not self.kept:
            message = "an earlier run was interrupted before it changed any file"
        elif not self.kept:
            message = f"an earlier run was interrupted; it is taken back, for which {files} had to be restored"
        else:
            shown = f"{', '.join(self.kept[:10])}{' and others' if len(self.kept) > 10 else ''}"
            message = (
                f"an earlier run was interrupted, and somebody changed files since; it is taken back ({files} "
                f"restored), but for what is theirs: {shown}"
            )
        severity = Severity.WARNING if self.kept else Severity.NOTE
        return Finding("apply/recovered", severity, message, "look at the difference before you go on")


def recover(root: Path, state: Path) -> Recovery:
    """Finish or take back a run that was interrupted; to be called before the tree is looked at.

    A file that is neither as before nor as the run wanted it is somebody else's, and is never overwritten. Raises
    ``EnvironmentProblem`` where another run is at work, the journal is damaged, or the machine fails; the journal is
    kept then.
    """
    if not exists(state) or not pending(state):
        return Recovery(Outcome.NOTHING)
    with locked(state):
        try:
            return _recover(root, state)
        except (Obstacle, OSError) as error:
            raise EnvironmentProblem(_stuck(error, state)) from None


def _recover(root: Path, state: Path) -> Recovery:
    if not pending(state):
        return Recovery(Outcome.NOTHING)  # another process was faster
    journal = read(state)
    if journal is None:
        # Without the journal's name the run had not begun: no file of the tree was touched.
        discard(state)
        return Recovery(Outcome.ROLLED_BACK)
    tree = WorkTree(root, state, journal.folders)
    tree.clear(journal)
    if any(_is_foreign(tree, step) for step in journal.steps):
        return _taken_back(tree, journal)
    left = [(index, step) for index, step in enumerate(journal.steps) if _found(tree, step) != step.after]
    try:
        for index, step in left:
            tree.stage(index, step)
        tree.settle(len(journal.steps))
        for index, step in left:
            tree.perform(index, step, journal.beside(index))
    except (Obstacle, OSError):
        return _taken_back(tree, journal)
    tree.sync(journal)
    discard(tree.state)
    return Recovery(Outcome.COMPLETED, _sorted(step for _, step in left))


def _taken_back(tree: WorkTree, journal: Journal) -> Recovery:
    done = [step for step in journal.steps if not _is_foreign(tree, step) and _found(tree, step) == step.after]
    kept = take_back(tree, journal)
    restored = (step for step in done if step.name not in kept)
    return Recovery(Outcome.ROLLED_BACK, _sorted(restored), kept)


def take_back(tree: WorkTree, journal: Journal) -> tuple[str, ...]:
    """Restore what the run has changed, in reverse; the paths that are somebody else's, and stay.

    Raises ``OSError`` where the machine fails; the journal is kept then, else it is gone.
    """
    tree.clear(journal)
    # A folder that the run made in a file's place is removed before the file is restored; one that stays, because
    # somebody put a file into it, is in the way.
    strict = WorkTree(tree.root, tree.state)
    kept: list[str] = []
    for index in reversed(range(len(journal.steps))):
        back = journal.steps[index].back()
        if back.name in tree.made:
            tree.remove_folders(journal)
        if _is_foreign(strict, back):
            kept.append(back.name)
        elif _found(tree, back) != back.after:
            tree.stage(index, back)
            tree.perform(index, back, journal.beside(index))
    tree.remove_folders(journal)
    tree.sync(journal)
    discard(tree.state)
    return tuple(sorted(kept))


def _found(tree: WorkTree, step: Step) -> bytes | None:
    return tree.look(step.name)[0]


def _is_foreign(tree: WorkTree, step: Step) -> bool:
    try:
        return _found(tree, step) not in (step.before, step.after)
    except Obstacle:
        return True


def _sorted(steps: Iterable[Step]) -> tuple[str, ...]:
    return tuple(sorted(step.name for step in steps))


def _stuck(error: Obstacle | OSError, state: Path) -> Finding:
    if isinstance(error, Obstacle):
        why, place = error.why, error.path
    else:
        why, place = (error.strerror or "failed").lower(), os.fsdecode(error.filename or state)
    message = f"an interrupted run can be neither finished nor taken back: {why}; its journal is kept"
    fix = "put that right and run gatelift again; it tries again first"
    return Finding("environment/journal", Severity.ERROR, message, fix, Place(place))
