"""Read all annotations of one Ingress with their units, and fold what they ask for."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

import msgspec

from gatelift.annotations import registry
from gatelift.annotations.controller import Controller
from gatelift.annotations.nginx._risk import not_loaded
from gatelift.annotations.unit import Inert, Refused, Result, Translated, Unit, UnitContext, parse_bool
from gatelift.ingress.model import Ingress
from gatelift.intent.base import Conflict, Intent, Origin, OriginKind, Risk, Sourced, merge, sourced
from gatelift.intent.outcome import Note, differs, inert, refused
from gatelift.intent.traffic import Affinity, Canary
from gatelift.manifests.resource import escape

_CANARY_KEEPS = (Canary, Affinity)
# Client certificates are asked for by the host: ingress-nginx takes them before it looks who is a canary (T15).
_CANARY_NAMES = ("auth-tls-", "canary", "canary-", "load-balance", "upstream-hash-by", "affinity", "session-cookie-")


class Reading(msgspec.Struct, frozen=True):
    """One annotation (or setting of the controller) and what its unit made of it, as a note where that is final."""

    origin: Origin
    value: str
    intents: tuple[Intent, ...] = ()
    notes: tuple[Note, ...] = ()
    fallback: bool = False
    """Whether ingress-nginx cannot read the value, and goes on as if the annotation were missing."""
    not_loaded: bool = False
    """Whether ingress-nginx drops the whole Ingress because of the annotation, whatever it means (T42)."""


class Evaluation(msgspec.Struct, frozen=True):
    """All readings of one Ingress, and its intents merged: at most one of each kind, unless they are repeatable."""

    ingress: Ingress
    readings: tuple[Reading, ...]
    intents: tuple[Sourced, ...]

    def get(self, kind: type[Intent]) -> Sourced | None:
        """The merged intent of ``kind``, if any annotation asks for it."""
        return next((item for item in self.intents if type(item.intent) is kind), None)


class Rulings(msgspec.Struct, frozen=True, kw_only=True):
    """What was ruled outside the Ingress: the controller, what was decided and accepted, which Secrets are known."""

    controller: Controller
    decide: Mapping[str, str] = msgspec.field(default_factory=dict)
    accept: Mapping[str, str] = msgspec.field(default_factory=dict)
    secrets: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    config_maps: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    header_maps: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)


def is_canary(ingress: Ingress, controller: Controller) -> bool:
    """Whether an Ingress only adds a backend to the places of another one."""
    return parse_bool(ingress.annotations.get(controller.annotations_prefix + "canary", "")) is True


def evaluate(ingress: Ingress, rulings: Rulings) -> Evaluation:
    """Read every annotation of ``ingress`` and every setting of the controller that stands in for one.

    A setting stands in for an annotation that is missing, empty, or no value to ingress-nginx.
    """
    readings = [_annotation(key, value, ingress, rulings) for key, value in ingress.annotations.items()]
    readable = frozenset(reading.origin.key for reading in readings if reading.value and not reading.fallback)
    readings += _settings(readable, ingress, rulings)
    if is_canary(ingress, rulings.controller):
        readings = [_on_canary(reading, rulings.controller) for reading in readings]
    return _folded(ingress, readings)


def _annotation(key: str, value: str, ingress: Ingress, rulings: Rulings) -> Reading:
    origin = Origin(OriginKind.ANNOTATION, key, f"/metadata/annotations/{escape(key)}")
    unit = registry.find(key, rulings.controller.prefix)
    if unit is None:
        return Reading(origin, value, notes=(_ruled(key, _unknown(key, rulings.controller), Risk.SECURITY, rulings),))
    if (dead := _not_loaded(key, value, unit, rulings)) is not None:
        return Reading(origin, value, notes=(dead,), not_loaded=True)
    if not value and not unit.reads_empty and key.startswith(rulings.controller.annotations_prefix):
        return Reading(origin, value, notes=(inert("an empty value means that the annotation is not set"),))
    shadowing = _shadowing(key, unit, ingress, rulings.controller)
    if shadowing:
        return Reading(origin, value, notes=(inert(f"{shadowing} is set too, and wins"),))
    return _read(unit, origin, value, ingress, rulings)


def _not_loaded(key: str, value: str, unit: Unit, rulings: Rulings) -> Note | None:
    """Why the Ingress serves nothing today; a unit whose refusal withholds no route withholds it then as well."""
    prefix = rulings.controller.annotations_prefix
    found = not_loaded(key.removeprefix(prefix), value, rulings.controller) if key.startswith(prefix) else None
    if found is None:
        return None
    return _ruled(key, found, unit.risk if unit.risk.withholds else Risk.ROUTING, rulings)


def _shadowing(key: str, unit: Unit, ingress: Ingress, controller: Controller) -> str:
    """The spelling of the same annotation that ingress-nginx reads instead of ``key``, if it is present."""
    spellings = [controller.annotations_prefix + name for name in (*unit.names[:1], *unit.aliases)]
    if not unit.aliases or key not in spellings:
        return ""
    return next((name for name in spellings[: spellings.index(key)] if ingress.annotations.get(name)), "")


def _settings(readable: Container[str], ingress: Ingress, rulings: Rulings) -> Iterable[Reading]:
    if not rulings.controller.settings:
        return
    from gatelift.annotations.nginx.settings.everywhere import readings
    from gatelift.annotations.nginx.settings.table import said  # only a run with a ConfigMap pays for these

    for name, value in said(rulings.controller).items():
        unit = registry.nginx_unit(name)
        if unit is None or unit.setting != name:
            continue
        spellings = (*unit.names, *unit.aliases)
        if not any(rulings.controller.annotations_prefix + spelling in readable for spelling in spellings):
            yield _read(unit, Origin(OriginKind.CONFIGMAP, name), value, ingress, rulings)
    for name, value, reader, result in readings(_context("", ingress, rulings)):
        yield _reading(Origin(OriginKind.CONFIGMAP, name), value, result, reader.risk, rulings)


def _context(key: str, ingress: Ingress, rulings: Rulings) -> UnitContext:
    return UnitContext(
        key=key,
        ingress=ingress,
        controller=rulings.controller,
        decide=rulings.decide,
        secrets=rulings.secrets,
        config_maps=rulings.config_maps,
        header_maps=rulings.header_maps,
    )


def _read(unit: Unit, origin: Origin, value: str, ingress: Ingress, rulings: Rulings) -> Reading:
    return _reading(origin, value, unit.read(value, _context(origin.key, ingress, rulings)), unit.risk, rulings)


def _reading(origin: Origin, value: str, result: Result, risk: Risk, rulings: Rulings) -> Reading:
    match result:
        case Translated():
            return Reading(origin, value, result.intents, (differs(result.differs),) if result.differs else ())
        case Inert():
            return Reading(origin, value, notes=(inert(result.why),), fallback=result.fallback)
    blocks = risk if risk.withholds or not result.not_loaded else Risk.ROUTING
    return Reading(origin, value, notes=(_ruled(origin.key, result, blocks, rulings),), not_loaded=result.not_loaded)


def _unknown(key: str, controller: Controller) -> Refused:
    name = key.removeprefix(f"{controller.prefix}/")
    if name == key:
        return Refused(
            "gatelift has no translation for this annotation, and does not guess what it does",
            "find out what it does; if it may go, name it under accept: with a reason",
        )
    from gatelift.annotations.nginx.settings.table import KNOWN  # only a run that meets such a key pays for it

    why = "gatelift knows no annotation of ingress-nginx by this name, and does not guess what it is for"
    if name in KNOWN:
        return Refused(
            f"{why}; it is a setting of the controller's ConfigMap, and is not read from an Ingress",
            "remove it here, and set it in the ConfigMap if it is to hold for every Ingress; "
            "or name it under accept: with a reason",
        )
    if near := registry.nearest(name):
        return Refused(
            why,
            f"if {near} is meant, correct the name, and it counts from then on; "
            "else remove it, or name it under accept: with a reason",
        )
    return Refused(why, "remove it; if something else reads it, name it under accept: with a reason")


def _ruled(key: str, result: Refused, risk: Risk, rulings: Rulings) -> Note:
    """A refusal, unless the configuration lets this key go by name."""
    reason = rulings.accept.get(key)
    if reason is not None:
        return differs(f"not translated, and accepted: {reason} (without that: {result.why})")
    return refused(result.why, result.todo, result.risk or risk)


def _on_canary(reading: Reading, controller: Controller) -> Reading:
    name = reading.origin.key.removeprefix(controller.annotations_prefix)
    if reading.not_loaded:
        return reading
    if reading.origin.kind is OriginKind.ANNOTATION and name.startswith(_CANARY_NAMES):
        return reading
    kept = tuple(intent for intent in reading.intents if isinstance(intent, _CANARY_KEEPS))
    if kept:
        return reading
    why = "ingress-nginx reads only the canary settings of a canary Ingress; the rest comes from the main one"
    return msgspec.structs.replace(reading, intents=(), notes=(inert(why),))


def _folded(ingress: Ingress, readings: list[Reading]) -> Evaluation:
    merged: dict[type[Intent], Sourced] = {}
    repeated: list[Sourced] = []
    final: list[Reading] = []
    for reading in readings:
        extra: list[Note] = []
        for intent in reading.intents:
            item = sourced(intent, reading.origin)
            kind = type(intent)
            if intent.repeatable:
                repeated.append(item)
                continue
            both = merge(merged[kind], item) if kind in merged else item
            if isinstance(both, Conflict):
                extra.append(_conflict(both, kind))
            else:
                merged[kind] = both
        final.append(msgspec.structs.replace(reading, notes=(*reading.notes, *extra)) if extra else reading)
    return Evaluation(ingress, tuple(final), (*merged.values(), *repeated))


def _conflict(conflict: Conflict, kind: type[Intent]) -> Note:
    return refused(
        f"it says something else than {conflict.first.key} about the same thing",
        "keep one of the two",
        kind.risk,
    )
