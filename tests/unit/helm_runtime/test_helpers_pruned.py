"""_gatelift.tpl holds what the templates of a chart use, and nothing else."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from wrapping import PREFIX, Wrapped, ingress

from gatelift.sources.helm.runtime.pruning import used
from gatelift.sources.helm.runtime.tables import Tables
from gatelift.sources.helm.runtime.text import all_helpers

WORDS = ("exact", "single", "objects", "services", "namespaced", "beside", "lead", "zones", "listeners", "wrapped")
ALL = all_helpers(Tables(sets=()), ["templates/service.yaml"])
OPENED = re.compile(r"\{\{-? (?:if|range|with|define) ")
CLOSED = re.compile(r"\{\{-? end ")


def defined(text: str) -> set[str]:
    return set(re.findall(r'define "[^"]*\.(\w+)"', text))


def included(text: str) -> set[str]:
    return set(re.findall(r'include "[^"]*\.(\w+)"', text))


def test_every_choice_of_sections_is_a_whole_template() -> None:
    for count in range(len(WORDS) + 1):
        for words in combinations(WORDS, count):
            for name, text in used(ALL, ALL, words).items():
                assert len(OPENED.findall(text)) == len(CLOSED.findall(text)), (name, words)
                assert not re.search(r"/\* (only|always)", text), (name, words)


@pytest.mark.parametrize("name", sorted(ALL))
def test_what_a_helper_includes_is_there(name: str) -> None:
    for words in ((), WORDS):
        text = "".join(used(ALL, [name], words).values())
        assert name in defined(text)
        assert included(text) == defined(text) - {name} | (included(text) & {name})


@pytest.fixture(scope="module")
def made() -> Wrapped:
    return Wrapped([ingress({f"{PREFIX}proxy-read-timeout": "90"})])


def text_for(made: Wrapped, *names: str) -> str:
    return made.library.text_for(f'{{{{ include "{made.library.prefix}.{name}" . }}}}' for name in names)


def test_a_chart_that_uses_no_helper_gets_no_file(made: Wrapped) -> None:
    assert made.library.text_for([]) == ""
    assert made.library.text_for(['{{ include "another.gatelift-00000000.port" . }}']) == ""


def test_the_port_of_a_service_needs_no_tables(made: Wrapped) -> None:
    text = text_for(made, "port")
    assert defined(text) == {"port", "services", "documents"}
    assert "annotations" not in text


def test_a_readable_template_has_nothing_of_rendered_ingresses(made: Wrapped) -> None:
    text = text_for(made, "name", "annotations", "parents", "filters", "more", "beside")
    assert {"tables", "known", "sound", "document"} <= defined(text)
    assert not defined(text) & {"routes", "ingress", "host", "sharing", "documents", "port"}
    assert "narrowed" not in text


def test_what_the_tables_never_say_is_not_asked_about(made: Wrapped) -> None:
    asked = text_for(made, "beside", "more", "parents")
    plain = text_for(Wrapped([ingress()]), "beside", "more", "parents")
    assert "targetRefs" in asked
    assert "$objects" in asked
    assert "$objects" not in plain
    assert len(plain.splitlines()) < len(asked.splitlines())


def test_a_rendered_ingress_needs_all_of_it(made: Wrapped) -> None:
    text = text_for(made, "routes")
    assert {"ingress", "host", "sharing", "beside", "port"} <= defined(text)
    assert "narrowed" in text


def test_names_do_not_hang_on_what_is_written(made: Wrapped) -> None:
    assert f'define "{made.library.prefix}.port"' in text_for(made, "port")
    assert f'define "{made.library.prefix}.port"' in text_for(made, "routes")
