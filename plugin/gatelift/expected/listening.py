"""What an Ingress has where gatelift writes the listeners: a ListenerSet or grants, and what is said of its TLS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from gatelift.annotations.cert_manager.tls_acme import KEY as TLS_ACME
from gatelift.annotations.nginx.host import covered
from gatelift.config.model import Phase
from gatelift.expected.holders import Owner
from gatelift.gateway.listeners import Seat, Seating, SecretName, listener_set
from gatelift.gateway.parents import covers
from gatelift.ingress.model import Ingress, IngressTLS
from gatelift.intent.base import Risk, Sourced
from gatelift.intent.metadata import CarriedAnnotation, Carrier
from gatelift.intent.outcome import Note, differs, exact, inert, moved, refused
from gatelift.manifests.grants import ReferenceGrant, ReferenceGrantFrom, ReferenceGrantSpec, ReferenceGrantTo
from gatelift.manifests.model import Manifest, ObjectMeta
from gatelift.manifests.shape import GATEWAY, LISTENER_SET, SECRET

GRANTS = 16
"""How many Secrets one ReferenceGrant names (https://gateway-api.sigs.k8s.io/reference/spec/#referencegrantspec)."""


def owner_of(ingress: Ingress) -> Owner:
    """Names an Ingress among those that own seats."""
    return (ingress.provenance.root, str(ingress.ref))


def listener_objects(
    ingress: Ingress, seating: Seating, meta: ObjectMeta, phase: Phase, intents: Iterable[Sourced] = ()
) -> tuple[Manifest, ...]:
    """The ListenerSet of ``ingress``, or the grants by which the Gateway may read its Secrets.

    ``meta`` is that of an object named after the Ingress.
    """
    seats = _sound(seating, ingress)
    if not seats:
        return ()
    if seating.class_name:
        return tuple(_grants(seats, seating, meta))
    carried = _carried(intents) if phase is not Phase.COEXIST else {}
    return (listener_set(seats, seating.gateway, structs.replace(meta, annotations=carried)),)


def _sound(seating: Seating, ingress: Ingress) -> tuple[Seat, ...]:
    return tuple(seat for seat in seating.owned(owner_of(ingress)) if not seat.problem)


def needed_when_withheld(ingress: Ingress, seating: Seating) -> bool:
    """Whether routes of other Ingresses attach to what is written with this one."""
    return any(seat.shared for seat in _sound(seating, ingress))


def _carried(intents: Iterable[Sourced]) -> dict[str, str]:
    """What cert-manager and external-dns read on a ListenerSet, from ``cutover`` on."""
    found = (item.intent for item in intents if isinstance(item.intent, CarriedAnnotation))
    return {intent.key: intent.value for intent in found if intent.carrier is Carrier.GATEWAY}


def _grants(seats: Sequence[Seat], seating: Seating, meta: ObjectMeta) -> Iterator[ReferenceGrant]:
    home = seating.gateway.namespace
    found = {seat.secret for seat in seats if seat.secret is not None}
    names = sorted(secret.name for secret in found if secret.namespace == meta.namespace != home)
    for start in range(0, len(names), GRANTS):
        suffix = f"-{start // GRANTS + 1}" if start else ""
        named = structs.replace(meta, name=f"{meta.name}{suffix}")
        yield grant(named, home, names[start : start + GRANTS])


def grant(meta: ObjectMeta, home: str, names: Sequence[str]) -> ReferenceGrant:
    """Lets Gateways of the namespace ``home`` read the Secrets ``names`` beside the grant."""
    source = ReferenceGrantFrom(group=GATEWAY.group, kind=GATEWAY.kind, namespace=home)
    to = tuple(ReferenceGrantTo(group=SECRET.group, kind=SECRET.kind, name=name) for name in names)
    return ReferenceGrant(metadata=meta, spec=ReferenceGrantSpec(from_=(source,), to=to))


def default_grant(seating: Seating) -> tuple[Manifest, ...]:
    """The grant for a default certificate that lies neither with the Gateway nor with an application that is served."""
    home = seating.gateway.namespace
    found = {
        seat.secret
        for seat in seating.seats.values()
        if seat.secret is not None and not seat.problem and seat.secret.namespace != seat.owner[1].rpartition("/")[0]
    }
    names = sorted(secret for secret in found if secret.namespace != home)
    return tuple(
        grant(ObjectMeta(name=f"{seating.gateway.name}-certificates", namespace=item.namespace), home, [item.name])
        for item in names
    )


def tls_claims(ingress: Ingress, seating: Seating) -> Iterator[tuple[str, Note]]:
    """What becomes of ``spec.tls``: pointer -> note."""
    for item in ingress.tls:
        for index, host in enumerate(item.hosts):
            yield f"{item.pointer}/hosts/{index}", _tls_host(host, item, ingress, seating)
        if item.secret:
            secret = SecretName(ingress.ref.namespace, item.secret)
            yield f"{item.pointer}/secretName", _tls_secret(secret, item.hosts, seating)
        for name in ("", "/hosts"):
            yield f"{item.pointer}{name}", inert("it names no host, so it asks for nothing on a listener")


def _tls_host(host: str, item: IngressTLS, ingress: Ingress, seating: Seating) -> Note:
    seat = seating.seats.get(host)
    if seat is None:
        return _unserved(host, ingress, seating)
    if "TLS" in seat.sections:
        return inert("connections to it are passed through unopened, so nothing looks at a certificate")
    if seat.above:
        return moved(
            f"to {seating.scope}: it needs an HTTPS listener that takes {host}, with the certificate that is "
            "ingress-nginx's default"
        )
    section = seat.sections.get("HTTPS", "")
    where = f"to {seat}" + (f", listener {section}" if section and not seat.by_port else "")
    if item.secret and seat.secret not in (None, SecretName(ingress.ref.namespace, item.secret)):
        return differs(
            f"{where}, with Secret {seat.secret}: a host has one certificate there, and ingress-nginx takes that of "
            "the oldest Ingress, which no file tells"
        )
    return moved(where)


def _unserved(host: str, ingress: Ingress, seating: Seating) -> Note:
    """A host under ``tls`` that no rule serves; a wildcard there still is the certificate of what it covers."""
    seats = [seat for seat in _sound(seating, ingress) if seat.secret is not None and covered(seat.hostname, {host})]
    if seats:
        return moved(f"to {seats[0]}: its certificate is that of {', '.join(seat.hostname for seat in seats)}")
    return inert("no Ingress serves this host, so it gets no listener")


def _tls_secret(secret: SecretName, hosts: Iterable[str], seating: Seating) -> Note:
    objects = dict.fromkeys(str(seat) for seat in seating.seats.values() if seat.secret == secret)
    others = [seat for host in hosts if (seat := seating.seats.get(host)) and not seat.written]
    if others:
        return moved(f"to {others[0]}, which is not gatelift's: see that its HTTPS listener names the same certificate")
    if not objects:
        return inert("no listener names it: its hosts are not served, or have another certificate")
    granted = seating.class_name and secret.namespace != seating.gateway.namespace
    return moved(f"to {', '.join(objects)}" + (", which may read it by a ReferenceGrant" if granted else ""))


def host_differences(host: str | None, seating: Seating) -> Iterator[str]:
    """What is different about a host because of its listeners."""
    seat = seating.seats.get(host or "")
    if seat is None or seat.problem:
        return
    if not {"HTTPS", "TLS"} & set(seat.sections) and not seat.above:
        where = host or "unknown hosts"
        yield f"{where} has no certificate, so no HTTPS listener; ingress-nginx answers there with its default one"
    if host and "HTTPS" in seat.sections:
        other = next((item.hostname for item in seating.seats.values() if _overlaps(seat, item)), None)
        if other is not None:
            yield (
                f"its HTTPS listener has a hostname or a certificate in common with that of {other}: Envoy Gateway "
                "offers no HTTP/2 then (T22, docs/listeners.md)"
            )


def _overlaps(seat: Seat, other: Seat) -> bool:
    if other is seat or "HTTPS" not in other.sections or not other.hostname:
        return False
    names = seat.hostname, other.hostname
    return covers(*names) or covers(*reversed(names)) or (seat.secret is not None and seat.secret == other.secret)


def carried_note(intent: CarriedAnnotation, ingress: Ingress, seating: Seating, phase: Phase) -> Note:
    """What becomes of an annotation that other programs look for on a Gateway or ListenerSet."""
    issues = intent.key == TLS_ACME or intent.key.startswith("cert-manager.io/")
    if phase is Phase.COEXIST:
        return exact("stays on the Ingress" + (", which still issues the certificate" if issues else " until cutover"))
    seats = _sound(seating, ingress)
    if seating.class_name or not any(seat.secret is not None or not issues for seat in seats):
        return _not_carried(ingress, seating, phase, issues)
    name = f"{LISTENER_SET.kind} {seats[0].namespace}/{seats[0].name}" if seats[0].namespace else str(seats[0])
    if not issues:
        return moved(f"to {name}; external-dns must run with --gateway-listener-sets")
    if phase is Phase.CUTOVER:
        return moved(f"to {name}, and stays on the Ingress, which owns the Certificate until it goes")
    return moved(
        f"to {name}: the Certificate goes with the Ingress, and cert-manager makes it anew from there "
        "(docs/listeners.md)"
    )


def _not_carried(ingress: Ingress, seating: Seating, phase: Phase, issues: bool) -> Note:
    if issues and phase is Phase.CUTOVER:
        return exact("stays on the Ingress, which still issues the certificate")
    if issues:
        secret = next((item.secret for item in ingress.tls if item.secret), "of its hosts")
        cause = (
            f"cert-manager takes from {seating.scope} only Secrets of its own namespace"
            if seating.class_name
            else f"no listener of this Ingress's own names Secret {secret}"
        )
        why = f"{cause}, so nobody renews Secret {secret} once the Ingress is gone"
        todo = f"write a Certificate for Secret {secret} beside it, then remove this annotation"
        return refused(why, todo, Risk.METADATA)
    why = f"external-dns looks for it on {seating.scope}, which all applications share"
    return refused(why, "write 'listeners: listenerset', or point the DNS record elsewhere by hand", Risk.METADATA)
