"""A commit on top of what is checked out, made with real git, seen with real git."""

from __future__ import annotations

from pathlib import Path

import pytest
from forge_plans import ROUTES, git, planned

from gatelift.config.model import Phase
from gatelift.findings import EnvironmentProblem, InputError
from gatelift.forge.commit import Author, make_commit
from gatelift.forge.github import Commit
from gatelift.forge.message import plan_of
from gatelift.forge.scratch import run, scratch
from gatelift.plan.model import FileChange, Plan
from gatelift.repository.git import open_git

WHO = Author("gatelift", "gatelift@noreply.invalid")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / 'a "clone" \\ of'
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "shop").mkdir()
    (folder / "shop" / "web.yaml").write_bytes(b"kind: Ingress\n")
    (folder / "run.sh").write_bytes(b"#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "link").symlink_to("run.sh")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "the beginning")
    return folder


def made(clone: Path, plan: Plan, *look: str) -> tuple[str, str]:
    """The commit's name, and what git prints of it; ``COMMIT`` in ``look`` stands for it."""
    with scratch(open_git(clone)) as repo:
        commit = make_commit(repo, plan, git(clone, "rev-parse", "HEAD").strip(), WHO)
        said = run(repo, look[0], *(word.replace("COMMIT", commit) for word in look[1:]))
        assert said.status == 0, said.error
        return commit, said.out.decode("utf-8", "surrogateescape")


def test_new_changed_and_removed_files_are_in_it_and_nothing_else(clone: Path) -> None:
    plan = planned(
        files=(
            FileChange("new/route.yaml", None, ROUTES),
            FileChange("run.sh", b"#!/bin/sh\n", b"#!/bin/sh\nexit\n"),
            FileChange("shop/web.yaml", b"kind: Ingress\n", None),
        )
    )
    _, listed = made(clone, plan, "diff-tree", "-r", "--no-renames", "--abbrev=4", "COMMIT^", "COMMIT")
    changes = [(line.split()[0], line.split()[1], line.split()[4], line.split("\t")[1]) for line in listed.splitlines()]
    assert changes == [
        (":000000", "100644", "A", "new/route.yaml"),
        (":100755", "100755", "M", "run.sh"),
        (":100644", "000000", "D", "shop/web.yaml"),
    ]
    _, blob = made(clone, plan, "cat-file", "blob", "COMMIT:new/route.yaml")
    assert blob.encode() == ROUTES


def test_its_bytes_follow_from_plan_and_parent(clone: Path) -> None:
    parent = git(clone, "rev-parse", "HEAD").strip()
    first, text = made(clone, planned(), "cat-file", "commit", "COMMIT")
    second, _ = made(clone, planned(), "cat-file", "commit", "COMMIT")
    assert first == second
    tree = text.split()[1]
    assert f"author {WHO.name} <{WHO.email}> 1700000000 +0100\n" in text
    assert f"committer {WHO.name} <{WHO.email}> 1700000000 +0100\n" in text
    message = text.split("\n\n", 1)[1]
    assert plan_of(Commit(message, tree, (parent,))) == planned().digest


def test_work_tree_index_and_repository_stay_as_they_are(clone: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (clone / ".git").rglob("*")}
    (clone / "shop" / "web.yaml").read_bytes()
    made(clone, planned(), "cat-file", "-p", "COMMIT")
    assert {path: path.stat().st_mtime_ns for path in (clone / ".git").rglob("*")} == before
    assert git(clone, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    "change",
    [
        FileChange("shop/web.yaml", b"something else\n", b"x"),
        FileChange("shop/web.yaml", None, b"x"),
        FileChange("gone.yaml", b"was here", None),
        FileChange("link", b"#!/bin/sh\n", b"x"),
        FileChange("link", b"run.sh", b"x"),
    ],
    ids=["changed since", "there already", "not there", "a link", "a link's own text"],
)
def test_a_file_that_is_not_what_the_plan_was_made_from_stops_it(clone: Path, change: FileChange) -> None:
    with pytest.raises(InputError) as caught:
        made(clone, planned(files=(change,)), "cat-file", "-p", "COMMIT")
    assert caught.value.finding.code == "git/changed"
    assert caught.value.finding.place is not None
    assert caught.value.finding.place.path == change.path


@pytest.mark.parametrize("path", ["../out", "/etc/passwd", ".git/config", "a/../b", "link/x", "shop/.GIT/config"])
def test_a_path_that_leaves_the_tree_stops_it(clone: Path, path: str) -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        made(clone, planned(files=(FileChange(path, None, b"x"),)), "cat-file", "-p", "COMMIT")
    assert caught.value.finding.code == "git/commit"


@pytest.mark.parametrize("path", ["with space", "-x", "new\nline", "t\tab", 'quo"te', "caf\udce9", "ünï"])
def test_any_name_that_git_takes_is_taken(clone: Path, path: str) -> None:
    plan = planned(files=(FileChange(f"d/{path}", None, b"x"),))
    _, listed = made(clone, plan, "ls-tree", "-r", "-z", "--name-only", "COMMIT", "--", "d/")
    assert listed == f"d/{path}\0"


def test_a_shallow_clone_is_enough(clone: Path, tmp_path: Path) -> None:
    (clone / "more").write_text("more\n")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "more")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{clone}", str(shallow))
    _, count = made(shallow, planned(), "rev-list", "--count", "COMMIT")
    assert count == "2\n"


def test_a_worktree_is_a_repository_too(clone: Path, tmp_path: Path) -> None:
    git(clone, "worktree", "add", "--quiet", "--detach", str(tmp_path / "beside"))
    commit, _ = made(tmp_path / "beside", planned(), "cat-file", "-p", "COMMIT")
    assert commit == made(clone, planned(), "cat-file", "-p", "COMMIT")[0]


def test_variables_of_a_hook_lead_nowhere(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git sets these for hooks, and gatelift may be run from one."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.bare")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "perhaps")
    with scratch(open_git(clone)) as repo:
        said = run(repo, "rev-parse", "--absolute-git-dir")
        assert said.status == 0, said.error
        assert Path(said.out.decode().strip()) == Path(repo.git_dir)


def test_a_person_who_amends_or_rebases_is_seen() -> None:
    parent, tree = "a" * 40, "b" * 40
    text = f"x\n\nGatelift-Plan: {'1' * 16}\nGatelift-Base: {parent}\nGatelift-Tree: {tree}\n"
    assert plan_of(Commit(text, tree, (parent,))) == "1" * 16
    for other in (
        Commit(text, "c" * 40, (parent,)),
        Commit(text, tree, ("c" * 40,)),
        Commit(text, tree, (parent, "c" * 40)),
        Commit(text, tree, ()),
        Commit("x\n", tree, (parent,)),
        Commit(text.replace("Gatelift-Plan", "Plan"), tree, (parent,)),
    ):
        assert plan_of(other) == ""


@pytest.mark.parametrize("phase", list(Phase))
def test_no_word_of_a_message_makes_a_forge_act(clone: Path, phase: Phase) -> None:
    _, text = made(clone, planned(phase=phase), "cat-file", "commit", "COMMIT")
    message = text.split("\n\n", 1)[1]
    assert "@" not in message
    assert "#" not in message
    assert not {"fixes", "closes", "resolves", "fix", "close"} & set(message.lower().split())
