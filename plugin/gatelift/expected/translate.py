"""One Ingress, translated: its objects, its ledger entries, and whether anything refuses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gatelift.annotations.evaluate import is_canary
from gatelift.annotations.nginx.host import HOST_WIDE, NO_HOST, HostFacts
from gatelift.annotations.nginx.routes.build import build
from gatelift.config.model import Phase
from gatelift.config.target import TargetSpec
from gatelift.expected.context import Context, ingress_key
from gatelift.expected.fields import claims
from gatelift.expected.guarding import guarding
from gatelift.expected.ledger import Entry, entries
from gatelift.expected.listening import carried_note, listener_objects
from gatelift.expected.served import by_annotation
from gatelift.expected.unnamed import Asked
from gatelift.expected.unnamed import notes as unnamed_notes
from gatelift.gateway.assemble import Surroundings, assemble
from gatelift.gateway.metadata import EXTERNAL_DNS
from gatelift.gateway.naming import Naming, namer
from gatelift.gateway.policies import seen_on
from gatelift.ingress.model import Ingress
from gatelift.intent.base import Risk
from gatelift.intent.metadata import CarriedAnnotation, Carrier
from gatelift.intent.outcome import Disposition, Note, differs, exact, moved, refused
from gatelift.intent.route import RouteIntent
from gatelift.manifests.availability import Since, lacking, since
from gatelift.manifests.availability import version as served
from gatelift.manifests.meta import InvalidObject, to_manifest
from gatelift.manifests.model import Manifest, ObjectMeta


class Translation(msgspec.Struct, frozen=True, kw_only=True):
    """``objects`` are plain manifests in order; ``refusals`` are the notes that refuse something."""

    ingress: Ingress
    canary: bool
    routes: tuple[RouteIntent, ...]
    objects: tuple[Mapping[str, object], ...]
    entries: tuple[Entry, ...]
    refusals: tuple[Note, ...]
    host_wide: str = ""
    """The annotation of it that restricts all of its hosts, which others are not open without (T15)."""

    @property
    def withholding(self) -> Note | None:
        """The first refusal that withholds the route, security before routing."""
        found = [note for note in self.refusals if note.risk.withholds]
        return min(found, key=lambda note: note.risk is not Risk.SECURITY, default=None)


def translate(ingress: Ingress, context: Context, phase: Phase) -> Translation:
    """Translate one Ingress of ours, whose class and Gateway are known."""
    evaluation = context.evaluations[ingress_key(ingress)]
    hosts = context.hosts(ingress)
    built = build(evaluation, hosts, context.rulings)
    canary = is_canary(ingress, context.rulings.controller)
    made = assemble(ingress, built.routes, surroundings(ingress, context, phase))
    notes: list[tuple[str, Note]] = [*built.notes, *made.notes]
    notes += [(reading.origin.subject, note) for reading in evaluation.readings for note in reading.notes]
    notes += _moved(ingress, context, phase)
    notes += _scope_notes(ingress, context)
    notes += _strangers(ingress, context)
    notes += context.settings
    notes += _unnamed(ingress, context)
    guard = guarding(evaluation, built.routes, context, made.view, canary)
    notes += guard.notes
    written = (*own_listeners(ingress, context, phase), *made.objects, *guard.objects)
    objects, broken = plain(written, context.target.spec)
    notes += broken
    if not built.routes and not canary and not any(note.disposition is Disposition.REFUSED for _, note in notes):
        notes.append(("/metadata/name", _no_route()))
    found = entries(ingress, _claims(ingress, context, canary), notes)
    return Translation(
        ingress=ingress,
        canary=canary,
        routes=built.routes,
        objects=objects,
        entries=tuple(entry for entry, _ in found),
        refusals=tuple(note for _, note in found if note.disposition is Disposition.REFUSED),
        host_wide=_host_wide(found, context.rulings.controller.prefix) or ("auth-tls-secret" if guard.asked else ""),
    )


def _unnamed(ingress: Ingress, context: Context) -> list[tuple[str, Note]]:
    if not context.unnamed:
        return []
    asked = Asked(ingress, context.classes[ingress_key(ingress)].name, by_annotation(ingress))
    return list(unnamed_notes(asked, context.unnamed, context.inventory.classes, context.rulings))


def _claims(ingress: Ingress, context: Context, canary: bool) -> Mapping[str, Note]:
    gateway = context.parent(ingress)
    default = context.rulings.controller.default_certificate
    return claims(ingress, gateway, context.complete, canary, default, context.seating(ingress))


def _host_wide(found: Sequence[tuple[Entry, Note]], prefix: str) -> str:
    beginnings = tuple(f"/metadata/annotations/{prefix}~1{name}" for name in HOST_WIDE)
    refusing = (entry.pointer for entry, note in found if note.disposition is Disposition.REFUSED)
    pointer = next((pointer for pointer in refusing if pointer.startswith(beginnings)), "")
    return pointer.rpartition("~1")[2]


def own_listeners(
    ingress: Ingress, context: Context, phase: Phase, labels: Mapping[str, str] | None = None
) -> tuple[Manifest, ...]:
    """The listeners, or the grants for them, that are written with ``ingress``."""
    seating = context.seating(ingress)
    if seating is None:
        return ()
    name = namer(ingress.ref, context.names.get(ingress.ref.namespace, ()))
    meta = ObjectMeta(
        name=name("certificates" if seating.class_name else ""),
        namespace=ingress.ref.namespace,
        labels=dict(ingress.labels if labels is None else labels),
    )
    return listener_objects(ingress, seating, meta, phase, context.evaluations[ingress_key(ingress)].intents)


def surroundings(ingress: Ingress, context: Context, phase: Phase) -> Surroundings:
    """What assembling the objects of ``ingress`` depends on."""
    gateway = context.parent(ingress)
    return Surroundings(
        target=context.target,
        gateway=gateway,
        phase=phase,
        inventory=context.inventory,
        ingress_names=context.names.get(ingress.ref.namespace, ()),
        accept=context.rulings.accept,
        naming=Naming.BY_HOST if ingress.provenance.root in context.charts else context.naming,
        seating=context.seating(ingress),
        gateway_policies=seen_on(gateway, context.existing.values(), context.target),
        guarded_hosts=_guarded(ingress, context),
        mixed_hosts=_mixed(ingress, context.hosts(ingress)),
    )


def _guarded(ingress: Ingress, context: Context) -> frozenset[str]:
    """The hosts whose clients are asked for a certificate, even where a person accepted to see to that."""
    hosts = context.hosts(ingress)
    found = {host: hosts.get(host, HostFacts()) for host in ingress.hosts if host}
    return frozenset(
        name for host, facts in found.items() if facts.asked or facts.guards for name in (host, *facts.aliases)
    )


def _mixed(ingress: Ingress, hosts: Mapping[str, HostFacts]) -> frozenset[str]:
    return frozenset(host or "" for host in ingress.hosts if hosts.get(host or NO_HOST, HostFacts()).shared)


def plain(
    objects: Sequence[Manifest], spec: TargetSpec
) -> tuple[tuple[Mapping[str, object], ...], list[tuple[str, Note]]]:
    """The objects as plain manifests; what the API server would reject or prune is refused instead, never written."""
    found: list[Mapping[str, object]] = []
    notes: list[tuple[str, Note]] = []
    for made in objects:
        version = served(made.KIND, spec)
        if version is None:
            notes.append(("/metadata/name", _too_old(f"{made.KIND.kind}s", since(made.KIND), spec)))
            continue
        try:
            manifest = to_manifest(made, version)
        except InvalidObject as error:
            why = f"{error.key} would be rejected by the API server: {'; '.join(error.problems)}"
            todo = "change what this comes from: a host, a name, a label or a value that Gateway API does not take"
            notes.append(("/metadata/name", refused(why, todo, Risk.ROUTING)))
            continue
        young = lacking(made.KIND, manifest, spec)
        pruned = [("/metadata/name", _too_old(f"{made.key}{pointer}", item, spec)) for pointer, item in young]
        notes += pruned
        if not pruned:
            found.append(manifest)
    return tuple(found), notes


def _too_old(what: str, first: Since | None, spec: TargetSpec) -> Note:
    """A net below the targets, which ask before they write."""
    todo = f"upgrade to {first} and say so with --target" if first else "choose another target"
    return refused(f"the target {spec} has no {what}, and would leave it out", todo, Risk.SECURITY)


def _moved(ingress: Ingress, context: Context, phase: Phase) -> list[tuple[str, Note]]:
    """What other programs read: on the routes and the Gateway once DNS moves, or once the Ingress goes."""
    found: list[tuple[str, Note]] = []
    for item in context.evaluations[ingress_key(ingress)].intents:
        if isinstance(item.intent, CarriedAnnotation):
            note = _carried(item.intent, ingress, phase, context)
            found += [(origin.subject, note) for origin in item.origins if note is not None]
    return found


def _carried(intent: CarriedAnnotation, ingress: Ingress, phase: Phase, context: Context) -> Note | None:
    if intent.carrier is Carrier.ROUTE:
        return None
    if intent.carrier is Carrier.ROUTE_DNS:
        stays = phase is Phase.COEXIST
        return exact("stays on the Ingress until cutover") if stays else moved(f"to its routes, as {intent.key}")
    seating = context.seating(ingress)
    if seating is not None:
        return carried_note(intent, ingress, seating, phase)
    gateway = context.parent(ingress)
    name = gateway.whole
    publishes = intent.key.startswith(EXTERNAL_DNS)
    if publishes and phase is Phase.COEXIST:
        return exact(f"stays on the Ingress until cutover; Gateway {name} needs it by then")
    if not publishes and phase is not Phase.RETIRE:
        return exact(f"stays on the Ingress, which still serves; Gateway {name} needs it before the Ingress goes")
    return moved(f"to Gateway {name}, which is not written here: annotate it with {intent.key} first")


def _scope_notes(ingress: Ingress, context: Context) -> list[tuple[str, Note]]:
    if ingress.provenance.root not in context.scopes.inferred:
        return []
    return [
        (f"{rule.pointer}/host", _uncertain(rule.host or "unknown hosts"))
        for rule in ingress.rules
        if (rule.host or NO_HOST) in context.uncertain
    ]


def _strangers(ingress: Ingress, context: Context) -> list[tuple[str, Note]]:
    """What another controller serves on the same hosts is no place of ours; but DNS knows one address only (T44)."""
    found = ((rule, context.strangers.get((context.scope(ingress), rule.host or NO_HOST))) for rule in ingress.rules)
    return [(f"{rule.pointer}/host", _shared_with(names)) for rule, names in found if names]


def _shared_with(names: Sequence[str]) -> Note:
    return differs(
        f"{', '.join(sorted(names))} names this host too: only what reaches ingress-nginx today moves to the Gateway, "
        "and DNS may point at the other"
    )


def _uncertain(host: str) -> Note:
    return refused(
        f"several roots hold the same objects, so they are taken for different clusters, and {host} means different "
        "things in them: if they meet in one cluster, its paths or redirects change",
        "say which roots meet in one cluster: 'scopes: {NAME: [GLOB, ...]}' in gatelift.yaml",
        Risk.ROUTING,
    )


def _no_route() -> Note:
    return refused("it has no rule and no default backend that could become a route", "remove it", Risk.ROUTING)
