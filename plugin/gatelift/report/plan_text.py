"""A plan for people: the roots with their proofs, the account of the Ingresses, the templates of charts, the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from gatelift.config.model import Phase
from gatelift.findings import Finding, Severity
from gatelift.plan.model import Plan, RootKind, RootPlan, TemplatePlan
from gatelift.proof.evidence import TRAFFIC, Evidence
from gatelift.report.model import Report, reported
from gatelift.report.planned import change, report_of, shown
from gatelift.report.safe import harmless, plural
from gatelift.report.summary import next_step
from gatelift.report.text import render, render_findings
from gatelift.report.withdrawn import reasons, without_reasons

_WORDS = {"plain": "plain folder", "kustomization": "kustomization", "chart": "chart case"}
_SHOWN = 8
"""So many scopes are named."""
_SHOWN_OF_REPLAY = 12
"""So many things that a replay leaves out are shown of each cluster; JSON has all."""
_NEXT = {
    Phase.COEXIST: "review the difference, merge it, compare traffic on the Gateway's address; then --phase cutover",
    Phase.CUTOVER: "review the difference, merge it, wait until DNS and certificates follow; then --phase retire",
    Phase.RETIRE: "review the difference and merge it; the Ingresses are gone with it",
}


def render_plan(plan: Plan, *, wrote: bool = False, width: int = 80, colour: bool = False, quiet: bool = False) -> str:
    """The whole text. ``wrote``: whether the files were written."""
    report = report_of(plan)
    if quiet:
        return render_findings(_errors(plan)) + "".join(f"{line}\n" for line in _summary(plan, report, wrote))
    head = "".join(f"{line}\n" for line in (*_roots(plan), *_templates(plan.templates), *_replays(plan)))
    # The account ends with its own next step, which is that of a conversion: ours takes its place.
    account = render(without_reasons(report, plan.roots), (), width, colour)
    kept = [line for line in account.splitlines(keepends=True) if not line.startswith(("next: ", "The whole ledger"))]
    return head + "".join(kept) + "".join(f"{line}\n" for line in _summary(plan, report, wrote))


def _errors(plan: Plan) -> tuple[Finding, ...]:
    return tuple(item for item in plan.findings if item.severity is Severity.ERROR)


def _roots(plan: Plan) -> Iterator[str]:
    why = reasons(plan.roots, plan.findings)
    for item in plan.roots:
        if item.tried and item.proved:
            continue
        state = f"withdrawn: {why[item.root]}" if item.withdrawn else _proved(item)
        made = plural(len(item.routes), "object") if item.routes else "nothing"
        yield (
            f"Root {harmless(shown(item.root))} ({_WORDS[item.kind]}, {_scope(item)}, "
            f"phase {item.phase}): {plural(item.ingresses, 'Ingress')}, {made} beside; {harmless(state)}"
        )


def _scope(item: RootPlan) -> str:
    return "not deployed" if item.tried else f"scope {harmless(item.scope)}"


def _templates(items: Sequence[TemplatePlan]) -> Iterator[str]:
    """Which strategy each template got, and why those before it did not do."""
    for item in items:
        state = (
            f"{item.strategy}, proved in {plural(item.cases, 'case')}, off and on" if item.strategy else "left alone"
        )
        note = f"; {harmless(item.note)}" if item.note else ""
        yield f"Template {harmless(shown(item.path))}: {state}{note}"
        for each in item.given_up:
            at = f" ({harmless(str(each.place))})" if each.place else ""
            yield f"  not {each.strategy}: {harmless(each.why)}{at}"


def _proved(item: RootPlan) -> str:
    if not item.evidence:
        return "not proved"
    failed = [each for each in item.evidence if not each.holds]
    if failed:
        return f"{failed[0].proof} does not hold: {failed[0].text}"
    # What these leave out takes nothing from the others, and has lines of its own.
    parts = [part for each in item.evidence if each.proof not in TRAFFIC for part in each.partial]
    names = ", ".join(_name(each) for each in item.evidence)
    return f"proved up to {', '.join(dict.fromkeys(parts))}" if parts else f"proved ({names})"


def _name(item: Evidence) -> str:
    return f"{item.proof} in part" if item.proof in TRAFFIC and item.partial else str(item.proof)


def _replays(plan: Plan) -> Iterator[str]:
    """What was replayed of each cluster, and what it leaves out."""
    for item in plan.replays:
        holds = "holds" if item.holds else "does not hold"
        yield f"Replay {harmless(item.root) or 'of all roots'}: {holds}; {harmless(item.text)}"
        for part in item.partial[:_SHOWN_OF_REPLAY]:
            yield f"  {harmless(part)}"
        if len(item.partial) > _SHOWN_OF_REPLAY:
            yield f"  and {len(item.partial) - _SHOWN_OF_REPLAY} more: the report as JSON has all"


def _replayed(plan: Plan) -> Iterator[str]:
    """All replays in a line, which stands in a short account too."""
    made = plan.replays
    wrong = next((item for item in made if not item.holds), None)
    if wrong is not None:
        yield f"Replay: does not hold{harmless(f' in {wrong.root}' if wrong.root else '')}; {harmless(wrong.text)}"
    elif made:
        requests = sum(item.traffic.requests for item in made if item.traffic)
        part = "; not all of it can be replayed" if any(item.partial for item in made) else ""
        yield f"Replay: holds; {plural(requests, 'request')} in {plural(len(made), 'cluster')}{part}"


def _summary(plan: Plan, report: Report, wrote: bool) -> Iterator[str]:
    kinds = Counter(_WORDS[item.kind] for item in plan.roots)
    counted = ", ".join(plural(count, name) for name, count in sorted(kinds.items())) or "none"
    withdrawn = sum(1 for item in plan.roots if item.withdrawn)
    proved = sum(1 for item in plan.roots if item.proved and not item.withdrawn)
    yield f"Roots: {counted}; {proved} proved, {withdrawn} withdrawn"
    yield f"Scopes: {_some(plan.scopes)}"
    yield from _replayed(plan)
    if plan.engines:
        yield f"Engines: {', '.join(map(harmless, plan.engines))}"
    changes = Counter(change(item) for item in plan.files)
    done = "" if wrote or not plan.files else ", none of it written"
    files = ", ".join(f"{changes[name]} {name}" for name in ("added", "changed", "removed") if changes[name])
    yield f"Files: {files or 'nothing to change'}{done}"
    yield f"Plan: {plan.digest}"
    yield f"next: {_step(plan, report, wrote)}"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(map(harmless, names[:_SHOWN])) or "none"
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


def _step(plan: Plan, report: Report, wrote: bool) -> str:
    if plan.disagrees:
        return "see with 'gatelift replay' what is answered differently, and correct it: until then nothing is written"
    wrong = sum(1 for root in plan.roots if not root.withdrawn and not all(item.holds for item in root.evidence))
    if wrong:
        return f"correct the sources of {plural(wrong, 'root')}: the first difference of each stands above"
    if plan.files and not wrote and _errors(plan):
        return "correct what the errors above point at: nothing is written while something cannot be read"
    asked = report.summary.undecided or report.summary.withheld
    if not report.summary.ingresses and plan.findings:
        return "see what is said above: no Ingress is in what can be built"
    if asked or not plan.files or not report.summary.ingresses:
        step = next_step(report, reported(plan.findings))
        if not plan.files and not asked and report.summary.converted:
            return "nothing: the sources say all of this already"
        return step
    then = _NEXT[plan.phase]
    if all(root.kind is RootKind.CHART for root in plan.roots):
        then = then.replace("--phase cutover", "--phase retire")  # charts have no cutover
    return then if wrote else f"write it with 'gatelift rewrite', then {then}"
