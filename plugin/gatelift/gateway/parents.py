"""The listeners that a route attaches to, in listener mode ``existing``: parentRefs only (traps T13, T17, T21).

Gateway API 1.5 takes several references to one parent only where each names a section, and all or none do:
https://gateway-api.sigs.k8s.io/reference/spec/#parentreference
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from gatelift.config.gateway import GatewayRef
from gatelift.intent.route import Binding
from gatelift.manifests.inventory import Listener
from gatelift.manifests.references import ParentReference
from gatelift.manifests.shape import GATEWAY

_PROTOCOLS = {
    Binding.HTTP: ("HTTP",),
    Binding.HTTPS: ("HTTPS",),
    Binding.BOTH: ("HTTP", "HTTPS"),
    Binding.TLS: ("TLS",),
}


_USUAL = (80, 443)


class NoParent(msgspec.Struct, frozen=True):
    """Why a route cannot be bound, and what to do. ``shut``: the listener is there, and does not take the route."""

    why: str
    todo: str
    shut: bool = False


def parents(
    gateway: GatewayRef,
    listeners: Sequence[Listener] | None,
    binding: Binding,
    hostnames: Sequence[str],
    home: str,
) -> tuple[ParentReference, ...] | NoParent:
    """The parents of a route in namespace ``home``.

    ``listeners`` are those of the Gateway where its manifest was seen, else ``None``.
    """
    if gateway.section_name and listeners is not None and all(i.name != gateway.section_name for i in listeners):
        why = f"Gateway {gateway.namespace}/{gateway.name} has no listener {gateway.section_name}"
        return NoParent(why, f"name one of {', '.join(item.name for item in listeners) or 'its listeners'}")
    shut = not_admitted(gateway, listeners or (), binding, hostnames, home)
    if shut is not None:
        return shut
    if not hostnames:
        return _unknown_hosts(gateway, listeners, binding)
    taking = [item for item in listeners or () if item.protocol in _PROTOCOLS[binding] and _takes(item, hostnames)]
    if listeners is not None and not taking:
        protocols = " or ".join(_PROTOCOLS[binding])
        why = f"Gateway {gateway.namespace}/{gateway.name} has no {protocols} listener for {hostnames[0]}"
        return NoParent(why, "add one, or correct the listener's hostname")
    admitting = [item for item in taking if item.admission.takes(home, gateway.namespace)]
    if taking and not admitting:
        return _shut(gateway, taking[0], hostnames[0], home)
    if binding in (Binding.BOTH, Binding.TLS):
        # The Gateway as a whole; listeners of other protocols and hosts do not take the route.
        return (whole(gateway),)
    if binding is Binding.HTTPS and gateway.section_name:
        return (_parent(gateway, section=gateway.section_name),)
    if listeners is None:
        return (_parent(gateway, port=80 if binding is Binding.HTTP else 443),)
    return tuple(_parent(gateway, section=item.name) for item in admitting)


def not_admitted(
    gateway: GatewayRef, listeners: Sequence[Listener], binding: Binding, hostnames: Sequence[str], home: str
) -> NoParent | None:
    """Why requests for ``hostnames`` come in through a listener that takes no route of namespace ``home`` (T21)."""
    for protocol in _PROTOCOLS[binding]:
        for hostname in hostnames or ("",):
            deciding = _deciding(gateway, [item for item in listeners if item.protocol == protocol], hostname)
            if deciding and not any(item.admission.takes(home, gateway.namespace) for item in deciding):
                return _shut(gateway, deciding[0], hostname, home)
    return None


def _deciding(gateway: GatewayRef, listeners: Sequence[Listener], hostname: str) -> list[Listener]:
    """The listeners through which requests for a hostname come in: of each port the most specific one.

    Where one of them has the usual port it decides, since that is where clients go.
    """
    named = [item for item in listeners if gateway.section_name == item.name]
    if named:
        return named
    best: dict[int, Listener] = {}
    for item in listeners:
        if not item.hostname or (hostname and covers(item.hostname, hostname)):
            other = best.get(item.port)
            if other is None or _special(other) < _special(item):
                best[item.port] = item
    usual = [item for port, item in best.items() if port in _USUAL]
    return usual or list(best.values())


def _special(listener: Listener) -> tuple[bool, int]:
    """How special a hostname is among those that cover the same one."""
    exact = bool(listener.hostname) and not listener.hostname.startswith("*.")
    return exact, len(listener.hostname)


def _shut(gateway: GatewayRef, listener: Listener, hostname: str, home: str) -> NoParent:
    where = hostname or "unknown hosts"
    return NoParent(
        f"listener {listener.name} of Gateway {gateway.whole}, through which {where} comes in, takes routes of "
        f"{listener.admission} only, and this one is of namespace {home} (T21)",
        "set its allowedRoutes.namespaces, for example from: Selector with the namespaces it is for",
        shut=True,
    )


def _takes(listener: Listener, hostnames: Sequence[str]) -> bool:
    """Whether a listener takes some of ``hostnames``: it has none, the same, or one is a wildcard over the other."""
    if not listener.hostname:
        return True
    return any(covers(listener.hostname, name) or covers(name, listener.hostname) for name in hostnames)


def covers(pattern: str, name: str) -> bool:
    """Whether a hostname of Gateway API, maybe with a leading ``*.``, covers ``name``; wildcards take any depth."""
    return pattern == name or (pattern.startswith("*.") and name.endswith(pattern[1:]))


def _unknown_hosts(
    gateway: GatewayRef, listeners: Sequence[Listener] | None, binding: Binding
) -> tuple[ParentReference, ...] | NoParent:
    """A route without hostnames takes those of its listener, so it may go only to one that has none (T13)."""
    if listeners is not None:
        free = [item for item in listeners if not item.hostname and item.protocol in _PROTOCOLS[binding]]
        if free:
            return tuple(_parent(gateway, section=item.name) for item in free)
        return NoParent(
            f"Gateway {gateway.namespace}/{gateway.name} has no listener without a hostname for unknown hosts",
            "add such a listener, or give the rule a host",
        )
    if gateway.section_name:
        return (_parent(gateway, section=gateway.section_name),)
    return NoParent(
        "a rule without a host serves only hosts that nobody else does, and nothing says which listener takes them",
        "name a listener without a hostname (--gateway NS/NAME/SECTION, or an override for this root), give the "
        "Gateway's manifest too, or give the rule a host",
    )


def whole(gateway: GatewayRef) -> ParentReference:
    """The Gateway, whichever of its listeners take the route."""
    return _parent(gateway)


def _parent(gateway: GatewayRef, section: str = "", port: int = 0) -> ParentReference:
    return ParentReference(
        group=GATEWAY.group,
        kind=GATEWAY.kind,
        namespace=gateway.namespace,
        name=gateway.name,
        section_name=section or UNSET,
        port=port or UNSET,
    )
