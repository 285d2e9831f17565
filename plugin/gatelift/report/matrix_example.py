"""One example of an annotation, before and after, as text for a page or a terminal (both in Markdown)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from gatelift.annotations.unit import Unit
from gatelift.config.target import TargetSpec
from gatelift.intent.outcome import Disposition
from gatelift.report.matrix import cases_of, plain
from gatelift.report.matrix_case import Scene, convert, made_by, scene
from gatelift.text.emit import dump


class Example(msgspec.Struct, frozen=True):
    """An annotation's plain value in its scene, and ``before``, the text that shows it."""

    scene: Scene
    before: str


def example(unit: Unit, name: str) -> Example:
    """The example of ``name``, a name or an alias of ``unit``."""
    cases = tuple(cases_of(unit, name))
    found = scene(*cases[plain(cases)])
    return Example(found, _before(found))


def _before(shown: Scene) -> str:
    objects = [shown.ingress, *(item for item in shown.beside if item["kind"] == "Ingress")]
    return "".join([*(f"{line}\n\n" for line in _given(shown)), _yaml(objects)])


def _given(shown: Scene) -> Iterator[str]:
    """What else is told, outside of the Ingress."""
    if shown.controller.settings:
        yield f"With this in ingress-nginx's own ConfigMap: {_flow(shown.controller.settings)}."
    if shown.flags:
        yield f"With an ingress-nginx that runs with {', '.join(f'`{flag}`' for flag in shown.flags)}."
    if shown.decide:
        yield f"With this in `gatelift.yaml`: `decide: {{{_pairs(shown.decide)}}}`."


def _flow(values: Mapping[str, str]) -> str:
    return ", ".join(f"`{name}: {value!r}`" for name, value in values.items())


def _pairs(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {dump({'v': value})[3:].rstrip()}" for name, value in values.items())


def _yaml(objects: Iterable[Mapping[str, object]]) -> str:
    documents = "---\n".join(dump(item) for item in objects)
    return f"```yaml\n{documents}```\n"


def after(shown: Scene, spec: TargetSpec) -> str:
    """What it makes on one target: the objects that are there or differ because of it, or why there are none."""
    outcome = convert(shown, spec)
    entry = outcome.entry(shown.pointer)
    if entry.disposition is Disposition.REFUSED:
        stays = "It gets no route, and its place is closed" if outcome.withheld else "Its routes go without it"
        return f"Refused: {entry.text}. {stays}; the Ingress stays.\n\nTo do: {entry.todo}.\n"
    objects = made_by(shown, spec)
    parts = [f"{_capital(entry.text)}.\n"] if entry.text else []
    nothing = "Nothing is written for it: the objects are the same without it.\n"
    return "\n".join([*parts, _yaml(objects) if objects else nothing])


_LOWER = ("gatelift", "ingress-nginx", "nginx", "cert-manager", "external-dns", "kubectl")
"""Names that have no capital letter, not even where a sentence begins."""


def _capital(text: str) -> str:
    return text if text.startswith(_LOWER) else f"{text[:1].upper()}{text[1:]}"
