"""Hand the intents of a route to the target; what it does not consume speaks for itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.intent.base import Origin, Sourced
from gatelift.intent.metadata import CarriedAnnotation
from gatelift.intent.outcome import Note, differs, inert, refused
from gatelift.intent.redirects import Hsts
from gatelift.intent.traffic import BackendProtocol
from gatelift.manifests.filters import HTTPFilter
from gatelift.manifests.model import Manifest, Model
from gatelift.targets.base import RouteView, Target

Notes = list[tuple[str, Note]]

_ELSEWHERE = (CarriedAnnotation, BackendProtocol)
"""Intents that no consumer is asked for: they are metadata of the route, or decide how backends are referred to."""


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
) -> Consumed:
    """Consume ``intents``; ``only_responses`` for a route on which every request is redirected.

    ``accept``: key -> the reason for which its loss is accepted.
    """
    filters: list[HTTPFilter] = []
    traffic: dict[str, Any] = {}
    security: dict[str, Any] = {}
    objects: list[Manifest] = []
    for item in intents:
        if isinstance(item.intent, _ELSEWHERE):
            continue
        if only_responses and not isinstance(item.intent, Hsts):
            _tell(notes, item.origins, inert("every request is redirected before nginx looks at this"))
            continue
        consumer = target.consumers.get(type(item.intent))
        made = consumer(item.intent, view) if consumer else _lost(item, target)
        if isinstance(made, Note):
            for origin in item.origins:
                _tell(notes, (origin,), accepted(made, origin.key, accept))
            continue
        filters.extend(made.filters)
        traffic.update(made.traffic)
        security.update(made.security)
        objects.extend(made.objects)
        for field, note in made.notes:
            _tell(notes, _origins(item, field), note)
    return Consumed(filters=tuple(filters), traffic=traffic, security=security, objects=tuple(objects))


def joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a policy from two contributions; models that both give are joined field by field."""
    result = dict(first)
    for name, value in second.items():
        mine = result.get(name)
        both = isinstance(mine, Model) and type(mine) is type(value)
        result[name] = _joined_models(mine, value) if both else value
    return result


def _joined_models(first: Any, second: Any) -> Any:
    fields = {name: getattr(first, name) for name in first.__struct_fields__}
    said = {name: v for name in second.__struct_fields__ if (v := getattr(second, name)) is not msgspec.UNSET}
    known = {name: value for name, value in fields.items() if value is not msgspec.UNSET}
    return type(first)(**joined(known, said))


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
