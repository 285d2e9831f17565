"""Differences as text: ``git apply`` makes of the old bytes the new ones."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelift.cli.difference import unified
from gatelift.plan.model import FileChange

PIECES = st.sampled_from(
    (
        *(b"a\n", b"b\n", b"\n", b"a\r\n", b"\r\n", b"\r", b" a \n", b"-- x\n", b"+++ y\n"),
        *(b"\\ No newline\n", b"\x0c\n", b"\xff\xfe\n", b"\xe2\x80\xa8\n", b"\x1c", b"\xc2\x85", b"last"),
    )
)
DATA = st.lists(PIECES, max_size=12).map(b"".join)
NAMES = ("a.yaml", "with space.yaml", "tab\t.yaml", 'quo"te.yaml', "back\\slash", "caf\xe9.yaml", "new\nline", "-x")
NOT_TEXT = os.fsdecode(b"caf\xe9")


def _git(root: str, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - git, with arguments of this test
        ["git", "-C", root, "-c", "core.autocrlf=false", *arguments],  # noqa: S607 - whichever git is there
        input=given,
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": root},
    )


def _applied(root: str, change: FileChange) -> None:
    path = Path(root) / change.path
    path.parent.mkdir(exist_ok=True)
    if change.before is not None:
        path.write_bytes(change.before)
    made = _git(root, "apply", "--whitespace=nowarn", "-", given=unified(change))
    assert made.returncode == 0, (made.stderr, unified(change))
    if change.after is None:
        assert not path.exists()
    else:
        assert path.read_bytes() == change.after
        path.unlink()


@settings(max_examples=60, deadline=None)
@given(st.none() | DATA, st.none() | DATA, st.sampled_from((*NAMES, NOT_TEXT, "folder/x.yaml")))
def test_git_applies_every_difference(before: bytes | None, after: bytes | None, name: str) -> None:
    if before == after:
        return
    with tempfile.TemporaryDirectory() as root:
        _applied(root, FileChange(name, before, after))


@pytest.mark.parametrize("name", [*NAMES, NOT_TEXT])
def test_git_takes_every_name(tmp_path: Path, name: str) -> None:
    for before, after in ((b"a\n", b"b"), (None, b"b\n"), (b"a", None), (None, b""), (b"", None)):
        _applied(str(tmp_path), FileChange(name, before, after))


def test_what_it_looks_like() -> None:
    assert unified(FileChange("a/b.yaml", b"x\ny", b"x\nz\n")) == (
        b"diff --git a/a/b.yaml b/a/b.yaml\n--- a/a/b.yaml\n+++ b/a/b.yaml\n"
        b"@@ -1,2 +1,2 @@\n x\n-y\n\\ No newline at end of file\n+z\n"
    )
    head = rb'diff --git "a/caf\303\251" "b/caf\303\251"' + b"\nnew file mode 100644\n--- /dev/null\n"
    assert unified(FileChange("caf\xe9", None, b"x\n")).startswith(head)
