"""Hand the intents of a route to the target; what it does not consume speaks for itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.gateway.headers import Taken, take
from gatelift.gateway.merging import clash, joined
from gatelift.intent.answers import DirectAnswer
from gatelift.intent.base import Origin, OriginKind, Sourced
from gatelift.intent.headers import ResponseHeaders
from gatelift.intent.metadata import CarriedAnnotation
from gatelift.intent.outcome import Disposition, Note, differs, inert, refused
from gatelift.intent.redirects import Hsts
from gatelift.intent.tls import ClientCertificates
from gatelift.intent.traffic import BackendProtocol, Cors
from gatelift.manifests.filters import HTTPFilter
from gatelift.manifests.model import Manifest
from gatelift.manifests.shape import BACKEND_TRAFFIC_POLICY, SECURITY_POLICY
from gatelift.targets.base import Contribution, RouteView, Target

Notes = list[tuple[str, Note]]

_ELSEWHERE = (CarriedAnnotation, BackendProtocol, ClientCertificates)
"""Intents that no consumer is asked for: they are metadata of the route, decide how backends are referred to, or
concern the host's listener."""

_OF_ANSWERS = (Hsts, ResponseHeaders, DirectAnswer)
"""Intents that hold for every answer, one of nginx's own included."""


_TOO_LATE = "every request is answered before nginx looks at this"
_CORS = (
    "nginx answers OPTIONS with 204, and sends its headers for other origins with whatever it answers; what the "
    "gateway answers here by itself goes without them, to OPTIONS too"
)


class Consumed(msgspec.Struct, frozen=True, kw_only=True):
    """What a set of intents becomes, all contributions together."""

    filters: tuple[HTTPFilter, ...] = ()
    traffic: Mapping[str, Any] = msgspec.field(default_factory=dict)
    security: Mapping[str, Any] = msgspec.field(default_factory=dict)
    objects: tuple[Manifest, ...] = ()


def consume(
    intents: Iterable[Sourced],
    target: Target,
    view: RouteView,
    notes: Notes,
    accept: Mapping[str, str],
    only_responses: bool = False,
    beside: Sequence[HTTPFilter] = (),
) -> Consumed:
    """Consume ``intents``; ``only_responses`` for a route on which no request reaches a backend.

    ``accept``: key -> the reason for which its loss is accepted. ``beside``: filters that stand in the same rules, and
    whose headers are not to be set to anything else.
    """
    made: list[tuple[Sourced, Contribution]] = []
    for item in intents:
        if isinstance(item.intent, _ELSEWHERE):
            continue
        if only_responses and not isinstance(item.intent, _OF_ANSWERS):
            _tell(notes, item.origins, differs(_CORS) if isinstance(item.intent, Cors) else inert(_TOO_LATE))
            continue
        consumer = target.consumers.get(type(item.intent))
        result = consumer(item.intent, view) if consumer else _lost(item, target)
        if isinstance(result, Note):
            _refuse(notes, item, result, accept)
        else:
            made.append((item, result))
    return _gathered(_agreed(made, beside, notes, accept), target, view, notes, accept)


def _gathered(
    made: Iterable[tuple[Sourced, Contribution]],
    target: Target,
    view: RouteView,
    notes: Notes,
    accept: Mapping[str, str],
) -> Consumed:
    found = Consumed()
    for item, contribution in made:
        field = clash(found.traffic, contribution.traffic) or clash(found.security, contribution.security)
        if field:
            why = f"something else here asks for another {field} of the one policy that a route can have (T39)"
            _refuse(notes, item, refused(why, "keep one of the two", item.intent.risk), accept)
            continue
        found = _with(found, contribution)
        for name, note in contribution.notes:
            _say(notes, _origins(item, name), note, accept)
        for kind, fields in ((SECURITY_POLICY, contribution.security), (BACKEND_TRAFFIC_POLICY, contribution.traffic)):
            replacing = target.replaces(kind, view) if fields else None
            if replacing is not None:
                _tell(notes, item.origins, replacing)
    return found


def _with(found: Consumed, contribution: Contribution) -> Consumed:
    return Consumed(
        filters=(*found.filters, *contribution.filters),
        traffic=joined(found.traffic, contribution.traffic),
        security=joined(found.security, contribution.security),
        objects=(*found.objects, *contribution.objects),
    )


def _agreed(
    made: Sequence[tuple[Sourced, Contribution]], beside: Sequence[HTTPFilter], notes: Notes, accept: Mapping[str, str]
) -> list[tuple[Sourced, Contribution]]:
    """``made`` without what contradicts another one about a header; headers that several set alike are set once.

    What the controller does by itself stands: the annotation that says otherwise is the one that a person can change.
    """
    started = take(Taken(), beside)
    taken = Taken() if isinstance(started, str) else started[0]
    kept: dict[int, tuple[Sourced, Contribution]] = {}
    for index in sorted(range(len(made)), key=lambda index: _said_by_ingress(made[index][0])):
        item, contribution = made[index]
        found = take(taken, contribution.filters, "cors" in contribution.security)
        if isinstance(found, str):
            _refuse(notes, item, refused(found, _ONE_VALUE, item.intent.risk), accept)
            continue
        taken, filters = found
        kept[index] = (item, msgspec.structs.replace(contribution, filters=filters))
    return [kept[index] for index in sorted(kept)]


_ONE_VALUE = (
    "let one annotation, or one setting of the controller (hsts and hsts-max-age for Strict-Transport-Security), say "
    "what becomes of the header"
)


def _said_by_ingress(item: Sourced) -> bool:
    return any(origin.kind is OriginKind.ANNOTATION for origin in item.origins)


def _refuse(notes: Notes, item: Sourced, note: Note, accept: Mapping[str, str]) -> None:
    _say(notes, item.origins, note, accept)


def _say(notes: Notes, origins: Iterable[Origin], note: Note, accept: Mapping[str, str]) -> None:
    """A part of an intent may be refused though the rest is translated; that, too, may be accepted."""
    for origin in origins:
        refusal = note.disposition is Disposition.REFUSED
        _tell(notes, (origin,), accepted(note, origin.key, accept) if refusal else note)


def _lost(item: Sourced, target: Target) -> Note:
    intent = item.intent
    key = item.origins[0].key if item.origins else ""
    general = f"name {key} under accept: with a reason, or choose a target that has it (gatelift explain {key})"
    todo = intent.remedy or general
    return refused(f"the target {target.name} has nothing for it: {intent.lost}", todo, intent.risk)


def accepted(note: Note, key: str, accept: Mapping[str, str]) -> Note:
    """A refusal, unless the configuration lets this key go by name."""
    reason = accept.get(key)
    return note if reason is None else differs(f"not translated, and accepted: {reason} (without that: {note.text})")


def _origins(item: Sourced, field: str) -> Sequence[Origin]:
    """The origins of one field, or of all of them; a field that nobody set is spoken for by the first origin."""
    if not field:
        return item.origins
    return [origin for name, origin in item.fields if name == field] or item.origins[:1]


def _tell(notes: Notes, origins: Iterable[Origin], note: Note) -> None:
    notes.extend((origin.subject, note) for origin in origins)
