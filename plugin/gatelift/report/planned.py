"""A plan for programs: the roots with their proofs, the account of all Ingresses, templates of charts, and files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatelift.config.model import Phase
from gatelift.plan.model import FileChange, Plan, RootPlan, TemplatePlan
from gatelift.proof.evidence import Evidence, Proof, Traffic
from gatelift.report.model import Report, build


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
        files=tuple(PlannedFile(shown(item.path), change(item)) for item in plan.files),
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
        return shown(value)
    if isinstance(value, dict):
        return {_without_odd_bytes(key): _without_odd_bytes(item) for key, item in value.items()}
    return [_without_odd_bytes(item) for item in value] if isinstance(value, list | tuple) else value


def _root(item: RootPlan) -> PlannedRoot:
    return PlannedRoot(
        root=shown(item.root),
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
        template=shown(item.path),
        chart=shown(item.chart),
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


def shown(path: str) -> str:
    """A path as text: bytes that are no UTF-8 are shown as what they are."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def change(item: FileChange) -> Literal["added", "changed", "removed"]:
    if item.before is None:
        return "added"
    return "changed" if item.after is not None else "removed"
