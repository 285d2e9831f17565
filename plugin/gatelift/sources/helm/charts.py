"""The charts of a repository: what belongs to each, and which includes which."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

import msgspec

from gatelift.findings import Finding, Place
from gatelift.repository.tree import join

FILE = "Chart.yaml"
MOST_LEVELS = 20
"""So many charts may lie one inside the other."""


class Dependency(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entry of ``dependencies``, as it is written. ``key`` is what its values stand under in the parent."""

    name: str
    version: str = ""
    repository: str = ""
    alias: str = ""
    condition: str = ""
    place: Place

    @property
    def key(self) -> str:
        """The alias, else the name."""
        return self.alias or self.name

    @property
    def remote(self) -> bool:
        """Whether it comes from a registry or a repository of charts: what lies in ``charts/`` is then a copy."""
        return bool(self.repository) and not self.repository.startswith("file://")


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """One chart, by its folder (POSIX, relative to the repository's root).

    Paths are the repository's. ``subcharts`` maps the key of a dependency, or the name of a chart in ``charts/`` that
    nothing declares, to its unpacked folder; ``archives`` are the ``.tgz`` there, which nobody edits; ``local`` maps
    the name of a dependency that is missing in ``charts/`` to the chart of this repository that its ``file://`` names,
    and ``missing`` are those that are nowhere. ``remote_schemas``: schema file -> the URL that it refers to.
    """

    folder: str
    name: str
    version: str = ""
    library: bool = False
    dependencies: tuple[Dependency, ...] = ()
    subcharts: Mapping[str, str] = {}
    archives: tuple[str, ...] = ()
    local: Mapping[str, str] = {}
    missing: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    ingresses: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    values: str | None = None
    variants: tuple[str, ...] = ()
    """``values-*.yaml`` and ``values.*.yaml`` beside ``values.yaml``."""
    ci: tuple[str, ...] = ()
    schema: str | None = None
    notes: str | None = None
    remote_schemas: Mapping[str, str] = {}

    @property
    def file(self) -> str:
        """Its ``Chart.yaml``."""
        return join(self.folder, FILE)


class Charts(msgspec.Struct, frozen=True, kw_only=True):
    """All charts by folder. ``parents``: folder -> the charts that include it, each with the key that it has there."""

    by_folder: Mapping[str, Chart] = {}
    parents: Mapping[str, tuple[tuple[str, str], ...]] = {}
    findings: tuple[Finding, ...] = ()

    @property
    def roots(self) -> tuple[str, ...]:
        """The charts that can be deployed by themselves: no library, none that lies in another's ``charts/``."""
        return tuple(
            folder
            for folder, chart in self.by_folder.items()
            if not chart.library and enclosing(folder, self.by_folder) is None
        )

    def foreign(self, folder: str) -> bool:
        """Whether a chart is a copy of one from elsewhere, in the ``charts/`` of one that says so, or inside of it.

        What would be edited there is gone with the next ``helm dependency update``.
        """
        above = enclosing(folder, self.by_folder)
        if above is None:
            return False
        name = self.by_folder[folder].name
        declared = [entry for entry in self.by_folder[above].dependencies if entry.name == name]
        return any(entry.remote for entry in declared) or self.foreign(above)

    def keys(self, folder: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The charts that render this one, itself first, each with the keys that lead to its values there."""
        waiting: list[tuple[str, tuple[str, ...]]] = [(folder, ())]
        while waiting:
            here, path = waiting.pop(0)
            yield here, path
            if len(path) < MOST_LEVELS:
                waiting += [(parent, (key, *path)) for parent, key in self.parents.get(here, ())]

    def shown(self, folder: str) -> Mapping[str, str]:
        """What Helm calls a chart and those inside it -> their folders: ``shop``, ``shop/charts/db``."""
        found: dict[str, str] = {}
        waiting = [(self.by_folder[folder].name, folder, 0)]
        while waiting:
            name, here, level = waiting.pop()
            found[name] = here
            inner = {**self.by_folder[here].local, **self.by_folder[here].subcharts}
            if level < MOST_LEVELS:
                waiting += [
                    (f"{name}/charts/{key}", place, level + 1)
                    for key, place in inner.items()
                    if place in self.by_folder
                ]
        return found


def enclosing(folder: str, charts: Mapping[str, Chart]) -> str | None:
    """The chart in whose ``charts/`` a chart lies; None for one that stands by itself."""
    above = posixpath.dirname(folder)
    if posixpath.basename(above) != "charts":
        return None
    parent = posixpath.dirname(above) or "."
    return parent if parent in charts else None
