"""A Gateway that gatelift writes keeps the listeners of Ingresses that are gone, while routes of theirs are there."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from gatelift.config.model import Listeners, Phase
from support.catalogue import Input, ingress, rule
from support.conversion import Setup, convert

EVERYTHING = [("/", "Prefix")]
HELD = {"nginx.ingress.kubernetes.io/does-not-exist": "x"}
SETUP = Setup(phase=Phase.RETIRE, gateway="infra/shared", listeners=Listeners.GATEWAY)


def documents(text: str) -> list[dict[str, Any]]:
    return [item for item in yaml.safe_load_all(text) if item]


def listeners(text: str) -> dict[str, Any]:
    (gateway,) = [item for item in documents(text) if item["kind"] == "Gateway"]
    return {item["name"]: item for item in gateway["spec"]["listeners"]}


def first_run(namespace: str = "shop") -> str:
    """One Ingress is retired, another one stays because something of it is refused."""
    stays = ingress("stays", HELD, [rule("shop.example.com", EVERYTHING)])
    goes = ingress("goes", {}, [rule("www.example.com", EVERYTHING)], namespace)
    return Input((stays, goes), (), SETUP).converted().text


def test_a_second_run_keeps_the_listeners_that_routes_are_bound_to() -> None:
    first = first_run()
    assert not [item for item in documents(first) if (item["kind"], item["metadata"]["name"]) == ("Ingress", "goes")]
    assert "https-www-example-com" in listeners(first)
    assert convert(first, SETUP).text == first


def test_a_listener_goes_with_the_last_route_that_needs_it() -> None:
    left = [item for item in first_run().split("---\n") if "kind: HTTPRoute\n" not in item]
    text = convert("---\n".join(left), SETUP).text
    assert "https-shop-example-com" in listeners(text)
    assert "https-www-example-com" not in listeners(text)


@pytest.mark.parametrize("section", ["http-www-example-com", "https-www-example-com"])
def test_who_comes_to_a_host_later_shares_the_listener_with_those_who_are_there(section: str) -> None:
    new = yaml.safe_dump(ingress("new", {}, [rule("www.example.com", [("/new", "Prefix")])], "team"))
    found = listeners(convert(f"{first_run()}---\n{new}", SETUP).text)[section]
    (only,) = found["allowedRoutes"]["namespaces"]["selector"]["matchExpressions"]
    assert only["values"] == ["shop", "team"]


def test_a_gateway_that_a_person_changed_is_left_alone() -> None:
    changed = first_run().replace("name: http-www-example-com", "name: mine")
    assert "mine" in listeners(convert(changed, SETUP).text)


def test_whoever_was_let_in_above_its_own_host_stays_let_in() -> None:
    stays = ingress("stays", HELD, [rule("*.example.com", EVERYTHING)])
    goes = ingress("goes", {}, [rule("www.shop.example.com", EVERYTHING)], "team")
    first = Input((stays, goes), (), SETUP).converted().text
    (only,) = listeners(first)["http-wildcard-example-com"]["allowedRoutes"]["namespaces"]["selector"][
        "matchExpressions"
    ]

    assert only["values"] == ["shop", "team"]
    assert convert(first, SETUP).text == first
