"""Why a chart, a template or a case stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from gatelift.config.model import Phase
from gatelift.expected.expected import Change
from gatelift.findings import Finding, Severity
from gatelift.plan.charts.before import Charted
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.offer import Part, Seen


def apart(found: Charted, name: str, text: str) -> Finding:
    case = found.sources.by_name[name]
    message = (
        f"routes are prepared and not on in {name}, whose traffic stays with the Ingress: what its hosts need depends "
        f"on other Ingresses of its cluster, of which the chart knows nothing: {text}"
    )
    fix = "bring what those hosts share (certificates, regular paths, restrictions) into one chart, then run again"
    return Finding("helm/not-on", Severity.WARNING, message, fix, case.place, case.by)


def held(found: Charted, name: str, changes: Iterable[Change]) -> Finding | None:
    """That one Ingress of a deployed case is withheld: a switch turns on all routes, or none."""
    case = found.sources.by_name.get(name)
    held = next((change for change in changes if change.withheld is not None), None)
    if case is None or held is None or held.withheld is None:
        return None
    message = f"routes are prepared and not on in {name}: Ingress {held.ingress.ref} is withheld: {held.withheld.text}"
    fix = f"{held.withheld.todo}; the switch turns on all routes of these values, or none"
    if found.live.get(name):
        message = (
            f"routes ARE ON in {name}, and Ingress {held.ingress.ref} beside them is withheld by now: they may answer "
            f"what it guards: {held.withheld.text}"
        )
        fix = f"turn the gateway switch off in these values until it is decided: {held.withheld.todo}"
    return Finding("helm/not-on", Severity.WARNING, message, fix, case.place, case.by)


def left(found: Charted) -> list[Finding]:
    """The charts with a deployed case that does not render today: nothing is known of its Ingresses."""
    broken = {case.chart: case for case in found.sources.cases.items if case.deployed and case.name in found.broken}
    return [_with_broken(folder, found.broken[broken[folder].name]) for folder in sorted(broken)]


def left_alone(found: Charted, folder: str, items: Sequence[Part], taking_part: Collection[str]) -> Finding | None:
    """Why a chart is not rewritten at all.

    A case of it does not render, or it is to be retired while one of its cases needs the Ingress: a template is there
    for all of them, or for none.
    """
    cases = found.sources.cases.of(found.sources.charts, folder)
    broken = next((case for case in cases if case.deployed and case.name in found.broken), None)
    if broken is not None:
        return _with_broken(broken.chart, found.broken[broken.name])
    unfit = found.sources.cases.unfit
    unread = next((place for place, _ in found.sources.charts.keys(folder) if place in unfit), None)
    if unread is not None:
        return _with_broken(unread, unfit[unread])
    retiring = [seen for part in items if part.phase is Phase.RETIRE for seen in part.seen if seen.ingresses]
    deployed = [seen for seen in retiring if seen.case.deployed]
    kept = next((seen.case for seen in deployed if seen.case.name not in taking_part or _stays(seen)), None)
    return _not_retired(folder, kept) if kept is not None else None


def _stays(seen: Seen) -> bool:
    return any(change is None or change.keep for change in seen.changes)


def _not_retired(folder: str, case: Case) -> Finding:
    message = f"the chart {folder} is not retired and stays as it is, for {case.name} needs its Ingress"
    fix = "see what is said of that case; its template is there for all cases, or for none"
    return Finding("helm/not-retired", Severity.WARNING, message, fix, case.place, case.by)


def _with_broken(folder: str, why: Finding) -> Finding:
    message = f"the chart {folder} stays as it is, for one of its deployed cases does not render: {why.message}"
    return Finding("helm/left", Severity.WARNING, message, why.fix, why.place)
