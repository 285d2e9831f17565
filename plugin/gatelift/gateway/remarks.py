"""What is said of a whole route that no intent speaks of: hosts that nobody names, who wins among expressions, gRPC."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from gatelift.gateway.parents import covers
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Note, differs, refused
from gatelift.intent.route import Binding, PathKind, Role, RouteIntent
from gatelift.intent.traffic import BackendProtocol
from gatelift.manifests.inventory import Listener
from gatelift.manifests.references import ParentReference
from gatelift.targets.base import Target


def host_pointer(route: RouteIntent) -> str:
    """The pointer of the rule that a route comes from, else of what stands for it."""
    pointer = next((rule.pointer for rule in route.rules if rule.pointer), "")
    rule, found, _ = pointer.partition("/http/")
    return f"{rule}/host" if found and route.hostnames else pointer or "/metadata/name"


def regex_order(route: RouteIntent, target: Target, mixed_hosts: Collection[str]) -> Iterator[tuple[str, Note]]:
    """Whoever does not say which regular expression wins may send a request elsewhere than nginx does (T3).

    ``mixed_hosts``: hosts that other Ingresses serve too, so that one expression here has company.
    """
    regular = [rule for rule in route.rules if any(m.path.kind is PathKind.REGEX for m in rule.matches)]
    shared = (route.host or "") in mixed_hosts
    if target.regex_order or route.role is not Role.MAIN or (len(regular) < 2 and not shared):
        return
    why = "which of several regular expressions on a host wins is up to the implementation; nginx takes the longest"
    yield from ((f"{rule.pointer}/path", differs(why)) for rule in regular if "/paths/" in rule.pointer)


def unknown_hosts(
    route: RouteIntent, bound: Sequence[ParentReference], listeners: Sequence[Listener] | None
) -> Iterator[tuple[str, Note]]:
    """nginx serves unknown hosts over HTTP and HTTPS; a Gateway where it has listeners without a hostname (T13).

    ``listeners``: those without a hostname, ``None`` where the Gateway was not seen.
    """
    secure = {item.name for item in listeners or () if item.protocol == "HTTPS"}
    if listeners is None:
        name = bound[0].section_name
        why = f"unknown hosts are served by listener {name} alone, which must have no hostname of its own (T13)"
    elif any(parent.section_name in secure for parent in bound):
        return
    else:
        why = "the Gateway has no HTTPS listener without a hostname: unknown hosts are served over plain HTTP only"
    yield from ((rule.pointer, differs(why)) for rule in route.rules if rule.pointer)


def one_way(route: RouteIntent, listeners: Sequence[Listener] | None) -> Iterator[tuple[str, Note]]:
    """nginx serves a host over HTTP and HTTPS, with its default certificate; a Gateway where it has listeners (T19)."""
    for protocol, other in (("HTTP", "HTTPS"), ("HTTPS", "HTTP")):
        able = [item.hostname for item in listeners or () if item.protocol == protocol]
        lacking = (name for name in route.hostnames if not any(not own or covers(own, name) for own in able))
        host = next(lacking, None) if listeners is not None and route.binding is Binding.BOTH else None
        if host is not None:
            why = f"the Gateway has no {protocol} listener for {host}, which is served over {other} only"
            yield host_pointer(route), differs(why)


def no_grpc_route(route: RouteIntent) -> Iterator[tuple[str, Note]]:
    """The refusal of gRPC where only a GRPCRoute could carry it, and none can be written."""
    for item in route.intents:
        if isinstance(item.intent, BackendProtocol):
            why = "its paths, or another Ingress on the host, rule out a GRPCRoute (T38)"
            todo = "give gRPC a host of its own with the path /, or use the target envoy-gateway"
            yield from ((origin.subject, refused(why, todo, Risk.ROUTING)) for origin in item.origins)
