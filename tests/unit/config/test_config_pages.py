"""The documentation, held against the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from config_reading import OPTIONS, read

from gatelift.config.check import keys
from gatelift.config.outrank import VARIABLES
from gatelift.config.page import MEANINGS, filled, render_keys_table, sections, write
from gatelift.config.target import TargetName
from gatelift.findings import Exit

DOCS = Path(__file__).parents[3] / "docs"
PAGES = ("configuration.md", "exit-codes.md")


@pytest.mark.parametrize("name", PAGES)
def test_the_generated_sections_are_up_to_date(name: str) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    assert "<!-- generated: " in page
    assert page == filled(page, sections()), "run: python -m gatelift.config.page docs"


def test_every_section_stands_on_a_page() -> None:
    pages = "".join((DOCS / name).read_text(encoding="utf-8") for name in PAGES)
    assert set(re.findall(r"<!-- generated: ([a-z-]+) -->", pages)) == set(sections())


def test_the_page_names_every_key_variable_and_target() -> None:
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
    for word in (*keys(), *(each.name for each in VARIABLES), *TargetName):
        assert f"`{word}`" in page


def test_every_example_on_the_page_is_valid() -> None:
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(examples) > 5
    for example in examples:
        assert yaml.safe_load(example)
        read(example)


def test_every_exit_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Exit)


def test_options_of_decide_get_rows_of_their_own() -> None:
    table = render_keys_table(OPTIONS)
    assert "| `decide.proxyBodySize` | `omit` or `buffer` | none | What becomes of a limit. |" in table
    assert table.index("`decide`") < table.index("`decide.slowStart`") < table.index("`nginx`")


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    option = OPTIONS["slowStart"].__class__("x", "a|b", values=("1",))
    assert r"a\|b" in render_keys_table({"x": option})


def test_an_outdated_section_is_noticed_and_written_again(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- generated: precedence -->\nold\n<!-- /generated -->\nb\n")
    write(tmp_path)
    text = page.read_text()
    assert text != filled(text, {"precedence": "old\n"})
    assert text.startswith("a\n")
    assert text.endswith("b\n")
    assert "70, 3, 6, 4, 5, 2, 1 wins" in text


def test_a_section_of_an_unknown_name_is_left_alone() -> None:
    page = "<!-- generated: other -->\nkept\n<!-- /generated -->\n"
    assert filled(page, sections()) == page
