"""T21: a listener takes routes of its own namespace only, unless it says otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from gatelift.config.gateway import GatewayRef
from gatelift.gateway.parents import NoParent, parents
from gatelift.intent.route import Binding
from gatelift.manifests.admission import admission
from gatelift.manifests.inventory import Listener

GATEWAY = GatewayRef(namespace="infra", name="shared")
BY_NAME = {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}
ONE_OF = {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["shop", "team"]}]}
BY_LABEL = {"matchLabels": {"access": "yes"}}


def _says(said: object, **selector: Any) -> dict[str, Any]:
    return {"allowedRoutes": {"namespaces": {"from": said, **selector}}}


@pytest.mark.parametrize(
    ("listener", "taken"),
    [
        ({}, ["infra", ""]),
        ({"allowedRoutes": {}}, ["infra", ""]),
        ({"allowedRoutes": 7}, ["infra", ""]),
        (_says(None), ["infra", ""]),
        (_says("Same"), ["infra", ""]),
        (_says("All"), ["infra", "shop", "team", "other", ""]),
        (_says("None"), [""]),
        (_says("Selector", selector=BY_NAME), ["shop", ""]),
        (_says("Selector", selector=ONE_OF), ["shop", "team", ""]),
        (_says("Selector", selector={**BY_NAME, **ONE_OF}), ["shop", ""]),
        (_says("Selector", selector=BY_LABEL), ["infra", "shop", "team", "other", ""]),
        (_says("Selector", selector={**BY_LABEL, **ONE_OF}), ["shop", "team", ""]),
        (_says("Somebody"), ["infra", "shop", "team", "other", ""]),
    ],
)
def test_namespaces(listener: dict[str, Any], taken: list[str]) -> None:
    found = admission(listener)

    assert [name for name in ("infra", "shop", "team", "other", "") if found.takes(name, "infra")] == taken


def _listener(name: str, hostname: str = "", said: str = "Same", port: int = 443) -> Listener:
    protocol = "HTTP" if port in (80, 8080) else "HTTPS"
    return Listener(name, port, protocol, hostname, admission(_says(said)))


def _bound(*listeners: Listener, binding: Binding = Binding.HTTPS, host: str = "a.example.com") -> object:
    found = parents(GATEWAY, listeners, binding, (host,) if host else (), "shop")
    return (found.why, found.shut) if isinstance(found, NoParent) else tuple(item.section_name for item in found)


def test_the_listener_that_requests_come_in_through_decides() -> None:
    wide, own = _listener("wide", "*.example.com"), _listener("own", "a.example.com", "All")

    assert _bound(wide, own) == ("own",)
    assert _bound(_listener("wide", "*.example.com", "All"), _listener("any")) == ("wide",)
    closed = _bound(_listener("wide", "*.example.com", "All"), _listener("own", "a.example.com"))
    assert closed == (
        "listener own of Gateway infra/shared, through which a.example.com comes in, takes routes of its own namespace "
        "only, and this one is of namespace shop (T21)",
        True,
    )


def test_both_protocols_have_to_take_what_is_served_on_both() -> None:
    http, https = _listener("http", said="All", port=80), _listener("https")

    assert _bound(http, binding=Binding.HTTP) == ("http",)
    assert isinstance(_bound(http, https, binding=Binding.BOTH), tuple)
    assert "listener https" in str(_bound(http, https, binding=Binding.BOTH))


def test_a_port_that_is_not_where_clients_go_does_not_decide() -> None:
    assert _bound(_listener("http", said="All", port=80), _listener("admin", port=8080), binding=Binding.HTTP) == (
        "http",
    )
    assert "listener http" in str(
        _bound(_listener("http", port=80), _listener("admin", said="All", port=8080), binding=Binding.HTTP)
    )


def test_unknown_hosts_come_in_through_listeners_without_a_hostname() -> None:
    assert _bound(_listener("any", said="All"), _listener("named", "*.example.com"), host="") == ("any",)
    assert "unknown hosts" in str(_bound(_listener("any"), host=""))
