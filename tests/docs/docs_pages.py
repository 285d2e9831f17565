"""The hand-written pages: their commands, and their excerpts of files and of what the commands print.

A fenced block of README.md is checked when a comment stands on the line before it:

- ``<!-- command: NAME -->``: one command line, to be run from the checkout's root;
- ``<!-- file: PATH -->``: an excerpt of a file of the repository;
- ``<!-- output: NAME.stdout -->``, ``<!-- output: NAME.stderr -->``: an excerpt of what a command prints; ``rewrite``
  is the README's own, ``convert`` is that of ``examples/manifests``.

In an excerpt a line ``[...]`` stands for lines that are left out; everything else stands there to the letter, in order.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
GAP = "[...]"

_BLOCK = re.compile(r"<!-- (command|file|output): (\S+) -->\n```(?:bash|yaml|text|diff)\n(.*?)```\n", re.DOTALL)


class Block(NamedTuple):
    """A checked block: ``kind`` and ``name`` are the two words of its comment."""

    kind: str
    name: str
    text: str


class Printed(NamedTuple):
    """What a command printed, and its exit code."""

    stdout: str
    stderr: str
    code: int


def blocks() -> list[Block]:
    """The checked blocks of README.md, in order."""
    return [Block(*found) for found in _BLOCK.findall(README.read_text(encoding="utf-8"))]


def commands() -> dict[str, str]:
    """The commands of README.md by name, each on one line."""
    return {block.name: block.text.rstrip("\n") for block in blocks() if block.kind == "command"}


def gatelift(*arguments: str) -> Printed:
    """Run gatelift as installed here, from the checkout's root."""
    made = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-m", "gatelift", *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    return Printed(made.stdout, made.stderr, made.returncode)


@cache
def converted() -> Printed:
    """What converting the example manifests prints."""
    return gatelift("convert", "examples/manifests")


@cache
def rewritten() -> Printed:
    """What the README's first command prints, once everything is installed and copied."""
    words = shlex.split(commands()["rewrite"].rpartition("&&")[2])
    assert (words[0], words[-1]) == (".venv/bin/gatelift", ".venv/shop")
    with tempfile.TemporaryDirectory() as scratch:
        shop = Path(scratch) / "shop"
        shutil.copytree(ROOT / "examples" / "shop", shop)
        subprocess.run(["git", "init", "-q", str(shop)], check=True)  # noqa: S603, S607 - git, as in the command
        return gatelift(*words[1:-1], str(shop))


def missing(excerpt: str, text: str) -> str | None:
    """The first piece of ``excerpt`` that does not stand in ``text`` where it should; None where all do."""
    position = 0
    lines = f"\n{text}"
    for piece in re.split(rf"(?m)^{re.escape(GAP)}\n", excerpt):
        found = lines.find(f"\n{piece}", position)
        if found < 0:
            return piece
        position = found + len(piece)
    return None
