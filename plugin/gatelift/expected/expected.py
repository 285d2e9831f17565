"""``expected(objects, phase, context)``: what all objects of a render become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import structs

from gatelift.config.model import Listeners, Phase
from gatelift.expected.context import Context, IngressKey, ingress_key
from gatelift.expected.dns import annotation_changes
from gatelift.expected.judge import Judged
from gatelift.expected.ledger import Entry
from gatelift.expected.left import left
from gatelift.expected.listening import needed_when_withheld
from gatelift.expected.shared import shared
from gatelift.expected.translate import Translation, own_listeners, plain, surroundings, translate
from gatelift.findings import Finding
from gatelift.gateway.assemble import assemble
from gatelift.gateway.normal import identity, key_of, satisfied
from gatelift.ingress.classes import Service
from gatelift.ingress.model import Ingress
from gatelift.intent.outcome import Disposition, Note
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import HTTP_ROUTE, ObjectKey

Manifest = Mapping[str, object]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one Ingress: whether it stays, which of its annotations change, the objects that mirror it."""

    ingress: Ingress
    keep: bool
    stays: str = ""
    """Why it stays, for a person; empty where it goes."""
    annotations: Mapping[str, str | None] = msgspec.field(default_factory=dict)
    """Key -> new value, ``None`` to remove it (``cutover``)."""
    left: bool = False
    """Whether another controller serves it, or nobody knows which: nothing was translated."""
    emitted: tuple[Manifest, ...] = ()
    obsolete: tuple[Resource, ...] = ()
    """Objects that gatelift wrote for this Ingress before, and that are written anew or no longer."""
    entries: tuple[Entry, ...] = ()
    withheld: Note | None = None
    closed_by: tuple[str, ...] = ()
    """The objects that close the place of a withheld Ingress, whether they are new or stand there already."""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """The result: a change per Ingress, in the order of the objects, objects that belong to no single one, findings."""

    changes: tuple[Change, ...]
    shared: tuple[Manifest, ...] = ()
    findings: tuple[Finding, ...] = ()
    obsolete: tuple[Resource, ...] = ()
    """Shared objects that gatelift wrote before, and writes anew."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The ledger."""
        return tuple(entry for change in self.changes for entry in change.entries)

    @property
    def refused(self) -> bool:
        """Whether anything was refused."""
        return any(entry.disposition is Disposition.REFUSED for entry in self.entries)


def expected(ingresses: Sequence[Ingress], phase: Phase, context: Context, judged: Judged) -> Expected:
    """What ``ingresses`` become in ``phase``, as ``judged`` for their whole scope. All other objects stay."""
    changes = _once((_change(item, context.phase(item, phase), context, judged) for item in ingresses), context)
    common = shared(context, (change.ingress for change in changes if _is_bound(change, context)))
    return Expected(
        changes=changes,
        shared=common.objects,
        findings=(*common.findings, *judged.findings),
        obsolete=common.obsolete,
    )


def _is_bound(change: Change, context: Context) -> bool:
    """Whether something written for the Ingress hangs on a Gateway; listeners are needed by what stands already too."""
    return not change.left and (bool(change.emitted) or context.config.listeners is not Listeners.EXISTING)


def _once(changes: Iterable[Change], context: Context) -> tuple[Change, ...]:
    """``changes`` with each object written once: Ingresses that share a Service share the policy on it (T37, T39).

    An object that says something else is kept, whatever its name: nothing is dropped in silence.
    """
    written: dict[tuple[str, ObjectKey], Manifest] = {}
    found: list[Change] = []
    for change in changes:
        scope = context.scope(change.ingress)
        emitted = tuple(item for item in change.emitted if _is_first(written, (scope, key_of(item)), item))
        found.append(change if len(emitted) == len(change.emitted) else structs.replace(change, emitted=emitted))
    return tuple(found)


def _is_first(written: dict[tuple[str, ObjectKey], Manifest], key: tuple[str, ObjectKey], item: Manifest) -> bool:
    first = written.setdefault(key, item)
    return first is item or first != item


def _change(ingress: Ingress, phase: Phase, context: Context, judged: Judged) -> Change:
    key = ingress_key(ingress)
    verdict = context.classes[key]
    if verdict.service is not Service.OURS:
        return Change(ingress=ingress, keep=True, left=True, entries=left(ingress, verdict))
    translation = judged.translations[key]
    withheld = judged.withheld.get(key)
    if withheld is not None:
        return _withheld(ingress, withheld, translation, context, judged)
    cause = judged.held.kept.get(key)
    held = cause is not None
    effective = Phase.COEXIST if held else phase
    refusing = translation.entries if held else ()
    if effective is not context.phase(ingress, judged.phase):
        translation = translate(ingress, context, effective)
    closing = _closing(ingress, context, judged)
    emitted, obsolete = _against_existing((*translation.objects, *closing), ingress, context)
    return Change(
        ingress=ingress,
        keep=held or phase is not Phase.RETIRE,
        stays=_stays(key, cause, phase, cause is not None and _waits(cause, context, judged)),
        annotations=annotation_changes(ingress, effective),
        emitted=emitted,
        obsolete=obsolete,
        entries=_with_refusals(translation.entries, refusing),
    )


def _with_refusals(entries: Sequence[Entry], judged: Sequence[Entry]) -> tuple[Entry, ...]:
    """``entries`` of an Ingress that is held back in ``coexist``, with what refused the phase that was asked for."""
    refused_by = {entry.pointer: entry for entry in judged if entry.disposition is Disposition.REFUSED}
    return tuple(refused_by.get(entry.pointer, entry) for entry in entries)


def _waits(cause: IngressKey, context: Context, judged: Judged) -> bool:
    """Whether what holds a host back is no refusal, but an Ingress that is to stay in ``coexist``."""
    item = judged.translations[cause]
    return not item.refusals and context.phase(item.ingress, judged.phase) is Phase.COEXIST


def _stays(key: IngressKey, cause: IngressKey | None, phase: Phase, waits: bool) -> str:
    if phase is Phase.COEXIST:
        return "phase coexist"
    if cause is None:
        return f"phase {phase}" if phase is not Phase.RETIRE else ""
    if cause == key:
        return "something of it is refused, or of an application elsewhere on its hosts"
    if waits:
        return f"it shares a host with Ingress {cause[1]}, which is in phase coexist, and a host moves as a whole"
    return f"it shares a host with Ingress {cause[1]}, of which something is refused, and a host moves as a whole"


def _closing(ingress: Ingress, context: Context, judged: Judged) -> tuple[Manifest, ...]:
    """The objects that close places, written with the Ingress: its own place, or one that its routes would open."""
    routes = judged.closed.get(ingress_key(ingress), ())
    if not routes:
        return ()
    # Labels are the Ingress's business: nothing of it may keep a place from being closed.
    bare = structs.replace(ingress, labels={})
    objects, _ = plain(
        assemble(bare, routes, surroundings(ingress, context, Phase.COEXIST)).objects, context.target.spec
    )
    return objects


def _withheld(ingress: Ingress, why: Note, translation: Translation, context: Context, judged: Judged) -> Change:
    objects = _closing(ingress, context, judged)
    below = _listeners_of_withheld(ingress, context, bool(objects))
    emitted, obsolete = _against_existing((*below, *objects), ingress, context)
    text = f"withheld with its Ingress: {why.text}{_closed_text(objects)}"
    entries = tuple(
        entry
        if entry.disposition is Disposition.REFUSED
        else Entry(entry.root, entry.ingress, entry.pointer, Disposition.REFUSED, text, why.todo, withheld=True)
        for entry in translation.entries
    )
    return Change(
        ingress=ingress,
        keep=True,
        emitted=emitted,
        obsolete=obsolete,
        entries=entries,
        withheld=why,
        closed_by=tuple(identity(item) for item in objects),
    )


def _listeners_of_withheld(ingress: Ingress, context: Context, closes: bool) -> tuple[Manifest, ...]:
    """The listeners that stand with a withheld Ingress, where its closing or the routes of others attach to them."""
    seating = context.seating(ingress)
    if seating is None or not (closes or needed_when_withheld(ingress, seating)):
        return ()
    objects, _ = plain(own_listeners(ingress, context, Phase.COEXIST, labels={}), context.target.spec)
    return objects


def _closed_text(objects: Sequence[Manifest]) -> str:
    routes = [identity(item) for item in objects if item["kind"] == HTTP_ROUTE.kind]
    return f"; its place is closed by {', '.join(routes)}" if routes else ""


def _against_existing(
    objects: Sequence[Manifest], ingress: Ingress, context: Context
) -> tuple[tuple[Manifest, ...], tuple[Resource, ...]]:
    """What is to be written, and which objects of ours go: what means the same already is left alone."""
    wanted = {key_of(item): item for item in objects}
    emitted = tuple(item for key, item in wanted.items() if not satisfied(context.found(ingress, key), item))
    obsolete = tuple(
        resource
        for resource in context.written_for(ingress)
        if resource.key not in wanted or wanted[resource.key] in emitted
    )
    return emitted, obsolete
