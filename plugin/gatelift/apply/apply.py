"""Writing a plan's files: all of them or none, whatever happens in between.

The journal with all old and new contents is on disk, and every new content waits outside of the tree, before the first
file is touched. From then on a kill leaves a journal, and ``recover`` finishes the run or takes it back.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from gatelift.apply.journal import Journal, Step, begun, commit, discard, pending, steps_of
from gatelift.apply.recover import take_back
from gatelift.apply.state import locked
from gatelift.apply.worktree import Obstacle, WorkTree
from gatelift.findings import EnvironmentProblem, Finding, Place, Severity
from gatelift.plan.model import FileChange


def apply_changes(root: Path, changes: Sequence[FileChange], state: Path) -> None:
    """Write ``changes`` to the files below ``root``, an absolute path without links; ``state`` is ``state_folder()``.

    Permissions are kept, and so are folders that become empty. Raises ``EnvironmentProblem`` where a file is not what
    the plan was made from, something stands in the way, another run is at work, or the machine fails; the files are
    then as they were, and where not, it says which. Raises ``ValueError`` for changes that contradict each other.
    """
    wanted = steps_of(changes)
    if not wanted:
        return
    with locked(state):
        if pending(state):
            raise EnvironmentProblem(_interrupted(root))
        journal = _prepared(WorkTree(root, state), wanted)
        tree = WorkTree(root, state, journal.folders)
        try:
            _perform(tree, journal)
        except (Obstacle, OSError) as error:
            theirs = _given_up(tree, journal)
            raise EnvironmentProblem(_failed(error, theirs, begun(state))) from None
        except BaseException:
            _given_up(tree, journal)
            raise


def _prepared(tree: WorkTree, wanted: Sequence[FileChange]) -> Journal:
    """Check everything, and write all of it outside of the tree. Raises ``EnvironmentProblem``; nothing was touched."""
    try:
        journal = _checked(tree, wanted)
        try:
            for index, step in enumerate(journal.steps):
                tree.stage(index, step)
            tree.settle(len(journal.steps))
            commit(tree.state, journal)
        except BaseException:
            discard(tree.state)
            raise
    except (Obstacle, OSError) as error:
        raise EnvironmentProblem(_failed(error)) from None
    return journal


def _checked(tree: WorkTree, wanted: Sequence[FileChange]) -> Journal:
    going = {change.path for change in wanted if change.after is None}
    steps: list[Step] = []
    folders: dict[str, None] = {}
    for change in wanted:
        data, mode = tree.look(change.path)
        if data != change.before:
            raise Obstacle(change.path, _changed(change, data))
        if not tree.writable(change.path):
            raise Obstacle(change.path, "its folder is read-only")
        if change.after is not None:
            _no_file_on_the_way(tree, change.path, going)
            folders.update(dict.fromkeys(tree.missing_folders(change.path)))
        steps.append(Step(os.fsencode(change.path), change.before, change.after, mode))
    return Journal(secrets.token_bytes(8), tuple(steps), tuple(os.fsencode(folder) for folder in sorted(folders)))


def _no_file_on_the_way(tree: WorkTree, path: str, going: set[str]) -> None:
    for above in tree.missing_folders(path):
        if above not in going and tree.look(above) != (None, None):
            raise Obstacle(path, "a file stands where its folder is to be")


def _perform(tree: WorkTree, journal: Journal) -> None:
    for index, step in enumerate(journal.steps):
        tree.perform(index, step, journal.beside(index))
    tree.sync(journal)
    discard(tree.state)


def _given_up(tree: WorkTree, journal: Journal) -> tuple[str, ...]:
    """Take back what was done; the files that are somebody else's. The journal stays where anything is left to do."""
    if not begun(tree.state):
        return ()  # all was done, and only the news of it was interrupted
    with suppress(Obstacle, OSError):
        return take_back(tree, journal)
    return ()


def _changed(change: FileChange, data: bytes | None) -> str:
    if change.before is None:
        return "it was to be a new file, and is there already"
    return "it is gone since the plan was made" if data is None else "it was changed since the plan was made"


def _failed(error: Obstacle | OSError, theirs: Sequence[str] = (), unfinished: bool = False) -> Finding:
    state = "no file was changed"
    fix = "put that right and run this again"
    others = [path for path in theirs if not isinstance(error, Obstacle) or path != error.path]
    if unfinished:
        state = "not all files could be put back"
        fix = "put that right and run this again: the journal is kept, and the files are put right first"
    elif others:
        shown = f"{', '.join(others[:10])}{' and others' if len(others) > 10 else ''}"
        state = f"all files are as they were, but for those that somebody else changed in the meantime: {shown}"
    if isinstance(error, Obstacle):
        message = f"cannot be written: {error.why}; {state}"
        return Finding("environment/changed", Severity.ERROR, message, fix, Place(error.path))
    place = Place(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else None
    message = f"the files cannot be written: {(error.strerror or 'failed').lower()}; {state}"
    return Finding("environment/write", Severity.ERROR, message, fix, place)


def _interrupted(root: Path) -> Finding:
    message = "an earlier run was interrupted while it wrote, and has to be finished or taken back first"
    return Finding("environment/journal", Severity.ERROR, message, "run gatelift again", Place(str(root)))
