"""How routes refer to what they forward to: ports by number, as the target can reach the Service."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from gatelift.intent.base import Risk, Sourced
from gatelift.intent.outcome import Note, refused
from gatelift.intent.route import ServiceBackend
from gatelift.intent.tls import upstream
from gatelift.intent.traffic import BackendProtocol
from gatelift.manifests.http_route import HTTPBackendRef
from gatelift.targets.base import BackendPlan, RouteView, Target


def planned(backend: ServiceBackend, protocol: BackendProtocol, target: Target, view: RouteView) -> BackendPlan | Note:
    """How ``target`` reaches ``backend``; a refusal where it cannot, or where a named port is not known (T23)."""
    if isinstance(backend.port, str):
        service = view.service(backend.service)
        port = service.port(backend.port) if service else None
        if port is None:
            return _unresolved(backend, service is not None)
        backend = msgspec.structs.replace(backend, port=port.port)
    return target.backend(backend, protocol, view)


def reference(plan: BackendPlan, weight: int) -> HTTPBackendRef:
    """The reference to a planned backend."""
    return HTTPBackendRef(
        group=plan.kind.group,
        kind=plan.kind.kind,
        name=plan.name,
        port=plan.port if plan.port is not None else UNSET,
        weight=weight,
    )


def protocol_of(intents: Sequence[Sourced]) -> BackendProtocol:
    """What a route speaks to its backends, and how they are verified; HTTP where nobody says."""
    found = next((item.intent for item in intents if isinstance(item.intent, BackendProtocol)), None)
    protocol = found if isinstance(found, BackendProtocol) else BackendProtocol(protocol="HTTP")
    return msgspec.structs.replace(protocol, upstream=upstream(intents))


def _unresolved(backend: ServiceBackend, seen: bool) -> Note:
    where = f"Service {backend.service}"
    why = (
        f"{where} has no port named {backend.port}"
        if seen
        else f"{where} was not seen, so the number of its port {backend.port} is not known (T23)"
    )
    todo = "correct the port's name" if seen else "give the Service's manifest too, or write the port's number"
    return refused(why, todo, Risk.ROUTING)
