"""All files of a plan or none, exactly, and nothing but them."""

from __future__ import annotations

import fcntl
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelift.apply.apply import apply_changes
from gatelift.apply.backup import backup
from gatelift.apply.state import state_folder
from gatelift.findings import EnvironmentProblem, UsageError
from gatelift.plan.model import FileChange
from gatelift.repository.walk import open_tree

SMALL = """
import resource, sys
from pathlib import Path
from gatelift.apply.apply import apply_changes
from gatelift.findings import EnvironmentProblem
from gatelift.plan.model import FileChange
root, state = Path(sys.argv[1]), Path(sys.argv[2])
{before}
try:
    apply_changes(root, [FileChange("a.yaml", b"old", b"n" * 100_000), FileChange("b.yaml", None, b"new")], state)
except EnvironmentProblem as problem:
    print(problem.finding.message)
"""


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def write(root: Path, content: Mapping[str, bytes]) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def is_clean(state: Path) -> bool:
    return not state.exists() or [path.name for path in state.iterdir()] in ([], ["lock"])


names = st.sampled_from(["a", "b", "a b", "-x", "ä\n", os.fsdecode(b"\xff")])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
contents = st.none() | st.binary(max_size=20)


def fits(content: Mapping[str, bytes]) -> bool:
    """Whether no file is where another one needs a folder."""
    return not any(other.startswith(f"{path}/") for path in content for other in content)


@given(
    st.dictionaries(paths, st.binary(max_size=20), max_size=6).filter(fits),
    st.lists(st.dictionaries(paths, contents, max_size=5), max_size=3),
)
@settings(max_examples=150, deadline=None)
def test_any_changes_are_applied_exactly(old: dict[str, bytes], rounds: list[dict[str, bytes | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, state = write(Path(folder, "tree"), old), Path(folder, "state")
        now = dict(old)
        for wanted in rounds:
            after = {path: data for path, data in {**now, **wanted}.items() if data is not None}
            changes = [FileChange(path, now.get(path), data) for path, data in wanted.items()]
            folders = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_dir()}
            if not fits(after) or folders & set(after):
                # A file where a folder stands, though an empty one, or the other way round: refused as a whole.
                with pytest.raises(EnvironmentProblem):
                    apply_changes(root, changes, state)
            else:
                apply_changes(root, changes, state)
                now = after
            assert files(root) == now
            assert is_clean(state)


def test_changes_of_one_path_follow_each_other(tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"a": b"1"})
    apply_changes(root, [FileChange("a", b"1", b"2"), FileChange("a", b"2", b"3")], tmp_path / "s")
    assert files(root) == {"a": b"3"}
    with pytest.raises(ValueError, match="a"):
        apply_changes(root, [FileChange("a", b"3", b"4"), FileChange("a", b"3", b"5")], tmp_path / "s")


def test_a_file_that_stays_is_not_touched(tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"a": b"1", "b": b"1"})
    before = (root / "b").stat()
    apply_changes(root, [FileChange("a", b"1", b"2"), FileChange("b", b"1", b"1")], tmp_path / "s")
    assert (root / "b").stat() == before


def test_permissions_are_kept_and_new_files_follow_the_umask(tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"a": b"1", "b": b"1"})
    (root / "a").chmod(0o750)
    (root / "b").chmod(0o600)
    old = os.umask(0o027)
    try:
        changes = [FileChange("a", b"1", b"2"), FileChange("b", b"1", b"2"), FileChange("c/d", None, b"2")]
        apply_changes(root, changes, tmp_path / "s")
    finally:
        os.umask(old)
    modes = {name: (root / name).stat().st_mode & 0o777 for name in ("a", "b", "c/d", "c")}
    assert modes == {"a": 0o750, "b": 0o600, "c/d": 0o640, "c": 0o750}


def test_a_file_that_became_a_folder(tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"a": b"1"})
    apply_changes(root, [FileChange("a/b", None, b"2"), FileChange("a", b"1", None)], tmp_path / "s")
    assert files(root) == {"a/b": b"2"}


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a", b"0", b"2"),
        ("a", None, b"2"),
        ("a", b"0", None),
        ("new", b"0", b"2"),
        ("a/b", None, b"2"),
        ("folder", None, b"2"),
        ("link", b"1", b"2"),
        ("out/x", None, b"2"),
        ("inner/x", b"1", b"2"),
        ("pipe", None, b"2"),
        ("../x", None, b"2"),
        ("/tmp/x", None, b"2"),  # noqa: S108 - is refused
        ("folder/../a", b"1", b"2"),
        (".git/config", None, b"2"),
        ("folder/.GIT/hooks/x", None, b"2"),
        (".g\u200cit/x", None, b"2"),
        ("git~1/x", None, b"2"),
        (".git", None, b"2"),
    ],
)
def test_what_is_not_as_planned_leaves_everything_as_it_was(
    tmp_path: Path, path: str, before: bytes | None, after: bytes | None
) -> None:
    root = write(tmp_path / "r", {"a": b"1", "folder/x": b"1", "good": b"1"})
    (tmp_path / "outside").mkdir()
    (root / "link").symlink_to("a")
    (root / "out").symlink_to("../outside")
    (root / "inner").symlink_to("folder")
    os.mkfifo(root / "pipe")
    with pytest.raises(EnvironmentProblem) as caught:
        apply_changes(root, [FileChange("good", b"1", b"2"), FileChange(path, before, after)], tmp_path / "s")
    assert "no file was changed" in caught.value.finding.message
    assert caught.value.finding.place is not None
    assert caught.value.finding.place.path == path
    found = {name: data for name, data in files(root).items() if not name.startswith("inner/")}
    assert found == {"a": b"1", "folder/x": b"1", "good": b"1", "link": b"1"}
    assert not list((tmp_path / "outside").iterdir())
    assert is_clean(tmp_path / "s")


def test_a_second_run_is_kept_out(tmp_path: Path) -> None:
    root, state = write(tmp_path / "r", {"a": b"1"}), tmp_path / "s"
    state.mkdir()
    with (state / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(EnvironmentProblem, match="another run"):
            apply_changes(root, [FileChange("a", b"1", b"2")], state)
    assert files(root) == {"a": b"1"}


def test_no_room_for_the_journal(tmp_path: Path) -> None:
    root, state = write(tmp_path / "r", {"a.yaml": b"old"}), tmp_path / "s"
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))"
    said = in_child(SMALL.format(before=limit), root, state)
    assert "cannot be written" in said
    assert "no file was changed" in said
    assert files(root) == {"a.yaml": b"old"}
    assert is_clean(state)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 50_000


def in_child(program: str, *words: Path) -> str:
    command = [sys.executable, "-c", program, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def other_file_system(tmp_path: Path) -> Iterator[Path]:
    shared = Path("/dev/shm")  # noqa: S108 - a file system of its own, on Linux
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system to write to")
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


def test_a_journal_on_another_file_system(tmp_path: Path, other_file_system: Path) -> None:
    root = write(tmp_path / "r", {"a": b"1", "b": b"1"})
    (root / "a").chmod(0o751)
    changes = [FileChange("a", b"1", b"2"), FileChange("b", b"1", None), FileChange("c/d", None, b"3")]
    apply_changes(root, changes, other_file_system / "s")
    assert files(root) == {"a": b"2", "c/d": b"3"}
    assert (root / "a").stat().st_mode & 0o777 == 0o751
    assert is_clean(other_file_system / "s")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"a": b"1", "sub/b": b"1"})
    (root / "sub").chmod(0o555)
    with pytest.raises(EnvironmentProblem, match="read-only"):
        apply_changes(root, [FileChange("a", b"1", b"2"), FileChange("sub/b", b"1", b"2")], tmp_path / "s")
    (root / "sub").chmod(0o755)
    assert files(root) == {"a": b"1", "sub/b": b"1"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_writes_belongs_to_whom_the_folder_belongs(tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"a": b"1"})
    for path in (root, root / "a"):
        os.chown(path, 1234, 1234)
    (root / "a").chmod(0o640)
    apply_changes(root, [FileChange("a", b"1", b"2"), FileChange("b", None, b"2")], tmp_path / "s")
    assert {(root / name).stat().st_uid for name in "ab"} == {1234}
    assert (root / "a").stat().st_mode & 0o777 == 0o640


def test_a_link_in_the_place_of_the_state_is_not_followed(tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"a": b"1"})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "s").symlink_to("elsewhere")
    with pytest.raises(EnvironmentProblem, match="no folder"):
        apply_changes(root, [FileChange("a", b"1", b"2")], tmp_path / "s")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_where_the_journal_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path / "r", {"a": b"1"})
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    outside = state_folder(open_tree(root))
    assert outside.parent == tmp_path / "state/gatelift"
    monkeypatch.setenv("XDG_STATE_HOME", str(root / "state"))
    with pytest.raises(EnvironmentProblem):
        state_folder(open_tree(root))
    subprocess.run(["git", "init", "-q", str(root)], check=True)  # noqa: S603, S607 - as its user would
    assert state_folder(open_tree(root)) == root / ".git/gatelift"


def test_a_backup_holds_what_changes_as_it_was(tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"a": b"1", "sub/b": b"2", "c": b"3"})
    changes = [FileChange("a", b"1", b"9"), FileChange("sub/b", b"2", None), FileChange("new", None, b"9")]
    assert backup(root, changes, tmp_path / "saved") == ("a", "sub/b")
    assert files(tmp_path / "saved") == {"a": b"1", "sub/b": b"2"}
    assert files(root) == {"a": b"1", "sub/b": b"2", "c": b"3"}


def test_a_backup_goes_nowhere_else(tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"a": b"1"})
    write(tmp_path / "full", {"x": b"1"})
    (tmp_path / "link").symlink_to(root)
    for folder in (root, root / "saved", tmp_path / "full", tmp_path / "full/x", tmp_path / "link/saved"):
        with pytest.raises(UsageError):
            backup(root, [FileChange("a", b"1", b"2")], folder)
    assert files(root) == {"a": b"1"}
    with pytest.raises(EnvironmentProblem, match="changed since"):
        backup(root, [FileChange("a", b"0", b"2")], tmp_path / "saved")
