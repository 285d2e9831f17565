"""Which files are part of a repository, and that nothing outside of it is ever read."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from repository_samples import git, repository, write

from gatelift.findings import InputError
from gatelift.repository.inside import MOST_BYTES, read_inside
from gatelift.repository.walk import SHOWN, open_tree

YAML = "kind: Ingress\n"


def test_git_says_what_belongs_to_the_repository(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.yaml": YAML, "gone.yaml": YAML, ".gitignore": "*.ignored\n"})
    write(root, {"kept.ignored": YAML, "left.ignored": YAML, "new/b.yaml": YAML})
    git(root, "add", "-f", "kept.ignored")
    (root / "gone.yaml").unlink()
    opened = open_tree(root / "new")
    assert opened.tree.files == (".gitignore", "a.yaml", "kept.ignored", "new/b.yaml")
    assert opened.tree.root == str(root)
    assert not opened.findings


def test_a_file_names_its_repository_too(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a/b.yaml": YAML, "c.yaml": YAML})
    assert open_tree(root / "a/b.yaml").tree.files == ("a/b.yaml", "c.yaml")


def test_submodules_and_nested_repositories_are_left_alone(tmp_path: Path) -> None:
    other = repository(tmp_path / "other", {"x.yaml": YAML})
    root = repository(tmp_path / "r", {"a.yaml": YAML})
    git(root, "submodule", "--quiet", "add", str(other), "module")
    repository(root / "nested", {"y.yaml": YAML})
    assert open_tree(root).tree.files == (".gitmodules", "a.yaml")


def test_a_submodule_and_a_worktree_are_repositories_of_their_own(tmp_path: Path) -> None:
    other = repository(tmp_path / "other", {"x.yaml": YAML})
    root = repository(tmp_path / "r", {"a.yaml": YAML})
    git(root, "submodule", "--quiet", "add", str(other), "module")
    git(root, "worktree", "add", "-q", str(tmp_path / "tree"), "-b", "side")
    assert open_tree(root / "module").tree.files == ("x.yaml",)
    side = open_tree(tmp_path / "tree")
    assert side.tree.files == ("a.yaml",)
    assert side.git is not None
    assert side.git.git_dir == str(root / ".git/worktrees/tree")


def test_outside_git_all_files_below_the_folder(tmp_path: Path) -> None:
    write(tmp_path, {"a/b.yaml": YAML, ".github/c.yaml": YAML, ".svn/d.yaml": YAML, "e.yaml": YAML})
    repository(tmp_path / "nested", {"y.yaml": YAML})
    opened = open_tree(tmp_path / "e.yaml")
    assert opened.tree.files == (".github/c.yaml", "a/b.yaml", "e.yaml")
    assert opened.git is None


def test_names_of_every_kind(tmp_path: Path) -> None:
    names = ["with space.yaml", "line\nbreak.yaml", "-dash.yaml", os.fsdecode(b"\xff\xfe.yaml"), "ä.yaml", '"q".yaml']
    names += ["-folder/x.yaml", "tab\t/y.yaml", ":(top)z.yaml", "*.yaml"]
    for folder, make in ((tmp_path / "git", repository), (tmp_path / "plain", write)):
        folder.mkdir()
        make(folder, dict.fromkeys(names, YAML))
        tree = open_tree(folder).tree
        assert tree.files == tuple(sorted(names))
        assert {tree.read(name) for name in names} == {YAML.encode()}


@pytest.mark.parametrize("in_git", [True, False])
def test_links_inside_lead_on_and_links_outside_are_told(tmp_path: Path, in_git: bool) -> None:
    write(tmp_path, {"secret.yaml": "password"})
    root = tmp_path / "r"
    write(root, {"base/a.yaml": YAML})
    links = {
        "file.yaml": "base/a.yaml",
        "folder": "base",
        "chain": "folder",
        "here": ".",
        "dangling": "base/new.yaml",
        "out.yaml": "../secret.yaml",
        "absolute": "/etc",
        "loop": "loop",
        "one": "two",
        "two": "one",
        "again": "../r/base",
        "head": ".git/HEAD",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    if in_git:
        repository(root, {})
    opened = open_tree(root)
    assert opened.tree.files == ("base/a.yaml",)
    assert opened.tree.links == {
        "file.yaml": "base/a.yaml",
        "folder": "base",
        "chain": "base",
        "here": ".",
        "dangling": "base/new.yaml",
        "again": "base",
    }
    assert opened.outside == {"out.yaml", "absolute", "loop", "one", "two", "head"}
    told = {finding.place.path: finding.message for finding in opened.findings if finding.place}
    assert set(told) == opened.outside
    assert "circle" in told["loop"]
    assert opened.tree.read("chain/a.yaml") == YAML.encode()
    assert opened.tree.resolve("out.yaml") == "out.yaml"
    assert not opened.tree.is_file("out.yaml")


def test_of_many_links_only_some_are_told_one_by_one(tmp_path: Path) -> None:
    for number in range(SHOWN + 7):
        (tmp_path / f"l{number:03}").symlink_to("/etc")
    opened = open_tree(tmp_path)
    assert len(opened.findings) == SHOWN + 1
    assert opened.findings[-1].message.startswith("7 further")


def test_what_git_lists_behind_a_link_is_not_in_the_tree(tmp_path: Path) -> None:
    write(tmp_path, {"outside/a.yaml": "password"})
    root = repository(tmp_path / "r", {"sub/a.yaml": YAML, "deep/er/b.yaml": YAML})
    for folder in ("sub", "deep"):
        (root / folder).rename(tmp_path / f"was-{folder}")
    (root / "sub").symlink_to("../outside")
    (root / "deep").symlink_to("../outside")
    opened = open_tree(root)
    assert opened.tree.files == ()
    assert opened.barred == {"sub", "deep"}
    assert opened.outside == {"sub", "deep"}


def test_a_path_that_becomes_a_link_after_the_walk_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"outside/a.yaml": "password", "secret.yaml": "password"})
    root = repository(tmp_path / "r", {"sub/a.yaml": YAML, "b.yaml": YAML, "c.yaml": YAML})
    tree = open_tree(root).tree
    (root / "sub").rename(tmp_path / "was")
    (root / "sub").symlink_to("../outside")
    (root / "b.yaml").unlink()
    (root / "b.yaml").symlink_to("../secret.yaml")
    (root / "c.yaml").unlink()
    os.mkfifo(root / "c.yaml")
    for path in ("sub/a.yaml", "b.yaml", "c.yaml"):
        with pytest.raises(InputError):
            tree.read(path)


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "", "a//b", "nul\0"])
def test_only_paths_inside_are_read(tmp_path: Path, path: str) -> None:
    with pytest.raises(InputError):
        read_inside(tmp_path, path)


@pytest.mark.parametrize("in_git", [True, False])
def test_a_gigabyte_of_nothing_costs_nothing_until_it_is_read(tmp_path: Path, in_git: bool) -> None:
    if in_git:
        repository(tmp_path, {"a.yaml": YAML})
    with (tmp_path / "hole.yaml").open("wb") as file:
        file.truncate(1 << 30)
    began = time.process_time()
    tree = open_tree(tmp_path).tree
    assert "hole.yaml" in tree.files
    with pytest.raises(InputError, match="16 MiB"):
        tree.read("hole.yaml")
    assert time.process_time() - began < 1


def test_the_largest_file_that_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": b"x" * MOST_BYTES, "b.yaml": b"x" * (MOST_BYTES + 1)})
    tree = open_tree(tmp_path).tree
    assert len(tree.read("a.yaml")) == MOST_BYTES
    with pytest.raises(InputError):
        tree.read("b.yaml")


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        open_tree(tmp_path / "missing")


def test_fifty_thousand_files(tmp_path: Path) -> None:
    for number in range(500):
        (tmp_path / f"d{number}").mkdir()
        for each in range(100):
            (tmp_path / f"d{number}/{each}.yaml").touch()
    plain = time.process_time()
    assert len(open_tree(tmp_path).tree.files) == 50_000
    plain = time.process_time() - plain
    git(tmp_path, "init", "-q")
    mine = time.process_time()
    assert len(open_tree(tmp_path).tree.files) == 50_000
    assert max(plain, time.process_time() - mine) < 3
