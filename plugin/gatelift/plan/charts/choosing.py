"""For each template the first strategy that is proved in every case; why the ones before it were given up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from gatelift.config.model import Phase
from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.plan.charts.parts import hosts_of
from gatelift.plan.charts.trying import Candidate, Trial, usual_parent
from gatelift.plan.model import Tried
from gatelift.proof.evidence import Evidence, Proof
from gatelift.repository.tree import Tree, join, relative
from gatelift.sources.helm.charts import Chart
from gatelift.sources.helm.edits import chart_values, ci_values, notes, schema
from gatelift.sources.helm.foreign import foreign, foreign_offer
from gatelift.sources.helm.offer import VALUED, Ask, GivenUp, Offer, Part, Strategy
from gatelift.sources.helm.ours import HELPERS, ROUTES, signed
from gatelift.sources.helm.own import own
from gatelift.sources.helm.readable.strategy import readable
from gatelift.sources.helm.runtime import Library, library
from gatelift.sources.helm.wrapped import wrapped
from gatelift.text.source import decode

FILE = "templates/_gatelift.tpl"

Propose = Callable[[Part], Offer | GivenUp]
_COPIED: tuple[tuple[Strategy, Propose], ...] = ((Strategy.FOREIGN, foreign_offer),)


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one template: the candidate that is proved, or none; and what was tried before."""

    part: Part
    candidate: Candidate | None = None
    tried: tuple[Tried, ...] = ()


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one chart. ``files``: new bytes by path, without what deployed cases need."""

    folder: str
    choices: tuple[Choice, ...] = ()
    files: Mapping[str, bytes | None] = {}
    evidence: Mapping[str, tuple[Evidence, ...]] = {}
    """Case -> that it renders as before with the switches off, and as expected with them on."""
    apart: Mapping[str, str] = {}
    """The deployed cases whose routes depend on what else their cluster gets, with the first difference."""

    @property
    def whole(self) -> bool:
        """Whether each of its templates has a candidate."""
        return all(item.candidate is not None for item in self.choices)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The candidates that are kept."""
        return tuple(item.candidate for item in self.choices if item.candidate is not None)


def choose(trial: Trial, folder: str, parts: Sequence[Part], moved: Mapping[str, Part], ask: Ask) -> Chosen:
    """The strategies for the templates of one chart.

    ``parts`` know what becomes of each case by itself; ``moved``, by template, with all else that its cluster gets,
    which is what values are written for.
    """
    try:
        helpers = library(parts, ask)
    except InputError:
        helpers = None
    named = [msgspec.structs.replace(part, prefix=helpers.prefix if helpers else "") for part in parts]
    choices = tuple(_choice(trial, part, moved[part.template], helpers) for part in named)
    choices = _apart(choices)
    kept = tuple(item.candidate for item in choices if item.candidate is not None)
    if not kept:
        return Chosen(folder=folder, choices=choices)
    files = written(trial, kept, helpers)
    evidence, apart = proved(msgspec.structs.replace(trial, whole=True), kept, files)
    wrong = _first(evidence)
    chosen = Chosen(folder=folder, choices=choices, files=files, evidence=evidence, apart=apart)
    if wrong is not None:
        return nothing(chosen, f"what is proved for each of its templates is not for all together: {wrong.text}")
    old = any(path.startswith(f"{folder}/") for path in trial.found.sources.own)
    if old and not chosen.whole:
        return nothing(chosen, "another template of this chart stays as it is, with what an earlier run wrote for it")
    return chosen


def nothing(chosen: Chosen, why: str) -> Chosen:
    """A chart of which no template is rewritten, although some could be."""
    return Chosen(folder=chosen.folder, choices=tuple(_without(item, why) for item in chosen.choices))


def _apart(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The choices without those that share a host with a template that stays: their routes would take its requests."""
    staying = {host for item in choices if item.candidate is None for host in hosts_of(item.part)}
    why = (
        "it shares a host with a template of this chart that stays as it is, and its routes would take requests of that"
    )
    return tuple(_without(item, why) if staying & hosts_of(item.part) else item for item in choices)


def _without(choice: Choice, why: str) -> Choice:
    if choice.candidate is None:
        return choice
    tried = (*choice.tried, Tried(choice.candidate.offer.strategy, why))
    return Choice(part=choice.part, tried=tried)


def _choice(trial: Trial, part: Part, moved: Part, helpers: Library | None) -> Choice:
    tried: list[Tried] = []
    copied = part.charts.foreign(part.chart.folder)
    for strategy, propose in _COPIED if copied else _strategies(helpers):
        try:
            offer = propose(moved if strategy in VALUED else part)
            if isinstance(offer, GivenUp):
                tried.append(Tried(strategy, offer.why, offer.place))
                continue
            candidate = Candidate(part, offer)
            files = written(trial, (candidate,), helpers)
        except InputError as error:
            tried.append(Tried(strategy, error.finding.message, error.finding.place))
            continue
        evidence, apart = proved(trial, (candidate,), files)
        wrong = _first(evidence) or _unmoved(strategy, apart)
        if wrong is None:
            return Choice(part=part, candidate=candidate, tried=tuple(tried))
        tried.append(Tried(strategy, f"it is not proved for {wrong.root}: {wrong.text}", Place(part.template, 1, 1)))
    return Choice(part=part, tried=tuple(tried))


def _strategies(helpers: Library | None) -> tuple[tuple[Strategy, Propose], ...]:
    """In the order in which they are tried."""
    tables = helpers.tables if helpers else None
    return (
        (Strategy.OWN, own),
        (Strategy.READABLE, lambda part: readable(part, tables)),
        (Strategy.WRAPPED, wrapped),
    )


def proved(
    trial: Trial, candidates: Sequence[Candidate], files: Mapping[str, bytes | None]
) -> tuple[dict[str, tuple[Evidence, ...]], dict[str, str]]:
    """Case -> its evidence, and what ``Trial.on`` says of cases apart.

    What does not hold with the switch off is not asked with it on.
    """
    tree = trial.found.sources.tree.changed(files)
    off = {} if _retiring(candidates) else trial.off(tree, candidates)
    if any(not item.holds for item in off.values()):
        return {name: (item,) for name, item in off.items()}, {}
    on, apart = trial.on(tree, candidates)
    return {name: (*([off[name]] if name in off else []), item) for name, item in on.items()}, apart


def _unmoved(strategy: Strategy, apart: Mapping[str, str]) -> Evidence | None:
    """Values are written for what a cluster gets: of a chart's own routes nothing else will do."""
    if strategy not in VALUED or not apart:
        return None
    root, text = next(iter(sorted(apart.items())))
    return Evidence(proof=Proof.COMMUTES, root=root, holds=False, text=text)


def _retiring(candidates: Iterable[Candidate]) -> bool:
    return any(item.part.phase is Phase.RETIRE for item in candidates)


def _first(evidence: Mapping[str, Sequence[Evidence]]) -> Evidence | None:
    return next((item for items in evidence.values() for item in items if not item.holds), None)


def written(trial: Trial, candidates: Sequence[Candidate], helpers: Library | None) -> dict[str, bytes | None]:
    """New bytes by path for the chart itself: templates, helpers, and its own values with the switch off.

    Raises ``InputError`` where its values cannot be edited.
    """
    tree = trial.found.sources.tree
    made: dict[str, bytes | None] = {}
    for each in candidates:
        subject = f"{ROUTES}{relative(each.part.template, each.part.chart.folder)}"
        for path, data in each.offer.files.items():
            made[path] = data if path in each.offer.moved else _signed(data, subject, _newline(tree, each.part))
    chart = candidates[0].part.chart
    text = helpers.text_for(_texts(candidates)) if helpers is not None else ""
    if helpers is not None and text:
        made[_helpers(tree, chart, helpers)] = _signed(text.encode(), HELPERS, _newline(tree, candidates[0].part))
    return {**made, **_with_switches(trial, tree.changed(made), candidates)}


def _texts(candidates: Sequence[Candidate]) -> Iterator[str]:
    """The new templates that may use helpers."""
    for each in candidates:
        if each.offer.helpers:
            yield from (
                data.decode() for path, data in each.offer.files.items() if data and path not in each.offer.moved
            )


def _helpers(tree: Tree, chart: Chart, helpers: Library) -> str:
    """The file of the helpers; a second one where routes that stay still need the first."""
    usual = join(chart.folder, FILE)
    return join(chart.folder, f"templates/_{helpers.prefix.rpartition('.')[2]}.tpl") if tree.is_file(usual) else usual


def _with_switches(trial: Trial, tree: Tree, candidates: Sequence[Candidate]) -> dict[str, bytes | None]:
    """The chart's values and their schema with each switch off; in ``retire``, with the Gateway of its routes.

    And its notes, which say where the routes are once it is on.
    """
    changes: dict[str, bytes | None] = {}
    switched = [each for each in candidates if each.offer.strategy not in VALUED]
    for each in switched:
        part = each.part
        retired = part.phase is Phase.RETIRE
        parent = usual_parent(part.chart.folder, trial.settings) if retired else None
        block = part.switch.block(parent, on=False)
        changes |= chart_values(tree.changed(changes), part.chart, part.switch, block, retired=retired)
        changes |= schema(tree.changed(changes), part.chart, part.switch, part.charts)
    if switched:
        chart, retired = switched[0].part.chart, switched[0].part.phase is Phase.RETIRE
        changes |= notes(tree.changed(changes), chart, [each.part for each in switched]).files
        seen = [item for each in switched for item in each.part.seen]
        changes |= {} if retired else ci_values(tree.changed(changes), chart, [e.part.switch for e in switched], seen)
    return changes


def _newline(tree: Tree, part: Part) -> str:
    """How the lines of the template end, and so those of what is written beside it."""
    return decode(part.template, tree.read(part.template)).newline


def _signed(data: bytes | None, subject: str, newline: str) -> bytes | None:
    return (
        None if data is None else signed(data.decode().replace("\r\n", "\n"), subject).replace("\n", newline).encode()
    )


def unproved(choice: Choice) -> Finding:
    """That a template stays as it is. Why each strategy was given up stands in the plan."""
    if choice.part.charts.foreign(choice.part.chart.folder):
        return foreign(choice.part)
    last = choice.tried[-1] if choice.tried else None
    why = f": {last.strategy}: {last.why}" if last else ""
    message = f"no rewrite of this template is proved in every case, so it stays as it is, and so do its Ingresses{why}"
    fix = "convert what it renders in Argo CD (docs/argocd.md), or report this with the chart"
    return Finding("helm/unproved", Severity.WARNING, message, fix, Place(choice.part.template, 1, 1))
