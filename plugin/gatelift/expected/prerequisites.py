"""What the configuration has to say before anything is converted: which Gateway, and who writes its listeners."""

from __future__ import annotations

from collections.abc import Iterable

from gatelift.config.gateway import GatewayRef
from gatelift.config.model import Config, Listeners
from gatelift.config.target import TargetSpec
from gatelift.findings import Finding, Severity, UsageError
from gatelift.ingress.model import Ingress
from gatelift.manifests.availability import has, since
from gatelift.manifests.shape import LISTENER_SET


def check(ours: Iterable[tuple[Ingress, str]], config: Config) -> None:
    """``ours``: the Ingresses of ingress-nginx, each with the name of its class.

    Raises ``UsageError`` where one has no Gateway, two classes share one, or listeners cannot be written as asked.
    """
    if config.listeners is Listeners.LISTENERSET and not has(LISTENER_SET, "", config.target):
        raise UsageError(_no_listener_sets(config.target))
    parents: dict[tuple[str, GatewayRef], str] = {}
    for ingress, name in ours:
        root = ingress.provenance.root
        gateway = config.gateway_for(name, root)
        if gateway is None:
            raise UsageError(_no_gateway(ingress, name))
        scope = config.scope_for(root) or ""
        other = parents.setdefault((scope, gateway), name)
        if other != name:
            raise UsageError(_shared_gateway(other, name, gateway))
        if config.listeners is Listeners.GATEWAY:
            _check_written(gateway, config)


def _check_written(gateway: GatewayRef, config: Config) -> None:
    if gateway.section_name:
        raise UsageError(_section(gateway))
    if config.written_gateway(gateway) is None:
        raise UsageError(_no_class(gateway))


def _no_listener_sets(target: TargetSpec) -> Finding:
    return Finding(
        "config/listeners",
        Severity.ERROR,
        f"the target {target} has no ListenerSets, which came with {since(LISTENER_SET)}",
        "choose a target with Gateway API 1.5, or write 'listeners: existing' or 'listeners: gateway'",
    )


def _section(gateway: GatewayRef) -> Finding:
    return Finding(
        "config/listeners",
        Severity.ERROR,
        f"{gateway} names one listener, and with 'listeners: gateway' gatelift writes all listeners of that Gateway",
        "name the Gateway alone",
    )


def _no_class(gateway: GatewayRef) -> Finding:
    name = gateway.whole
    return Finding(
        "config/listeners",
        Severity.ERROR,
        f"with 'listeners: gateway' gatelift writes Gateway {name}, and nothing says which GatewayClass it has",
        f"write 'gateways: {{{name}: {{className: NAME}}}}' in gatelift.yaml",
    )


def _no_gateway(ingress: Ingress, name: str) -> Finding:
    return Finding(
        "config/no-gateway",
        Severity.ERROR,
        f"no Gateway is configured for the routes of Ingress {ingress.ref}"
        + (f", whose class is {name}" if name else ""),
        "pass --gateway NAMESPACE/NAME[/LISTENER], or write 'gateway: {namespace: ..., name: ...}' in gatelift.yaml",
    )


def _shared_gateway(first: str, second: str, gateway: GatewayRef) -> Finding:
    one, two = sorted((first or "(none)", second or "(none)"))
    return Finding(
        "config/shared-gateway",
        Severity.ERROR,
        f"the classes {one} and {two} both go to Gateway {gateway}: what one controller served would be reachable "
        "through the other's address",
        f"give each class its own Gateway: 'classes: {{{two}: {{controller: ingress-nginx, gateway: "
        "{namespace: ..., name: ...}}}'",
    )
