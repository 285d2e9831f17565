"""The listeners that a route attaches to, in listener mode ``existing``: parentRefs only (traps T13, T17).

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


class NoParent(msgspec.Struct, frozen=True):
    """Why a route cannot be bound, and what to do."""

    why: str
    todo: str


def parents(
    gateway: GatewayRef,
    listeners: Sequence[Listener] | None,
    binding: Binding,
    hostnames: Sequence[str],
) -> tuple[ParentReference, ...] | NoParent:
    """The parents of a route. ``listeners`` are those of the Gateway where its manifest was seen, else ``None``."""
    if gateway.section_name and listeners is not None and all(i.name != gateway.section_name for i in listeners):
        why = f"Gateway {gateway.namespace}/{gateway.name} has no listener {gateway.section_name}"
        return NoParent(why, f"name one of {', '.join(item.name for item in listeners) or 'its listeners'}")
    if not hostnames:
        return _unknown_hosts(gateway, listeners, binding)
    if binding in (Binding.BOTH, Binding.TLS):
        # The Gateway as a whole; listeners of other protocols and hosts do not take the route.
        return (_parent(gateway),)
    if binding is Binding.HTTPS and gateway.section_name:
        return (_parent(gateway, section=gateway.section_name),)
    if listeners is None:
        return (_parent(gateway, port=80 if binding is Binding.HTTP else 443),)
    taking = [item for item in listeners if item.protocol in _PROTOCOLS[binding] and _takes(item, hostnames)]
    if not taking:
        why = f"Gateway {gateway.namespace}/{gateway.name} has no {binding.upper()} listener for {hostnames[0]}"
        return NoParent(why, "add one, or correct the listener's hostname")
    return tuple(_parent(gateway, section=item.name) for item in taking)


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


def _parent(gateway: GatewayRef, section: str = "", port: int = 0) -> ParentReference:
    return ParentReference(
        group=GATEWAY.group,
        kind=GATEWAY.kind,
        namespace=gateway.namespace,
        name=gateway.name,
        section_name=section or UNSET,
        port=port or UNSET,
    )
