"""The helpers that a chart's templates use, and of each what its tables can ask for.

A section of a helper that stands between ``{{- /* only WORD */ -}}`` and ``{{- /* always */ -}}`` goes where the tables
hold nothing of that kind: a loop over what is never there, or a question with one answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from gatelift.sources.helm.runtime.tables import Tables

WRAPPED = "wrapped"
"""The section for Ingresses that were rendered, of which all is known: only helpers for whole texts ask for it."""
OBJECTS = "objects"
"""The section for policies and filters beside the routes."""
_OPENS = re.compile(r"\{\{- /\* only (\w+) \*/ -\}\}\Z")
_CLOSES = "{{- /* always */ -}}"
_STARTS = re.compile(r"(?m)^(?=\{\{- /\*(?:[^*]|\*(?!/))*\*/ -\}\}\n\{\{- define )|(?<!\*/ -\}\}\n)^(?=\{\{- define )")
_DEFINED = re.compile(r'(?m)^\{\{- define "@\.(\w+)"')
_USED = re.compile(r'"@\.(\w+)"')


def split(text: str) -> dict[str, str]:
    """Name -> the helper of that name, with the comment above it, in the order of a file."""
    found: dict[str, str] = {}
    for block in _STARTS.split(text):
        name = _DEFINED.search(block)
        if name is not None:
            found[name[1]] = block.strip("\n") + "\n"
    return found


def kinds(tables: Tables) -> frozenset[str]:
    """The words of the sections that these tables need."""
    variants = [variant for known in tables.sets for variant in known.variants.values()]
    objects = [item for one in variants for item in (*one.objects, *(one.single or ()))]
    objects += [item for one in variants for exact in one.exact for item in exact.objects]
    asked = {
        "exact": any(one.exact for one in variants),
        "single": any(one.single is not None for one in variants),
        OBJECTS: objects,
        "services": any("{:service:}" in json.dumps(item) for item in objects),
        "namespaced": any("{:namespace:}" in json.dumps(item) for item in objects),
        "beside": any(one.beside for one in variants),
        "lead": any(one.lead or any(exact.lead for exact in one.exact) for one in variants),
        "zones": tables.zones,
        "listeners": any(one.section for one in variants),
    }
    return frozenset(word for word, some in asked.items() if some)


def used(helpers: Mapping[str, str], names: Iterable[str], words: Collection[str]) -> dict[str, str]:
    """The helpers that ``names`` are and need, in their order, with the sections that ``words`` ask for."""
    kept: dict[str, str] = {}
    waiting = [name for name in names if name in helpers]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = "".join(_sections(helpers[name], words))
            waiting += [other for other in _USED.findall(kept[name]) if other in helpers]
    return {name: kept[name] for name in helpers if name in kept}


def _sections(text: str, words: Collection[str]) -> Iterator[str]:
    shown = [True]
    for line in text.splitlines(keepends=True):
        opens = _OPENS.match(line.strip())
        if opens:
            shown.append(shown[-1] and opens[1] in words)
        elif line.strip() == _CLOSES:
            shown.pop()
        elif shown[-1]:
            yield line
