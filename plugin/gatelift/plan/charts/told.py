"""What a plan says of cases that no cluster gets: their roots, and the ledger of charts that nobody here deploys."""

from __future__ import annotations

from collections.abc import Iterator

from gatelift.expected.expected import Change
from gatelift.findings import Place
from gatelift.gateway.normal import identity
from gatelift.ingress.read import is_ingress
from gatelift.plan.charts.before import Charted
from gatelift.plan.charts.rewriting import Rewritten
from gatelift.plan.model import RootKind, RootPlan, TemplatePlan
from gatelift.sources.helm.case import Case
from gatelift.sources.worlds import Settings


def _files(found: Charted) -> Iterator[Case]:
    """The cases that stand in files and reach no cluster."""
    deployed = {case.chart for case in found.sources.cases.items if case.deployed and case.name in found.rendered}
    for case in found.sources.cases.items:
        if case.name in found.roots and not case.deployed and not case.toggled and case.chart not in deployed:
            yield case


def templates(made: Rewritten) -> tuple[TemplatePlan, ...]:
    """What becomes of each template that renders Ingresses."""
    return tuple(
        TemplatePlan(
            path=choice.part.template,
            chart=choice.part.chart.folder,
            strategy=str(choice.candidate.offer.strategy) if choice.candidate else "",
            note=choice.candidate.offer.note if choice.candidate else "",
            given_up=choice.tried,
            cases=len({seen.case.name for seen in choice.part.seen}),
        )
        for chosen in made.chosen
        for choice in chosen.choices
    )


def undeployed(found: Charted, made: Rewritten) -> Iterator[tuple[Change, Place | None]]:
    """What becomes of the Ingresses of charts that nothing in the repository deploys."""
    for case in _files(found):
        for key, change in made.alone.get(case.name, {}).items():
            yield change, found.roots[case.name].places.get(key)


def prepared(settings: Settings, found: Charted, made: Rewritten) -> Iterator[RootPlan]:
    """A root for every case that only tries the templates, with what was proved of it."""
    evidence = {name: items for chosen in made.chosen for name, items in chosen.evidence.items()}
    meeting = {case.name for case in found.sources.cases.items if case.deployed}
    for name in sorted(evidence.keys() - meeting):
        item = found.roots[name]
        changes = made.alone.get(name, {}).values()
        yield RootPlan(
            root=name,
            kind=RootKind.CHART,
            scope="",
            phase=settings.phase_of(name),
            ingresses=sum(is_ingress(each) for each in item.resources),
            objects=len(item.others),
            routes=tuple(sorted(identity(each) for change in changes for each in change.emitted)),
            evidence=evidence[name],
            tried=True,
        )
