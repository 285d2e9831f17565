"""The ledger as a pull request shows it: an item per Ingress, what asks for a decision first."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gatelift.intent.outcome import WEIGHT, Disposition
from gatelift.report.listing import Line, block, by_ingress, rooted
from gatelift.report.model import IngressReport, Report, Status
from gatelift.report.overview import blocks, is_large

_SAYS = {Status.CONVERTED: "converted", Status.WITHHELD: "withheld, the Ingress stays", Status.LEFT: "left as it is"}


class Item(msgspec.Struct, frozen=True):
    """What became of one Ingress, or of several of which the same is true."""

    name: str
    """As ``namespace/name``; empty where ``head`` says all."""
    head: str
    place: str
    objects: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def worst(self) -> Disposition:
        """The heaviest disposition among its lines."""
        return min((line.disposition for line in self.lines), key=lambda one: WEIGHT[one], default=Disposition.EXACT)


def items(report: Report) -> tuple[Item, ...]:
    """All items, refused ones first, else in the order of the report."""
    found = _overview(report) if is_large(report) else _each(report)
    return tuple(sorted(found, key=lambda item: WEIGHT[item.worst]))


def _each(report: Report) -> Iterable[Item]:
    entries, named = by_ingress(report), rooted(report)
    for row in report.ingresses:
        made = block(row, entries.get(row.ingress, ()), report, named)
        yield Item(row.ingress, _head(row), row.place, (*row.objects, *row.closed_by), made.lines)


def _overview(report: Report) -> Iterable[Item]:
    for made in blocks(report):
        yield Item("", made.head, "", (), made.lines)


def _head(row: IngressReport) -> str:
    return f"{_SAYS[row.status]}: {row.reason}" if row.reason else _SAYS[row.status]
