"""Every link between pages leads somewhere, and no page names what is not part of the repository."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from docs_pages import PAGES, ROOT

IDS = [path.relative_to(ROOT).as_posix() for path in PAGES]
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_a_page_names_only_files_that_are_there(page: Path) -> None:
    for name in re.findall(r"`((?:plugin|tests|docs|examples|benchmarks)/[\w./-]+)`", page.read_text(encoding="utf-8")):
        assert "NAME" in name or (ROOT / name).exists(), name


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_a_line_of_text_fits_an_editor(page: Path) -> None:
    fenced = False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fenced ^= line.startswith("```")
        if not fenced and not line.startswith(("|", "```", "<!--")):
            assert len(line) <= 120, f"{page.name}:{number}"


def test_every_trap_that_a_message_names_is_explained() -> None:
    page = (ROOT / "docs" / "differences.md").read_text(encoding="utf-8")
    told = set(re.findall(r"(?m)^\| (T\d+) \|", page))
    files = [path for path in (ROOT / "plugin").rglob("*") if path.suffix in (".py", ".md")]
    named = {name for path in files for name in re.findall(r"\bT\d{1,2}\b", path.read_text(encoding="utf-8"))}
    assert named
    assert named <= told


def test_the_table_of_layers_is_that_of_the_linter() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| (`[a-z]+/?`(?:, `[a-z]+/?`)*) \| .* \| .* \|$", page)
    told = [name.rstrip("/") for row in rows for name in re.findall(r"`([a-z]+/?)`", row)]
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    linted = [name.strip() for layer in contracts[0]["layers"] for name in layer.split("|")]
    package = ROOT / "plugin" / "gatelift"
    there = {path.parent.name for path in package.glob("*/__init__.py")} | {"findings", "assets"}
    assert there <= set(told)
    assert [name for name in told if name in linted] == linted
