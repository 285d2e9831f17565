"""No annotation of ingress-nginx is unknown: the upstream list, the units and a file with every key hold each other."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from gatelift.annotations import registry
from gatelift.annotations.catalogue import full_key
from gatelift.annotations.controller import ANNOTATIONS_PREFIX
from gatelift.annotations.unit import NGINX, Unit
from gatelift.expected.ledger import Entry
from gatelift.intent.outcome import Disposition
from gatelift.report.matrix import NEWEST, cases_of, trial
from gatelift.report.matrix_subjects import REST, SUBJECTS
from gatelift.report.pointers import annotation
from support.conversion import Conversion, Setup, convert
from support.every_annotation import PATH, UNIT, written

UPSTREAM = Path(__file__).with_name("upstream.txt").read_text(encoding="utf-8")
UNITS = tuple(registry.everything())
LABELS = [f"{family}.{module}" for family, module, _ in UNITS]
Find = Callable[[str, str], Unit | None]


def names(removed: bool) -> dict[str, str]:
    """What upstream.txt lists: each name, with the one that it is an older spelling of."""
    before, _, after = UPSTREAM.partition("\n[removed]\n")
    lines = (after if removed else before).splitlines()
    pairs = [line.partition(" = ") for line in lines if line and line[0] not in "#["]
    return {name: target for name, _, target in pairs}


CURRENT = names(removed=False)
REMOVED = names(removed=True)


def unread(listed: Mapping[str, str], find: Find = registry.find) -> list[str]:
    """The names that no unit claims, an older spelling by the unit of the new one."""
    return [
        name for name, target in listed.items() if not _claims(find(f"{NGINX}{name}", ANNOTATIONS_PREFIX), name, target)
    ]


def _claims(unit: Unit | None, name: str, target: str) -> bool:
    if unit is None:
        return False
    return name in unit.aliases and unit.names == (target,) if target else name in unit.names


def test_the_list_is_whole() -> None:
    assert len(CURRENT) == 138
    older = sorted(name for name, target in CURRENT.items() if target)
    assert older == ["limit-whitelist", "whitelist-source-range"]
    assert set(CURRENT).isdisjoint(REMOVED)
    assert len(REMOVED) >= 20


@pytest.mark.parametrize("name", CURRENT)
def test_every_annotation_of_upstream_has_its_unit(name: str) -> None:
    assert unread({name: CURRENT[name]}) == []


@pytest.mark.parametrize("name", REMOVED)
def test_every_annotation_that_upstream_removed_has_its_unit(name: str) -> None:
    assert unread({name: ""}) == []


def test_every_unit_of_ingress_nginx_is_one_of_upstreams() -> None:
    known = {name for family, _, unit in UNITS if family == "nginx" for name in (*unit.names, *unit.aliases)}
    assert known - set(CURRENT) == set()


def test_every_annotation_of_upstream_has_its_place_in_the_matrix() -> None:
    homeless = [name for name in CURRENT if not any(name.startswith(beginnings) for _, beginnings in SUBJECTS)]
    assert homeless == [], f"they would stand below '{REST}'"


@cache
def every() -> tuple[Mapping[str, Any], ...]:
    """The Ingresses of the file that is committed."""
    if os.environ.get("UPDATE_CASES"):
        PATH.write_text(written(), encoding="utf-8")
    return tuple(yaml.safe_load_all(PATH.read_text(encoding="utf-8")))


ELSEWHERE = "generic.default_prefix"
"""Keys under the usual prefix, of a controller that was started with another one."""


def readers() -> list[tuple[str, str]]:
    """(key, the unit that is to read it), over the whole file."""
    return [
        (key, item["metadata"]["labels"][UNIT])
        for item in every()
        for key in item["metadata"].get("annotations", {})
        if key.removeprefix(NGINX) == item["metadata"]["name"] or item["metadata"]["labels"][UNIT][:6] != "nginx."
    ]


def misread(find: Find = registry.find) -> list[str]:
    """The keys of the file that another unit reads than the one that they stand there for, or none."""
    units = {label: unit for label, (_, _, unit) in zip(LABELS, UNITS, strict=True)}
    prefixes = {ELSEWHERE: "edge.example.com"}
    return [
        key
        for key, label in readers()
        if label not in units or find(key, prefixes.get(label, ANNOTATIONS_PREFIX)) is not units[label]
    ]


def test_the_file_has_every_key() -> None:
    wanted = {
        full_key(family, name)
        for family, _, unit in UNITS
        for name in (*unit.names, *unit.aliases)
        if not name.endswith("*")
    }
    missing = sorted(wanted - {key for key, _ in readers()})
    assert missing == [], "run: UPDATE_CASES=1 pytest tests/unit/annotations/test_upstream_annotations.py"


def test_every_key_of_the_file_is_read_by_its_unit() -> None:
    assert misread() == []


@pytest.mark.parametrize(("family", "unit"), [(f, u) for f, _, u in UNITS], ids=LABELS)
def test_a_unit_that_is_gone_is_missed(family: str, unit: Unit) -> None:
    def without(key: str, prefix: str) -> Unit | None:
        found = registry.find(key, prefix)
        return None if found is unit else found

    assert misread(without) != []
    if family == "nginx":
        assert set(unread(CURRENT, without)) >= set(unit.names)


@cache
def converted(target: str) -> Conversion:
    """The whole file, converted at once."""
    every()
    return convert(PATH.read_text(encoding="utf-8"), Setup(target=target))


TARGETS = ("calico-3.32", "standard")
UNKNOWN = ("unknown", "no translation for this", "knows no annotation")


def is_unknown(entry: Entry) -> bool:
    """Whether it says that nobody knows the annotation; the test below shows that such an entry is seen."""
    return any(text in entry.text for text in UNKNOWN)


@pytest.mark.parametrize("target", TARGETS)
def test_not_one_annotation_is_unknown(target: str) -> None:
    entries = converted(target).result.entries
    assert len(entries) > len(readers())
    assert [entry.pointer for entry in entries if is_unknown(entry)] == []


@pytest.mark.parametrize("unit", [unit for family, _, unit in UNITS if family == "nginx"][::9])
def test_an_annotation_without_a_unit_is_unknown(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test above would see if a unit went missing."""
    key, real = f"{NGINX}{unit.names[0]}", registry.find
    text = yaml.safe_dump(next(item for item in every() if key in item["metadata"].get("annotations", {})))
    monkeypatch.setattr(registry, "find", lambda name, prefix: None if name == key else real(name, prefix))
    entries = convert(text, Setup()).result.entries
    assert [e.disposition for e in entries if annotation(e.pointer) == key] == [Disposition.REFUSED]
    assert any(is_unknown(entry) for entry in entries if annotation(entry.pointer) == key)


WORDS = re.compile(
    r"`[^`]+`"  # a command or an excerpt
    r"|\b(?:decide|accept|scopes|classes|listeners|nginx|gateway)\b[.:]"  # an option of gatelift.yaml
    r"|--[a-z][a-z-]+"  # a flag
    r"|\b[a-z][A-Za-z]*(?:\.[a-z][A-Za-z]+)+\b"  # a field
    r"|\b[a-z]+(?:[A-Z][a-z]+)+\b"  # a field's last step
    r"|\b[A-Z][A-Za-z]*(?:Route|Policy|Filter|Set|Proxy|Grant)\b"  # a kind
    r"|\bEnvoy Gateway 1\.\d|\bGateway API 1\.\d"  # a release
    r"|'[^']+'"  # a value to write
    r"|\b(?:[a-z0-9]+-)+[a-z0-9]+\b"  # an annotation, or a setting of the controller
    r"|\b(?:Secret|Service|Ingress|Gateway|ConfigMap)\b"  # an object
    r"|\b(?:remove|write|serve|keep|copy|give|put|change|leave|make|name|use|set|move|let|upgrade|choose|ask|list"
    r"|separate|shorten|route)\b .{3,}"
)
"""What a platform engineer can act on: an option, a field, a command, a release, or a verb with what it is done to."""


def vague(entries: list[Entry]) -> list[str]:
    """The refusals that do not say what to do next."""
    refusals = [entry for entry in entries if entry.disposition is Disposition.REFUSED]
    return sorted({f"{annotation(e.pointer) or e.pointer}: {e.todo!r}" for e in refusals if not WORDS.search(e.todo)})


@pytest.mark.parametrize("target", TARGETS)
def test_every_refusal_says_what_to_do_next(target: str) -> None:
    entries = list(converted(target).result.entries)
    assert any(entry.disposition is Disposition.REFUSED for entry in entries)
    assert vague(entries) == []


@pytest.mark.parametrize(("family", "unit"), [(f, u) for f, _, u in UNITS], ids=LABELS)
def test_every_refused_case_says_what_to_do_next(family: str, unit: Unit) -> None:
    name = unit.names[0]
    found = [trial(case, key, NEWEST) for case, key in cases_of(unit, name)]
    assert vague([item.outcome.entry(item.scene.pointer) for item in found]) == []


def test_a_refusal_without_an_option_a_field_or_a_command_is_vague() -> None:
    entry = Entry(
        "", "shop/web", "/metadata/name", Disposition.REFUSED, "it is not translated", "find out what it does"
    )
    assert vague([entry]) != []
