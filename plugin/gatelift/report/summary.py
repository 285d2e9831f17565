"""The end of every text: the counts of the run, and the next step as a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatelift.config.model import Phase
from gatelift.findings import Severity
from gatelift.intent.outcome import Disposition
from gatelift.report.model import Report, ReportedFinding, Summary
from gatelift.report.safe import harmless, plural

_APPLY = {
    Phase.COEXIST: "apply the objects beside the Ingresses and compare the traffic, then run with --phase cutover",
    Phase.CUTOVER: "apply the objects and wait until DNS and certificates follow, then run with --phase retire",
    Phase.RETIRE: "apply the objects in place of the Ingresses",
}


def rows(report: Report) -> Iterator[tuple[str, str]]:
    """The counts, as label and text."""
    made = report.summary
    yield "Run", f"phase {report.phase}, target {harmless(report.target)}, {_facts(report)}"
    yield "Ingresses", _ingresses(made)
    yield "Objects", ", ".join(f"{count} {harmless(kind)}" for kind, count in made.objects.items()) or "none new"
    if report.shared:
        yield "For all", ", ".join(map(harmless, dict.fromkeys(report.shared)))
    yield "Entries", ", ".join(f"{count} {name}{_of_these(name, made)}" for name, count in made.entries.items())


def next_step(report: Report, findings: Sequence[ReportedFinding]) -> str:
    """What to do now, as a sentence without its subject."""
    made = report.summary
    errors = sum(1 for item in findings if item.severity is Severity.ERROR)
    if errors:
        return f"correct the {plural(errors, 'error')} above, then run again"
    if made.undecided:
        return f"decide the {plural(made.undecided, 'refused setting')} above, then run again"
    if made.withheld:
        return f"see why {plural(made.withheld, 'Ingress')} {_is(made.withheld)} withheld, then run again"
    if not made.ingresses:
        return "nothing: there is no Ingress in the input"
    if not made.converted:
        return "see why nothing was converted: every Ingress was left as it is"
    if moved := made.entries[Disposition.MOVED]:
        return f"set up what moved ({plural(moved, 'entry')} above), then {_APPLY[report.phase]}"
    return _APPLY[report.phase]


def _facts(report: Report) -> str:
    if report.complete:
        return "with the facts of all applications"
    return "judged from this input alone: Ingresses elsewhere may share its hosts (gatelift facts, --facts FILE)"


def _ingresses(made: Summary) -> str:
    parts = (
        f"{made.ingresses} read",
        f"{made.converted} converted",
        f"{made.withheld} withheld",
        f"{made.left} left",
        f"{made.kept} kept",
    )
    return ", ".join(parts)


def _of_these(name: Disposition, made: Summary) -> str:
    if name is Disposition.REFUSED and made.entries[name] != made.undecided:
        return f" ({made.undecided} to decide)"
    return ""


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
