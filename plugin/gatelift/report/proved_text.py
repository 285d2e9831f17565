"""A symbolic proof for people: plain and stable lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatelift.report.proved import ProvedCluster, ProvedDifference, ProvedLess, ProveReport
from gatelift.report.requests import in_a_line
from gatelift.report.safe import harmless, plural
from gatelift.traffic.model import Attribute

MOST = 24
"""So many differences of each sort are shown of each cluster; JSON has all."""


def render(made: ProveReport) -> str:
    """The whole account, with a final newline."""
    lines = [line for item in made.clusters for line in (*_cluster(item), "")]
    return "".join(f"{line}\n" for line in (*lines, _last(made)))


def _last(made: ProveReport) -> str:
    wrong = sum(not each.explained for item in made.clusters for each in item.differences)
    if not made.clusters:
        return "prove: nothing to prove; no Ingress of ingress-nginx was found, or no route to hold it against"
    if wrong:
        return (
            f"prove: does not hold; {plural(wrong, 'difference')} that nothing explains. Do not merge: correct the "
            "rule that is named or missing, and prove again"
        )
    undecided = sum(len(item.undecided) for item in made.clusters)
    if undecided:
        return f"prove: holds where it is decided; {plural(undecided, 'host')} undecided, see the reasons above"
    told = "every request is answered alike, or otherwise as the ledger or docs/differences.md tells"
    left = any(item.not_compared or item.sampled for item in made.clusters)
    return f"prove: holds; {told}{', but for what is not compared, see above' if left else ''}"


def _cluster(item: ProvedCluster) -> Iterator[str]:
    name = f"{harmless(item.cluster)}: " if item.cluster else ""
    yield f"{name}{item.verdict}"
    yield (
        f"  covered: {plural(item.classes, 'class')} of requests, {plural(item.hosts, 'host')}, "
        f"{plural(item.rules_before, 'rule')} before, {item.rules_after} after"
    )
    wrong = [each for each in item.differences if not each.explained]
    for each in wrong[:MOST]:
        yield from _wrong(each)
    yield from _more(len(wrong), "difference")
    stated: dict[str, list[ProvedDifference]] = {}
    for each in item.differences:
        if each.explained:
            stated.setdefault(each.explained, []).append(each)
    for alike in list(stated.values())[:MOST]:
        yield from _stated(alike)
    yield from _more(len(stated), "stated difference")
    yield from (f"  undecided: {harmless(each.host)}: {harmless(each.why)}" for each in item.undecided[:MOST])
    yield from _more(len(item.undecided), "undecided host")
    yield from (f"  not compared: {_less(each)}" for each in item.not_compared)
    yield from _listed("compared on some paths only: the rewrite of", item.sampled)
    yield from _listed("assumed:", item.assumed)
    yield from _listed("skipped:", item.skipped)


def _wrong(item: ProvedDifference) -> Iterator[str]:
    yield f"  DIFFERS: {item.attribute} of {in_a_line(item.request)}"
    for side, said, rule in (("before", item.before, item.rule_before), ("after", item.after, item.rule_after)):
        yield f"    {side}:".ljust(12) + harmless(said)
        yield f"{'':12}by {harmless(rule or 'no rule')}"
    yield f"    means:  {item.means}"
    yield f"    try it: {harmless(item.curl)}"


def _stated(alike: Sequence[ProvedDifference]) -> Iterator[str]:
    """The smallest request of those that one sentence explains."""
    item, requests = alike[0], sum(each.requests for each in alike)
    yield f"  stated: {item.attribute} of {in_a_line(item.request)} ({plural(requests, 'request')})"
    yield f"    before: {harmless(item.before)}"
    yield f"    after:  {harmless(item.after)}"
    yield f"    explained by {harmless(item.explained)}"


def _less(item: ProvedLess) -> str:
    where = f" on {', '.join(item.hosts)}" if item.hosts else ""
    paths = f" at {', '.join(item.paths)}" if item.paths else ""
    of = "everything" if len(item.attributes) == len(Attribute) else ", ".join(item.attributes)
    return harmless(f"{item.why}{where}{paths} ({of})")


def _listed(label: str, items: Sequence[str]) -> Iterator[str]:
    yield from (f"  {label} {harmless(text)}" for text in items[:MOST])
    yield from _more(len(items), label.removesuffix(":"))


def _more(count: int, what: str) -> Iterator[str]:
    if count > MOST:
        yield f"  and {count - MOST} more ({what}): -o json has all"
