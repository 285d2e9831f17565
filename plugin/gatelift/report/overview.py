"""What is shown of a run: every Ingress of a small one; of a large one what asks for a decision, the rest counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from gatelift.intent.outcome import WEIGHT, Disposition
from gatelift.report.listing import FIELDS, Block, Line, block, by_ingress, reason, rooted
from gatelift.report.model import IngressReport, LedgerEntry, Report, Status
from gatelift.report.pointers import readable
from gatelift.report.safe import harmless, plural

LARGE = 40
"""A run of more Ingresses is shown as an overview, with at most so many blocks."""
SUBJECTS = 120
"""How many different annotations and fields an overview names."""

_Subject = tuple[Disposition, str]


def blocks(report: Report) -> tuple[Block, ...]:
    """What is shown, in order."""
    return tuple(_overview(report) if is_large(report) else _all(report))


def is_large(report: Report) -> bool:
    """Whether only an overview is shown."""
    return len(report.ingresses) > LARGE


def _all(report: Report) -> Iterator[Block]:
    entries, named = by_ingress(report), rooted(report)
    for row in report.ingresses:
        yield block(row, entries.get(row.ingress, ()), report, named)


def _overview(report: Report) -> Iterator[Block]:
    entries, named = by_ingress(report), rooted(report)
    left = [row for row in report.ingresses if row.status is Status.LEFT]
    ours = [row for row in report.ingresses if row.status is not Status.LEFT]
    asking = [row for row in ours if _asks(row, entries.get(row.ingress, ()))]
    alike: dict[object, list[tuple[IngressReport, Block]]] = {}
    for row in asking:
        made = block(row, entries.get(row.ingress, ()), report, named)
        alike.setdefault((made.status, made.lines, row.reason, bool(row.objects)), []).append((row, made))
    shown = list(alike.values())[:LARGE]
    yield from map(_together, shown)
    if rest := len(asking) - sum(map(len, shown)):
        yield Block(f"{plural(rest, 'further Ingress')} with something refused: see the report", Status.WITHHELD)
    yield from _left(left)
    if ours:
        head = f"All of the {plural(len(ours), 'Ingress')} that gatelift translates, counted"
        yield Block(head, Status.CONVERTED, tuple(_counted(report, {row.ingress for row in ours})))


def _asks(row: IngressReport, entries: Sequence[LedgerEntry]) -> bool:
    if row.status is Status.WITHHELD:
        return True
    return any(
        entry.disposition is Disposition.REFUSED and not set(row.roots).isdisjoint(entry.roots) for entry in entries
    )


def _together(group: Sequence[tuple[IngressReport, Block]]) -> Block:
    """One block for Ingresses of which the same is to be said."""
    row, first = group[0]
    if len(group) == 1:
        return first
    what = "converted, but for what is refused"
    if row.status is Status.WITHHELD:
        closed = ", their places are closed" if row.objects else ""
        said = any(harmless(row.reason) in line.text for line in first.lines)
        what = f"withheld, the Ingresses stay{closed}{'' if said else reason(row)}"
    return Block(f"{len(group)} Ingresses ({_named([row for row, _ in group])}): {what}", row.status, first.lines)


def _named(rows: Sequence[IngressReport]) -> str:
    names = ", ".join(harmless(row.ingress) for row in rows[:FIELDS])
    return f"{names} and {len(rows) - FIELDS} more" if len(rows) > FIELDS else names


def _left(rows: Sequence[IngressReport]) -> Iterator[Block]:
    """The Ingresses that were left, those with the same reason together."""
    groups: dict[str, list[IngressReport]] = {}
    for row in rows:
        groups.setdefault(reason(row), []).append(row)
    for why, group in groups.items():
        yield Block(f"{plural(len(group), 'Ingress')} ({_named(group)}): left as found{why}", Status.LEFT)


def _counted(report: Report, names: set[str]) -> Iterator[Line]:
    """Every subject once per disposition, with how many Ingresses have it; exact fields only as a number."""
    found: dict[_Subject, set[str]] = {}
    texts: dict[_Subject, Counter[tuple[str, str]]] = {}
    exact_fields = 0
    for entry in report.ledger:
        if entry.ingress not in names or entry.withheld:
            continue
        if entry.disposition is Disposition.EXACT and not entry.key:
            exact_fields += len(entry.roots)
            continue
        subject = (entry.disposition, readable(entry.pointer, indexes=False))
        found.setdefault(subject, set()).add(entry.ingress)
        texts.setdefault(subject, Counter())[(entry.text, entry.todo)] += 1
    ordered = sorted(found, key=lambda subject: (WEIGHT[subject[0]], -len(found[subject]), subject[1]))
    for subject in ordered[:SUBJECTS]:
        yield _subject(subject, len(found[subject]), texts[subject])
    if len(ordered) > SUBJECTS:
        last = ordered[SUBJECTS][0]
        yield Line(last, f"{len(ordered) - SUBJECTS} more annotations and fields: see the report")
    if exact_fields:
        yield Line(Disposition.EXACT, plural(exact_fields, "field"))


def _subject(subject: _Subject, count: int, texts: Counter[tuple[str, str]]) -> Line:
    disposition, name = subject
    what = f"{harmless(name)} ({plural(count, 'Ingress')})"
    if disposition is Disposition.EXACT:
        return Line(disposition, what)
    # The most frequent wording, the first in the alphabet among equals, so that the order of input does not show.
    (text, todo), _ = min(texts.items(), key=lambda item: (-item[1], item[0]))
    more = f" ({plural(len(texts) - 1, 'other wording')} in the report)" if len(texts) > 1 else ""
    return Line(disposition, what, harmless(text) + more, harmless(todo))
