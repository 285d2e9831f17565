"""A replay for people: plain lines for a pipe, a table for a terminal. Both say the same in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatelift.replay.model import Judge
from gatelift.replay.present.model import ClusterReplay, ReplayReport, ShownNotReplayed
from gatelift.replay.present.rows import Row, explained, means, rules, wrong
from gatelift.report.requests import in_a_line
from gatelift.report.safe import harmless, plural
from gatelift.traffic.model import Attribute

_IMITATED = ". Traefik's imitation of ingress-nginx was asked, which has faults of its own: see --before nginx first"
MOST_WRONG = 24
"""So many disagreements are shown of each cluster; who has more has seen enough to act."""
MOST_TOLD = 12
"""So many explained disagreements, deviations and missed matches are shown of each cluster; JSON has all."""


def render(made: ReplayReport) -> str:
    """The whole account, with a final newline."""
    lines = [line for item in made.clusters for line in (*cluster(item), "")]
    return "".join(f"{line}\n" for line in (*lines, verdict(made)))


def verdict(made: ReplayReport) -> str:
    """The last line: whether the replay holds, and what to do next."""
    found = sum(len(wrong(each.disagreements)) for each in made.clusters)
    if not made.clusters:
        return "replay: nothing to replay; no Ingress of ingress-nginx was found, or no route to hold it against"
    if found:
        return (
            f"replay: does not hold; {plural(found, 'disagreement')} that nothing explains. Do not merge: correct the "
            "rule that is named or missing, and replay again" + _IMITATED * _is_imitated(made)
        )
    return "replay: holds; every difference is one that the ledger or docs/differences.md tells"


def _is_imitated(made: ReplayReport) -> bool:
    return any(each.judge is Judge.TRAEFIK for item in made.clusters for each in item.disagreements)


def cluster(item: ClusterReplay) -> Iterator[str]:
    """One cluster: its figures, then disagreements from the gravest on, then what was not replayed."""
    name = f"{harmless(item.cluster)}: " if item.cluster else ""
    proxies = ", ".join(f"{harmless(proxy)} {harmless(version)}" for proxy, version in item.versions.items())
    yield f"{name}{plural(item.requests, 'request')} to both sides ({proxies})"
    for label, text in figures(item):
        yield f"  {label}: {text}"
    found = wrong(item.disagreements)
    for row in found[:MOST_WRONG]:
        yield from _wrong(row)
    yield from _more(len(found), "disagreement", MOST_WRONG)
    told = explained(item.disagreements)
    for row in told[:MOST_TOLD]:
        yield from _explained(row)
    yield from _more(len(told), "explained difference")
    for each in item.not_replayed:
        yield f"  not replayed: {_lost(each)}"
    for one in item.deviations[:MOST_TOLD]:
        yield f"  Traefik is not nginx: {in_a_line(one.request)}: {one.attribute} {harmless(one.before)} in nginx, " + (
            f"{harmless(one.after)} in Traefik's imitation"
        )
    yield from _more(len(item.deviations), "deviation")
    yield from _list("missed before", item.before.missed)
    yield from _list("missed after", item.after.missed)
    yield from _list("assumed", item.assumed)
    yield from _list("skipped", item.skipped)


def figures(item: ClusterReplay) -> Iterator[tuple[str, str]]:
    """Label and text of the figures."""
    unexplained = sum(each.times for each in item.disagreements if not each.explained)
    told = sum(each.times for each in item.disagreements if each.explained)
    yield (
        "answered alike",
        f"{item.agreed}"
        + (f" ({item.by_order} of them by Traefik's order among regular paths)" if item.by_order else ""),
    )
    if item.partly:
        yield "answered alike as far as it is replayed", str(item.partly)
    yield "differences explained", str(told)
    yield "differences not explained", str(unexplained)
    yield (
        "matches hit",
        (f"{item.before.hit} of {item.before.matches} before, {item.after.hit} of {item.after.matches} after"),
    )


def _wrong(row: Row) -> Iterator[str]:
    first = row.first
    yield f"  DISAGREES: {first.attribute} of {in_a_line(first.request)} ({harmless(row.count)})"
    for side, told, rule in zip(("before", "after"), (first.before, first.after), rules(first), strict=True):
        yield f"    {side}:".ljust(12) + harmless(told)
        yield f"{'':12}by {harmless(rule)}"
    yield f"    means:  {means(first)}"
    yield f"    try it: {harmless(first.curl)}"


def _explained(row: Row) -> Iterator[str]:
    first = row.first
    yield f"  differs: {first.attribute} of {in_a_line(first.request)} ({harmless(row.count)})"
    yield f"    before: {harmless(first.before)}"
    yield f"    after:  {harmless(first.after)}"
    yield f"    explained by {harmless(first.explained)}"


def _lost(item: ShownNotReplayed) -> str:
    where = f" on {', '.join(item.hosts)}" if item.hosts else ""
    paths = f" at {', '.join(item.paths)}" if item.paths else ""
    return harmless(f"{item.why}{where}{paths} ({lost(item)})")


def lost(item: ShownNotReplayed) -> str:
    """What is not compared."""
    return "everything" if len(item.attributes) == len(Attribute) else ", ".join(item.attributes)


def _list(label: str, items: Sequence[str]) -> Iterator[str]:
    for text in items[:MOST_TOLD]:
        yield f"  {label}: {harmless(text)}"
    yield from _more(len(items), label)


def _more(count: int, what: str, shown: int = MOST_TOLD) -> Iterator[str]:
    if count > shown:
        yield f"  and {count - shown} more ({what}): -o json has all"
