"""Controllers that were found and that nobody named: what of their settings restricts access withholds.

Which controller serves an Ingress is for a person to say. Until then a route without its allow list, or without its
authorization service, may be an open door; so every Ingress that such a controller may serve is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Reading, Rulings, evaluate
from gatelift.findings import Place
from gatelift.ingress.model import Ingress
from gatelift.intent.base import OriginKind, Risk
from gatelift.intent.outcome import Disposition, Note, differs, refused
from gatelift.manifests.inventory import IngressClass

_SHOWN = 3
"""So many places are named one by one."""


class Unnamed(msgspec.Struct, frozen=True, kw_only=True):
    """What one place says of a controller: its settings and flags, and how to name it in the configuration.

    ``classes``: the names of classes that it tells (``--ingress-class``, the chart's IngressClass); empty where it
    tells none. ``told``: whether it says anything of its own command line, or nothing is known but the ConfigMap.
    """

    what: str
    place: Place
    controller: Controller
    write: str
    classes: frozenset[str] = frozenset()
    told: bool = False


class Asked(msgspec.Struct, frozen=True):
    """An Ingress of ours, the class it was found to have, and whether only the old annotation says so."""

    ingress: Ingress
    class_name: str
    by_annotation: bool


def notes(
    asked: Asked, found: Iterable[Unnamed], classes: Mapping[str, IngressClass], rulings: Rulings
) -> Iterator[tuple[str, Note]]:
    """A note for each setting of ``found`` that would keep somebody out of the Ingress; ``classes``: those seen."""
    by_setting: dict[str, list[Unnamed]] = {}
    for item in found:
        if may_serve(item, asked, classes):
            for name in _restrictions(asked.ingress, item.controller, rulings):
                by_setting.setdefault(name, []).append(item)
    for name, items in sorted(by_setting.items()):
        yield f"configmap:{name}", _note(name, items, rulings)


def may_serve(item: Unnamed, asked: Asked, classes: Mapping[str, IngressClass]) -> bool:
    """Whether the controller may be the one that serves the Ingress: only what it tells of itself rules it out."""
    ingress, controller = asked.ingress, item.controller
    if not item.told:
        return True
    if controller.passes_over(ingress.ref.namespace, ingress.default_backend is not None and not ingress.rules):
        return False
    if not asked.class_name:
        return True
    seen = classes.get(asked.class_name)
    if seen is not None and seen.controller == controller.controller_class:
        return True
    if seen is not None:
        by_name = asked.by_annotation or controller.ingress_class_by_name
        return by_name and asked.class_name == controller.ingress_class
    return not item.classes or asked.class_name in item.classes


def _restrictions(ingress: Ingress, controller: Controller, rulings: Rulings) -> tuple[str, ...]:
    """The settings that restrict access to this very Ingress, which may opt out, or have a list of its own."""
    from gatelift.annotations.nginx.settings.review import review  # only where something was found
    from gatelift.annotations.nginx.settings.table import WITH_ANNOTATION, restricting

    names = restricting(controller)
    if not names:
        return ()
    acting = {i.name for i in review(controller, frozenset()) if i.note.disposition is Disposition.REFUSED}
    under = msgspec.structs.replace(rulings, controller=controller, accept={})
    readings = [item for item in evaluate(ingress, under).readings if _acts(item)]
    acting.update(item.origin.key for item in readings if item.origin.kind is OriginKind.CONFIGMAP)
    annotations = {item.origin.key for item in readings if item.origin.kind is OriginKind.ANNOTATION}
    woken = {name for name, key in WITH_ANNOTATION.items() if controller.annotations_prefix + key in annotations}
    return tuple(name for name in names if name in (woken if name in WITH_ANNOTATION else acting))


def _acts(reading: Reading) -> bool:
    return bool(reading.intents) or any(note.disposition is Disposition.REFUSED for note in reading.notes)


def _note(name: str, items: Sequence[Unnamed], rulings: Rulings) -> Note:
    where = _places(name, items)
    reason = rulings.accept.get(name)
    if reason is not None:
        return differs(f"{where} {'sets' if len(items) == 1 else 'set'} it; not translated, and accepted: {reason}")
    one = len(items) == 1
    whose = "that controller serves" if one else "one of these controllers serves"
    naming = "; or ".join(dict.fromkeys(item.write for item in items[:_SHOWN]))
    return refused(
        f"{name} restricts access, {where} {'sets' if one else 'set'} it, and nobody said whether {whose} this "
        "Ingress: a route without it may let in whom it keeps out today",
        f"if {'it' if one else 'one of them'} does, {naming}; if not, write "
        f"'accept: [{{key: {name}, reason: ...}}]' in gatelift.yaml",
        Risk.SECURITY,
    )


def _places(name: str, items: Sequence[Unnamed]) -> str:
    shown = [f"{item.what} ({item.place})" for item in items[:_SHOWN]]
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    values = {item.controller.setting(name) for item in items}
    disagree = ", which do not say the same," if len(values) > 1 else ""
    return f"{' and '.join(shown)}{more}{disagree}"
