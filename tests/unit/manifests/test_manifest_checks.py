"""How it is said that an object does not get into a manifest, and what scalars and metadata do not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from crds.parts import backend, path
from crds.refusal import refused, route, rule
from crds.samples import http_route
from gatelift.manifests import gateway_api as gw
from gatelift.manifests.checks import InvalidObject, checked, problems_of
from gatelift.manifests.meta import ObjectMeta


def test_a_sound_object_is_given_back_as_it_is() -> None:
    assert checked(http_route()) == http_route()


def test_an_error_names_the_object_and_every_problem_with_its_pointer() -> None:
    mistyped: Any = 3
    broken = route(rule(name="A", matches=(path(mistyped),), timeouts=gw.HTTPRouteTimeouts(request="2d")))
    with pytest.raises(InvalidObject, match=r"^HTTPRoute shop/web: /spec/rules/0/matches/0/path/value: ") as caught:
        checked(broken)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "/spec/rules/0/matches/0/path/value",
        "/spec/rules/0/name",
        "/spec/rules/0/timeouts/request",
    ]


def test_types_are_judged_before_rules() -> None:
    problems = refused(route(rule(matches=(path("//"),)), rule(matches=())))
    assert problems == ["/spec/rules/1/matches: Expected `array` of length >= 1"]


def test_a_part_can_be_judged_by_itself() -> None:
    assert problems_of(path("/a")) == []
    assert problems_of(path("/a//b")) == ["/path/value: must not contain '//'"]


def test_a_problem_is_named_once() -> None:
    (problem,) = refused(route(hostnames=("a_b",)))
    assert problem.startswith("/spec/hostnames/0: Expected `str` matching regex ")


HOSTNAMES = ["a.example.com", "*.example.com", "a", "xn--bcher-kva.example", "1.2.3.4", "a" * 253]
NO_HOSTNAMES = ["", "*", "A.example.com", "a_b.c", "a..b", ".a", "a.", "a.*.b", "-a", "a-", "a" * 254, "a\n", "é"]


@pytest.mark.parametrize("hostname", HOSTNAMES)
def test_a_hostname_passes(hostname: str) -> None:
    checked(route(hostnames=(hostname,)))


@pytest.mark.parametrize("hostname", NO_HOSTNAMES)
def test_a_text_that_is_no_hostname_is_refused(hostname: str) -> None:
    assert refused(route(hostnames=(hostname,)))


PATHS = ["/", "/a", "/a/", "/a.b", "/.well-known/x", "/...", "/a%20b", "/~a;b=c", "/a/.b", "/" + "a" * 1023]


@pytest.mark.parametrize("value", PATHS)
def test_a_path_passes(value: str) -> None:
    checked(route(rule(matches=(path(value), path(value, "Exact")))))


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "must start with '/'"),
        ("a", "must start with '/'"),
        ("/a//b", "must not contain '//'"),
        ("/a/./b", "must not contain '/./'"),
        ("/a/../b", "must not contain '/../'"),
        ("/a%2fb", "must not contain '%2f'"),
        ("/a%2Fb", "must not contain '%2F'"),
        ("/a#b", "must not contain '#'"),
        ("/a/..", "must not end with '/..'"),
        ("/a/.", "must not end with '/.'"),
        ("/a b", "must consist of path characters"),
        ("/a\n", "must consist of path characters"),
        ("/a?b", "must consist of path characters"),
        ("/%zz", "must consist of path characters"),
        ("/é", "must consist of path characters"),
        ("/" + "a" * 1024, "length <= 1024"),
    ],
)
def test_a_text_that_is_no_path_is_refused(value: str, sentence: str) -> None:
    assert any(sentence in problem for problem in refused(route(rule(matches=(path(value),)))))
    assert any(sentence in problem for problem in refused(route(rule(matches=(path(value, "Exact"),)))))


def test_a_regular_expression_need_not_look_like_a_path() -> None:
    checked(route(rule(matches=(path("(?i)^/a//[^#]*$", "RegularExpression"),))))


@pytest.mark.parametrize("weight", [-1, 1_000_001, True, 1.5])
def test_a_weight_out_of_bounds_is_refused(weight: Any) -> None:
    assert refused(route(rule(backend_refs=(backend(weight=weight),))))


@pytest.mark.parametrize("text", ["2d", "1.5s", "172800s", "5", "s", "1h1h1h1h1h", "-1s", "5s\n", ""])
def test_a_text_that_is_no_duration_is_refused(text: str) -> None:
    assert refused(route(rule(timeouts=gw.HTTPRouteTimeouts(request=text))))


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `pathTyp`"):
        msgspec.convert({"type": "Exact", "value": "/", "pathTyp": ""}, gw.HTTPPathMatch)


@pytest.mark.parametrize("name", ["", "Web", "web_1", "-web", "web-", "a" * 254])
def test_an_objects_name_must_be_a_subdomain(name: str) -> None:
    obj = gw.HTTPRoute(metadata=ObjectMeta(name=name, namespace="shop"), spec=http_route().spec)
    assert refused(obj)[0].startswith("/metadata/name: ")


def test_labels_and_annotations_must_be_what_the_api_server_takes() -> None:
    metadata = ObjectMeta(
        name="web",
        labels={"a/b/c": "d", "e": "f g", "h": ""},
        annotations={"A.Example.com/x": "é", "i j": "", "/k": ""},
    )
    assert refused(gw.HTTPRoute(metadata=metadata, spec=http_route().spec)) == [
        "/metadata/annotations/i j: is no valid annotation key",
        "/metadata/annotations/~1k: is no valid annotation key",
        "/metadata/labels/a~1b~1c: is no valid label key",
        "/metadata/labels/e: 'f g' is no valid label value",
    ]


def test_annotations_may_not_outgrow_what_the_api_server_takes() -> None:
    metadata = ObjectMeta(name="a", annotations={"b": "é" * 131072})
    assert refused(gw.HTTPRoute(metadata=metadata, spec=http_route().spec))
