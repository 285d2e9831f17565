"""All units as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from gatelift.annotations.registry import NGINX_FAMILY
from gatelift.annotations.unit import NGINX, Unit

Known = Iterable[tuple[str, str, Unit]]
"""Units with their family and module, as ``registry.everything()`` gives them."""


class Row(msgspec.Struct, frozen=True):
    """One annotation: its full key (or a beginning and ``*``), what its refusal blocks, its meaning, its options."""

    key: str
    family: str
    module: str
    risk: str
    summary: str
    decide: tuple[str, ...]
    source: str

    def plain(self) -> dict[str, object]:
        """The row as plain data."""
        made: dict[str, object] = msgspec.to_builtins(self)
        return made


def catalogue(units: Known) -> tuple[Row, ...]:
    """A row per key, aliases included, sorted by key."""
    return tuple(row for row, _, _ in keyed(units))


def keyed(units: Known) -> tuple[tuple[Row, Unit, str], ...]:
    """The rows with their units and the names that these know them by; ingress-nginx first, then by key."""
    return tuple(sorted(_keyed(units), key=lambda item: (item[0].family != NGINX_FAMILY, item[0].key)))


def _keyed(units: Known) -> Iterator[tuple[Row, Unit, str]]:
    for family, module, unit in units:
        options = tuple(option.name for option in unit.decide)
        for name in (*unit.names, *unit.aliases):
            key = full_key(family, name)
            summary = unit.about.get(name, unit.summary)
            yield Row(key, family, module, str(unit.risk), summary, options, unit.source), unit, name


def full_key(family: str, name: str) -> str:
    """A name of a unit as it stands in a manifest."""
    return f"{NGINX}{name}" if family.startswith(NGINX_FAMILY) and "/" not in name else name
