"""What the converter writes, with hosts merged as a maintainer would: the same answers, another set of objects."""

from __future__ import annotations

import json
from typing import Any

import pytest
from host_renders import Object, names, render

from gatelift.proof.difference import difference
from gatelift.proof.hosts import by_host


def merged(objects: list[Object]) -> list[Object]:
    """Routes that differ in their hosts alone, and have the same policies, as one route."""
    first: dict[str, Object] = {}
    gone: set[tuple[str, str]] = set()
    for item in objects:
        if item["kind"] != "HTTPRoute" or not item["spec"].get("hostnames"):
            continue
        rest = {**item["spec"], "hostnames": None}
        metadata = {**item["metadata"], "name": None}
        same = json.dumps([rest, metadata, sorted(_policies(item, objects))], sort_keys=True)
        kept = first.setdefault(same, item)
        if kept is not item:
            kept["spec"]["hostnames"] += item["spec"]["hostnames"]
            gone.add(_named(item, item["metadata"]["name"]))
    left = [
        item for item in objects if item["kind"] != "HTTPRoute" or _named(item, item["metadata"]["name"]) not in gone
    ]
    for item in left:
        targets = item.get("spec", {}).get("targetRefs")
        if targets and any(target["kind"] == "HTTPRoute" for target in targets):
            item["spec"]["targetRefs"] = [target for target in targets if _named(item, target["name"]) not in gone]
    return [item for item in left if item.get("spec", {}).get("targetRefs") != []]


def _named(item: Object, name: str) -> tuple[str, str]:
    return item["metadata"].get("namespace", ""), name


def _policies(route: Object, objects: list[Object]) -> list[str]:
    found: list[str] = []
    for item in objects:
        targets: list[Any] = item.get("spec", {}).get("targetRefs") or []
        mine = [target.get("sectionName", "") for target in targets if target["name"] == route["metadata"]["name"]]
        if mine and item["metadata"].get("namespace") == route["metadata"].get("namespace"):
            found.append(json.dumps([item["kind"], {**item["spec"], "targetRefs": mine}], sort_keys=True))
    return found


MERGING = [name for name in names() if len(merged(render(name))) < len(render(name))]


def test_many_cases_have_hosts_that_can_share_a_route() -> None:
    assert len(MERGING) > 10


@pytest.mark.parametrize("name", MERGING)
def test_hosts_that_share_a_route_are_answered_as_before(name: str) -> None:
    wanted, got = render(name), merged(render(name))
    found = by_host(wanted, got)
    assert found is None, found.text
    assert by_host(got, wanted) is None
    assert difference(wanted, got) is not None
    for index, item in enumerate(got):
        if item["kind"] == "HTTPRoute" and len(item["spec"]["hostnames"]) > 1:
            fewer = {**item, "spec": {**item["spec"], "hostnames": item["spec"]["hostnames"][1:]}}
            assert by_host(wanted, [*got[:index], fewer, *got[index + 1 :]]) is not None
