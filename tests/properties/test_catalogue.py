"""Arbitrary annotations in arbitrary company, for every profile, phase and listener mode.

What must hold is read from manifests and emitted objects; ``support.evidence`` says what an unlocked door looks like.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from gatelift.annotations import registry
from gatelift.annotations.unit import NGINX
from gatelift.config.target import parse_target
from gatelift.expected.ledger import Entry
from gatelift.intent.outcome import Disposition
from gatelift.manifests import shape
from gatelift.manifests.availability import lacking
from gatelift.manifests.decode import manifest_problems
from properties.test_ledger import annotation_of, leaves, reference
from properties.test_objects import key
from properties.test_streams import summary
from support.bounds import examples
from support.catalogue import Input, ingress, rule, setup_of
from support.catalogue_inputs import inputs
from support.conversion import Conversion, Manifest, convert
from support.evidence import unproved

KINDS = {(kind.group, kind.kind): kind for kind in shape.EMITTED}
POLICIES = ("SecurityPolicy", "BackendTrafficPolicy", "ClientTrafficPolicy", "BackendTLSPolicy")
UNKNOWN = (
    "gatelift knows no annotation of ingress-nginx by this name",
    "gatelift has no translation for this annotation",
    "unknown:",
)


def converted(given: Input) -> Conversion:
    found = given.converted()
    assert not found.found.failed, found.found.findings
    return found


def lost(given: Input, found: Conversion) -> Iterator[str]:
    """Leaves that are not in the ledger exactly once, and known keys of which it says that nobody knows them."""
    for manifest in given.ingresses:
        name = reference(manifest)
        there = [entry.pointer for entry in found.result.entries if entry.ingress == name]
        counts = Counter(pointer for pointer in there if pointer.startswith("/"))
        if counts != Counter(leaves(manifest)):
            yield f"{name}: {counts - Counter(leaves(manifest))} or {Counter(leaves(manifest)) - counts}"
        others = [pointer for pointer in there if not pointer.startswith("/")]
        if len(others) != len(set(others)):
            yield f"{name}: {others}"
    for entry in found.result.entries:
        name_of = annotation_of(entry.pointer)
        said = any(text in entry.text for text in UNKNOWN) and not entry.withheld
        if said and name_of and registry.find(name_of, given.prefix[:-1]):
            yield f"{entry.ingress}: {name_of} is unknown"


def speechless(found: Conversion) -> Iterator[str]:
    """Entries that do not say what a person has to know."""
    for entry in found.result.entries:
        if entry.disposition is Disposition.REFUSED and not (entry.text and entry.todo):
            yield f"{entry}"
        if entry.disposition in (Disposition.DIFFERS, Disposition.MOVED, Disposition.INERT) and not entry.text:
            yield f"{entry}"


def unfit(found: Conversion) -> Iterator[str]:
    """Objects that the API server of the profile would reject, or take less of."""
    spec = parse_target(found.setup.target)
    for item in found.emitted:
        yield from manifest_problems(item)
        group = item["apiVersion"].partition("/")[0]
        yield from (
            f"{item['kind']}{pointer}: {since}" for pointer, since in lacking(KINDS[group, item["kind"]], item, spec)
        )


def targets(item: Manifest) -> Iterator[tuple[str, ...]]:
    """Whom a policy is attached to. A policy on a whole object does not stand in the way of one on a section of it."""
    place = item["metadata"]["namespace"]
    for ref in item["spec"]["targetRefs"]:
        yield item["kind"], place, ref["kind"], ref["name"], ref.get("sectionName", "")


def doubled(found: Conversion) -> list[object]:
    """Names that two objects have, and targets of two policies of one kind (T39)."""
    names = Counter(map(key, found.emitted))
    ends = Counter(end for item in found.emitted if item["kind"] in POLICIES for end in targets(item))
    return [name for counts in (names, ends) for name, count in counts.items() if count > 1]


def lawful(given: Input) -> None:
    found = converted(given)
    assert list(lost(given, found)) == []
    assert list(speechless(found)) == []
    assert list(unfit(found)) == []
    assert doubled(found) == []
    assert list(unproved(found, given.without, given.prefix)) == []


@given(inputs())
@examples(300)
def test_nothing_is_lost_doubled_unfit_or_opened(given: Input) -> None:
    lawful(given)


@pytest.mark.slow
@given(inputs())
@examples(1000)
def test_the_same_of_many_inputs(given: Input) -> None:
    lawful(given)


def shuffled(given: Input, random: Random) -> str:
    documents = [f"---\n{text}" for text in given.text.split("---\n")[1:]]
    random.shuffle(documents)
    return "".join(documents)


def objects(found: Conversion) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True) for item in found.emitted)


@given(inputs(), st.randoms(use_true_random=False))
@examples(80)
def test_the_same_input_gives_the_same_output_in_whatever_order(given: Input, random: Random) -> None:
    first, again = converted(given), converted(given)
    assert first.text == again.text
    other = convert(shuffled(given, random), given.setup)
    assert objects(other) == objects(first)
    assert summary(other) == summary(first)


@given(inputs())
@examples(80)
def test_a_second_run_over_the_output_changes_nothing(given: Input) -> None:
    first = converted(given).text
    assert convert(first, given.setup).text == first


def with_shared(found: Conversion, *more: Manifest) -> Conversion:
    """The conversion with further objects."""
    return replace(found, result=structs.replace(found.result, shared=(*found.result.shared, *more)))


def with_entries(found: Conversion, entries: tuple[Entry, ...]) -> Conversion:
    """The conversion of one Ingress with another ledger."""
    (change,) = found.result.changes
    return replace(found, result=structs.replace(found.result, changes=(structs.replace(change, entries=entries),)))


def test_the_checks_see_what_is_wrong() -> None:
    """Two policies on one route, an object twice, a later release's field, an entry too few, one without words."""
    timeouts = {f"{NGINX}proxy-connect-timeout": "5", f"{NGINX}proxy-read-timeout": "30"}
    web = ingress("web", timeouts, [rule("a.example.com", [("/", "Prefix")])])
    given = Input((web,), (), setup_of([], "calico-3.30"))
    lawful(given)
    found = converted(given)
    policy = next(item for item in found.emitted if item["kind"] == "BackendTrafficPolicy")
    beside = {**policy, "metadata": {**policy["metadata"], "name": "another"}}
    assert doubled(with_shared(found, beside)) == list(targets(policy))
    assert key(policy) in doubled(with_shared(found, policy))
    newer = {**beside, "spec": {**policy["spec"], "bandwidthLimit": {}}}
    assert any("/spec/bandwidthLimit" in problem for problem in unfit(with_shared(found, newer)))
    assert any("`targetRefs`" in problem for problem in unfit(with_shared(found, {**beside, "spec": {}})))
    entries = found.result.entries
    assert list(lost(given, with_entries(found, entries[1:])))
    assert list(lost(given, with_entries(found, (*entries, entries[0]))))
    said = next(entry for entry in entries if entry.disposition is Disposition.DIFFERS)
    mute = tuple(structs.replace(entry, text="") if entry is said else entry for entry in entries)
    assert list(speechless(with_entries(found, mute)))
