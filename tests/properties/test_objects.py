"""The emitted objects: named apart, resolvable, accepted by the API server, with expressions that RE2 reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import re2
from hypothesis import given

from crds.harness import defaults_change_nothing, structure_violations, validate
from properties.test_ledger import converted
from support.bounds import examples
from support.conversion import Manifest
from support.repositories import Json, Repository, repositories

Key = tuple[str, str, str, str]


def group(item: Json) -> str:
    before, slash, _ = item["apiVersion"].partition("/")
    return before if slash else ""


def key(item: Json) -> Key:
    """(group, kind, namespace, name)"""
    return (group(item), item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"])


def inside(value: Json, name: str) -> Iterator[Json]:
    """Every value under a field called ``name``, at any depth; lists item by item."""
    if isinstance(value, dict):
        for field, item in value.items():
            if field == name:
                yield from item if isinstance(item, list) else [item]
            yield from inside(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from inside(item, name)


def policy_targets(emitted: list[Manifest]) -> Iterator[tuple[str, ...]]:
    for item in emitted:
        for target in item["spec"].get("targetRefs", ()):
            place = item["metadata"].get("namespace", "")
            yield (item["kind"], target["kind"], place, target["name"], target.get("sectionName", ""))


@given(repositories())
@examples(200)
def test_no_two_objects_have_the_same_name(repository: Repository) -> None:
    found = converted(repository)
    counts = Counter(map(key, found.emitted))
    assert [item for item, count in counts.items() if count > 1] == []


@given(repositories())
@examples(200)
def test_no_two_policies_of_a_kind_have_the_same_target(repository: Repository) -> None:
    counts = Counter(policy_targets(converted(repository).emitted))
    assert [item for item, count in counts.items() if count > 1] == []


EMITTED = {
    ("gateway.networking.k8s.io", "HTTPRoute"),
    ("gateway.networking.k8s.io", "GRPCRoute"),
    ("gateway.networking.k8s.io", "TLSRoute"),
    ("gateway.envoyproxy.io", "Backend"),
    ("gateway.envoyproxy.io", "HTTPRouteFilter"),
}


def references(item: Json) -> Iterator[Key]:
    """What an object points to, of the kinds that are emitted."""
    here = item["metadata"].get("namespace", "")
    for name in ("targetRefs", "extensionRef", "backendRefs"):
        for ref in inside(item["spec"], name):
            if (ref.get("group", ""), ref.get("kind", "Service")) in EMITTED:
                yield (ref["group"], ref["kind"], ref.get("namespace", here), ref["name"])


def granted(item: Json, ref: Json, grants: list[Json]) -> bool:
    """Whether a ReferenceGrant lets ``item`` point to ``ref`` in another namespace."""
    for grant in grants:
        spec = grant["spec"]
        if grant["metadata"]["namespace"] != ref["namespace"]:
            continue
        source = {"group": group(item), "kind": item["kind"], "namespace": item["metadata"].get("namespace", "")}
        goal = {"group": ref.get("group", ""), "kind": ref.get("kind", "Service")}
        if source in spec["from"] and any(to in ({**goal, "name": ref["name"]}, goal) for to in spec["to"]):
            return True
    return False


@given(repositories())
@examples(200)
def test_every_reference_to_an_emitted_kind_leads_to_an_emitted_object(repository: Repository) -> None:
    emitted = converted(repository).emitted
    known = set(map(key, emitted))
    for item in emitted:
        assert set(references(item)) <= known


@given(repositories())
@examples(200)
def test_every_reference_into_another_namespace_is_granted(repository: Repository) -> None:
    emitted = converted(repository).emitted
    grants = [dict(item) for item in emitted if item["kind"] == "ReferenceGrant"]
    for item in emitted:
        # Whoever applies objects without a namespace puts them where nobody here knows.
        here = item["metadata"].get("namespace", "")
        for ref in inside(item["spec"], "backendRefs"):
            if here and ref.get("namespace", here) != here:
                assert granted(item, ref, grants), ref


def expressions(item: Json) -> Iterator[str]:
    for name in ("path", "headers", "queryParams", "cookies"):
        for match in inside(item["spec"], name):
            if isinstance(match, dict) and match.get("type") == "RegularExpression":
                yield match["value"]
    for match in inside(item["spec"], "replaceRegexMatch"):
        yield match["pattern"]


def test_expressions_are_found_where_they_stand() -> None:
    headers = [{"type": "RegularExpression", "name": "a", "value": "b"}]
    path = {"type": "RegularExpression", "value": "c"}
    rewrite = {"path": {"type": "ReplaceRegexMatch", "replaceRegexMatch": {"pattern": "d"}}}
    item = {"spec": {"rules": [{"matches": [{"headers": headers, "path": path}]}], "urlRewrite": rewrite}}
    assert sorted(expressions(item)) == ["b", "c", "d"]


@given(repositories())
@examples(200)
def test_every_expression_is_one_that_the_gateway_reads(repository: Repository) -> None:
    options = re2.Options()
    options.log_errors = False
    for item in converted(repository).emitted:
        for expression in expressions(item):
            re2.compile(expression, options)


@pytest.mark.crds
@given(repositories())
@examples(150)
def test_the_api_server_takes_the_structure_of_every_object_as_it_stands(repository: Repository) -> None:
    for item in converted(repository).emitted:
        plain: dict[str, Any] = dict(item)
        assert structure_violations(plain) == []
        assert defaults_change_nothing(plain)


@pytest.mark.crds
@pytest.mark.slow
@given(repositories(most=3))
@examples(66)  # at most 198 Ingresses
def test_no_rule_of_the_api_server_refuses_an_object(repository: Repository) -> None:
    for item in converted(repository).emitted:
        assert validate(dict(item)) == []
