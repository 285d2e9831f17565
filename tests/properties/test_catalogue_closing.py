"""What nginx gives to a withheld Ingress nobody gets, whatever withholds it: annotations of the whole catalogue.

The models of nginx and of the gateway are those of ``test_closing``, so that annotations which move a host or a path
are left to its own generator; all others may stand on any Ingress of the host, withheld or not.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelift.annotations.unit import NGINX, Case
from gatelift.config.model import Phase
from properties.test_closing import headers, host_sets, is_denied, one_label_too_many, requests
from support.bounds import examples
from support.catalogue import Example, Input, Json, every_profile, examples_of_units, ingress, rule, setup_of
from support.catalogue_inputs import PREFIX_FLAG
from support.envoy import Envoy
from support.nginx import Nginx

MOVES = ("use-regex", "rewrite-target", "server-alias", "app-root", "from-to-www-redirect", "ssl-passthrough", "canary")
"""Beginnings of annotations that the models read themselves, or not at all."""


def moves(example: Example) -> bool:
    own = [key.removeprefix(NGINX) for key in example.annotations]
    return any(name.startswith(MOVES) for name in own) or any(f.startswith(PREFIX_FLAG) for f in example.case.flags)


STAYING = tuple(example for example in examples_of_units() if not moves(example))


@st.composite
def decorated(draw: st.DrawFn) -> Input:
    """Hosts with withheld Ingresses among others, and with cases of any unit on each."""
    cases: list[Case] = []
    ingresses: list[Json] = copy.deepcopy(list(draw(host_sets())))
    for item in ingresses:
        if item["metadata"]["name"] == "canary":
            continue
        for example in draw(st.lists(st.sampled_from(STAYING), max_size=1)):
            item["metadata"]["annotations"].update(example.annotations)
            cases.append(example.case)
    target = draw(st.sampled_from(("envoy-gateway", *every_profile())))
    return Input(tuple(ingresses), tuple(cases), setup_of(cases, target, draw(st.sampled_from(tuple(Phase)))))


def leaks(given: Input, without: str = "nothing") -> Iterator[tuple[object, ...]]:
    """Requests that nginx gives to withheld Ingresses alone, and that the gateway may forward.

    ``without``: the end of the names of routes that are taken away, for the test of this test.
    """
    found = given.converted()
    withheld = {str(change.ingress.ref) for change in found.result.changes if change.withheld}
    emitted = [item for item in found.emitted if not item["metadata"]["name"].endswith(without)]
    nginx, envoy = Nginx(given.ingresses), Envoy(emitted)
    for request in requests(given.ingresses):
        answers = nginx.ask(request)
        if one_label_too_many(request) or not answers or not all(answer.ingress in withheld for answer in answers):
            continue
        for scheme in ("http", "https"):
            got = envoy.ask(scheme, request.host, request.path, headers(request))
            if not is_denied(got):
                yield scheme, request, answers, got


@given(decorated())
@examples(100)
def test_a_place_that_any_annotation_withholds_is_closed(given: Input) -> None:
    assert list(leaks(given)) == []


@pytest.mark.slow
@given(decorated())
@examples(400)
def test_the_same_of_many_hosts(given: Input) -> None:
    assert list(leaks(given)) == []


def test_a_place_that_is_left_open_is_seen() -> None:
    open_ = ingress("web-0", {}, [rule("a.example.com", [("/", "Prefix")])])
    shut = ingress("web-1", {NGINX + "enable-modsecurity": "true"}, [rule("a.example.com", [("/a", "Prefix")])])
    given = Input((open_, shut), (), setup_of([]))
    assert list(leaks(given)) == []
    assert list(leaks(given, without="-closed"))
