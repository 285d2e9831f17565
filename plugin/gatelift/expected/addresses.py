"""Whether the Gateway learns clients' addresses where the controller does: from proxies in front of it.

Where it does not, every request comes from the proxy's own address. A list that allows the cluster's network then lets
in everybody, and a list that denies somebody turns away nobody, so no route is opened that such a list guards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gatelift.annotations.nginx.settings.values import client_address
from gatelift.config.gateway import GatewayRef
from gatelift.expected.context import Context
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Note, refused
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import BACKEND_TRAFFIC_POLICY, CLIENT_TRAFFIC_POLICY, GATEWAY, SECURITY_POLICY

_SETTINGS = ("use-forwarded-headers", "enable-real-ip", "use-proxy-protocol")
_FIELDS = ("clientIPDetection", "proxyProtocol", "enableProxyProtocol")
_BY_ADDRESS = {SECURITY_POLICY.kind: "authorization", BACKEND_TRAFFIC_POLICY.kind: "rateLimit"}


def unseen(objects: Iterable[Mapping[str, Any]], gateway: GatewayRef, context: Context) -> Note | None:
    """Why ``objects``, which ask for clients' addresses, would see those of proxies on ``gateway``."""
    wanted = client_address(context.rulings.controller)
    if wanted is None or any(name in context.rulings.accept for name in _SETTINGS):
        return None
    if not any(_BY_ADDRESS.get(item["kind"], "") in item["spec"] for item in objects if item["kind"] in _BY_ADDRESS):
        return None
    theirs = tuple(_on(gateway, context.existing.values()))
    silent = next((item for item in theirs if not any(name in item.value["spec"] for name in _FIELDS)), None)
    if silent is not None:
        return _refused(
            f"{silent} takes the place of the policy that would tell Gateway {gateway.namespace}/{gateway.name} so",
            f"write clientIPDetection, or proxyProtocol, into {silent}",
        )
    made = context.target.client(wanted, gateway, context.target.spec) if context.target.client else None
    if theirs:
        return None
    if isinstance(made, Note):
        return _refused(made.text, f"{made.todo}, and give its manifest too")
    name = f"{gateway.namespace}/{gateway.name}"
    return None if context.homes is None or name in context.homes else _homeless(name)


def _homeless(name: str) -> Note:
    return _refused(
        f"the policy that tells Gateway {name} so has no file to go to, and none was seen",
        f"write 'gateways: {{{name}: {{className: NAME, file: PATH}}}}' in gatelift.yaml, with a file that is rendered "
        "together with that Gateway; or add the policy by hand, as 'gatelift convert' prints it",
    )


def _refused(why: str, todo: str) -> Note:
    return refused(
        "the controller takes clients' addresses from proxies in front of it, and the Gateway would see those of the "
        f"proxies: {why}",
        f"{todo}; or, if nothing stands in front of the Gateway, name {' or '.join(_SETTINGS)} (the one that is set) "
        "under accept: with that as the reason",
        Risk.SECURITY,
    )


def _on(gateway: GatewayRef, existing: Iterable[Resource]) -> Iterator[Resource]:
    """The ClientTrafficPolicies of somebody else's on ``gateway``, or on one of its listeners."""
    for item in existing:
        if (item.group, item.kind) != (CLIENT_TRAFFIC_POLICY.group, CLIENT_TRAFFIC_POLICY.kind):
            continue
        if item.namespace not in ("", gateway.namespace) or item.mirrors:
            continue
        spec = item.value.get("spec")
        if isinstance(spec, Mapping) and any(_names(target, gateway.name) for target in _targets(spec)):
            yield item


def _targets(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for items in (spec.get("targetRefs"), spec.get("targetSelectors"), [spec.get("targetRef")]):
        yield from (item for item in (items if isinstance(items, list) else ()) if isinstance(item, Mapping))


def _names(target: Mapping[str, Any], gateway: str) -> bool:
    """Whether a reference is to ``gateway``; a selector, which has no name, may choose it."""
    return target.get("kind") == GATEWAY.kind and target.get("name") in (None, gateway)
