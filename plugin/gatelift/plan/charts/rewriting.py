"""What becomes of all charts: their templates, and the values of the cases that are deployed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from gatelift.config.model import Phase
from gatelift.expected.expected import Change
from gatelift.findings import Finding, Severity
from gatelift.ingress.read import is_ingress
from gatelift.manifests.shape import ObjectKey
from gatelift.plan.charts.before import Charted
from gatelift.plan.charts.choosing import Chosen, choose, unproved
from gatelift.plan.charts.judging import Asked, Changes, asking, by_key, judged_alone
from gatelift.plan.charts.parts import parts
from gatelift.plan.charts.trying import Candidate, Trial, parent_of
from gatelift.repository.tree import join
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.edits import Wanted, notes, on, switched_on, tables_to_renew
from gatelift.sources.helm.foreign import archived
from gatelift.sources.helm.offer import VALUED, Part, Seen
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
    keeping: Mapping[str, Mapping[ObjectKey, str]] = {}
    """Deployed case -> the Ingresses whose template stays as it is, each with why."""


def rewrite_charts(
    found: Charted, settings: Settings, world: Mapping[str, tuple[Change, ...]], taking_part: Collection[str]
) -> Rewritten:
    """Rewrite every chart whose templates render Ingresses.

    ``world``: root -> what becomes of its Ingresses where all of its cluster are judged together. Raises
    ``UsageError`` where no Gateway is configured.
    """
    holding = [item for item in found.roots.values() if _has_ingress(item)]
    if not holding:
        return Rewritten(findings=tuple(_left(found)))
    alone = judged_alone(holding, settings)
    changes = {name: _laid(items, world.get(name, ()) if name in taking_part else ()) for name, items in alone.items()}
    trial = Trial(found=found, settings=settings, alone=alone, changes=changes)
    run = _Run(trial=trial, world=world, taking_part=taking_part, made=_Made())
    moved_parts = {part.template: part for part in parts(found, changes, settings)}
    answered: dict[Asked, tuple[Change, ...]] = {}
    for folder, items in _by_chart(parts(found, alone, settings)).items():
        if not run.blocked(folder, items):
            run.take(choose(trial, folder, items, moved_parts, asking(settings, folder, answered)))
    run.keep_packed()
    made = run.made
    made.findings += _left(found)
    made.findings += _noted(found, made.files, made.chosen)
    run.hold()
    moved = _moved(found, settings, made.files, made.chosen, set(taking_part) - made.failing.keys(), world)
    files = {**made.files, **moved.changes}
    return Rewritten(
        changes=_changed(found, files, [item for item in made.chosen if item.whole]),
        failing={**made.failing, **moved.failing},
        findings=tuple(dict.fromkeys(made.findings)),
        chosen=tuple(made.chosen),
        alone=alone,
        on=moved.on,
        keeping=_together(made.keeping),
    )


class _Made(msgspec.Struct):
    """What has been made of the charts so far."""

    files: dict[str, bytes | None] = {}
    failing: dict[str, Finding] = {}
    findings: list[Finding] = []
    chosen: list[Chosen] = []
    keeping: list[Mapping[str, Mapping[ObjectKey, str]]] = []


class _Run(msgspec.Struct, frozen=True, kw_only=True):
    """One pass over all charts."""

    trial: Trial
    world: Mapping[str, tuple[Change, ...]]
    taking_part: Collection[str]
    made: _Made

    def blocked(self, folder: str, items: Sequence[Part]) -> bool:
        """Whether a chart is left alone as a whole, which is told."""
        why = _left_alone(self.trial.found, folder, items, self.taking_part)
        if why is not None:
            self.made.findings.append(why)
            self.made.failing.update(dict.fromkeys(_deployed(items, self.taking_part), why))
        return why is not None or not self._wanted(items)

    def _wanted(self, items: Sequence[Part]) -> bool:
        """Whether somebody could turn the routes on: of what is deployed, something is converted."""
        deployed = [seen for part in items for seen in part.seen if seen.ingresses and seen.case.deployed]
        return not deployed or any(_converts(seen, self.world.get(seen.case.name, ())) for seen in deployed)

    def take(self, item: Chosen) -> None:
        """Keep what was chosen for a chart."""
        found, made = self.trial.found, self.made
        made.chosen.append(item)
        made.files.update(item.files)
        for name in sorted(item.apart.keys() & set(self.taking_part)):
            held = _held(found, name, self.world.get(name, ()))
            made.failing[name] = held or _apart(found, name, item.apart[name])
        for choice in item.choices:
            if choice.candidate is None:
                made.findings.append(unproved(choice))
                made.keeping.append(_keeping(choice.part, self.taking_part))

    def keep_packed(self) -> None:
        """Ingresses that packed charts render stay, for nothing in an archive is edited."""
        found = self.trial.found
        for name in self.taking_part:
            case = found.sources.by_name.get(name)
            if case is None:
                continue
            pairs = zip(found.roots[name].resources, found.origins[name], strict=True)
            keys = [item.key for item, origin in pairs if is_ingress(item) and found.template(case, origin) is None]
            if keys:
                why = "a packed chart in charts/ renders it, and nothing in an archive is edited"
                self.made.keeping.append({name: dict.fromkeys(keys, why)})
                chart = found.sources.charts.by_folder[case.chart]
                self.made.findings += [archived(chart, path) for path in chart.archives]

    def hold(self) -> None:
        """Deployed cases of which one Ingress is withheld and another is not stay off."""
        for name in self.taking_part:
            changes = self.world.get(name, ())
            held = _held(self.trial.found, name, changes)
            if held is not None and any(change.emitted for change in changes):
                self.made.failing.setdefault(name, held)


def _converts(seen: Seen, world: Iterable[Change]) -> bool:
    """Whether ingress-nginx serves an Ingress of a case that would have routes, were nothing else in its cluster."""
    left = {key for key, change in by_key(world).items() if change.left}
    pairs = zip(seen.ingresses, seen.changes, strict=True)
    return any(change is not None and change.withheld is None and item.key not in left for item, change in pairs)


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


def _keeping(part: Part, taking_part: Collection[str]) -> dict[str, dict[ObjectKey, str]]:
    """The Ingresses of deployed cases that a template goes on to render."""
    copied = part.charts.foreign(part.chart.folder)
    why = "its chart is a copy of one from elsewhere" if copied else "no rewrite of its template is proved"
    found: dict[str, dict[ObjectKey, str]] = {}
    for seen in part.seen:
        if seen.ingresses and seen.case.name in taking_part:
            found.setdefault(seen.case.name, {}).update(dict.fromkeys((item.key for item in seen.ingresses), why))
    return found


def _together(found: Iterable[Mapping[str, Mapping[ObjectKey, str]]]) -> dict[str, dict[ObjectKey, str]]:
    result: dict[str, dict[ObjectKey, str]] = {}
    for each in found:
        for name, items in each.items():
            result.setdefault(name, {}).update(items)
    return result


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


def _left(found: Charted) -> list[Finding]:
    """The charts with a deployed case that does not render today: nothing is known of its Ingresses."""
    broken = {case.chart: case for case in found.sources.cases.items if case.deployed and case.name in found.broken}
    return [_with_broken(folder, found.broken[broken[folder].name]) for folder in sorted(broken)]


def _left_alone(found: Charted, folder: str, items: Sequence[Part], taking_part: Collection[str]) -> Finding | None:
    """Why a chart is not rewritten at all.

    A case of it does not render, or it is to be retired while one of its cases needs the Ingress: a template is there
    for all of them, or for none.
    """
    cases = found.sources.cases.of(found.sources.charts, folder)
    broken = next((case for case in cases if case.deployed and case.name in found.broken), None)
    if broken is not None:
        return _with_broken(broken.chart, found.broken[broken.name])
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
        kept = [each for each in item.candidates if each.offer.strategy not in VALUED]
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
    if candidate.offer.strategy in VALUED:
        values = candidate.offer.values.get(seen.case.name, {})
        return Wanted(case=seen.case, keys=seen.keys, values=values, beside=part.switch.beside)
    parent = parent_of(seen.case, [part], settings)
    return on(seen.case, seen.keys, part.switch, parent, retired=part.phase is Phase.RETIRE)
