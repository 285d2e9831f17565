"""The helpers of a chart: what they are called, and the file that defines those that its templates use."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from gatelift.repository.tree import relative
from gatelift.sources.helm.offer import Ask, Part
from gatelift.sources.helm.runtime.learn import learned
from gatelift.sources.helm.runtime.pruning import OBJECTS, WRAPPED, kinds, used
from gatelift.sources.helm.runtime.tables import Tables
from gatelift.sources.helm.runtime.text import TABLES, about, all_helpers, prefix_of

_WRITTEN = '"written" true'
"""How a template says that it writes the objects beside its routes itself."""


class Library(msgspec.Struct, frozen=True, kw_only=True):
    """``prefix``: what the helpers' names begin with, whichever of them are written.

    ``tables``: what they know; ``about``: what a maintainer reads above that; ``helpers``: all of them by name, whose
    own names still begin with ``@``; ``words``: the kinds of sections that the tables need.
    """

    prefix: str
    tables: Tables
    about: str
    helpers: Mapping[str, str]
    words: Collection[str]

    def text_for(self, templates: Iterable[str]) -> str:
        """What ``templates/_gatelift.tpl`` has to hold for these templates, unsigned; empty where they use nothing."""
        given = tuple(templates)
        name = re.compile(rf'"{re.escape(self.prefix)}\.(\w+)"')
        names = {found for text in given for found in name.findall(text)}
        words = {*self.words, *((WRAPPED,) if names & {"routes", "others"} else ())}
        if not names & {"routes"} and all(_WRITTEN in line for line in _calling(f'"{self.prefix}.beside"', given)):
            words.discard(OBJECTS)
        kept = used(self.helpers, names, words)
        if not kept:
            return ""
        head = [self.about] if TABLES in kept else []
        return "\n".join((*head, *kept.values())).replace('"@.', f'"{self.prefix}.')


def _calling(name: str, templates: Iterable[str]) -> Iterator[str]:
    return (line for text in templates for line in text.splitlines() if name in line)


def library(parts: Sequence[Part], ask: Ask) -> Library:
    """The helpers for all templates of one chart, which know what ``ask`` answers about its Ingresses.

    ``parts`` are those of one chart, at least one. What cannot be learned is not in the tables, and meeting it stops
    the render.
    """
    tables = learned(parts, ask)
    chart = parts[0].chart
    services = sorted({relative(path, chart.folder) for part in parts for path in part.services})
    below = [path for path in services if path.startswith(("templates/", "charts/"))]
    return Library(
        prefix=prefix_of(chart.name, tables, below),
        tables=tables,
        about=about(tables),
        helpers=all_helpers(tables, below),
        words=kinds(tables),
    )
