"""Canaries: who is sent to the alternative. Real requests to the real nginx."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from support.judging import Manifest, ask, get, ingress, prefix, rule, went

HOST = "shop.example.com"
MAIN = ingress("main", prefix(HOST, "/", "main"))


def canary(**annotations: Any) -> Manifest:
    return ingress("canary", prefix(HOST, "/", "new"), canary="true", **annotations)


def services(objects: list[Manifest], *headers: dict[str, str]) -> list[str]:
    """To which Service requests with these headers went."""
    return [went(answer).split()[0] for answer in ask(objects, [get(HOST, **one) for one in headers])]


@pytest.mark.parametrize(
    ("annotations", "values", "expected"),
    [
        ({}, ("always", "never", "Always", "", "x"), "new main main main main"),
        ({"canary_by_header_value": "eu.1"}, ("eu.1", "eux1", "EU.1", "always"), "new main main main"),
        ({"canary_by_header_pattern": "^v[12]|beta"}, ("v1", "a beta", "v3", "V1"), "new new main main"),
        ({"canary_by_header_value": "eu", "canary_by_header_pattern": ".*"}, ("eu", "us"), "new main"),
        ({"canary_weight": "100"}, ("always", "never", "x"), "new main new"),
        ({"canary_weight": "100", "canary_by_header_value": "eu"}, ("eu", "never"), "new new"),
    ],
)
def test_a_header_decides_first(annotations: dict[str, Any], values: tuple[str, ...], expected: str) -> None:
    objects = [MAIN, canary(canary_by_header="X-Canary", **annotations)]

    assert services(objects, *({"X_Canary": value} for value in values)) == expected.split()


def test_a_missing_header_matches_no_pattern() -> None:
    assert services([MAIN, canary(canary_by_header="X-Canary", canary_by_header_pattern=".*")], {}) == ["main"]


@pytest.mark.parametrize("name", ["canary", "my-canary.x"])
def test_a_cookie_decides_after_the_header_and_before_the_weight(name: str) -> None:
    objects = [MAIN, canary(canary_by_header="X-Canary", canary_by_cookie=name, canary_weight="100")]
    cookies = (f"a=b; {name}=always; c=d", f"{name}=never", f"{name}=maybe", f"x{name}=never", f"{name}=Never")

    assert services(objects, *({"Cookie": cookie} for cookie in cookies)) == ["new", "main", "new", "new", "new"]
    assert services(objects, {"X_Canary": "never", "Cookie": f"{name}=always"}) == ["main"]
    without = [MAIN, canary(canary_by_cookie=name)]
    assert services(without, *({"Cookie": cookie} for cookie in cookies)) == ["new", "main", "main", "main", "main"]


@pytest.mark.parametrize(
    ("annotations", "least", "most"),
    [
        ({}, 0, 0),
        ({"canary_weight": "25"}, 60, 140),
        ({"canary_weight": "25", "canary_weight_total": "50"}, 60, 140),
        ({"canary_weight": "50", "canary_weight_total": "200"}, 60, 140),
        ({"canary_weight": "200"}, 400, 400),
        ({"canary_weight": "-5"}, 0, 0),
    ],
)
def test_a_weight_takes_its_share(annotations: dict[str, Any], least: int, most: int) -> None:
    """Of 400 requests; a quarter is 100, and 40 away from it is less likely than one in a million."""
    found = Counter(services([MAIN, canary(**annotations)], *[{}] * 400))

    assert least <= found["new"] <= most
    assert found["new"] + found["main"] == 400


def test_a_canary_follows_its_primary_to_every_place() -> None:
    """T26: it is tied to the Service, and all its other annotations are asleep."""
    main = ingress("main", rule(HOST, ("/", "Prefix", "main"), ("/other", "Prefix", "other")))
    elsewhere = ingress("elsewhere", prefix("b.example.com", "/b", "main"))
    new = ingress(
        "new", prefix(HOST, "/", "new"), canary="true", canary_by_header="X-Canary", rewrite_target="/x", app_root="/y"
    )
    always = {"X_Canary": "always"}
    requests = [get(HOST, **always), get(HOST, "/other", **always), get("b.example.com", "/b", **always), get(HOST)]

    found = [went(answer) for answer in ask([main, elsewhere, new], requests)]
    assert found == ["new /", "other /other", "new /b", "main /"]


def test_a_canary_without_a_primary_of_its_path_and_type_gets_nothing() -> None:
    other = ingress("path", prefix(HOST, "/other", "new"), canary="true", canary_weight="100")
    exact = ingress("type", rule(HOST, ("/", "Exact", "new")), canary="true", canary_weight="100")
    alone = ingress("alone", prefix("alone.example.com", "/", "new"), canary="true", canary_weight="100")
    requests = [get(HOST), get(HOST, "/other"), get("alone.example.com")]

    found = [went(answer) for answer in ask([MAIN, other, exact, alone], requests)]
    assert found == ["main /", "main /other", "404"]


def test_of_two_canaries_the_first_is_the_only_one() -> None:
    second = ingress("second", prefix(HOST, "/", "newer"), canary="true", canary_weight="100")

    assert services([MAIN, canary(canary_weight="0"), second], {}) == ["main"]
    assert services([MAIN, second, canary(canary_weight="0")], {}) == ["newer"]
