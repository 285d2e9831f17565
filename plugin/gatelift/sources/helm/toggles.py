"""Switches in values that stand before an Ingress: found by their names, for a template's guard need not say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gatelift.findings import InputError
from gatelift.repository.tree import Tree
from gatelift.sources.helm.charts import MOST_LEVELS, Charts
from gatelift.sources.helm.values import coalesced, read_values

_SWITCH = "enabled"
_INGRESS = re.compile(r"(?i)ingress")
_OTHER = re.compile(r"(?i)controller|class")
_DEEPEST = 30

Path = tuple[str, ...]


def switches(values: object, path: Path = ()) -> Iterator[tuple[Path, bool]]:
    """The paths of all ``*ingress*.enabled`` and of what lies below, and whether they are on."""
    if not isinstance(values, Mapping) or len(path) > _DEEPEST:
        return
    for key, value in values.items():
        here = (*path, str(key))
        on = value.get(_SWITCH) if isinstance(value, Mapping) else None
        named = any(_INGRESS.search(step) for step in here) and not any(_OTHER.search(step) for step in here)
        if isinstance(on, bool) and named:
            yield (*here, _SWITCH), on
        yield from switches(value, here)


def switched(values: Mapping[str, Any], path: Path, on: bool) -> dict[str, Any]:
    """``values`` with one switch set."""
    head, *rest = path
    if not rest:
        return {**values, head: on}
    inner = values.get(head)
    return {**values, head: switched(inner if isinstance(inner, Mapping) else {}, tuple(rest), on)}


def effective(tree: Tree, charts: Charts, folder: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What ``values`` make of a chart's own ones and of those of the charts inside it, each under its key."""
    return coalesced(values, _defaults(tree, charts, folder, 0))


def _defaults(tree: Tree, charts: Charts, folder: str, level: int) -> dict[str, Any]:
    chart = charts.by_folder[folder]
    own: dict[str, Any] = {}
    if chart.values is not None:
        try:
            own = read_values(tree, chart.values)
        except InputError:
            return {}  # rendering it says what is wrong
    if level >= MOST_LEVELS:
        return own
    for key, inner in {**chart.local, **chart.subcharts}.items():
        given = own.get(key, {})
        if inner in charts.by_folder and isinstance(given, Mapping):
            own[key] = coalesced(given, _defaults(tree, charts, inner, level + 1))
    return own
