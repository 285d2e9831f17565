"""Of equal matches the older route is asked, and what is there before is older than what comes."""

from __future__ import annotations

from gatelift.traffic.gateway.age import aged
from gatelift.traffic.model import Manifest
from support.replaying import route, to


def test_what_was_there_is_older() -> None:
    old, new = route("old", "", [to("/", "a")]), route("new", "", [to("/", "a")])
    told: Manifest = {"kind": "HTTPRoute", "metadata": {"name": "told", "creationTimestamp": "2020-02-02T00:00:00Z"}}
    gateway: Manifest = {"kind": "Gateway", "metadata": {"name": "old", "namespace": "shop"}}

    found = aged([old], [old, new, told, gateway])

    first, second = (item["metadata"]["creationTimestamp"] for item in found[:2])  # type: ignore[index]  # manifests
    assert first < second
    assert found[2:] == (told, gateway)
