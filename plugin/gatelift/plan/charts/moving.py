"""The values of deployed cases with their switches on, and what a person should see to beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from gatelift.config.model import Phase
from gatelift.expected.expected import Change
from gatelift.findings import Finding
from gatelift.plan.charts.before import Charted
from gatelift.plan.charts.choosing import Chosen
from gatelift.plan.charts.judging import by_key
from gatelift.plan.charts.trying import Candidate, parent_of
from gatelift.sources.helm.edits import Wanted, notes, on, switched_on, tables_to_renew
from gatelift.sources.helm.offer import VALUED, Seen
from gatelift.sources.worlds import Settings


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    changes: Mapping[str, bytes | None] = {}
    failing: Mapping[str, Finding] = {}
    findings: tuple[Finding, ...] = ()
    on: frozenset[str] = frozenset()


def noted(found: Charted, made: Mapping[str, bytes | None], chosen: Iterable[Chosen]) -> tuple[Finding, ...]:
    """What a person should see to in the notes of a chart, and in the README that is made from its values."""
    tree = found.sources.tree.changed(made)
    findings: list[Finding] = []
    for item in chosen:
        kept = [each for each in item.candidates if each.offer.strategy not in VALUED]
        if kept:
            findings += notes(tree, kept[0].part.chart, [each.part for each in kept]).findings
            for each in kept:
                findings += tables_to_renew(tree, each.part.chart, each.part.switch)
    return tuple(dict.fromkeys(findings))


def moved(
    found: Charted,
    settings: Settings,
    made: Mapping[str, bytes | None],
    chosen: Sequence[Chosen],
    taking_part: Collection[str],
    world: Mapping[str, tuple[Change, ...]],
) -> Moved:
    """The values of deployed cases with their switches on."""
    moving = {
        name
        for name in taking_part
        if any(change.emitted for change in world.get(name, ()))
        and all(change.withheld is None for change in world[name])
    }
    asked = [
        _wanted(seen, each, settings)
        for item in chosen
        for each in item.candidates
        for seen in each.part.seen
        if seen.case.name in moving and _becomes(seen, world[seen.case.name])
    ]
    if not asked:
        return Moved()
    names = {item.case.name for item in asked}
    rest = [case for case in found.sources.cases.items if case.deployed and case.name not in names]
    tree = found.sources.tree.changed(made)
    edited = switched_on(tree, found.sources.charts, asked, rest)
    failing = {
        item.case.name: finding
        for finding in edited.findings
        for item in asked
        if (finding.place, finding.object) == (item.case.place, item.case.by)
    }
    return Moved(
        changes=edited.files,
        failing=failing,
        findings=tuple(item for item in edited.findings if item not in failing.values()),
        on=frozenset(names - failing.keys()),
    )


def _becomes(seen: Seen, world: Iterable[Change]) -> bool:
    """Whether something of a template's Ingresses becomes routes: those of other controllers need no switch."""
    emitted = {key for key, change in by_key(world).items() if change.emitted}
    return any(item.key in emitted for item in seen.ingresses)


def _wanted(seen: Seen, candidate: Candidate, settings: Settings) -> Wanted:
    part = candidate.part
    if candidate.offer.strategy in VALUED:
        values = candidate.offer.values.get(seen.case.name, {})
        return Wanted(case=seen.case, keys=seen.keys, values=values, beside=part.switch.beside)
    parent = parent_of(seen.case, [part], settings)
    return on(seen.case, seen.keys, part.switch, parent, retired=part.phase is Phase.RETIRE)
