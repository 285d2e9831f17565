"""``by_host`` on what the golden cases come out as: every small change of an object is a difference."""

from __future__ import annotations

import copy
import random
import re
from typing import Any

import pytest
from host_renders import Object, every_kind, mutants, names, owned, render

from gatelift.manifests.defaults import filled
from gatelift.proof.hosts import by_host

CASES = names()
EACH = 5
"""Every so many changes are tried, others in every case."""
UNORDERED = ("parentRefs", "hostnames", "targetRefs", "from", "to")


@pytest.mark.parametrize("name", CASES)
def test_a_render_answers_as_itself_in_any_order(name: str) -> None:
    wanted, got = render(name), render(name)
    random.Random(1).shuffle(got)  # noqa: S311 - an order, no secret
    found = by_host(wanted, got)
    assert found is None, found.text


@pytest.mark.parametrize("name", CASES)
def test_a_changed_object_of_a_render_is_a_difference(name: str) -> None:
    _changed(render(name), CASES.index(name))


def test_a_change_of_any_object_that_a_target_could_emit_is_a_difference() -> None:
    for offset in range(EACH):
        _changed(every_kind(), offset)


def _changed(wanted: list[Object], offset: int) -> None:
    places = [index for index, item in enumerate(wanted) if owned(item)]
    changes = [(index, what, made) for index in places for what, made in mutants(_changeable(wanted[index]))]
    for index, what, made in changes[offset % EACH :: EACH]:
        item = wanted[index]
        if "apiVersion" not in made:
            continue  # without a version nothing is an object
        changed = {**made, "kind": item["kind"]}
        changed["metadata"] = {**changed.get("metadata", {}), "name": item["metadata"]["name"]}
        found = by_host(wanted, [*wanted[:index], changed, *wanted[index + 1 :]])
        assert (found is None) == _means_the_same(what, item, changed, wanted), f"{what}: {found}"


def _changeable(item: Object) -> Any:
    parts = {field: copy.deepcopy(item[field]) for field in item if field not in ("kind", "metadata")}
    return parts | {"metadata": {field: item["metadata"][field] for field in item["metadata"] if field != "name"}}


def _means_the_same(what: str, before: Object, after: Object, render: list[Object]) -> bool:
    if filled(before) == filled(after):
        return True
    field = what.rpartition("/")[2]
    if re.fullmatch(r"drop /spec/(parentRefs/\d+|tls/clientCertificateRef)/namespace", what):
        return bool(_at(before, what.split("/")[1:]) == before["metadata"].get("namespace"))
    if re.fullmatch(r"\w+ /spec/rules/\d+/name", what):
        return not _aimed(before, _at(before, what.split("/")[1:]), render)
    if what.startswith("swap"):
        if field in ("rules", "matches"):
            return _apart(what, before)
        return field in UNORDERED and (field not in ("from", "to") or before["kind"] == "ReferenceGrant")
    # An empty map of labels says nothing.
    return what in ("drop /metadata/labels", "drop /metadata/annotations") and not before["metadata"][what[15:]]


def _at(value: Any, tokens: list[str]) -> Any:
    for token in tokens:
        value = value[int(token) if isinstance(value, list) else token]
    return value


def _aimed(item: Object, section: str, render: list[Object]) -> bool:
    """Whether a policy is for that rule."""
    targets = (target for each in render for target in each.get("spec", {}).get("targetRefs", ()))
    name = (item["kind"], item["metadata"]["name"], section)
    return any((target["kind"], target["name"], target.get("sectionName")) == name for target in targets)


def _apart(what: str, before: Object) -> bool:
    """Whether two neighbours of a list of rules, or of matches, are for different paths, or else do the same."""
    verb, _, pointer = what.partition(" of /")
    first = int(verb.removeprefix("swap "))
    one, other = _at(before, pointer.split("/"))[first : first + 2]
    if before["kind"] != "HTTPRoute":
        return False
    return not (_ranks(one) & _ranks(other))


def _ranks(item: Object) -> set[tuple[str, object]]:
    matches = item.get("matches", [item] if "path" in item else [{}])
    paths = [match.get("path", {}) for match in matches]
    ranks = [(path.get("type", "PathPrefix"), path.get("value", "/")) for path in paths]
    return {(kind, len(value) if kind == "RegularExpression" else value) for kind, value in ranks}
