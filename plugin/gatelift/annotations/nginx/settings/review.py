"""What became of each setting of the controller's ConfigMap, for a person."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import msgspec

from gatelift.annotations import registry
from gatelift.annotations.controller import Controller
from gatelift.annotations.nginx.settings import tls
from gatelift.annotations.nginx.settings.model import Effect, Setting
from gatelift.annotations.nginx.settings.table import KNOWN, said
from gatelift.annotations.unit import parse_bool
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Note, differs, inert, refused

OWN_AFFAIR = "it concerns the controller's own running, which the gateway has settings of its own for"


class SettingNote(msgspec.Struct, frozen=True):
    """What became of one setting of the ConfigMap."""

    name: str
    note: Note


def review(controller: Controller, accept: frozenset[str]) -> Iterator[SettingNote]:
    """What became of each setting that no unit and no route reads; a refusal acts on every Ingress.

    What is as it is by default, or is translated for each Ingress, is not told here.
    """
    for name, value in said(controller).items():
        setting = KNOWN.get(name)
        if read_by_unit(name) or (setting and setting.effect in (Effect.READ, Effect.EVERYWHERE)):
            continue
        yield SettingNote(name, _note(name, value, setting, accept))


def read_by_unit(name: str) -> bool:
    """Whether the unit of the annotation of the same name takes a setting where the annotation is missing."""
    unit = registry.nginx_unit(name)
    return unit is not None and unit.setting == name


def _note(name: str, value: str, setting: Setting | None, accept: frozenset[str]) -> Note:
    if parse_bool(value) is False and (setting is None or setting.effect is Effect.REFUSED):
        return inert("it is switched off")
    if name in accept:
        return differs("not translated, and accepted in the configuration")
    if setting is None:
        return _unknown(name)
    if setting.effect is Effect.OWN:
        return inert(setting.text or OWN_AFFAIR)
    if setting.effect is Effect.REFUSED:
        return refused(setting.text, setting.todo, setting.risk)
    text, todo = tls.protocols(value) if name == "ssl-protocols" else (setting.text, setting.todo)
    if not text:
        return _untaken(name)
    return Note(differs("").disposition, text, todo)


def _unknown(name: str) -> Note:
    near = difflib.get_close_matches(name, KNOWN, 1, 0.85)
    meant = f"did you mean {near[0]}? ingress-nginx knows no {name}; otherwise " if near else ""
    return refused(
        "gatelift does not know what this setting changes",
        f"{meant}if it changes nothing for the routes, name {name} under accept: with the reason",
        Risk.TRAFFIC,
    )


def _untaken(name: str) -> Note:
    return refused(
        "it is the default of an annotation, and gatelift does not carry it over to Ingresses without that annotation",
        f"write the annotation {name} where it matters, or name {name} under accept: with the reason",
        Risk.TRAFFIC,
    )
