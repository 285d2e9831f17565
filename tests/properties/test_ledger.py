"""The ledger and the judgement: complete, each refusal with something to do, nothing opened that was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import assume, given

from gatelift.annotations import registry
from gatelift.annotations.unit import NGINX, parse_bool
from gatelift.config.model import Phase
from gatelift.expected.expected import Change
from gatelift.findings import UsageError
from gatelift.ingress.classes import Service
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Disposition
from support.bounds import examples
from support.conversion import Conversion, convert
from support.repositories import Json, Repository, repositories


def converted(repository: Repository, phase: Phase | None = None) -> Conversion:
    """The conversion, unless two classes want the same Gateway, which ends it before anything is written."""
    setup = repository.setup if phase is None else repository.setup.at(phase)
    try:
        found = convert(repository.text, setup)
    except UsageError as error:
        assert error.finding.code == "config/shared-gateway"  # noqa: PT017 - any other one fails the test
        assume(condition=False)
        raise
    assert not found.found.failed, found.found.findings
    return found


def leaves(value: Json, pointer: str = "") -> Iterator[str]:
    """The pointers of all scalars and all empty collections, written anew so that the test does not ask the code."""
    match value:
        case dict() if value:
            for key, item in value.items():
                yield from leaves(item, pointer + "/" + key.replace("~", "~0").replace("/", "~1"))
        case list() if value:
            for index, item in enumerate(value):
                yield from leaves(item, f"{pointer}/{index}")
        case _:
            yield pointer


def reference(manifest: Mapping[str, Any]) -> str:
    """How the ledger names an Ingress."""
    metadata = manifest["metadata"]
    namespace = metadata.get("namespace")
    return f"{namespace}/{metadata['name']}" if namespace else str(metadata["name"])


def emitted(change: Change) -> list[Json]:
    """The new objects of an Ingress."""
    return list(change.emitted)


def forwards(change: Change) -> list[Json]:
    """All references to backends in routes."""
    routes = [item for item in emitted(change) if item["kind"].endswith("Route")]
    return [ref for route in routes for rule in route["spec"]["rules"] for ref in rule.get("backendRefs") or []]


def annotation_of(pointer: str) -> str | None:
    """The key of an annotation's pointer."""
    before, found, token = pointer.partition("/metadata/annotations/")
    return token.replace("~1", "/").replace("~0", "~") if found and not before else None


def is_canary(change: Change) -> bool:
    return parse_bool(change.ingress.annotations.get(NGINX + "canary", "")) is True


@given(repositories())
@examples(200)
def test_every_leaf_of_every_ingress_is_in_the_ledger_exactly_once(repository: Repository) -> None:
    found = converted(repository)
    for manifest in repository.ingresses:
        name = reference(manifest)
        entries = [entry for entry in found.result.entries if entry.ingress == name and entry.pointer.startswith("/")]
        assert Counter(entry.pointer for entry in entries) == Counter(leaves(manifest))
    names = {reference(manifest) for manifest in repository.ingresses}
    assert {entry.ingress for entry in found.result.entries} == names
    others = [(e.root, e.ingress, e.pointer) for e in found.result.entries if not e.pointer.startswith("/")]
    assert len(others) == len(set(others))


@given(repositories())
@examples(200)
def test_every_refusal_says_what_to_do_and_every_difference_what_it_is(repository: Repository) -> None:
    for entry in converted(repository).result.entries:
        if entry.disposition is Disposition.REFUSED:
            assert entry.text
            assert entry.todo or entry.withheld, entry
        elif entry.disposition in (Disposition.DIFFERS, Disposition.MOVED, Disposition.INERT):
            assert entry.text, entry


@given(repositories())
@examples(200)
def test_an_annotation_of_nginx_without_a_unit_is_refused_and_withholds(repository: Repository) -> None:
    found = converted(repository)
    for change in found.result.changes:
        if found.context.classes[(change.ingress.provenance.root, str(change.ingress.ref))].service is not Service.OURS:
            continue
        for entry in change.entries:
            key = annotation_of(entry.pointer)
            if key is None or not key.startswith(NGINX) or registry.find(key) is not None:
                continue
            if key in repository.setup.accept:
                assert entry.disposition is not Disposition.EXACT
            elif is_canary(change) and change.withheld is None and entry.disposition is not Disposition.REFUSED:
                # ingress-nginx reads nothing but canary settings there, so that a key nobody knows does nothing.
                assert entry.disposition is Disposition.INERT
            else:
                assert entry.disposition is Disposition.REFUSED
                assert change.withheld is not None


@given(repositories())
@examples(200)
def test_nothing_but_a_closed_door_is_written_for_a_withheld_ingress(repository: Repository) -> None:
    for change in converted(repository).result.changes:
        if change.withheld is None:
            continue
        assert change.keep
        assert not change.annotations
        doors = {item["metadata"]["name"] for item in emitted(change) if item["kind"] == "HTTPRouteFilter"}
        for item in emitted(change):
            assert item["kind"] in ("HTTPRoute", "HTTPRouteFilter")
            if item["kind"] == "HTTPRouteFilter":
                assert item["spec"]["directResponse"]["statusCode"] == 403
                assert set(item["spec"]) == {"directResponse"}
                continue
            for rule in item["spec"]["rules"]:
                assert not rule.get("backendRefs")
                refs = [ref["extensionRef"]["name"] for ref in rule.get("filters", ())]
                assert refs == sorted(doors) if repository.setup.target == "envoy-gateway" else not refs


@given(repositories())
@examples(200)
def test_a_refused_security_key_leaves_no_way_to_the_backends_of_its_ingress(repository: Repository) -> None:
    for change in converted(repository).result.changes:
        keys = [annotation_of(entry.pointer) for entry in change.entries if entry.disposition is Disposition.REFUSED]
        units = [registry.find(key) for key in keys if key is not None]
        if any(unit is None or unit.risk is Risk.SECURITY for unit in units):
            assert not forwards(change)


@given(repositories())
@examples(200)
def test_retire_keeps_an_ingress_together_with_all_that_share_its_hosts(repository: Repository) -> None:
    found = converted(repository, Phase.RETIRE)
    refused = {
        entry.ingress
        for entry in found.result.entries
        if entry.disposition is Disposition.REFUSED and not entry.withheld
    }
    by_host: dict[str | None, set[bool]] = {}
    for change in found.result.changes:
        verdict = found.context.classes[(change.ingress.provenance.root, str(change.ingress.ref))]
        if str(change.ingress.ref) in refused:
            assert change.keep
        if verdict.service is Service.OURS:
            for host in change.ingress.hosts or (None,):
                by_host.setdefault(host, set()).add(change.keep)
    for host, kept in by_host.items():
        assert len(kept) == 1, host


@given(repositories())
@examples(100)
def test_nothing_is_kept_in_retire_where_nothing_is_refused(repository: Repository) -> None:
    found = converted(repository, Phase.RETIRE)
    if not found.result.refused:
        assert not any(change.keep for change in found.result.changes)


@given(repositories())
@examples(100)
def test_an_ingress_that_is_removed_leaves_a_route_for_each_of_its_backends(repository: Repository) -> None:
    found = converted(repository, Phase.RETIRE)
    for change in found.result.changes:
        if change.keep or is_canary(change):
            continue
        assert any(item["kind"].endswith("Route") for item in emitted(change))
