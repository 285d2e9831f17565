"""The model of Envoy Gateway with listeners: a request comes to the most specific one, and meets what attaches there.

https://gateway-api.sigs.k8s.io/reference/spec/#listener on which listener takes a request, and
https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec on hostnames of route and listener.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from support.envoy import Envoy, Found

Json = Any
_PORTS = {"http": 80, "https": 443}


class Listening:
    """All listeners of one Gateway, its own and those of ListenerSets, and the routes."""

    def __init__(self, objects: Iterable[Mapping[str, Json]]) -> None:
        items = list(objects)
        self.routes = [item for item in items if item["kind"] == "HTTPRoute"]
        self.listeners = [
            (item["kind"], item["metadata"]["namespace"], item["metadata"]["name"], listener)
            for item in items
            if item["kind"] in ("Gateway", "ListenerSet")
            for listener in item["spec"]["listeners"]
        ]

    def ask(self, scheme: str, host: str, path: str, headers: Mapping[str, str]) -> tuple[Found, ...]:
        """The rules that may answer; none where no listener takes the request."""
        fitting = [item for item in self.listeners if item[3]["port"] == _PORTS[scheme] and _takes(item[3], host)]
        if not fitting:
            return ()
        kind, namespace, name, listener = max(fitting, key=lambda item: _rank(item[3]))
        bound = [
            _narrowed(route, listener)
            for route in self.routes
            if any(_refers(parent, route, kind, namespace, name, listener) for parent in route["spec"]["parentRefs"])
        ]
        return Envoy([route for route in bound if route["spec"]["hostnames"]]).ask(scheme, host, path, headers)


def _takes(listener: Json, host: str) -> bool:
    return _covers(listener.get("hostname", "*"), host)


def _rank(listener: Json) -> tuple[bool, int]:
    name = listener.get("hostname", "")
    return bool(name) and not name.startswith("*"), len(name)


def _covers(pattern: str, host: str) -> bool:
    return pattern in ("*", host) or (pattern.startswith("*.") and host.endswith(pattern[1:]))


def _refers(parent: Json, route: Json, kind: str, namespace: str, name: str, listener: Json) -> bool:
    place = parent.get("namespace", route["metadata"]["namespace"])
    return (
        (parent["kind"], place, parent["name"]) == (kind, namespace, name)
        and parent.get("sectionName") in (None, listener["name"])
        and parent.get("port") in (None, listener["port"])
    )


def _narrowed(route: Json, listener: Json) -> Json:
    """The route as it stands on the listener: with the hostnames that both have, and bound there."""
    own = listener.get("hostname", "*")
    names = route["spec"].get("hostnames") or ["*"]
    both = [name if _covers(own, name) else own for name in names if _covers(own, name) or _covers(name, own)]
    return {**route, "spec": {**route["spec"], "hostnames": both, "parentRefs": [{}]}}
