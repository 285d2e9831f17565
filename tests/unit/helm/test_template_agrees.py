"""The skeleton beside YAML: whichever branches are taken, what comes out is what the skeleton says."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from taken_branches import Way
from templates_of_tests import PIECES, of, real, spoiled

from gatelift.sources.helm.template.build import lay, lay_define
from gatelift.sources.helm.template.scoping import Scopes

_SHAPES = sorted((Path(__file__).parent / "shapes").glob("*.yaml"))


def _ways(text: str, count: int) -> int:
    """Compare ``count`` ways through a template; the number that could be compared."""
    template = of(text)
    skeleton = lay(template)
    if skeleton.problems:
        return 0
    compared = 0
    for seed in range(count):
        way = Way(template, skeleton, Random(seed))  # noqa: S311 - the same ways each time
        assert way.told() == way.written(), text
        compared += 1
    return compared


def _bent(text: str, random: Random) -> str:
    """``text`` with trim markers, line breaks, lines and indentations changed."""

    def change(pattern: str, *instead: str) -> str:
        places = list(re.finditer(pattern, text))
        if not places:
            return text
        place = random.choice(places)
        return text[: place.start()] + random.choice(instead) + text[place.end() :]

    for _ in range(random.randrange(1, 4)):
        match random.randrange(5):
            case 0:
                text = change(r"\{\{-? ?", "{{ ", "{{- ")
            case 1:
                text = change(r" ?-?\}\}", " }}", " -}}")
            case 2:
                text = change(r"\n *", "", " ", "\n", "\n  ", "\n    ")
            case 3:
                text = change(r"[^\n]*\n", "", "- a\n", "  b: c\n")
            case _:
                text = change(r"n?indent \d+", "indent 4", "nindent 4", "nindent 2")
    return text


@pytest.mark.parametrize("path", _SHAPES, ids=lambda path: path.stem)
def test_each_way_through_a_shape_writes_what_the_skeleton_says(path: Path) -> None:
    laid_whole = not lay(of(path.read_text())).problems
    compared = _ways(path.read_text(), 40)
    assert bool(compared) == laid_whole


@pytest.mark.corpus
def test_each_way_through_a_real_template_writes_what_the_skeleton_says() -> None:
    # In a file of definitions nothing is written, but for what its author forgot between them.
    compared = [bool(_ways(text, 12)) for name, text in real() if not name.endswith(".tpl")]
    assert sum(compared) > 20


@pytest.mark.corpus
def test_a_bent_template_writes_what_the_skeleton_says_or_has_a_problem() -> None:
    random = Random(41)  # noqa: S311 - the same templates each time
    templates = [text for name, text in real() if not name.endswith(".tpl")]
    compared = refused = 0
    for _ in range(500):
        text = _bent(random.choice(templates), random)
        if of(text).problem is None:
            same = bool(_ways(text, 2))
            compared += same
            refused += not same
    assert compared > 50
    assert refused > 50


@pytest.mark.corpus
def test_spoiled_templates_are_laid_without_an_exception() -> None:
    random = Random(43)  # noqa: S311 - the same templates each time
    templates = [text for _, text in real()]
    for _ in range(400):
        text = spoiled(random.choice(templates), random)
        template = of(text)
        Scopes(template).at(len(text))
        for skeleton in (lay(template), *(lay_define(template, define) for define in template.defines)):
            for document in skeleton.documents:
                assert 0 <= document.start <= document.end <= len(text)
            for problem in skeleton.problems:
                assert 0 <= problem.start <= problem.end <= len(text)


@given(st.lists(st.sampled_from(PIECES) | st.text(alphabet=" \n-:ab#\"'[]{}|>&*!", max_size=6), max_size=20))
def test_any_text_is_laid_without_an_exception(pieces: list[str]) -> None:
    template = of("".join(pieces))
    lay(template)
    Scopes(template).at(0)


@given(st.lists(st.text(alphabet=" \n-:ab#\"'[]{},|>", max_size=8), max_size=8))
def test_text_without_actions_is_what_yaml_says_or_has_a_problem(pieces: list[str]) -> None:
    text = "".join(pieces)
    template = of(text)
    skeleton = lay(template)
    if skeleton.problems or template.problem or re.search(r"[|>{]", text):
        return
    way = Way(template, skeleton, Random(0))  # noqa: S311 - nothing is chosen
    try:
        written = way.written()
    except yaml.YAMLError:
        return
    assert way.told() == written
