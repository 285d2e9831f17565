"""``commutes``: every small change of a golden conversion is a difference; names and order of objects are none."""

from __future__ import annotations

import copy
import random
import re
from typing import Any

import pytest
from mutations import mutants
from renders import Object, names, owned, render

from gatelift.manifests.defaults import filled
from gatelift.manifests.reference_paths import references_of
from gatelift.manifests.shape import GATEWAY, ObjectKey
from gatelift.proof.commute import Everywhere, commutes, difference
from gatelift.proof.forms import plain_key

CASES = names()
RENAMED = [name for name in CASES if any(owned(item) and item["kind"] != GATEWAY.kind for item in render(name))]
BACKWARDS = 7
"""Every so many changes are compared the other way round too."""
UNORDERED = ("parentRefs", "hostnames", "targetRefs", "from", "to")


def holds(wanted: list[Object], got: list[Object], **options: Any) -> bool:
    return commutes("root", wanted, got, **options).holds


@pytest.mark.parametrize("name", CASES)
def test_a_render_equals_itself_in_any_order(name: str) -> None:
    wanted, got = render(name), render(name)
    random.Random(1).shuffle(got)  # noqa: S311 - an order, no secret
    evidence = commutes("root", wanted, got)
    assert evidence.holds, evidence.text
    assert f"{sum(map(owned, wanted))} of Gateway API" in evidence.text


def _means_the_same(what: str, before: Object, after: Object) -> bool:
    """What may be changed: a default left out, the order of what the specification calls a set."""
    if filled(before) == filled(after):
        return True
    if re.fullmatch(r"drop /spec/parentRefs/\d+/namespace", what):
        parent = before["spec"]["parentRefs"][int(what.split("/")[3])]
        return bool(parent["namespace"] == before["metadata"].get("namespace"))
    if what == "drop /spec/tls/clientCertificateRef/namespace":
        return bool(before["spec"]["tls"]["clientCertificateRef"]["namespace"] == before["metadata"].get("namespace"))
    if what.startswith("swap"):
        field = what.rpartition("/")[2]
        return field in UNORDERED and (field not in ("from", "to") or before["kind"] == "ReferenceGrant")
    # An empty map of labels says nothing.
    return what in ("drop /metadata/labels", "drop /metadata/annotations") and not before["metadata"][what[15:]]


@pytest.mark.parametrize("name", CASES)
def test_every_change_of_a_written_object_is_a_difference(name: str) -> None:
    wanted = render(name)
    count = 0
    for index, item in enumerate(wanted):
        if not owned(item):
            continue
        parts = {field: item[field] for field in item if field not in ("kind", "metadata")}
        parts["metadata"] = {field: item["metadata"][field] for field in item["metadata"] if field != "name"}
        for what, made in mutants(parts):
            changed = copy.deepcopy(made) | {"kind": item["kind"]}
            changed["metadata"] = {**changed.get("metadata", {}), "name": item["metadata"]["name"]}
            if _unreadable(changed):
                continue
            got = [*wanted[:index], changed, *wanted[index + 1 :]]
            count += 1
            found = difference(wanted, got)
            assert (found is None) == _means_the_same(what, item, changed), f"{what}: {found}"
            if count % BACKWARDS == 0:
                assert (difference(got, wanted) is None) == (found is None), what
    assert count


def _unreadable(changed: Object) -> bool:
    """Without a version nothing is an object: the reader refuses it before it comes here."""
    return "apiVersion" not in changed


@pytest.mark.parametrize("name", CASES)
def test_an_object_too_few_or_too_many_is_a_difference(name: str) -> None:
    wanted = render(name)
    for index, item in enumerate(wanted):
        fewer = [*wanted[:index], *wanted[index + 1 :]]
        found = difference(wanted, fewer)
        assert found is not None
        assert found.wanted is not None
        assert not holds(fewer, wanted), item
        twin = copy.deepcopy(item)
        twin["metadata"]["name"] += "-twin"
        assert not holds(wanted, [*wanted, twin]), item


def _renamed(objects: list[Object], suffix: str) -> list[Object]:
    """All objects of ours under another name, and every reference to them with it."""
    ours = {plain_key(item) for item in objects if owned(item) and item["kind"] != GATEWAY.kind}
    made = copy.deepcopy(objects)
    for before, item in zip(objects, made, strict=True):
        for reference in references_of(before):
            if reference.to in ours:
                *path, last = reference.pointer.split("/")[1:]
                here: Any = item
                for token in path:
                    here = here[int(token)] if isinstance(here, list) else here[token]
                here[last] += suffix
        if plain_key(before) in ours:
            item["metadata"]["name"] += suffix
    return made


@pytest.mark.parametrize("name", CASES)
def test_names_of_written_objects_do_not_matter_what_they_connect_does(name: str) -> None:
    wanted = render(name)
    assert holds(wanted, _renamed(wanted, "-v2"))
    referred = {reference.to for item in wanted for reference in references_of(item)}
    for index, item in enumerate(wanted):
        if not owned(item):
            continue
        alone = copy.deepcopy(item)
        alone["metadata"]["name"] += "-alone"
        got = [*wanted[:index], alone, *wanted[index + 1 :]]
        matters = plain_key(item) in referred or item["kind"] == GATEWAY.kind
        assert holds(wanted, got) == (not matters), plain_key(item)


@pytest.mark.parametrize("name", RENAMED)
def test_names_that_others_use_matter(name: str) -> None:
    wanted = render(name)
    mine = [plain_key(item) for item in wanted if owned(item) and item["kind"] != GATEWAY.kind]
    assert not holds(wanted, _renamed(wanted, "-v2"), named=mine[:1])


def _route(name: str, **more: Any) -> Object:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": name, "namespace": "app", **more},
        "spec": {"hostnames": ["a.example.com"], "rules": [{"backendRefs": [{"name": "web", "port": 80}]}]},
    }


def test_what_the_sources_put_everywhere_may_be_more_but_not_less() -> None:
    everywhere = Everywhere(labels={"team": {"shop"}}, annotations={"nginx.ingress.kubernetes.io/ssl": {"no"}})
    bare = _route("web", labels={"app": "web"})
    full = _route("web", labels={"app": "web", "team": "shop"}, annotations={"nginx.ingress.kubernetes.io/ssl": "no"})
    assert not holds([bare], [full])
    assert holds([bare], [full], everywhere=everywhere)
    assert not holds([full], [bare], everywhere=everywhere)
    other = _route("web", labels={"app": "web", "team": "other"})
    assert not holds([bare], [other], everywhere=everywhere)
    text = commutes("r", [full], [bare], everywhere=everywhere).text
    assert "/metadata/annotations/nginx.ingress.kubernetes.io~1ssl" in text


def test_equal_routes_with_and_without_common_labels_are_paired_so_that_all_fit() -> None:
    everywhere = Everywhere(labels={"team": {"shop"}})
    bare, full = _route("a"), _route("b", labels={"team": "shop"})
    assert holds([bare, full], [_route("x"), _route("y", labels={"team": "shop"})], everywhere=everywhere)
    assert holds([bare, full], [_route("y", labels={"team": "shop"}), _route("x")], everywhere=everywhere)
    assert not holds([full, full], [bare, full], everywhere=everywhere)


def test_other_kinds_are_compared_exactly_and_a_missing_namespace_is_an_empty_one() -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": ""}, "spec": {"n": 1}}
    plain = {**service, "metadata": {"name": "web"}}
    assert holds([service], [plain])
    assert not holds([service], [{**plain, "spec": {"n": True}}])
    assert not holds([service], [{**plain, "spec": {"n": 1.0}}])
    assert not holds([service], [{**plain, "metadata": {"name": "web", "labels": {}}}])


def test_notes_of_the_build_are_not_compared() -> None:
    origin = {"annotations": {"config.kubernetes.io/origin": "path: a.yaml\n"}}
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {}}
    assert holds([config], [{**config, "metadata": {"name": "c", **origin}}])
    assert holds([_route("web")], [_route("web", **origin)])


@pytest.mark.parametrize("field", ["data", "stringData"])
def test_no_text_shows_a_secret(field: str) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, field: {"password": "hunter2"}}
    text = commutes("r", [secret], [{**secret, field: {"password": "hunter3"}}]).text
    assert f"/{field}/password" in text
    assert "hunter" not in text
    gone = commutes("r", [secret], [{**secret, field: {}}]).text
    assert "hunter" not in gone
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": {"env": "hunter2"}}
    assert "hunter" not in commutes("r", [deployment], [{**deployment, "spec": {"env": "hunter3"}}]).text
    header = {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "A", "value": "hunter2"}]}}
    one, two = _route("web"), _route("web")
    one["spec"]["rules"][0]["filters"] = [header]
    two["spec"]["rules"][0]["filters"] = [copy.deepcopy(header)]
    two["spec"]["rules"][0]["filters"][0]["requestHeaderModifier"]["set"][0]["value"] = "hunter3"
    text = commutes("r", [one], [two]).text
    assert "requestHeaderModifier/set/0/value" in text
    assert "hunter" not in text


def test_the_text_names_object_place_and_both_values() -> None:
    changed = _route("web-renamed")
    changed["spec"]["rules"][0]["backendRefs"][0]["port"] = 8080
    key = ObjectKey("gateway.networking.k8s.io", "HTTPRoute", "app", "web")
    evidence = commutes("prod", [_route("web")], [changed], mirrors={key: "app/web"})
    assert evidence.text == (
        "HTTPRoute app/web (rendered as HTTPRoute app/web-renamed): /spec/rules/0/backendRefs/0/port: "
        "wanted 80, rendered 8080"
    )
    assert (evidence.root, evidence.ingress, evidence.holds) == ("prod", "app/web", False)


def _filter(text: str, name: str = "closed") -> Object:
    return {
        "apiVersion": "gateway.envoyproxy.io/v1alpha1",
        "kind": "HTTPRouteFilter",
        "metadata": {"name": name, "namespace": "app"},
        "spec": {"directResponse": {"statusCode": 403, "body": {"type": "Inline", "inline": text}}},
    }


def _with_filter(name: str, to: str) -> Object:
    made = _route(name)
    reference = {"group": "gateway.envoyproxy.io", "kind": "HTTPRouteFilter", "name": to}
    made["spec"]["rules"][0]["filters"] = [{"type": "ExtensionRef", "extensionRef": reference}]
    return made


def test_filters_that_change_places_are_a_difference_of_the_routes() -> None:
    objects = [_filter("a", "one"), _filter("b", "two")]
    wanted = [*objects, _with_filter("x", "one"), _route("y")]
    assert holds(wanted, [*objects, _with_filter("x", "one"), _route("y")])
    found = difference(wanted, [*objects, _with_filter("x", "two"), _route("y")])
    assert found is not None
    assert found.pointer.startswith("/spec/rules/0/filters/0/extensionRef/name")


def test_what_cannot_be_resolved_is_a_difference_unless_it_stood_there_all_the_while() -> None:
    assert holds([_with_filter("x", "elsewhere")], [_with_filter("x", "elsewhere")])
    found = difference([_with_filter("x", "elsewhere")], [_with_filter("y", "elsewhere")])
    assert found is not None
    assert "HTTPRouteFilter app/elsewhere, which is not rendered" in found.text


def test_a_circle_of_references_ends() -> None:
    looping = _filter("a")
    policy = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "ListenerSet",
        "metadata": {"name": "l", "namespace": "app"},
        "spec": {"parentRef": {"kind": "ListenerSet", "name": "l"}},
    }
    assert holds([looping, policy], [policy, looping])


def test_which_filter_changed_is_said_of_the_filter() -> None:
    wanted = [_filter("a"), _with_filter("x", "closed")]
    found = difference(wanted, [_filter("b"), _with_filter("x", "closed")])
    assert found is not None
    assert found.wanted is not None
    assert found.wanted.kind == "HTTPRouteFilter"
    assert found.pointer == "/spec/directResponse/body/inline"
