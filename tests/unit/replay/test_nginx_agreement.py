"""The real nginx and the model of it in pure Python take the same place for the same request.

Not drawn is what the model leaves out, and ``test_nginx_places`` shows: a canary of a Service with several places
(T26), ``Exact /`` on a host with expressions, a default backend beside rules without a host, one without rules beside
``/`` without a host, an alias that is not alone, one place twice (T15).
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from gatelift.traffic.model import Answer
from support.judging import Manifest, ask, get, ingress, rule, went
from support.nginx import Nginx, Request, name_of

_HOSTS = ("a.example.com", "b.example.com", "*.example.com", "c.b.example.com", "*.b.example.com", "")
_PLAIN = ("/", "/a", "/a/", "/ab", "/a/b", "/b/", "/A", "/a.b", "/a/b/c")
_REGULAR = ("/a.", "/[ab]/x", "/(a|b)+$", "/a/?b", "/.*c", "/a{2}", "/b$")
_TARGETS = ("/", "/a", "/a/", "/ab", "/a/b", "/a/b/c", "/b", "/b/", "/b/x", "/A", "/A/B", "/aa", "/a.b", "/axb", "/c",
            "/x/c", "/abc", "/ba/")  # fmt: skip
_ASKED = ("a.example.com", "b.example.com", "d.example.com", "c.b.example.com", "d.b.example.com", "x.d.b.example.com",
          "example.com", "example.org", "store.example.org")  # fmt: skip


def drawn(seed: int) -> tuple[list[Manifest], list[Request]]:
    """Ingresses of all kinds, and requests that meet them."""
    chance = random.Random(seed)  # noqa: S311 - a seed makes it the same each time
    taken: set[tuple[str, str]] = set()
    mains = [_main(chance, number, taken) for number in range(chance.randint(2, 7))]
    canaries = [_canary(next(item for item in mains if item["spec"]["rules"]))] if _ruled(mains) else []
    requests = [Request(host, target, chance.choice(("", "always", "never"))) for host in _ASKED for target in _TARGETS]
    return [*mains, *canaries], requests


def _ruled(mains: list[Manifest]) -> bool:
    return any(item["spec"]["rules"] for item in mains)


def _main(chance: random.Random, number: int, taken: set[tuple[str, str]]) -> Manifest:
    regular = chance.random() < 0.3
    hosts = chance.sample(_HOSTS, chance.randint(0, 3))
    rules: list[Manifest] = []
    for host in hosts:
        choices = [path for path in _PLAIN + (_REGULAR if regular else ()) if host or path != "/"]
        free = [path for path in choices if (host, path) not in taken]
        paths = chance.sample(free, min(len(free), chance.randint(1, 4)))
        taken |= {(host, path) for path in paths}
        places = enumerate(paths, len(rules) * 10)
        rules.append(rule(host, *((path, _kind(chance, path), f"s{number}-{place}") for place, path in places)))
    annotations: dict[str, Any] = {"use_regex": "true"} if regular else {}
    if chance.random() < 0.15:
        annotations["app_root"] = "/home"
    if number == 0 and len(hosts) == 1:
        annotations["server_alias"] = "store.example.org"
    default = f"d{number}" if not rules or (chance.random() < 0.3 and "" not in hosts) else ""
    return ingress(f"i{number}", *rules, default=default, **annotations)


def _kind(chance: random.Random, path: str) -> str:
    if path in _REGULAR:
        return "ImplementationSpecific"
    return "Prefix" if path == "/" else chance.choice(("Exact", "Prefix", "Prefix"))


def _canary(main: Manifest) -> Manifest:
    rules = [
        rule(item.get("host", ""), *((path["path"], path["pathType"], f"new-{_name(path)}") for path in _paths(item)))
        for item in main["spec"]["rules"]
    ]
    return ingress(f"canary-{name_of(main)[5:]}", *rules, canary="true", canary_by_header="X-Canary")


def _paths(item: Manifest) -> list[Manifest]:
    paths: list[Manifest] = item["http"]["paths"]
    return paths


def _name(path: Manifest) -> str:
    return str(path["backend"]["service"]["name"])


def answered(answer: Answer) -> str:
    """The Service, or nothing where nginx answers itself: 404, a redirect for a slash, the root of an application."""
    return went(answer).split()[0] if answer.seen else ""


def allowed(model: Nginx, request: Request) -> set[str]:
    """Who may answer: the model does not know which Ingress is the oldest."""
    found = {str(place.answer(request)[0]) for place in model.ask(request)}
    # Only the default backend of the oldest Ingress of a host counts, and that may have none.
    return found if found and not all(name.startswith("d") for name in found) else {*found, ""}


@pytest.mark.parametrize("seed", range(12))
def test_both_take_the_same_place(seed: int) -> None:
    manifests, requests = drawn(seed)
    model = Nginx(manifests)
    wanted = [allowed(model, request) for request in requests]
    sent = [get(one.host, one.path, **({"X_Canary": one.canary} if one.canary else {})) for one in requests]

    answers = ask(manifests, sent)

    wrong = [
        (request, answered(answer), right)
        for request, answer, right in zip(requests, answers, wanted, strict=True)
        if answered(answer) not in right
    ]
    assert not wrong
    assert all(answer.status in (200, 301, 302, 404) for answer in answers)


def test_what_is_drawn_reaches_places_of_every_kind() -> None:
    """Or the test above would show nothing."""
    found = [(Nginx(manifests), requests) for manifests, requests in map(drawn, range(12))]
    services = {str(place.answer(request)[0])[0] for model, requests in found for request in requests
                for place in model.ask(request)}  # fmt: skip

    assert services == {"s", "d", "n"}
    assert any(server.regex for model, _ in found for server in model.servers.values())
