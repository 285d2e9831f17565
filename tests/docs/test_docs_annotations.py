"""``docs/support-matrix.md`` and ``docs/annotations/`` say what the units and targets do, and lead where they say."""

from __future__ import annotations

import re
from functools import cache

import pytest
import yaml
from docs_pages import ROOT

from gatelift.annotations import registry
from gatelift.annotations.catalogue import full_key
from gatelift.manifests.availability import FIELDS, VERSIONS
from gatelift.report.matrix import MEANINGS, Word
from gatelift.report.matrix_pages import COLUMNS, COMMAND, page_name, pages
from gatelift.report.matrix_since import FEATURES, since_rows

DOCS = ROOT / "docs"
FOLDER = DOCS / "annotations"


@cache
def made() -> dict[str, str]:
    """The pages, written from the code."""
    return pages()


def test_every_page_is_up_to_date() -> None:
    stale = [name for name, text in made().items() if _read(name) != text]
    assert stale == [], f"run: {COMMAND}"


def _read(name: str) -> str:
    path = DOCS / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_no_page_is_left_of_a_unit_that_is_gone() -> None:
    assert {f"annotations/{path.name}" for path in FOLDER.iterdir()} == set(made()) - {"support-matrix.md"}


def test_every_unit_has_a_page_of_its_own() -> None:
    names = [page_name(family, module) for family, module, _ in registry.everything()]
    assert len(set(names)) == len(names)
    assert {f"annotations/{name}" for name in names} <= set(made())


def test_every_link_of_a_page_leads_somewhere() -> None:
    for name in made():
        page = DOCS / name
        text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        links = re.findall(r"\]\(([^)\s]+)\)", text)
        assert [link for link in links if not link.startswith("https://") and not _there(page.parent / link)] == []


def _there(path: object) -> bool:
    return ROOT.joinpath(str(path).partition("#")[0]).exists()


def test_a_page_shows_what_becomes_of_one_ingress() -> None:
    for family, module, _ in registry.everything():
        text = made()[f"annotations/{page_name(family, module)}"]
        before = text.partition("## Before and after\n")[2]
        blocks = [list(yaml.safe_load_all(block)) for block in re.findall(r"```yaml\n(.*?)```", before, re.DOTALL)]
        assert blocks[0][0]["kind"] == "Ingress"
        assert all(item["kind"] != "Ingress" for block in blocks[1:] for item in block)
        titles = {title for line in re.findall(r"(?m)^### (.+)$", before) for title in line.split(", ")}
        assert titles == set(COLUMNS)
        parts = re.split(r"(?m)^### .+\n\n", before)[1:]
        assert all(re.search(r"```yaml|^Refused: |^Nothing is written", part, re.MULTILINE) for part in parts)


def test_what_is_refused_says_what_to_do() -> None:
    for text in made().values():
        assert text.count("\nRefused: ") == text.count("\nTo do: ")


@pytest.mark.parametrize("word", Word)
def test_the_matrix_explains_its_words(word: Word) -> None:
    assert f"| `{word}` | {MEANINGS[word]} |" in made()["support-matrix.md"]


def test_the_matrix_has_a_row_for_every_annotation_of_ingress_nginx() -> None:
    rows = re.findall(r"(?m)^\| \[`([a-z0-9-]+)`\]\(annotations/[a-z0-9-]+\.md\)", made()["support-matrix.md"])
    units = [unit for family, _, unit in registry.everything() if family == "nginx"]
    assert sorted(rows) == sorted(name for unit in units for name in (*unit.names, *unit.aliases))


def test_every_row_of_the_matrix_has_a_word_for_each_target() -> None:
    page = made()["support-matrix.md"].partition("## Since when")[0]
    rows = [line for line in page.splitlines() if line.startswith("| [`")]
    words = rf"(?:{'|'.join(Word)})(?:: [a-z]+)?(?: \(some [a-z, ]+\))?"
    assert all(
        re.fullmatch(rf"\| \[`.+\]\(.+\)(?: and \d+ more)?(?: \| {words}){{{len(COLUMNS)}}} \|", row) for row in rows
    )


def test_the_index_names_every_key_of_ingress_nginx() -> None:
    index = made()["annotations/README.md"]
    for family, module, unit in registry.everything():
        assert f"]({page_name(family, module)})" in index
        if family == "nginx":
            assert all(f"`{name}`" in index for name in (*unit.names, *unit.aliases))
            assert all(full_key(family, name).endswith(f"/{name}") for name in unit.names)


def test_every_release_of_a_field_is_told() -> None:
    told = "".join(f"{words} {release}" for words, release, _ in since_rows())
    for kind, table in FIELDS.items():
        named = {path for feature in FEATURES if feature.kind is kind for path in feature.paths}
        for path in table:
            shown = path.removeprefix("spec/").replace("/*", "[]").replace("/", ".").replace("=", ": ")
            assert path.replace("/backendRefs/*", "") in named or f"`{shown}`" in told


def test_words_for_a_release_are_about_something_that_some_release_lacks() -> None:
    for feature in FEATURES:
        known = set(FIELDS.get(feature.kind, {})) | ({""} if feature.kind in VERSIONS else set())
        assert set(feature.paths) <= known, feature.words


def test_an_upgrade_changes_what_hangs_on_its_new_fields() -> None:
    rows = dict(re.findall(r"(?m)^\| (1\.\d) \| 1\.\d \| (.+) \|$", made()["support-matrix.md"]))
    assert list(rows) == ["1.5", "1.6", "1.7", "1.8", "1.9"]
    assert "refused → exact: `service-upstream`" in rows["1.7"]
    assert "`proxy-read-timeout`" in rows["1.8"]
