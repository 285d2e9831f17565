"""A plan for people and for programs: the roots with their proofs, the account of the Ingresses, the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatelift.config.model import Phase
from gatelift.findings import Finding, Severity
from gatelift.plan.model import FileChange, Plan, RootPlan, TemplatePlan
from gatelift.proof.evidence import Evidence, Proof, Traffic
from gatelift.report.model import Report, build, reported
from gatelift.report.safe import harmless, plural
from gatelift.report.summary import next_step
from gatelift.report.text import render, render_findings

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


class PlannedTraffic(msgspec.Struct, frozen=True, rename="camel"):
    """The figures of a replay."""

    cluster: Annotated[str, Meta(description="What was replayed: a scope, and the class where it has several")]
    versions: Annotated[Mapping[str, str], Meta(description="Proxy -> version")]
    requests: Annotated[int, Meta(description="Requests that were sent to both sides")]
    agreed: Annotated[int, Meta(description="Those answered alike in everything that is compared")]
    partly: Annotated[int, Meta(description="Those answered alike, where something is not replayed")]
    matches_before: Annotated[int, Meta(description="Matches of all rules of the Ingresses")]
    hit_before: Annotated[int, Meta(description="Those that a request reached")]
    matches_after: Annotated[int, Meta(description="Matches of all rules of the routes")]
    hit_after: Annotated[int, Meta(description="Those that a request reached")]


class PlannedEvidence(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One proof."""

    proof: Annotated[Proof, Meta(description="Which proof; docs/rewriting.md tells them")]
    holds: Annotated[bool, Meta(description="Whether it holds")]
    text: Annotated[str, Meta(description="The first difference, where it does not hold; else what was compared")] = ""
    partial: Annotated[
        tuple[str, ...], Meta(description="What could not be looked into, so that the proof ends there")
    ] = ()
    traffic: Annotated[PlannedTraffic | None, Meta(description="Of a replay: its figures")] = None


class PlannedRoot(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One root."""

    root: Annotated[str, Meta(description="Its folder, relative to the repository's root")]
    kind: Annotated[str, Meta(description="`plain`, `kustomization` or `chart`")]
    scope: Annotated[str, Meta(description="The cluster, as far as it is known or inferred")]
    phase: Annotated[Phase, Meta(description="How far this root goes")]
    ingresses: Annotated[int, Meta(description="Ingresses that it renders today")]
    others: Annotated[int, Meta(description="Other objects it renders, which stay as they are")]
    objects: Annotated[tuple[str, ...], Meta(description="What it has beside these, as `Kind namespace/name`")]
    evidence: Annotated[tuple[PlannedEvidence, ...], Meta(description="See PlannedEvidence")]
    withdrawn: Annotated[str, Meta(description="Why its sources stay as they are; empty where they do not")] = ""
    deployed_by: Annotated[
        tuple[str, ...], Meta(description="Argo CD and Flux objects of the repository that deploy it")
    ] = ()


class PlannedGivenUp(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A strategy that was given up."""

    strategy: Annotated[str, Meta(description="`own`, `readable` or `wrapped`; docs/helm.md tells them")]
    why: Annotated[str, Meta(description="In a sentence")]
    place: Annotated[str, Meta(description="FILE:LINE:COLUMN, where one can be named")] = ""


class PlannedTemplate(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A template of a chart that renders Ingresses."""

    template: Annotated[str, Meta(description="Its path, relative to the repository's root")]
    chart: Annotated[str, Meta(description="The chart's folder")]
    strategy: Annotated[str, Meta(description="How its routes are made; empty where the template stays as it is")]
    cases: Annotated[int, Meta(description="In how many values cases that is proved, with the switch off and on")]
    given_up: Annotated[tuple[PlannedGivenUp, ...], Meta(description="The strategies that were tried before it")] = ()
    note: Annotated[str, Meta(description="What a reviewer should know of it")] = ""


class PlannedFile(msgspec.Struct, frozen=True, rename="camel"):
    """One file that changes."""

    path: Annotated[str, Meta(description="Relative to the repository's root")]
    change: Annotated[Literal["added", "changed", "removed"], Meta(description="What becomes of it")]


class PlanReport(msgspec.Struct, frozen=True, rename="camel"):
    """A plan as a program reads it. Members may be added while ``version`` is 1."""

    version: Annotated[Literal[1], Meta(description="The version of this format")]
    digest: Annotated[str, Meta(description="Sixteen hexadecimal digits over everything that would be written")]
    engines: Annotated[tuple[str, ...], Meta(description="Engine and version of everything that rendered")]
    scopes: Annotated[tuple[str, ...], Meta(description="The clusters, as far as they are known or inferred")]
    roots: Annotated[tuple[PlannedRoot, ...], Meta(description="See PlannedRoot")]
    templates: Annotated[tuple[PlannedTemplate, ...], Meta(description="See PlannedTemplate")]
    files: Annotated[tuple[PlannedFile, ...], Meta(description="Sorted by path; see PlannedFile")]
    report: Annotated[Report, Meta(description="The account of all Ingresses; see Report")]


def report_of(plan: Plan) -> Report:
    """The account of a plan's Ingresses."""
    return build(
        plan.result,
        phase=plan.phase,
        target=plan.target,
        complete=plan.complete,
        findings=plan.findings,
        places=plan.places,
    )


def planned(plan: Plan) -> PlanReport:
    """A plan as data."""
    return PlanReport(
        version=1,
        digest=plan.digest,
        engines=plan.engines,
        scopes=plan.scopes,
        roots=tuple(_root(item) for item in plan.roots),
        templates=tuple(map(_template, plan.templates)),
        files=tuple(PlannedFile(_shown(item.path), _change(item)) for item in plan.files),
        report=report_of(plan),
    )


def encode(plan: Plan) -> bytes:
    """A plan as JSON, indented, with a final newline."""
    report = planned(plan)
    try:
        data = msgspec.json.encode(report)
    except UnicodeEncodeError:
        data = msgspec.json.encode(_without_odd_bytes(msgspec.to_builtins(report)))
    return msgspec.json.format(data, indent=2) + b"\n"


def _without_odd_bytes(value: object) -> object:
    """A report in whose texts stand the names of files that are no UTF-8."""
    if isinstance(value, str):
        return _shown(value)
    if isinstance(value, dict):
        return {_without_odd_bytes(key): _without_odd_bytes(item) for key, item in value.items()}
    return [_without_odd_bytes(item) for item in value] if isinstance(value, list | tuple) else value


def _root(item: RootPlan) -> PlannedRoot:
    return PlannedRoot(
        root=_shown(item.root),
        kind=str(item.kind),
        scope=item.scope,
        phase=item.phase,
        ingresses=item.ingresses,
        others=item.objects,
        objects=item.routes,
        evidence=tuple(map(_evidence, item.evidence)),
        withdrawn=item.withdrawn,
        deployed_by=item.deployed_by,
    )


def _template(item: TemplatePlan) -> PlannedTemplate:
    return PlannedTemplate(
        template=_shown(item.path),
        chart=_shown(item.chart),
        strategy=item.strategy,
        cases=item.cases,
        given_up=tuple(
            PlannedGivenUp(each.strategy, each.why, str(each.place) if each.place else "") for each in item.given_up
        ),
        note=item.note,
    )


def _evidence(item: Evidence) -> PlannedEvidence:
    traffic = _traffic(item.root, item.traffic) if item.traffic else None
    return PlannedEvidence(item.proof, item.holds, item.text, item.partial, traffic)


def _traffic(cluster: str, item: Traffic) -> PlannedTraffic:
    return PlannedTraffic(
        cluster=cluster,
        versions=item.versions,
        requests=item.requests,
        agreed=item.agreed,
        partly=item.partly,
        matches_before=item.before.matches,
        hit_before=item.before.hit,
        matches_after=item.after.matches,
        hit_after=item.after.hit,
    )


def _shown(path: str) -> str:
    """A path as text: bytes that are no UTF-8 are shown as what they are."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _change(item: FileChange) -> Literal["added", "changed", "removed"]:
    if item.before is None:
        return "added"
    return "changed" if item.after is not None else "removed"


def render_plan(plan: Plan, *, wrote: bool = False, width: int = 80, colour: bool = False, quiet: bool = False) -> str:
    """The whole text. ``wrote``: whether the files were written."""
    report = report_of(plan)
    if quiet:
        return render_findings(_errors(plan)) + "".join(f"{line}\n" for line in _summary(plan, report, wrote))
    head = "".join(f"{line}\n" for line in (*_roots(plan.roots), *_templates(plan.templates), *_replays(plan)))
    # The account ends with its own next step, which is that of a conversion: ours takes its place.
    account = render(report, (), width, colour)
    kept = [line for line in account.splitlines(keepends=True) if not line.startswith(("next: ", "The whole ledger"))]
    return head + "".join(kept) + "".join(f"{line}\n" for line in _summary(plan, report, wrote))


def _errors(plan: Plan) -> tuple[Finding, ...]:
    return tuple(item for item in plan.findings if item.severity is Severity.ERROR)


def _roots(roots: Sequence[RootPlan]) -> Iterator[str]:
    for item in roots:
        if item.tried and item.proved:
            continue
        state = f"withdrawn: {item.withdrawn}" if item.withdrawn else _proved(item)
        made = plural(len(item.routes), "object") if item.routes else "nothing"
        yield (
            f"Root {harmless(_shown(item.root))} ({_WORDS[item.kind]}, {_scope(item)}, "
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
        yield f"Template {harmless(_shown(item.path))}: {state}{note}"
        for each in item.given_up:
            at = f" ({harmless(str(each.place))})" if each.place else ""
            yield f"  not {each.strategy}: {harmless(each.why)}{at}"


def _proved(item: RootPlan) -> str:
    if not item.evidence:
        return "not proved"
    failed = [each for each in item.evidence if not each.holds]
    if failed:
        return f"{failed[0].proof} does not hold: {failed[0].text}"
    # What a replay leaves out takes nothing from the others, and has lines of its own.
    parts = [part for each in item.evidence if each.proof is not Proof.REPLAY for part in each.partial]
    names = ", ".join(_name(each) for each in item.evidence)
    return f"proved up to {', '.join(dict.fromkeys(parts))}" if parts else f"proved ({names})"


def _name(item: Evidence) -> str:
    return f"{item.proof} in part" if item.proof is Proof.REPLAY and item.partial else str(item.proof)


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
    changes = Counter(_change(item) for item in plan.files)
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
    return _NEXT[plan.phase] if wrote else f"write it with 'gatelift rewrite', then {_NEXT[plan.phase]}"
