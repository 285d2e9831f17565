"""The ledger as people read it: a block per Ingress, a line per thing said. What both texts are made from.

Every string in a ``Block`` is harmless for a terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from gatelift.config.model import Phase
from gatelift.expected.fields import ALONE
from gatelift.intent.outcome import Disposition
from gatelift.report.model import IngressReport, LedgerEntry, Report, Status
from gatelift.report.pointers import readable
from gatelift.report.safe import harmless, plural

FIELDS = 8
"""How many fields a line names. Annotations and settings are all named."""

_Said = tuple[Disposition, str, str, tuple[str, ...]]


class Line(msgspec.Struct, frozen=True):
    """One thing said about ``subject``, which may be several annotations and fields of which the same is true."""

    disposition: Disposition
    subject: str
    text: str = ""
    todo: str = ""


class Block(msgspec.Struct, frozen=True):
    """What became of one Ingress (or of several, in an overview)."""

    head: str
    status: Status
    lines: tuple[Line, ...] = ()


def by_ingress(report: Report) -> Mapping[str, Sequence[LedgerEntry]]:
    """The ledger by the name of the Ingress."""
    found: dict[str, list[LedgerEntry]] = {}
    for entry in report.ledger:
        found.setdefault(entry.ingress, []).append(entry)
    return found


def block(row: IngressReport, entries: Iterable[LedgerEntry], report: Report, rooted: bool) -> Block:
    """What became of one Ingress. ``entries``: all of its name; ``rooted``: whether its roots have to be named."""
    everything = tuple(entries)
    mine = [entry for entry in everything if not set(row.roots).isdisjoint(entry.roots)]
    # Where the same Ingress became something else in another root, its place alone does not tell which one this is.
    several = bool(row.roots[1:]) or not row.place or len(mine) < len(everything)
    return Block(_head(row, mine, report.phase, rooted and several), row.status, tuple(_lines(row, mine)))


def rooted(report: Report) -> bool:
    """Whether there are several roots, so that an Ingress has to be named with its own."""
    return len({root for row in report.ingresses for root in row.roots}) > 1


def reason(row: IngressReport) -> str:
    """Why, and what to do, as the end of a sentence; empty where there is no reason."""
    return sentence(f": {harmless(row.reason)}" if row.reason else "", harmless(row.todo))


def sentence(text: str, todo: str) -> str:
    """``text`` with what to do after it."""
    if not todo:
        return text
    return f"{text.rstrip('.')}. What to do: {todo}" if text else f"What to do: {todo}"


def _head(row: IngressReport, entries: Sequence[LedgerEntry], phase: Phase, rooted: bool) -> str:
    place = f" ({harmless(row.place)})" if row.place else ""
    roots = f" [{'roots' if row.roots[1:] else 'root'} {_some(row.roots)}]" if rooted else ""
    return f"Ingress {harmless(row.ingress)}{place}{roots}: {_became(row, entries, phase)}"


def _became(row: IngressReport, entries: Sequence[LedgerEntry], phase: Phase) -> str:
    objects = ", ".join(map(harmless, row.objects))
    if row.status is Status.LEFT:
        return f"left as it is{reason(row)}"
    if row.status is Status.WITHHELD:
        closed = f", its place is closed by {', '.join(map(harmless, row.closed_by))}" if row.closed_by else ""
        said = any(row.reason in entry.text for entry in entries if not entry.withheld)
        return f"withheld, the Ingress stays{closed}{'' if said else reason(row)}"
    made = f"converted to {objects}" if objects else "converted, without new objects of its own"
    return f"{made}; the Ingress stays: {harmless(row.stays)}" if row.stays and phase is Phase.RETIRE else made


def _lines(row: IngressReport, entries: Sequence[LedgerEntry]) -> Iterator[Line]:
    if row.status is Status.LEFT:
        yield from _left(row, entries)
        return
    groups: dict[_Said, list[LedgerEntry]] = {}
    along = []
    for entry in entries:
        if entry.text == ALONE:
            continue  # true of every host of such a run, and said once in its summary
        if entry.withheld:
            along.append(entry)
        else:
            groups.setdefault(_said(entry, row), []).append(entry)
    for disposition in Disposition:
        yield from (_line(said, group) for said, group in groups.items() if said[0] is disposition)
        if disposition is Disposition.REFUSED and along:
            yield Line(disposition, f"{_further(along, 'further ')} withheld with it: {_names(along, counted=True)}")


def _left(row: IngressReport, entries: Sequence[LedgerEntry]) -> Iterator[Line]:
    """A line for each annotation of which something is to be said beside why the Ingress is left, the rest counted."""
    own = [entry for entry in entries if entry.key and entry.text != row.reason]
    rest = [entry for entry in entries if entry not in own]
    first = entries[0].disposition if entries else Disposition.INERT
    yield Line(first, f"{_further(rest, '')} left with it: {_names(rest, counted=True)}")
    for entry in own:
        # Why it is left stands above already.
        yield Line(
            entry.disposition,
            readable(entry.pointer),
            harmless(entry.text.removeprefix(f"{row.reason}. ").removeprefix("left as it is. ")),
        )


def _said(entry: LedgerEntry, row: IngressReport) -> _Said:
    """What makes entries share a line. What is exact needs no words, so all of it does."""
    only = () if set(row.roots) <= set(entry.roots) else tuple(root for root in entry.roots if root in row.roots)
    if entry.disposition is Disposition.EXACT:
        return (entry.disposition, "", "", only)
    return (entry.disposition, entry.text, entry.todo, only)


def _line(said: _Said, entries: Sequence[LedgerEntry]) -> Line:
    disposition, text, todo, only = said
    subject = _names(entries, counted=disposition is Disposition.EXACT)
    where = f" [only in {_some(only)}]" if only else ""
    return Line(disposition, subject + where, harmless(text), harmless(todo))


def _names(entries: Iterable[LedgerEntry], counted: bool) -> str:
    """The subjects of ``entries``: all keys, and the fields; where ``counted``, only how many fields."""
    keys: dict[str, None] = {}
    fields: dict[str, None] = {}
    for entry in entries:
        (keys if entry.key else fields)[readable(entry.pointer)] = None
    shown = [] if counted else list(fields)[:FIELDS]
    names = [harmless(name) for name in (*keys, *shown)]
    rest = len(fields) - len(shown)
    if rest:
        names.append(plural(rest, "further field" if shown else "field"))
    return ", ".join(names[:-1]) + (" and " if rest and names[1:] else ", " if names[1:] else "") + "".join(names[-1:])


def _further(entries: Sequence[LedgerEntry], word: str) -> str:
    return f"{plural(len(entries), f'{word}entry')} {'is' if len(entries) == 1 else 'are'}"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(harmless(name) or "." for name in names[:FIELDS])
    return f"{shown} and {len(names) - FIELDS} more" if len(names) > FIELDS else shown
