"""Helpers of a chart that change what they are given, as far as the templates of its Ingresses call them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from gatelift.findings import InputError, Place
from gatelift.sources.helm.offer import Part
from gatelift.sources.helm.repeated import CHANGES, changes
from gatelift.sources.helm.template.nodes import Block, Control, Define, Node
from gatelift.sources.helm.template.parse import parse
from gatelift.text.source import Source, decode

_NAMED = re.compile(r'"([^"\n]+)"|`([^`]+)`')


class _Helper(msgspec.Struct, frozen=True):
    """The text of a named template, and where it changes something, if it does."""

    text: str
    place: Place | None


def changed_by_helpers(part: Part) -> Place | None:
    """Where a helper that the chart's Ingresses use changes what others see; None where none does."""
    sources = dict(_texts(part))
    own = set(part.chart.ingresses)
    if not any(CHANGES.search(source.text) for path, source in sources.items() if path not in own):
        return None
    helpers = {name: helper for path, source in sources.items() for name, helper in _helpers(source)}
    for name in _reached(helpers, (source.text for path, source in sources.items() if path in own)):
        if helpers[name].place is not None:
            return helpers[name].place
    return None


def _texts(part: Part) -> Iterator[tuple[str, Source]]:
    for path in part.chart.templates:
        try:
            yield path, decode(path, part.tree.read(path))
        except InputError:  # no text, and so nothing that a template could be
            continue


def _helpers(source: Source) -> Iterator[tuple[str, _Helper]]:
    template = parse(source)
    found = tuple(changes(template))
    for node in _defined(template.nodes):
        at = next((start for start in found if node.start <= start < node.end), None)
        yield node.name, _Helper(source.text[node.start : node.end], None if at is None else source.place(at))


def _defined(nodes: Iterable[Node]) -> Iterator[Define | Block]:
    for node in nodes:
        if isinstance(node, Define | Block):
            yield node
            yield from _defined(node.body)
        elif isinstance(node, Control):
            for clause in node.clauses:
                yield from _defined(clause.body)


def _reached(helpers: Mapping[str, _Helper], texts: Iterable[str]) -> Iterator[str]:
    """The helpers whose names stand in these texts, and in those of helpers that do."""
    waiting, seen = list(texts), set[str]()
    while waiting:
        for found in _NAMED.finditer(waiting.pop()):
            name = found[1] or found[2]
            if name in helpers and name not in seen:
                seen.add(name)
                waiting.append(helpers[name].text)
                yield name
