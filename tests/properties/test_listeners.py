"""The same two models where gatelift writes the listeners: whatever listener takes a request, nothing leaks."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gatelift.config.model import Listeners, Phase
from properties.test_closing import LEAKS, NGINX, headers, host_sets, is_denied, one_label_too_many, requests
from support.bounds import examples
from support.conversion import Conversion, Setup, convert
from support.listening import Listening
from support.nginx import Manifest, Nginx
from support.repositories import GATEWAY, dump

OPEN: dict[str, Any] = copy.deepcopy(GATEWAY)
OPEN["spec"]["allowedListeners"] = {"namespaces": {"from": "All"}}
MODES = (Listeners.LISTENERSET, Listeners.GATEWAY)


def written(ingresses: tuple[Manifest, ...], mode: Listeners, phase: Phase) -> tuple[Conversion, Listening]:
    own = (OPEN,) if mode is Listeners.LISTENERSET else ()
    text = "".join(f"---\n{dump(item)}" for item in (*ingresses, *own))
    found = convert(text, Setup(phase=phase, gateway="infra/shared", listeners=mode))
    return found, Listening([*own, *found.emitted])


def leaks(ingresses: tuple[Manifest, ...], mode: Listeners, phase: Phase) -> Iterator[tuple[Any, ...]]:
    found, gateway = written(ingresses, mode, phase)
    withheld = {str(change.ingress.ref) for change in found.result.changes if change.withheld}
    nginx = Nginx(ingresses)
    for request in requests(ingresses):
        answers = nginx.ask(request)
        if one_label_too_many(request) or not answers or not all(answer.ingress in withheld for answer in answers):
            continue
        for scheme in ("http", "https"):
            got = gateway.ask(scheme, request.host, request.path, headers(request))
            if not is_denied(got):
                yield scheme, request, answers, got


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ingresses", LEAKS)
def test_no_leak_that_was_found_once_is_there_again(ingresses: tuple[Manifest, ...], mode: Listeners) -> None:
    for phase in Phase:
        assert list(leaks(ingresses, mode, phase)) == []


@given(host_sets(), st.sampled_from(MODES), st.sampled_from(tuple(Phase)))
@examples(250)
def test_what_nginx_gives_to_a_withheld_ingress_the_gateway_gives_to_nobody(
    ingresses: tuple[Manifest, ...], mode: Listeners, phase: Phase
) -> None:
    assert list(leaks(ingresses, mode, phase)) == []


@given(host_sets(), st.sampled_from(MODES), st.sampled_from(tuple(Phase)))
@examples(250)
def test_what_nginx_gives_to_a_converted_ingress_reaches_the_same_service(
    ingresses: tuple[Manifest, ...], mode: Listeners, phase: Phase
) -> None:
    found, gateway = written(ingresses, mode, phase)
    withheld = {str(change.ingress.ref) for change in found.result.changes if change.withheld}
    nginx = Nginx(ingresses)
    for request in requests(ingresses):
        answers = nginx.ask(request)
        if not answers or any(answer.ingress in withheld for answer in answers) or one_label_too_many(request):
            continue
        by_scheme = {
            scheme: gateway.ask(scheme, request.host, request.path, headers(request)) for scheme in ("http", "https")
        }
        # Plain HTTP may redirect, and without a certificate there is no HTTPS: one of both must arrive.
        reached = {item.forwards for got in by_scheme.values() for item in got if item.forwards}
        assert reached == {(answers[0].answer(request),)}, (request, answers, by_scheme)


@given(host_sets(), st.sampled_from(MODES))
@examples(150)
def test_what_nginx_gives_to_nobody_the_gateway_gives_to_nobody(
    ingresses: tuple[Manifest, ...], mode: Listeners
) -> None:
    # A redirect of / that is withheld with its Ingress leaves / to others, whoever writes the listeners.
    assume(not any(NGINX + "app-root" in item["metadata"]["annotations"] for item in ingresses))
    _, gateway = written(ingresses, mode, Phase.COEXIST)
    nginx = Nginx(ingresses)
    for request in requests(ingresses):
        if nginx.ask(request) or one_label_too_many(request):
            continue
        for scheme in ("http", "https"):
            got = gateway.ask(scheme, request.host, request.path, headers(request))
            assert is_denied(got), (scheme, request, got)


@given(host_sets(), st.sampled_from(MODES), st.sampled_from(tuple(Phase)))
@examples(100)
def test_every_listener_that_a_route_names_is_there(
    ingresses: tuple[Manifest, ...], mode: Listeners, phase: Phase
) -> None:
    found, gateway = written(ingresses, mode, phase)
    there = {(kind, namespace, name, listener["name"]) for kind, namespace, name, listener in gateway.listeners}
    for item in found.emitted:
        for parent in item["spec"].get("parentRefs", ()):
            if "sectionName" in parent:
                namespace = parent.get("namespace", item["metadata"]["namespace"])
                assert (parent["kind"], namespace, parent["name"], parent["sectionName"]) in there
