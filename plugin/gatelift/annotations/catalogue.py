"""All units as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gatelift.annotations.registry import NGINX_FAMILY
from gatelift.annotations.unit import NGINX, Unit


class Row(msgspec.Struct, frozen=True):
    """One annotation: its full key (or a beginning and ``*``), what its refusal blocks, its meaning, its options."""

    key: str
    family: str
    risk: str
    summary: str
    decide: tuple[str, ...]
    source: str

    def plain(self) -> dict[str, object]:
        """The row as plain data."""
        made: dict[str, object] = msgspec.to_builtins(self)
        return made


def catalogue(units: Iterable[tuple[str, str, Unit]]) -> tuple[Row, ...]:
    """A row per key, aliases included, sorted by key."""
    rows = [
        Row(prefix + name, family, str(unit.risk), unit.summary, tuple(o.name for o in unit.decide), unit.source)
        for family, _, unit in units
        for prefix in (NGINX if family == NGINX_FAMILY else "",)
        for name in (*unit.names, *unit.aliases)
    ]
    return tuple(sorted(rows, key=lambda row: (row.family != NGINX_FAMILY, row.key)))
