"""Why roots are withdrawn, said whole once in a text: the root's own line has it, and the rest refers to that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from gatelift.findings import Finding
from gatelift.plan.model import RootPlan
from gatelift.report.listing import sentence
from gatelift.report.model import IngressReport, Report, Status
from gatelift.report.planned import shown

_ABOVE = "its root is withdrawn, see above"


def reasons(roots: Sequence[RootPlan], findings: Sequence[Finding]) -> Mapping[str, str]:
    """Root -> why it is withdrawn and what to do; of several with one reason the first says it."""
    fixes = {item.message: item.fix for item in findings}
    first: dict[str, str] = {}
    found: dict[str, str] = {}
    for item in roots:
        if not item.withdrawn:
            continue
        said = first.setdefault(item.withdrawn, item.root)
        whole = sentence(item.withdrawn, fixes.get(item.withdrawn, ""))
        found[item.root] = whole if said == item.root else f"for the same reason as root {shown(said)}"
    return found


def without_reasons(report: Report, roots: Sequence[RootPlan]) -> Report:
    """``report`` for whoever has read ``reasons()`` above it."""
    told = frozenset(item.withdrawn for item in roots if item.withdrawn)
    if not told:
        return report
    findings = tuple(item for item in report.findings if item.message not in told)
    return replace(report, findings=findings, ingresses=tuple(_rows(report.ingresses, told)))


def _rows(rows: Sequence[IngressReport], told: frozenset[str]) -> Iterator[IngressReport]:
    for row in rows:
        along = row.status is Status.WITHHELD and row.reason in told
        yield replace(row, reason=_ABOVE, todo="") if along else row
