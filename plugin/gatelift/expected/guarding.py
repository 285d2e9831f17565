"""Client certificates: the one setting of a host that neither its routes nor their policies can say (T15, T17, T39).

They are asked for in the TLS handshake, before any route is known. So a policy asks on the listener of the host, and is
written only where that listener is known, serves this host alone, and is the only way in: plain HTTP would be another,
and so would the listener of a wildcard above the host. Whatever is not known is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.annotations.evaluate import Evaluation
from gatelift.annotations.nginx.host import NO_HOST, HostFacts
from gatelift.annotations.nginx.settings import client_address
from gatelift.expected.context import Context
from gatelift.gateway.consume import accepted
from gatelift.gateway.listeners import Seat
from gatelift.gateway.parents import covers
from gatelift.ingress.model import Ingress
from gatelift.intent.base import Risk, Sourced
from gatelift.intent.outcome import Note, inert, refused
from gatelift.intent.route import Binding, Forward, Role, RouteIntent
from gatelift.intent.routing import Passthrough
from gatelift.intent.tls import ClientCertificates
from gatelift.manifests.inventory import Listener
from gatelift.manifests.model import Manifest
from gatelift.manifests.shape import CLIENT_TRAFFIC_POLICY, GATEWAY
from gatelift.targets.base import Entrance, RouteView

Notes = tuple[tuple[str, Note], ...]
LISTENER = "listener-name"
"""Stands for the listener's name in what has to be written by hand."""


class Guarding(msgspec.Struct, frozen=True, kw_only=True):
    """The policies on listeners, and notes. ``asked``: whether the Ingress asks its hosts' clients for certificates."""

    objects: tuple[Manifest, ...] = ()
    notes: Notes = ()
    asked: bool = False


def guarding(
    evaluation: Evaluation, routes: Sequence[RouteIntent], context: Context, view: RouteView, canary: bool
) -> Guarding:
    """What the client certificates become that an Ingress asks for, and what those of others mean for it."""
    ingress = evaluation.ingress
    item = evaluation.get(ClientCertificates)
    if item is None or not isinstance(item.intent, ClientCertificates):
        return Guarding(notes=() if canary else tuple(_strangers(ingress, context)))
    intent = item.intent
    if evaluation.get(Passthrough) is not None and not canary:
        return _told(item, inert("TLS is handed to the backend unopened, so nginx asks nobody"), context, asked=False)
    if not isinstance(intent.secret, str):
        why = "it goes with auth-tls-secret, which is not translated"
        return _told(item, _refused(why, "see what is said about auth-tls-secret"), context)
    unclear = _unclear(ingress, context, canary)
    if unclear is not None:
        return _told(item, unclear, context)
    found = () if canary else _written(intent, routes, ingress, context, view)
    return _told(item, found, context) if isinstance(found, Note) else Guarding(objects=found, asked=True)


def _told(item: Sourced, note: Note, context: Context, asked: bool = True) -> Guarding:
    """``note`` on every annotation that took part; whoever accepts one of them, accepts what goes with it."""
    accept = context.rulings.accept
    secret = f"{context.rulings.controller.annotations_prefix}auth-tls-secret"
    key = next((key for key in (secret, *(origin.key for origin in item.origins)) if key in accept), "")
    noted = accepted(note, key, accept)
    return Guarding(notes=tuple((origin.subject, noted) for origin in item.origins), asked=asked and noted is note)


def _refused(why: str, todo: str) -> Note:
    return refused(why, todo, Risk.SECURITY)


def _unclear(ingress: Ingress, context: Context, canary: bool) -> Note | None:
    """Why it is not clear who is asked for what, if it is not."""
    if not ingress.hosts or None in ingress.hosts:
        return _refused(
            "it asks clients of hosts that nobody names for a certificate, and their listener serves others too",
            "name the host in every rule",
        )
    for host, facts in _facts(ingress, context):
        asking = [guard for guard in facts.guards if guard.secret]
        others = [guard for guard in asking if guard.ingress != str(ingress.ref)]
        mine = [guard for guard in asking if guard.ingress == str(ingress.ref)]
        wants = {guard.wants for guard in asking}
        if len(wants) > 1 and others:
            why = (
                f"Ingress {others[0].ingress} asks the clients of {host} for other certificates, and ingress-nginx "
                "takes those of the older Ingress"
            )
            return _refused(
                why, "let all Ingresses of the host name the same Secret and the same auth-tls-verify-client"
            )
        if canary and not any(not guard.canary for guard in others):
            why = f"ingress-nginx asks all clients of {host} for a certificate, although only a canary says so"
            return _refused(why, "write the same annotations at the main Ingress of the host")
        if not mine:
            return _refused(f"the facts do not say that it guards {host}", "write the facts again: gatelift facts")
    return None


def _facts(ingress: Ingress, context: Context) -> Iterator[tuple[str, HostFacts]]:
    hosts = context.hosts(ingress)
    for host in ingress.hosts:
        yield host or NO_HOST, hosts.get(host or NO_HOST, HostFacts())


def _written(
    intent: ClientCertificates, routes: Sequence[RouteIntent], ingress: Ingress, context: Context, view: RouteView
) -> tuple[Manifest, ...] | Note:
    target = context.target
    served = [route for route in routes if route.role in (Role.MAIN, Role.PLAIN)]
    manual = Entrance(
        kind=GATEWAY,
        namespace=context.parent(ingress).namespace,
        name=context.parent(ingress).name,
        section=LISTENER,
        view=view,
        address=client_address(context.rulings.controller),
    )
    if target.guard is None:
        return _by_gateway(intent, manual)
    open_route = next((route for route in served if _is_open(route)), None)
    if open_route is not None:
        return _refused(
            f"{open_route.host} is served over plain HTTP too, where nobody can be asked for a certificate",
            "name a certificate under spec.tls and leave ssl-redirect on, so that everything else is redirected",
        )
    found: dict[tuple[str, ...], Entrance] = {}
    for hostname in dict.fromkeys(name for route in served for name in route.hostnames):
        entrance = _entrance(hostname, ingress, context, manual)
        if isinstance(entrance, str):
            return _by_hand(entrance, intent, manual, context)
        found[(entrance.kind.kind, entrance.namespace, entrance.name, entrance.section)] = entrance
    objects: dict[object, Manifest] = {}
    for entrance in found.values():
        made = target.guard(intent, entrance)
        if isinstance(made, Note):
            return made
        objects |= {item.key: item for item in made}
    return tuple(objects.values())


def _is_open(route: RouteIntent) -> bool:
    forwards = any(isinstance(rule.action, Forward) for rule in route.rules)
    return forwards and route.binding is not Binding.HTTPS


def _entrance(hostname: str, ingress: Ingress, context: Context, manual: Entrance) -> Entrance | str:
    """The one listener through which requests for ``hostname`` come in, or why it is not known."""
    seating = context.seating(ingress)
    seat = seating.seats.get(hostname) if seating else None
    if seating is None or seat is None:
        return _own_listener(hostname, ingress, context, manual)
    if seat.problem or not seat.written or seat.by_port or "HTTPS" not in seat.sections:
        return f"the HTTPS listener of {hostname} is not one that gatelift writes in this run"
    above = next((other for other in seating.seats.values() if _catches(other, hostname)), None)
    if above is not None:
        return (
            f"{hostname} comes in through the listener of {above.hostname or 'all hosts'} too, which a client may name "
            "in the TLS handshake, to ask for another host in its request; one of the two needs a Gateway of its own"
        )
    at = msgspec.structs.replace(
        manual, kind=seat.kind, namespace=seat.namespace, name=seat.name, section=seat.sections["HTTPS"]
    )
    return _taken(at, context) or at


def _catches(seat: Seat, hostname: str) -> bool:
    """Whether requests for ``hostname`` may come in through a seat above it: Envoy Gateway sees no name misdirected.

    https://github.com/envoyproxy/gateway/issues/9577; nginx answers 421 where one of the two asks for certificates.
    """
    if seat.problem or "HTTPS" not in seat.sections or seat.hostname == hostname:
        return False
    return not seat.hostname or covers(seat.hostname, hostname)


def _own_listener(hostname: str, ingress: Ingress, context: Context, manual: Entrance) -> Entrance | str:
    gateway = context.parent(ingress)
    listeners = context.inventory.gateways.get(gateway.whole)
    if listeners is None:
        return f"the manifest of Gateway {gateway.whole} was not seen, nor its listeners"
    taking = [
        item
        for item in listeners
        if item.protocol == "HTTPS" and gateway.section_name in ("", item.name) and _takes(item, hostname)
    ]
    if len(taking) != 1 or taking[0].hostname != hostname:
        names = ", ".join(item.name for item in taking) or "no HTTPS listener"
        return (
            f"{hostname} comes in through {names} of Gateway {gateway.whole}, and only a listener "
            "of its very hostname, and no other beside it, can ask its clients and nobody else's"
        )
    at = msgspec.structs.replace(manual, section=taking[0].name)
    return _taken(at, context) or at


def _takes(listener: Listener, hostname: str) -> bool:
    return not listener.hostname or covers(listener.hostname, hostname) or covers(hostname, listener.hostname)


def _taken(at: Entrance, context: Context) -> str:
    """Who else has a policy there: of two on one target Envoy Gateway takes the older one (T39)."""
    for (_, key), resource in sorted(context.existing.items(), key=lambda item: item[0]):
        if key.kind != CLIENT_TRAFFIC_POLICY.kind or resource.mirrors or resource.namespace != at.namespace:
            continue
        if _points_to(resource.value.get("spec"), at):
            return f"{resource} is there already, and {at.kind.kind} {at.namespace}/{at.name} can have only one for it"
    return ""


def _points_to(spec: Any, at: Entrance) -> bool:
    if not isinstance(spec, Mapping) or spec.get("targetSelectors"):
        return True
    targets = [spec.get("targetRef"), *(spec.get("targetRefs") or [])]
    return any(isinstance(item, Mapping) and item.get("name") == at.name for item in targets)


def _by_hand(why: str, intent: ClientCertificates, manual: Entrance, context: Context) -> Note:
    """The refusal where only a person can know the listener, with all that this person has to write."""
    guard = context.target.guard
    made = guard(intent, manual) if guard else ()
    if isinstance(made, Note):
        return made
    text = " and ".join(f"`{msgspec.json.encode(_shown(item)).decode()}`" for item in made)
    return _refused(
        f"clients are asked for a certificate by the listener that serves the host: {why}",
        "write 'listeners: gateway', so that gatelift writes the listeners; or give the host an HTTPS listener of its "
        f"own, apply {text} with that listener's name for {LISTENER}, and name the annotation under accept: with that "
        "as the reason",
    )


def _shown(item: Manifest) -> Mapping[str, Any]:
    from gatelift.manifests.meta import to_manifest  # only refusals show an object

    return to_manifest(item)


def _by_gateway(intent: ClientCertificates, at: Entrance) -> Note:
    """What Gateway API has: a port of the Gateway, with all of its hosts."""
    return _refused(
        "Gateway API asks for client certificates on a whole port of the Gateway, for every host there",
        "give the host a Gateway, or a port, of its own with spec.tls.frontend.perPort: [{port: 443, tls: "
        "{validation: {mode: AllowValidOnly, caCertificateRefs: [{group: '', kind: ConfigMap, name: "
        f"{intent.secret}-ca}}]}}}}}}] (since Gateway API 1.5), and ca.crt of Secret "
        f"{at.view.namespace}/{intent.secret} in that ConfigMap in namespace {at.namespace}; then name the annotation "
        "under accept: with that as the reason. Or use the target envoy-gateway",
    )


def _strangers(ingress: Ingress, context: Context) -> Iterator[tuple[str, Note]]:
    """What hosts that somebody else guards ask of an Ingress: it must come in through the same listeners."""
    for rule in ingress.rules:
        facts = context.hosts(ingress).get(rule.host or NO_HOST, HostFacts())
        why = next(_astray(ingress, facts, context), "")
        if why:
            todo = "see what is said about that Ingress, and give both the same Gateway"
            yield f"{rule.pointer}/host", _refused(why, todo)


def _astray(ingress: Ingress, facts: HostFacts, context: Context) -> Iterator[str]:
    for guard in facts.guards:
        other = context.evaluations.get((guard.root, guard.ingress))
        if other is None:
            if any(place.ingress == guard.ingress for place in facts.withheld):
                yield f"Ingress {guard.ingress} restricts the whole host, and is withheld"
        elif guard.secret and context.gateway(other.ingress) != context.gateway(ingress):
            yield f"Ingress {guard.ingress} asks the host's clients for a certificate, and does so on another Gateway"
