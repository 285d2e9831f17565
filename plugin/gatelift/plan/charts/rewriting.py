"""What becomes of all charts: their templates, and the values of the cases that are deployed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from gatelift.expected.expected import Change
from gatelift.findings import Finding
from gatelift.ingress.read import is_ingress
from gatelift.manifests.shape import ObjectKey
from gatelift.plan.charts.before import Charted
from gatelift.plan.charts.choosing import Chosen, choose, nothing, unproved
from gatelift.plan.charts.comparing import differing
from gatelift.plan.charts.judging import Asked, Changes, asking, by_key, judged_alone
from gatelift.plan.charts.moving import moved, noted
from gatelift.plan.charts.parts import parts
from gatelift.plan.charts.staying import apart, held, left, left_alone
from gatelift.plan.charts.trying import Trial
from gatelift.proof.charts import unchanged
from gatelift.repository.tree import join
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.foreign import archived
from gatelift.sources.helm.offer import Part, Seen
from gatelift.sources.worlds import Kept, Rendered, Settings


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
    keeping: Mapping[str, Mapping[ObjectKey, Kept]] = {}
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
        return Rewritten(findings=tuple(left(found)))
    alone = judged_alone(holding, settings)
    changes = {name: _laid(items, world.get(name, ()) if name in taking_part else ()) for name, items in alone.items()}
    trial = Trial(found=found, settings=settings, alone=alone, changes=changes)
    run = _Run(trial=trial, world=world, taking_part=taking_part, made=_Made())
    moved_parts = {part.template: part for part in parts(found, changes, settings)}
    answered: dict[Asked, tuple[Change, ...]] = {}
    # Routes that a person edited are a person's: what they mean is proved with the case, and nothing is written.
    asked = [part for part in parts(found, alone, settings) if part.template not in found.sources.mirrored]
    for folder, items in _by_chart(asked).items():
        if not run.blocked(folder, items):
            run.take(choose(trial, folder, items, moved_parts, asking(settings, folder, answered)))
    run.keep_packed()
    made = run.made
    made.findings += left(found)
    made.findings += noted(found, made.files, made.chosen)
    run.hold()
    on = moved(found, settings, made.files, made.chosen, set(taking_part) - made.failing.keys(), world)
    files = {**made.files, **on.changes}
    return Rewritten(
        changes=_changed(found, files, made.chosen),
        failing={**made.failing, **on.failing},
        findings=tuple(dict.fromkeys(made.findings)),
        chosen=tuple(made.chosen),
        alone=alone,
        on=on.on,
        keeping=_together(made.keeping),
    )


class _Made(msgspec.Struct):
    """What has been made of the charts so far."""

    files: dict[str, bytes | None] = {}
    failing: dict[str, Finding] = {}
    findings: list[Finding] = []
    chosen: list[Chosen] = []
    keeping: list[Mapping[str, Mapping[ObjectKey, Kept]]] = []


class _Run(msgspec.Struct, frozen=True, kw_only=True):
    """One pass over all charts."""

    trial: Trial
    world: Mapping[str, tuple[Change, ...]]
    taking_part: Collection[str]
    made: _Made

    def blocked(self, folder: str, items: Sequence[Part]) -> bool:
        """Whether a chart is left alone as a whole, which is told."""
        why = left_alone(self.trial.found, folder, items, self.taking_part)
        if why is not None:
            self.made.findings.append(why)
            self.made.failing.update(dict.fromkeys(_deployed(items, self.taking_part), why))
        return why is not None or not self._wanted(items)

    def _wanted(self, items: Sequence[Part]) -> bool:
        """Whether somebody could turn the routes on: of what is deployed, something is converted."""
        deployed = [seen for part in items for seen in part.seen if seen.ingresses and seen.case.deployed]
        return not deployed or any(_converts(seen, self.world.get(seen.case.name, ())) for seen in deployed)

    def take(self, item: Chosen) -> None:
        """Keep what was chosen for a chart, unless what stays of it would render otherwise."""
        found, made = self.trial.found, self.made
        item = self._harmless(item)
        made.chosen.append(item)
        made.files.update(item.files)
        for name in sorted(item.apart.keys() & set(self.taking_part)):
            withheld = held(found, name, self.world.get(name, ()))
            made.failing[name] = withheld or apart(found, name, item.apart[name])
        for choice in item.choices:
            if choice.candidate is None:
                made.findings.append(unproved(choice))
                made.keeping.append(_keeping(choice.part, self.taking_part))

    def _harmless(self, item: Chosen) -> Chosen:
        """What was chosen, or nothing of it, where a deployed case that takes no part would render otherwise."""
        found, sources = self.trial.found, self.trial.found.sources
        names = {seen.case.name for choice in item.choices for seen in choice.part.seen if seen.case.deployed}
        staying = [sources.by_name[name] for name in sorted(names - set(self.taking_part))]
        if not staying or not item.files:
            return item
        before = found.builder.build(sources.actual, discover(sources.actual), staying)
        tree = sources.actual.changed({**dict.fromkeys(_gone(found, [item])), **item.files})
        after = found.builder.build(tree, discover(tree), staying)
        for case in staying:
            same = unchanged(case.name, *differing(before[case.name], after[case.name]), found.lots.get(case.name, ()))
            if after[case.name].failed != before[case.name].failed or not same.holds:
                return nothing(
                    item, f"{case.name}, whose sources stay as they are, would render otherwise: {same.text}"
                )
        return item

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
                self.made.keeping.append({name: dict.fromkeys(keys, Kept(why))})
                chart = found.sources.charts.by_folder[case.chart]
                self.made.findings += [archived(chart, path) for path in chart.archives]

    def hold(self) -> None:
        """Deployed cases of which one Ingress is withheld and another is not stay off."""
        for name in self.taking_part:
            changes = self.world.get(name, ())
            withheld = held(self.trial.found, name, changes)
            if withheld is not None and any(change.emitted for change in changes):
                self.made.failing.setdefault(name, withheld)


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
    whole = {**dict.fromkeys(_gone(found, chosen)), **made}
    return {path: data for path, data in whole.items() if data != (actual.read(path) if actual.is_file(path) else None)}


def _gone(found: Charted, chosen: Iterable[Chosen]) -> list[str]:
    """What gatelift wrote before into charts of which every template has a candidate."""
    folders = {join(item.folder, "templates") for item in chosen if item.whole}
    return sorted(path for path in found.sources.own if any(path.startswith(f"{folder}/") for folder in folders))


def _keeping(part: Part, taking_part: Collection[str]) -> dict[str, dict[ObjectKey, Kept]]:
    """The Ingresses of deployed cases that a template goes on to render."""
    copied = part.charts.foreign(part.chart.folder)
    why = "its chart is a copy of one from elsewhere" if copied else "no rewrite of its template is proved"
    found: dict[str, dict[ObjectKey, Kept]] = {}
    for seen in part.seen:
        if seen.ingresses and seen.case.name in taking_part:
            found.setdefault(seen.case.name, {}).update(dict.fromkeys((item.key for item in seen.ingresses), Kept(why)))
    return found


def _together(found: Iterable[Mapping[str, Mapping[ObjectKey, Kept]]]) -> dict[str, dict[ObjectKey, Kept]]:
    result: dict[str, dict[ObjectKey, Kept]] = {}
    for each in found:
        for name, items in each.items():
            result.setdefault(name, {}).update(items)
    return result


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
