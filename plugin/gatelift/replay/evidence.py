"""A replay as a proof of the plan: it holds where every difference is explained, and says what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from gatelift.findings import Finding, Severity
from gatelift.plan.clusters import Cluster
from gatelift.plan.model import Plan, RootPlan
from gatelift.proof.evidence import Evidence, Proof, Reached, Traffic
from gatelift.replay.model import Coverage, Result
from gatelift.replay.present.model import shown
from gatelift.replay.present.rows import means, wrong
from gatelift.report.safe import plural

_FIX = (
    "nothing is written. 'gatelift replay' shows every such request: keep the Ingress with '# gatelift: ignore' above "
    "it, or convert it by hand, and report this with the sources that show it"
)


def joined(plan: Plan, made: Iterable[tuple[Cluster, Result]]) -> Plan:
    """``plan`` with what was replayed among the proofs of the roots that meet in each cluster.

    A replay that does not hold is a finding too. Which root is to blame no request says: all of the cluster bear it.
    """
    evidences: dict[str, list[Evidence]] = {}
    findings = []
    for cluster, result in made:
        item = evidence(cluster.scope, result, cluster.skipped)
        for root in _bearing(plan, cluster):
            evidences.setdefault(root, []).append(item)
        if not item.holds:
            findings.append(_finding(item))
    roots = tuple(replace(root, evidence=(*root.evidence, *evidences.get(root.root, ()))) for root in plan.roots)
    return replace(plan, roots=roots, findings=(*plan.findings, *findings))


def evidence(cluster: str, result: Result, skipped: Sequence[str] = ()) -> Evidence:
    """What a replay proves of one cluster: its figures where it holds, else the first disagreement.

    ``skipped``: roots of the cluster that were not replayed, with the reason.
    """
    return Evidence(
        proof=Proof.REPLAY,
        root=cluster,
        holds=result.holds,
        text=_text(result),
        partial=tuple(_partial(result, skipped)),
        traffic=Traffic(
            versions=dict(result.versions),
            requests=result.requests,
            agreed=result.agreed,
            partly=result.partly,
            before=_reached(result.before),
            after=_reached(result.after),
        ),
    )


def _bearing(plan: Plan, cluster: Cluster) -> Sequence[str]:
    """The roots whose Ingresses or routes were asked for; all of the cluster where none is."""
    found = [root for root in plan.roots if root.root in cluster.roots]
    asked = [root.root for root in found if _takes_part(root)]
    return asked or [root.root for root in found]


def _takes_part(root: RootPlan) -> bool:
    return not root.withdrawn and bool(root.ingresses or root.routes)


def _text(result: Result) -> str:
    rows = wrong(shown("", result).disagreements)
    if rows:
        first, more = rows[0].first, len(rows) - 1
        others = f", and {plural(more, 'other disagreement')}" if more else ""
        return (
            f"{means(first)}: {first.attribute} is {first.before} before ({first.rule_before or 'no rule'}), "
            f"{first.after} after ({first.rule_after or 'no rule'}), for {first.curl}{others}"
        )
    told = sum(item.times for item in result.disagreements)
    proxies = " and ".join(f"{name} {version}" for name, version in result.versions.items())
    return (
        f"{result.requests} requests to {proxies}: "
        f"{result.agreed} answered alike, {result.partly} as far as it is replayed, {told} differences explained; "
        f"{result.before.hit} of {result.before.matches} matches hit before, "
        f"{result.after.hit} of {result.after.matches} after"
    )


def _partial(result: Result, skipped: Sequence[str]) -> Iterator[str]:
    yield from dict.fromkeys(f"not replayed: {item.why}" for item in result.not_replayed)
    yield from (f"not hit before: {name}" for name in result.before.missed)
    yield from (f"not hit after: {name}" for name in result.after.missed)
    yield from (f"assumed: {text}" for text in result.assumed)
    yield from (f"skipped: {text}" for text in skipped)


def _reached(item: Coverage) -> Reached:
    return Reached(item.matches, item.hit)


def _finding(item: Evidence) -> Finding:
    where = f" in {item.root}" if item.root else ""
    message = f"real proxies answer differently before and after{where}, and nothing says why: {item.text}"
    return Finding("replay/disagrees", Severity.WARNING, message, _FIX)
