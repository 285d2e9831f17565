"""The helpers of a chart: what they are called, and the file that defines them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gatelift.repository.tree import relative
from gatelift.sources.helm.offer import Ask, Part
from gatelift.sources.helm.runtime.learn import learned
from gatelift.sources.helm.runtime.text import prefix_and_text


class Library(msgspec.Struct, frozen=True, kw_only=True):
    """``prefix``: what the helpers' names begin with; ``text``: all of ``templates/_gatelift.tpl``, unsigned."""

    prefix: str
    text: str


def library(parts: Sequence[Part], ask: Ask) -> Library:
    """The helpers for all templates of one chart, which know what ``ask`` answers about its Ingresses.

    ``parts`` are those of one chart, at least one. What cannot be learned is not in the tables, and meeting it stops
    the render.
    """
    tables = learned(parts, ask)
    chart = parts[0].chart
    services = sorted({relative(path, chart.folder) for part in parts for path in part.services})
    below = [path for path in services if path.startswith(("templates/", "charts/"))]
    prefix, text = prefix_and_text(chart.name, tables, below)
    return Library(prefix=prefix, text=text)
