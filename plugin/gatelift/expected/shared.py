"""Objects that belong to no single Ingress: a Gateway that gatelift writes, what the controller's settings ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from gatelift.annotations.nginx.settings.values import client_address
from gatelift.config.gateway import GatewayRef
from gatelift.config.model import Listeners
from gatelift.expected.context import Context
from gatelift.expected.kept import still_needed, with_retired
from gatelift.expected.listening import default_grant
from gatelift.expected.seating import SeatingKey
from gatelift.expected.translate import plain
from gatelift.findings import Finding, Severity
from gatelift.gateway.listeners import Seating, gateway_of
from gatelift.gateway.normal import key_of, satisfied
from gatelift.ingress.model import Ingress
from gatelift.intent.outcome import Note
from gatelift.manifests.model import Manifest as Model
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import ObjectKey

Manifest = Mapping[str, object]


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What is written, what of ours goes because it is written anew, and what a person must know."""

    objects: tuple[Manifest, ...] = ()
    obsolete: tuple[Resource, ...] = ()
    findings: tuple[Finding, ...] = ()


def shared(context: Context, bound: Iterable[Ingress]) -> Shared:
    """For the Ingresses ``bound``, of which routes or listeners are written, or stand there already."""
    served = tuple(bound)
    gateways = {str(gateway): gateway for item in served if (gateway := context.gateway(item))}
    ordered = [gateway for _, gateway in sorted(gateways.items())]
    wanted: dict[tuple[str | None, ObjectKey], Manifest] = {}
    for group, seating in sorted(_seatings(context, served).items()):
        scope = group[0].rpartition("/")[0]
        platform = [with_retired(item, scope, context) for item in _platform(seating)]
        made, _ = plain(platform, context.target.spec)
        wanted.update({(scope, key_of(item)): item for item in made})
    settings, findings = _settings(context, ordered)
    wanted.update({(None, key_of(item)): item for item in settings})
    taken = {key for _, key in wanted}
    wanted.update({(None, item.key): item.value for item in still_needed(context) if item.key not in taken})
    missing = {place: item for place, item in wanted.items() if not _there(context, *place, item)}
    objects: list[Manifest] = []
    for item in missing.values():
        if item not in objects:
            objects.append(item)
    return Shared(
        objects=tuple(objects),
        obsolete=tuple(resource for place in missing for resource in _today(context, *place) if resource.mirrors),
        findings=(*findings, *_listener_findings(context, served)),
    )


def _today(context: Context, scope: str | None, key: ObjectKey) -> Iterator[Resource]:
    for (where, other), resource in context.existing.items():
        if other == key and scope in (None, where):
            yield resource


def _there(context: Context, scope: str | None, key: ObjectKey, item: Manifest) -> bool:
    return any(satisfied(resource, item) for resource in _today(context, scope, key))


def _seatings(context: Context, served: Iterable[Ingress]) -> Mapping[SeatingKey, Seating]:
    used = {id(seating) for item in served if (seating := context.seating(item))}
    return {place: seating for place, seating in context.seatings.items() if id(seating) in used}


def _platform(seating: Seating) -> tuple[Model, ...]:
    """The Gateway itself, and the grant for its default certificate."""
    if not seating.class_name or all(seat.problem for seat in seating.seats.values()):
        return ()
    return (gateway_of(seating), *default_grant(seating))


def _settings(context: Context, gateways: Iterable[GatewayRef]) -> tuple[tuple[Manifest, ...], tuple[Finding, ...]]:
    """What the controller's settings ask for on each Gateway that gets routes."""
    wanted = client_address(context.rulings.controller)
    if wanted is None:
        return (), ()
    objects: list[Manifest] = []
    findings: list[Finding] = []
    for gateway in gateways:
        made = context.target.client(wanted, gateway, context.target.spec) if context.target.client else None
        if made is None or isinstance(made, Note):
            findings.append(_client_finding(str(gateway), made))
            continue
        objects.extend(plain(made, context.target.spec)[0])
    return tuple(objects), tuple(findings)


def _client_finding(gateway: str, note: Note | None) -> Finding:
    if note is not None:
        return Finding("nginx/client-address", Severity.WARNING, f"Gateway {gateway}: {note.text}", note.todo)
    return Finding(
        "nginx/client-address",
        Severity.WARNING,
        f"the controller takes client addresses from proxies before it, and the target cannot tell Gateway {gateway} "
        "so: address lists would see the load balancer",
        "configure the Gateway's implementation to trust the same proxies before traffic moves",
    )


def _listener_findings(context: Context, served: Iterable[Ingress]) -> Iterator[Finding]:
    mode = context.config.listeners
    told: dict[str, set[str]] = {}
    for ingress in served:
        gateway = context.parent(ingress)
        name, seating = gateway.whole, context.seating(ingress)
        unseen = mode is Listeners.LISTENERSET and name not in context.inventory.admits
        if unseen or (mode is Listeners.GATEWAY and seating is None):
            told.setdefault(name, set()).add(ingress.ref.namespace or "(unwritten)")
    for name, namespaces in sorted(told.items()):
        yield _must_admit(name, namespaces) if mode is Listeners.LISTENERSET else _is_foreign(name)


def _must_admit(name: str, namespaces: Iterable[str]) -> Finding:
    return Finding(
        "listeners/admitted",
        Severity.NOTE,
        f"Gateway {name} must take ListenerSets from the namespaces {', '.join(sorted(namespaces))}, which nobody can "
        "tell without its manifest; by default it takes none, and then these routes serve nothing",
        "set spec.allowedListeners.namespaces on it before traffic moves, or give its manifest too",
    )


def _is_foreign(name: str) -> Finding:
    return Finding(
        "listeners/gateway-is-there",
        Severity.WARNING,
        f"Gateway {name} is there already and is not as gatelift wrote it, so it stays as it is, and routes are bound "
        "to the listeners it has",
        "write 'listeners: existing' if that is how it should be, else remove it, so that gatelift writes it",
    )
