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


class Effective:
    """What templates of a tree's charts see of values; each file is read once."""

    __slots__ = ("_charts", "_known", "_tree")

    def __init__(self, tree: Tree, charts: Charts) -> None:
        self._tree = tree
        self._charts = charts
        self._known: dict[str, dict[str, Any]] = {}

    def values(self, folder: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What ``given`` makes of a chart's own values and of those of the charts inside it, each under its key."""
        return coalesced(given, self._defaults(folder, 0))

    def _defaults(self, folder: str, level: int) -> dict[str, Any]:
        if folder not in self._known:
            self._known[folder] = self._read(folder, level)
        return self._known[folder]

    def _read(self, folder: str, level: int) -> dict[str, Any]:
        chart = self._charts.by_folder[folder]
        own: dict[str, Any] = {}
        if chart.values is not None:
            try:
                own = read_values(self._tree, chart.values)
            except InputError:
                return {}  # rendering it says what is wrong
        if level >= MOST_LEVELS:
            return own
        for key, inner in {**chart.local, **chart.subcharts}.items():
            given = own.get(key, {})
            if inner in self._charts.by_folder and isinstance(given, Mapping):
                own[key] = coalesced(given, self._defaults(inner, level + 1))
        return own
