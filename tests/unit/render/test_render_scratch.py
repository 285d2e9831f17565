"""Scratch folders: what is written into them, with which rights, and that they go."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from render_trees import temporary_folder_of_each_test as temporary_folder_of_each_test
from render_trees import tree

from gatelift.findings import Finding, InputError, Severity
from gatelift.render.scratch import scratch
from gatelift.repository.tree import Tree


def test_only_the_named_files_are_written_and_only_for_us(own_temporary_folder: Path) -> None:
    made = tree({"a/b/one.yaml": "1", "a/two.yaml": "2", "three.yaml": "3"})
    with scratch(made, ["a/b/one.yaml", "three.yaml"]) as folder:
        root = Path(folder)
        assert root.parent == own_temporary_folder
        assert {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()} == {
            "a/b/one.yaml",
            "three.yaml",
        }
        assert (root / "a/b/one.yaml").read_bytes() == b"1"
        assert stat.S_IMODE(root.stat().st_mode) == 0o700
        assert stat.S_IMODE((root / "three.yaml").stat().st_mode) == 0o600
    assert not root.exists()


def test_changes_of_the_tree_are_what_is_written() -> None:
    made = tree({"one.yaml": "old", "gone.yaml": "x"}).changed({"one.yaml": b"new", "gone.yaml": None, "n.yaml": b"n"})
    with scratch(made, made.files) as folder:
        assert {path.name: path.read_bytes() for path in Path(folder).iterdir()} == {
            "one.yaml": b"new",
            "n.yaml": b"n",
        }


def test_it_goes_when_something_fails(own_temporary_folder: Path) -> None:
    with pytest.raises(RuntimeError, match="in between"), scratch(tree({"a": "1"}), ["a"]):
        raise RuntimeError("in between")
    assert list(own_temporary_folder.iterdir()) == []

    def unreadable(path: str) -> bytes:
        raise InputError(Finding("input/unreadable", Severity.ERROR, path))

    with pytest.raises(InputError), scratch(Tree("/r", ["a"], unreadable), ["a"]):
        pass
    with pytest.raises(KeyError), scratch(tree({"a": "1"}), ["../etc/passwd"]):
        pass
    assert list(own_temporary_folder.iterdir()) == []


def test_names_of_any_kind_are_written() -> None:
    names = ["sp ace/-dash.yaml", "line\nbreak.yaml", os.fsdecode(b"latin-\xe9.yaml"), "ünïcode.yaml"]
    made = tree({name: name.encode("utf-8", "surrogateescape") for name in names})
    with scratch(made, made.files) as folder:
        for name in names:
            assert Path(folder, name).read_bytes() == os.fsencode(name)


def test_links_are_made_where_they_lead_to_something_written() -> None:
    made = tree(
        {"shared/cm.yaml": "1", "app/own.yaml": "2", "other/x.yaml": "3"},
        {"app/cm.yaml": "shared/cm.yaml", "app/all": "shared", "app/other": "other", "loop": "loop"},
    )
    with scratch(made, ["app/cm.yaml", "app/own.yaml"]) as folder:
        root = Path(folder)
        assert os.readlink(root / "app/cm.yaml") == "../shared/cm.yaml"  # noqa: PTH115 - the text of the link
        assert (root / "app/cm.yaml").read_bytes() == b"1"
        assert (root / "app/all/cm.yaml").read_bytes() == b"1"
        assert not os.path.lexists(root / "app/other")
        assert not os.path.lexists(root / "loop")
        links = [path for path in root.rglob("*") if path.is_symlink()]
        assert all(path.resolve().is_relative_to(root) for path in links)
