"""Trying a candidate: every case rendered from the new templates, with the switch off and on, and compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from gatelift.config.gateway import GatewayRef
from gatelift.expected.expected import Change
from gatelift.manifests.defaults import filled
from gatelift.manifests.shape import ObjectKey
from gatelift.plan.charts.before import Charted, as_root
from gatelift.plan.charts.comparing import broken, differing, parsed
from gatelift.plan.charts.judging import Changes, served_class
from gatelift.proof.charts import commutes_by_host, fails_closed, names, notes_kept, unchanged
from gatelift.proof.drift import drift
from gatelift.proof.evidence import Evidence, Proof
from gatelift.proof.limits import limits
from gatelift.render.rendering import Rendering
from gatelift.repository.tree import Tree
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.offer import VALUED, Manifest, Offer, Part, Seen
from gatelift.sources.helm.values import merged
from gatelift.sources.wanted import wanted
from gatelift.sources.worlds import Settings

OFF = "off"
ON = "on"


class Candidate(msgspec.Struct, frozen=True):
    """A part with what a strategy offers for it."""

    part: Part
    offer: Offer


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What candidates are tried against: what becomes of the Ingresses of each case.

    ``alone``: were the case all that its cluster holds, which is what a template can know; ``changes``: with all else
    that the clusters get. The two are the same for cases that nobody deploys.
    """

    found: Charted
    settings: Settings
    alone: Mapping[str, Changes]
    changes: Mapping[str, Changes]
    whole: bool = False
    """Whether the candidates are all that is done to a chart, so that they answer for its other Ingresses too."""

    def off(self, tree: Tree, candidates: Sequence[Candidate]) -> dict[str, Evidence]:
        """Case -> whether it renders what it rendered, with every switch off."""
        cases = {seen.case.name: seen.case for each in candidates for seen in each.part.seen}
        variants = [variant(case, OFF, _switches(case, candidates, None, on=False)) for case in cases.values()]
        made = self.found.builder.build(tree, self.found.sources.charts, variants)
        found = {case.name: self._unchanged(case, made[f"{case.name} [{OFF}]"]) for case in cases.values()}
        return {**found, **self._said_as_before(found, cases, variants, made)}

    def _said_as_before(
        self,
        found: Mapping[str, Evidence],
        cases: Mapping[str, Case],
        variants: Sequence[Case],
        made: Mapping[str, Rendering],
    ) -> dict[str, Evidence]:
        """The notes once more, against those of the old chart with the same switches: an earlier run turned them on."""
        sources = self.found.sources
        doubtful = [each for each, name in zip(variants, cases, strict=True) if found[name].proof is Proof.NOTES]
        old = self.found.builder.build(sources.tree, sources.charts, doubtful)
        again: dict[str, Evidence] = {}
        for each, name in zip(variants, cases, strict=True):
            if each.name in old and not old[each.name].failed:
                again[name] = notes_kept(name, old[each.name].notes, made[each.name].notes)
        return again

    def on(self, tree: Tree, candidates: Sequence[Candidate]) -> tuple[dict[str, Evidence], dict[str, str]]:
        """Case -> whether it renders what ``expected()`` says of these parts, with every switch on.

        And the cases of which that holds only as long as nothing else of their cluster is looked at, with the first
        difference: such a case cannot be switched on.
        """
        cases = {seen.case.name: seen.case for each in candidates for seen in each.part.seen}
        variants = [variant(case, ON, self._values_on(case, candidates)) for case in cases.values()]
        made = self.found.builder.build(tree, self.found.sources.charts, variants)
        evidence: dict[str, Evidence] = {}
        apart: dict[str, str] = {}
        for name, case in cases.items():
            rendered = made[f"{name} [{ON}]"]
            evidence[name] = self._as_expected(case, candidates, rendered, self.changes)
            if not evidence[name].holds and not _same(self.alone.get(name, {}), self.changes.get(name, {})):
                apart[name] = evidence[name].text
                evidence[name] = self._as_expected(case, candidates, rendered, self.alone)
        return evidence, apart

    def _values_on(self, case: Case, candidates: Sequence[Candidate]) -> list[Manifest]:
        parent = parent_of(case, [each.part for each in candidates], self.settings)
        own = [
            nested(seen.keys, each.offer.values.get(case.name, {}))
            for each in candidates
            if each.offer.strategy in VALUED
            for seen in _of(each.part, case)
        ]
        return [*_switches(case, candidates, parent, on=True), *own]

    def _unchanged(self, case: Case, made: Rendering) -> Evidence:
        if made.failed:
            return broken(case.name, Proof.SWITCHED_OFF, made, OFF)
        old = self.found.rendered[case.name]
        found = unchanged(case.name, *differing(old, made), self.found.lots.get(case.name, ()))
        said = notes_kept(case.name, old.notes, made.notes)
        drawn = case.name in self.found.lots
        return found if not found.holds or said.holds or drawn else said

    def _as_expected(
        self, case: Case, candidates: Sequence[Candidate], made: Rendering, known: Mapping[str, Changes]
    ) -> Evidence:
        keys: frozenset[ObjectKey] = frozenset(
            item.key for each in candidates for seen in _of(each.part, case) for item in seen.ingresses
        )
        judged = known.get(case.name, {})
        # What is withheld beside these has to stay closed, whichever template of the chart renders it.
        changes = [c for key, c in judged.items() if key in keys or (self.whole and c.withheld is not None)]
        held = any(change.withheld is not None for change in changes) or not keys <= judged.keys()
        # Of a class that nobody serves there need not be routes.
        held = held or any(seen.unserved for each in candidates for seen in _of(each.part, case))
        if made.failed:
            closed = fails_closed(case.name, "\n".join(item.message for item in made.findings))
            return closed if held and closed.holds else broken(case.name, Proof.COMMUTES, made, ON)
        own = any(each.offer.strategy in VALUED for each in candidates)
        return self._compared(case, made, changes, own=own)

    def _compared(self, case: Case, made: Rendering, changes: Iterable[Change], *, own: bool) -> Evidence:
        """Whether a case, as it was rendered anew, holds its old objects with these changes, and the API takes them.

        ``own``: routes are written by templates of the chart's own, which may leave a field to the API's defaults.
        """
        root = self.found.roots[case.name]
        got, _ = as_root(case, made, {})
        lots = self.found.lots.get(case.name, ())
        others = unchanged(case.name, *parsed(root.others, got.others), lots, proof=Proof.COMMUTES)
        if not others.holds:
            return others
        rest = [filled(item.value) if own else item.value for item in got.resources]
        first = commutes_by_host(case.name, wanted(root, changes), rest, lots, unchanged=len(root.others))
        if not first.holds:
            return first
        before = [item.value for item in root.resources]
        checks = (names(case.name, before, rest), limits(case.name, before, rest), drift(case.name, before, rest))
        return next((item for item in checks if not item.holds), first)


def _same(one: Changes, other: Changes) -> bool:
    """Whether two judgements ask for the same objects."""
    return one.keys() == other.keys() and all(
        (change.keep, change.emitted, change.withheld is None, dict(change.annotations))
        == (other[key].keep, other[key].emitted, other[key].withheld is None, dict(other[key].annotations))
        for key, change in one.items()
    )


def _switches(case: Case, candidates: Iterable[Candidate], parent: GatewayRef | None, *, on: bool) -> list[Manifest]:
    return [
        nested((*seen.keys, *each.part.switch.path), each.part.switch.block(parent, on=on))
        for each in candidates
        if each.offer.strategy not in VALUED
        for seen in _of(each.part, case)
    ]


def _of(part: Part, case: Case) -> Iterable[Seen]:
    return (seen for seen in part.seen if seen.case.name == case.name)


def variant(case: Case, state: str, blocks: Iterable[Manifest]) -> Case:
    """A case with values laid over it, under a name of its own."""
    values = case.values
    for block in blocks:
        values = merged(values, block)
    return msgspec.structs.replace(case, name=f"{case.name} [{state}]", values=values)


def nested(keys: Sequence[str], value: Manifest) -> Manifest:
    """A value under keys, each in the one before."""
    for key in reversed(keys):
        value = {key: value}
    return value


def parent_of(case: Case, parts: Iterable[Part], settings: Settings) -> GatewayRef | None:
    """The Gateway that the routes of a case hang on, by the class of its first Ingress that becomes routes."""
    for part in parts:
        for seen in _of(part, case):
            for change in seen.changes:
                if change is not None and not change.left:
                    found = settings.config.gateway_for(change.ingress.class_name, case.name)
                    if found is not None:
                        return found
    return usual_parent(case.name, settings)


def usual_parent(root: str, settings: Settings) -> GatewayRef | None:
    """The Gateway for routes of a root whose Ingresses say no class."""
    return settings.config.gateway_for(served_class(settings.config), root)
