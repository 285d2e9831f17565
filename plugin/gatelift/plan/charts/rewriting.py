"""What becomes of all charts: their templates, and the values of the cases that are deployed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from gatelift.config.model import Phase
from gatelift.expected.expected import Change
from gatelift.findings import Finding, Severity
from gatelift.plan.charts.before import Charted
from gatelift.plan.charts.choosing import Chosen, choose, unproved
from gatelift.plan.charts.judging import Asked, Changes, asking, by_key, judged_alone
from gatelift.plan.charts.parts import parts
from gatelift.plan.charts.trying import Candidate, Trial, parent_of
from gatelift.repository.tree import join
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.edits import Wanted, notes, on, switched_on, tables_to_renew
from gatelift.sources.helm.foreign import foreign
from gatelift.sources.helm.offer import Part, Seen, Strategy
from gatelift.sources.worlds import Rendered, Settings


class Rewritten(msgspec.Struct, frozen=True, kw_only=True):
    """New bytes by path; the roots that cannot be moved, with why; what was chosen for each chart.

    ``on``: the deployed cases whose switches are on in the new sources.
    """

    changes: Mapping[str, bytes | None] = {}
    failing: Mapping[str, Finding] = {}
    findings: tuple[Finding, ...] = ()
    chosen: tuple[Chosen, ...] = ()
    alone: Mapping[str, Changes] = {}
    """Case -> what becomes of its Ingresses, were it alone in its cluster."""
    on: frozenset[str] = frozenset()


def rewrite_charts(
    found: Charted, settings: Settings, world: Mapping[str, tuple[Change, ...]], taking_part: Collection[str]
) -> Rewritten:
    """Rewrite every chart whose templates render Ingresses.

    ``world``: root -> what becomes of its Ingresses where all of its cluster are judged together. Raises
    ``UsageError`` where no Gateway is configured.
    """
    holding = [item for item in found.roots.values() if item.places or _has_ingress(item)]
    if not holding:
        return Rewritten()
    alone = judged_alone(holding, settings)
    changes = {name: _laid(items, world.get(name, ()) if name in taking_part else ()) for name, items in alone.items()}
    trial = Trial(found=found, settings=settings, alone=alone, changes=changes)
    moved_parts = {part.template: part for part in parts(found, changes, settings)}
    made: dict[str, bytes | None] = {}
    failing: dict[str, Finding] = {}
    findings: list[Finding] = []
    chosen: list[Chosen] = []
    answered: dict[Asked, tuple[Change, ...]] = {}
    for folder, items in _by_chart(parts(found, alone, settings)).items():
        blocked = _left_alone(found, folder, items, taking_part)
        if blocked:
            findings += blocked
            failing.update(dict.fromkeys(_deployed(items, taking_part), blocked[0]))
            continue
        item = choose(trial, folder, items, moved_parts, asking(settings, folder, answered))
        chosen.append(item)
        made.update(item.files)
        failing.update(
            {
                name: _held(found, name, world.get(name, ())) or _apart(found, name, text)
                for name, text in item.apart.items()
                if name in taking_part
            }
        )
        for choice in item.choices:
            if choice.candidate is None:
                findings.append(unproved(choice))
                failing.update({case: unproved(choice) for case in _deployed([choice.part], taking_part)})
    for name in taking_part:
        held = _held(found, name, world.get(name, ()))
        if held is not None and any(change.emitted for change in world.get(name, ())):
            failing.setdefault(name, held)
    findings += _noted(found, made, chosen)
    moved = _moved(found, settings, made, chosen, set(taking_part) - failing.keys(), world)
    return Rewritten(
        changes=_changed(found, {**made, **moved.changes}, [item for item in chosen if item.whole]),
        failing={**failing, **moved.failing},
        findings=tuple(findings),
        chosen=tuple(chosen),
        alone=alone,
        on=moved.on,
    )


def _changed(found: Charted, made: Mapping[str, bytes | None], chosen: Iterable[Chosen]) -> dict[str, bytes | None]:
    """What differs from the work tree.

    What gatelift wrote into one of these charts before, and nothing asks for now, goes; where a template is given up,
    all of its chart stays.
    """
    actual = found.sources.actual
    folders = {join(item.folder, "templates") for item in chosen}
    gone = {path for path in found.sources.own if any(path.startswith(f"{folder}/") for folder in folders)}
    whole = {**dict.fromkeys(sorted(gone)), **made}
    return {path: data for path, data in whole.items() if data != (actual.read(path) if actual.is_file(path) else None)}


def _apart(found: Charted, name: str, text: str) -> Finding:
    case = found.sources.by_name[name]
    message = (
        f"routes are prepared and not on in {name}, whose traffic stays with the Ingress: what its hosts need depends "
        f"on other Ingresses of its cluster, of which the chart knows nothing: {text}"
    )
    fix = "bring what those hosts share (certificates, regular paths, restrictions) into one chart, then run again"
    return Finding("helm/not-on", Severity.WARNING, message, fix, case.place, case.by)


def _held(found: Charted, name: str, changes: Iterable[Change]) -> Finding | None:
    """That one Ingress of a deployed case is withheld: a switch turns on all routes, or none."""
    case = found.sources.by_name.get(name)
    held = next((change for change in changes if change.withheld is not None), None)
    if case is None or held is None or held.withheld is None:
        return None
    message = f"routes are prepared and not on in {name}: Ingress {held.ingress.ref} is withheld: {held.withheld.text}"
    fix = f"{held.withheld.todo}; the switch turns on all routes of these values, or none"
    return Finding("helm/not-on", Severity.WARNING, message, fix, case.place, case.by)


def _has_ingress(item: Rendered) -> bool:
    return any(resource.kind == "Ingress" for resource in item.resources)


def _laid(alone: Changes, world: Iterable[Change]) -> Changes:
    """What the cluster makes of each Ingress; of one that another controller serves, what ingress-nginx would."""
    return {**alone, **{key: change for key, change in by_key(world).items() if not change.left}}


def _by_chart(items: Sequence[Part]) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for item in items:
        found.setdefault(item.chart.folder, []).append(item)
    return found


def _deployed(items: Iterable[Part], taking_part: Collection[str]) -> set[str]:
    return {seen.case.name for part in items for seen in part.seen if seen.ingresses and seen.case.name in taking_part}


def _left_alone(found: Charted, folder: str, items: Sequence[Part], taking_part: Collection[str]) -> list[Finding]:
    """Why a chart is not rewritten at all.

    It is a copy of one from elsewhere, a case of it does not render, or it is to be retired while one of its cases
    needs the Ingress: a template is there for all of them, or for none.
    """
    if found.sources.charts.foreign(folder):
        return [foreign(items[0])]
    broken = [
        found.broken[case.name]
        for case in found.sources.cases.of(found.sources.charts, folder)
        if case.deployed and case.name in found.broken
    ]
    if broken:
        return [_with_broken(folder, broken[0])]
    retiring = [seen.case for part in items if part.phase is Phase.RETIRE for seen in part.seen if seen.ingresses]
    kept = next((case for case in retiring if case.deployed and case.name not in taking_part), None)
    return [_not_retired(folder, kept)] if kept is not None else []


def _not_retired(folder: str, case: Case) -> Finding:
    message = f"the chart {folder} is not retired and stays as it is, for {case.name} needs its Ingress"
    fix = "see what is said of that case; its template is there for all cases, or for none"
    return Finding("helm/not-retired", Severity.WARNING, message, fix, case.place, case.by)


def _with_broken(folder: str, why: Finding) -> Finding:
    message = f"the chart {folder} stays as it is, for one of its cases does not render: {why.message}"
    return Finding("helm/left", Severity.WARNING, message, why.fix, why.place)


class _More(msgspec.Struct, frozen=True, kw_only=True):
    changes: Mapping[str, bytes | None] = {}
    failing: Mapping[str, Finding] = {}
    findings: tuple[Finding, ...] = ()
    on: frozenset[str] = frozenset()


def _noted(found: Charted, made: Mapping[str, bytes | None], chosen: Iterable[Chosen]) -> tuple[Finding, ...]:
    """What a person should see to in the notes of a chart, and in the README that is made from its values."""
    tree = found.sources.tree.changed(made)
    findings: list[Finding] = []
    for item in chosen:
        kept = [each for each in item.candidates if each.offer.strategy is not Strategy.OWN]
        if kept:
            findings += notes(tree, kept[0].part.chart, [each.part for each in kept]).findings
            for each in kept:
                findings += tables_to_renew(tree, each.part.chart, each.part.switch)
    return tuple(dict.fromkeys(findings))


def _moved(
    found: Charted,
    settings: Settings,
    made: Mapping[str, bytes | None],
    chosen: Sequence[Chosen],
    taking_part: Collection[str],
    world: Mapping[str, tuple[Change, ...]],
) -> _More:
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
        if seen.case.name in moving and seen.ingresses
    ]
    if not asked:
        return _More()
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
    return _More(
        changes=edited.files,
        failing=failing,
        findings=tuple(item for item in edited.findings if item not in failing.values()),
        on=frozenset(names - failing.keys()),
    )


def _wanted(seen: Seen, candidate: Candidate, settings: Settings) -> Wanted:
    part = candidate.part
    if candidate.offer.strategy is Strategy.OWN:
        values = candidate.offer.values.get(seen.case.name, {})
        return Wanted(case=seen.case, keys=seen.keys, values=values, beside=part.switch.beside)
    parent = parent_of(seen.case, [part], settings)
    return on(seen.case, seen.keys, part.switch, parent, retired=part.phase is Phase.RETIRE)
