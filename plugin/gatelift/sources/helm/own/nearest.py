"""Which template for routes belongs to which template of Ingresses: the one whose values stand nearest."""

from __future__ import annotations

import posixpath
from typing import TypeAlias

from gatelift.findings import InputError
from gatelift.sources.helm.offer import Part
from gatelift.sources.helm.own.laid import RouteTemplate, routes_of
from gatelift.sources.helm.own.reading import fed
from gatelift.sources.helm.switching import switch_of
from gatelift.sources.helm.template.parse import parse
from gatelift.text.source import decode

_Rank: TypeAlias = tuple[bool, int, int, str]


def route_templates(part: Part) -> list[RouteTemplate]:
    """The templates of the chart that write routes, the one nearest to the template of the Ingress first."""
    found: list[tuple[_Rank, RouteTemplate]] = []
    for path in part.chart.routes:
        try:
            read = routes_of(parse(decode(path, part.tree.read(path))))
        except InputError:
            continue  # it is told of where the chart is rendered
        if read.documents:
            found.append((_rank(read, part.template, part.switch.beside, path), read))
    return [read for _, read in sorted(found, key=lambda item: item[0])]


def rival(part: Part, read: RouteTemplate) -> str:
    """A template of Ingresses to which this one for routes is nearer still; empty where there is none.

    Values hold the routes of one of them: each of two may be proved alone, and together one would overwrite the other.
    """
    mine = _rank(read, part.template, part.switch.beside, part.template)
    for path in part.chart.ingresses:
        if path != part.template and not posixpath.basename(path).startswith("_"):
            try:
                other = parse(decode(path, part.tree.read(path)))
            except InputError:
                continue
            beside = switch_of(other, [seen.values for seen in part.seen]).beside
            if _rank(read, path, beside, path) < mine:
                return path
    return ""


def _rank(read: RouteTemplate, ingress: str, beside: tuple[str, ...], name: str) -> _Rank:
    """Smaller is nearer: the same folder, then the fewest keys between the two blocks of values."""
    apart = posixpath.dirname(read.template.source.path) != posixpath.dirname(ingress)
    return apart, _far(read, beside[:-1]), len(name), name


def _far(read: RouteTemplate, block: tuple[str, ...]) -> int:
    for document in read.documents:
        for branch in document.path:
            pipeline = branch.clause.pipeline if branch.clause is not None else None
            place = fed(read.scopes, pipeline) if pipeline is not None else None
            if place is not None and place.origin.is_values:
                steps = [step for step in place.origin.steps[1:] if step != "enabled"][:-1]
                return len(steps) + len(block) - 2 * len(posixpath.commonprefix([steps, list(block)]))
    return len(block)
