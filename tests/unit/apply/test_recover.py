"""A kill at any instant leaves the old tree, or one that the next run finishes or takes back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import apply_kills
import pytest
from apply_kills import CHANGES, OLD, after, at_event, files, fresh

from gatelift.apply.apply import apply_changes
from gatelift.apply.journal import NAME, Journal, Step, commit
from gatelift.apply.recover import Outcome, recover
from gatelift.findings import EnvironmentProblem
from gatelift.plan.model import FileChange

KILLS = Path(apply_kills.__file__)


def kills(folder: Path, *words: str) -> dict[str, int]:
    command = [sys.executable, str(KILLS), str(folder), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr
    seen: dict[str, int] = json.loads(done.stdout)
    return seen


GOOD = {
    f"{again}{how}"
    for again in ("", "killed again, ")
    for how in ("completed, new", "rolled back, old", "nothing, old", "nothing, new")
}


def test_killed_at_each_operation(tmp_path: Path) -> None:
    seen = kills(tmp_path, "event", "1", "1")
    assert set(seen) <= GOOD
    # So many instants that every part of a run was met.
    assert sum(seen.values()) > 150
    assert {"nothing, old", "rolled back, old", "completed, new"} <= set(seen)


def test_killed_two_hundred_times(tmp_path: Path) -> None:
    seen = kills(tmp_path, "time", "20260101", "200")
    assert set(seen) <= GOOD
    assert sum(seen.values()) == 200


def killed_in_the_middle(root: Path, state: Path) -> None:
    """A tree of which a part is written, and the journal of the run."""
    for number in range(1, 100_000, 3):
        fresh(root, state)
        child = os.fork()
        if child == 0:
            at_event(number)()
            apply_changes(root, CHANGES, state)
            os._exit(0)
        os.waitpid(child, 0)
        if files(root) not in (OLD, after()):
            return
    raise AssertionError("never in the middle")


@pytest.fixture(scope="module")
def half_done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("half")
    code = f"import sys; sys.path.insert(0, {str(KILLS.parent)!r}); import test_recover, pathlib; "
    code += "test_recover.killed_in_the_middle(*map(pathlib.Path, sys.argv[1:]))"
    command = [sys.executable, "-c", code, str(folder / "tree"), str(folder / "state")]
    subprocess.run(command, check=True, timeout=120)  # noqa: S603 - ours
    return folder


@pytest.fixture
def half(half_done: Path, tmp_path: Path) -> tuple[Path, Path]:
    shutil.copytree(half_done, tmp_path / "copy")
    return tmp_path / "copy/tree", tmp_path / "copy/state"


def test_a_run_is_finished(half: tuple[Path, Path]) -> None:
    found = recover(*half)
    assert found.outcome is Outcome.COMPLETED
    assert found.paths
    assert found.finding is not None
    assert files(half[0]) == after()
    assert recover(*half) == recover(*half)
    assert recover(*half).outcome is Outcome.NOTHING


def test_what_somebody_changed_since_is_kept_and_all_else_taken_back(half: tuple[Path, Path]) -> None:
    root, state = half
    (root / "d2/f8.yaml").write_bytes(b"mine")
    found = recover(root, state)
    assert found.outcome is Outcome.ROLLED_BACK
    assert found.kept == ("d2/f8.yaml",)
    assert files(root) == {**OLD, "d2/f8.yaml": b"mine"}
    assert found.finding is not None
    assert "d2/f8.yaml" in found.finding.message


def test_what_somebody_put_into_a_new_folder_is_kept(half: tuple[Path, Path]) -> None:
    root, state = half
    if (root / "x").is_file():
        (root / "x").unlink()
    (root / "x").mkdir(exist_ok=True)
    (root / "x/mine").write_bytes(b"mine")
    (root / "d0/f0.yaml").write_bytes(b"mine")
    found = recover(root, state)
    assert found.kept == ("d0/f0.yaml", "x")
    assert files(root) == {**{k: v for k, v in OLD.items() if k != "x"}, "d0/f0.yaml": b"mine", "x/mine": b"mine"}


def test_a_link_that_appeared_since_is_not_followed(half: tuple[Path, Path], tmp_path: Path) -> None:
    root, state = half
    (tmp_path / "outside").mkdir()
    (root / "d2").rename(tmp_path / "was")
    (root / "d2").symlink_to(tmp_path / "outside")
    found = recover(root, state)
    assert found.outcome is Outcome.ROLLED_BACK
    assert not list((tmp_path / "outside").iterdir())
    assert {path for path in found.kept if not path.startswith("d2/")} == set()


def test_a_new_run_does_not_begin_before_the_old_one_has_ended(half: tuple[Path, Path]) -> None:
    with pytest.raises(EnvironmentProblem, match="interrupted"):
        apply_changes(half[0], [FileChange("same.yaml", b"same\n", b"x")], half[1])


def test_a_damaged_journal_is_told_and_nothing_touched(half: tuple[Path, Path]) -> None:
    root, state = half
    before = files(root)
    data = (state / NAME).read_bytes()
    for broken in (data[:-1], data[:40] + b"?" + data[41:], b"", b"gatelift journal 1\n"):
        (state / NAME).write_bytes(broken)
        with pytest.raises(EnvironmentProblem, match="damaged"):
            recover(root, state)
        assert files(root) == before


@pytest.mark.parametrize("path", [b"../x", b"/tmp/gatelift-x", b".git/hooks/post-checkout", b"out/x", b"a/../../x"])
def test_a_journal_that_somebody_made_up_leads_nowhere(tmp_path: Path, path: bytes) -> None:
    root, state, outside = tmp_path / "r", tmp_path / "s", tmp_path / "outside"
    for folder in (root / ".git/hooks", state, outside):
        folder.mkdir(parents=True)
    (root / "out").symlink_to(outside)
    (root / "a").write_bytes(b"1")
    (state / "stage").symlink_to(outside)
    commit(state, Journal(b"12345678", (Step(b"a", b"1", b"2", 0o644), Step(path, None, b"2", None)), (b"../r2",)))
    found = recover(root, state)
    assert found.outcome is Outcome.ROLLED_BACK
    assert found.kept == (os.fsdecode(path),)
    assert files(root) == {"a": b"1"}
    assert not list(outside.iterdir())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outside", "r", "s"]


def test_nothing_is_made_where_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert recover(tmp_path, tmp_path / "s").outcome is Outcome.NOTHING
    assert not (tmp_path / "s").exists()
