"""What the pages promise of commands, findings and proofs is what the program has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docs_pages import PAGES, ROOT

from gatelift.cli.main import COMMANDS
from gatelift.proof.evidence import Proof

IDS = [path.relative_to(ROOT).as_posix() for path in PAGES]
REWRITING = (ROOT / "docs/rewriting.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_a_command_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`gatelift ([a-z]+)", text)) | set(re.findall(r"(?m)^gatelift ([a-z]+) .*#", text))
    assert named <= set(COMMANDS)


def test_a_finding_that_the_page_on_rewriting_names_is_one_that_is_made() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "plugin/gatelift").rglob("*.py"))
    codes = re.findall(r"\(`([a-z]+/[a-z-]+)`\)", REWRITING)
    assert len(codes) > 5
    assert [code for code in codes if f'"{code}"' not in source] == []


def test_the_page_on_rewriting_tells_every_proof() -> None:
    table = re.findall(r"(?m)^\| `([a-z]+)` \| ", REWRITING)
    assert sorted(table) == sorted(Proof)
