"""Git and reading give the same answer to which files hold a word."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repository_samples import git, repository, write

from gatelift.repository.search import grep, holds
from gatelift.repository.walk import Opened, open_tree

WORDS = (b"Ingress", b"networking.k8s.io")
ENDS = (".yaml", ".json", "Kustomization")
PIECES = (
    b"Ingress",
    b"ingress",
    b"Ingre",
    b"ss",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b"networking.k8s.io",
    b"networkingXk8s",
    b" ",
)

names = st.sampled_from(
    ["a.yaml", "b.yaml", "c.json", "Kustomization", "d.txt", "e.yamlx", "-x.yaml", "sp ce.yaml", "n\nl.yaml", "*.yaml"]
)
paths = st.tuples(st.sampled_from(["", "sub/", "sub/deep/", "[s]/", "vendor.ig/"]), names).map("".join)
texts = st.lists(st.sampled_from(PIECES), max_size=6).map(b"".join)


def without_git(folder: Path) -> Opened:
    shutil.rmtree(folder / ".git")
    return open_tree(folder)


@given(
    committed=st.dictionaries(paths, texts, max_size=6),
    forced=st.sets(paths, max_size=2),
    later=st.dictionaries(paths, texts, max_size=4),
    gone=st.sets(paths, max_size=2),
    assumed=st.sets(paths, max_size=2),
    laid=st.dictionaries(paths, st.none() | texts, max_size=3),
    binary=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_git_and_reading_agree(
    committed: dict[str, bytes],
    forced: set[str],
    later: dict[str, bytes],
    gone: set[str],
    assumed: set[str],
    laid: dict[str, bytes | None],
    binary: bool,
) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        rules = "*.yaml binary -diff\n*.json diff=x\n" if binary else ""
        write(root, {**committed, ".gitattributes": rules, ".gitignore": "*.ig\nb.yaml\n"})
        git(root, "init", "-q")
        git(root, "config", "grep.patternType", "perl")
        git(root, "config", "grep.fullName", "true")
        git(root, "config", "color.ui", "always")
        git(root, "add", ".gitignore", ".gitattributes")
        for path in committed:
            if path in forced or not path.startswith("vendor.ig"):
                git(root, "add", "-f", "--", f":(literal){path}")
        git(root, "commit", "-q", "-m", "first")
        for path in assumed & set(git(root, "ls-files", "-z").split("\0")):
            git(root, "update-index", "--assume-unchanged", "--", path)
        write(root, later)
        for path in gone:
            (root / path).unlink(missing_ok=True)
        opened = open_tree(root)
        tree = opened.tree.changed(laid)
        found = grep(tree, opened, WORDS, ENDS)
        held = {path for path in tree.files if path.endswith(ENDS) and any(word in tree.read(path) for word in WORDS)}
        assert found == tuple(sorted(held))
        alone = without_git(root)
        everything = grep(alone.tree, alone, WORDS, ENDS)
        assert set(everything) >= {path for path in found if path not in laid}


def test_a_large_file_is_searched_without_being_read_whole(tmp_path: Path) -> None:
    size = 1 << 30
    for name, at, text in (
        ("end", size - 7, b"Ingress"),
        ("none", 5, b"Service"),
        ("across", (1 << 20) - 3, b"Ingress"),
    ):
        with (tmp_path / f"{name}.yaml").open("wb") as file:
            file.seek(at)
            file.write(text)
            file.truncate(size)
    began = time.process_time()
    opened = open_tree(tmp_path)
    assert grep(opened.tree, opened, WORDS, ENDS) == ("across.yaml", "end.yaml")
    git(tmp_path, "init", "-q")
    untracked = open_tree(tmp_path)
    assert grep(untracked.tree, untracked, WORDS, ENDS) == ("across.yaml", "end.yaml")
    assert time.process_time() - began < 2


def test_a_large_tracked_file_is_not_given_to_git(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.yaml": "kind: Ingress\n", "hole.yaml": "x"})
    with (root / "hole.yaml").open("r+b") as file:
        file.truncate(1 << 30)
    opened = open_tree(root)
    assert opened.barred == {"hole.yaml"}
    began = sum(os.times()[:4])  # with that of git
    assert grep(opened.tree, opened, WORDS, ENDS) == ("a.yaml",)
    assert sum(os.times()[:4]) - began < 0.3


def test_a_word_across_pieces(tmp_path: Path) -> None:
    filler = b"x" * ((1 << 20) - 4)
    write(tmp_path, {"a.yaml": filler + b"Ingress" + b"y" * (17 << 20), "b.yaml": b"x" * (18 << 20)})
    assert holds(str(tmp_path), "a.yaml", WORDS)
    assert not holds(str(tmp_path), "b.yaml", WORDS)


def test_what_cannot_be_read_may_hold_it(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.yaml": "", "b.yaml": "Ingress"})
    opened = open_tree(root)
    (root / "a.yaml").unlink()
    os.mkfifo(root / "a.yaml")
    assert holds(str(root), "a.yaml", WORDS)
    assert holds(str(root), "missing.yaml", WORDS)
    assert grep(opened.tree, opened, WORDS, ENDS) == ("b.yaml",)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_may_hold_it(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.yaml": "", "b.yaml": "Ingress"})
    (root / "a.yaml").chmod(0)
    opened = open_tree(root)
    assert grep(opened.tree, opened, WORDS, ENDS) == ("a.yaml", "b.yaml")


def test_git_does_not_look_behind_a_link(tmp_path: Path) -> None:
    write(tmp_path, {"outside/a.yaml": "Ingress"})
    root = repository(tmp_path / "r", {"sub/a.yaml": "x", "b.yaml": "Ingress"})
    shutil.rmtree(root / "sub")
    (root / "sub").symlink_to("../outside")
    opened = open_tree(root)
    assert grep(opened.tree, opened, WORDS, ENDS) == ("b.yaml",)


def test_what_git_was_told_not_to_look_at_is_read(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.yaml": "x", "b.yaml": "Ingress", "c.yaml": "x", "d.yaml": "Ingress"})
    git(root, "update-index", "--assume-unchanged", "a.yaml", "b.yaml")
    git(root, "update-index", "--skip-worktree", "c.yaml", "d.yaml")
    write(root, {"a.yaml": "Ingress", "b.yaml": "x", "c.yaml": "Ingress", "d.yaml": "x"})
    opened = open_tree(root)
    assert grep(opened.tree, opened, WORDS, ENDS) == ("a.yaml", "c.yaml")


def test_a_conflict_is_searched_once(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.yaml": "x\n"})
    git(root, "checkout", "-q", "-b", "side")
    write(root, {"a.yaml": "Ingress\n"})
    git(root, "commit", "-q", "-a", "-m", "side")
    git(root, "checkout", "-q", "main")
    write(root, {"a.yaml": "y\n"})
    git(root, "commit", "-q", "-a", "-m", "main")
    git(root, "read-tree", "-m", "main~1", "main", "side")
    opened = open_tree(root)
    assert opened.tree.files == ("a.yaml",)
    assert grep(opened.tree, opened, WORDS, ENDS) == ()
