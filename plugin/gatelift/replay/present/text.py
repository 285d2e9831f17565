"""A replay for people: plain lines for a pipe, a table for a terminal. Both say the same in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatelift.replay.present.model import ClusterReplay, ReplayReport, ShownDisagreement, ShownNotReplayed
from gatelift.report.safe import harmless, plural

_SHOWN = 12
"""So many explained disagreements, deviations and missed matches are shown of each cluster; JSON has all."""


def render(made: ReplayReport) -> str:
    """The whole account, with a final newline."""
    lines = [line for item in made.clusters for line in (*cluster(item), "")]
    return "".join(f"{line}\n" for line in (*lines, verdict(made)))


def verdict(made: ReplayReport) -> str:
    """The last line: whether the replay holds, and what to do next."""
    wrong = sum(not item.explained for each in made.clusters for item in each.disagreements)
    if not made.clusters:
        return "replay: nothing to replay; no Ingress of ingress-nginx was found"
    if wrong:
        return (
            f"replay: does not hold; {plural(wrong, 'disagreement')} that nothing explains. Traffic would be answered "
            "differently: correct the rule that the request hits, and replay again"
        )
    return "replay: holds; every difference is one that the ledger or docs/differences.md tells"


def cluster(item: ClusterReplay) -> Iterator[str]:
    """One cluster: its figures, then disagreements from the gravest on, then what was not replayed."""
    name = f"{harmless(item.cluster)}: " if item.cluster else ""
    proxies = ", ".join(f"{harmless(proxy)} {harmless(version)}" for proxy, version in item.versions.items())
    yield f"{name}{plural(item.requests, 'request')} to both sides ({proxies})"
    for label, text in figures(item):
        yield f"  {label}: {text}"
    for each in item.disagreements:
        if not each.explained:
            yield from _told("DISAGREES", each)
    explained = by_explanation(item.disagreements)
    for each, others in list(explained.values())[:_SHOWN]:
        yield from _told("differs", each, others)
    yield from _more(len(explained), "explained difference")
    for lost in item.not_replayed:
        yield f"  not replayed: {_lost(lost)}"
    for each in item.deviations[:_SHOWN]:
        yield f"  Traefik is not nginx: {_request(each)}: {each.attribute} {harmless(each.before)} in nginx, " + (
            f"{harmless(each.after)} in Traefik's imitation"
        )
    yield from _more(len(item.deviations), "deviation")
    yield from _list("missed before", item.before.missed)
    yield from _list("missed after", item.after.missed)
    yield from _list("assumed", item.assumed)
    yield from _list("skipped", item.skipped)


def figures(item: ClusterReplay) -> Iterator[tuple[str, str]]:
    """Label and text of the figures."""
    wrong = sum(each.times for each in item.disagreements if not each.explained)
    told = sum(each.times for each in item.disagreements if each.explained)
    yield (
        "answered alike",
        f"{item.agreed}"
        + (f" ({item.by_order} of them by Traefik's order among regular paths)" if item.by_order else ""),
    )
    if item.partly:
        yield "answered alike as far as it is replayed", str(item.partly)
    yield "differences explained", str(told)
    yield "differences not explained", str(wrong)
    yield (
        "matches hit",
        (f"{item.before.hit} of {item.before.matches} before, {item.after.hit} of {item.after.matches} after"),
    )


def by_explanation(items: Sequence[ShownDisagreement]) -> dict[str, tuple[ShownDisagreement, int]]:
    """Explanation -> the first difference that it explains, and how many requests more it explains."""
    found: dict[str, tuple[ShownDisagreement, int]] = {}
    for item in items:
        if item.explained:
            first, more = found.get(item.explained, (item, -item.times))
            found[item.explained] = (first, more + item.times)
    return found


def _told(word: str, item: ShownDisagreement, others: int = 0) -> Iterator[str]:
    more = f", and {plural(others, 'other')}" if others else ""
    yield f"  {word}: {item.attribute} of {_request(item)} ({plural(item.times, 'request')}{more})"
    yield f"    before: {harmless(item.before)}"
    yield f"    after:  {harmless(item.after)}"
    if item.explained:
        yield f"    explained by {harmless(item.explained)}"
    else:
        yield f"    try it: {harmless(item.curl)}"


def _request(item: ShownDisagreement) -> str:
    request = item.request
    parts = [f"{request.method} {request.url}"]
    if request.headers:
        parts.append(f"with {', '.join(request.headers)}")
    if request.body:
        parts.append(f"with a body of {request.body} bytes")
    if request.client:
        parts.append(f"from {request.client}")
    return harmless(" ".join(parts))


def _lost(item: ShownNotReplayed) -> str:
    where = f" on {', '.join(item.hosts)}" if item.hosts else ""
    paths = f" at {', '.join(item.paths)}" if item.paths else ""
    return harmless(f"{item.why}{where}{paths} ({', '.join(item.attributes)})")


def _list(label: str, items: Sequence[str]) -> Iterator[str]:
    for text in items[:_SHOWN]:
        yield f"  {label}: {harmless(text)}"
    yield from _more(len(items), label)


def _more(count: int, what: str) -> Iterator[str]:
    if count > _SHOWN:
        yield f"  and {count - _SHOWN} more ({what}): -o json has all"
