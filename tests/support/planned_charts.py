"""Repositories with charts, planned in this process: what is proposed, and the proof to try other files on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from gatelift.annotations.controller import Controller
from gatelift.annotations.options import DecideOptions
from gatelift.config import Config, operator
from gatelift.config.settings import load
from gatelift.gateway.naming import Naming
from gatelift.plan.building import Failed
from gatelift.plan.charts.rewriting import Rewritten, rewrite_charts
from gatelift.plan.charts.trying import Candidate, Trial, nested, variant
from gatelift.plan.kustomizations import render_before
from gatelift.plan.request import Request
from gatelift.plan.roots import Roots, read_roots
from gatelift.plan.survey import survey
from gatelift.proof.evidence import Evidence
from gatelift.render.charts import ChartEngine, renderer
from gatelift.render.rendering import Rendering
from gatelift.render.sdk import sdk_engine
from gatelift.repository.tree import Tree
from gatelift.repository.walk import open_tree
from gatelift.sources.files import SUFFIXES
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.charts import Charts
from gatelift.sources.helm.offer import Strategy
from gatelift.sources.helm.rendering import rendered
from gatelift.sources.worlds import Settings, judge_world
from gatelift.targets.registry import resolve

RenderCharts = Callable[[Tree, Charts, Sequence[Case], bool], Mapping[str, Rendering]]


@contextmanager
def rendering(config: Config, engine: ChartEngine | None = None, workers: int = 1) -> Iterator[RenderCharts]:
    """A function that renders cases with the library, or with ``engine``."""
    found = engine or sdk_engine()
    assert found is not None

    with renderer(found, workers, timeout=60) as asked:

        def render(tree: Tree, charts: Charts, cases: Sequence[Case], check: bool) -> Mapping[str, Rendering]:
            return rendered(asked, tree, charts, cases, config, notes=True, check=check)

        yield render


def configured(folder: Path) -> Config:
    """The configuration of a repository, whatever the machine's environment says."""
    return load(folder, operator({}), DecideOptions())


def request(folder: Path, config: Config, render: RenderCharts) -> Request:
    """What a plan of a repository without kustomizations is made from."""
    tree = open_tree(folder).tree
    settings = Settings(
        config=config,
        controller=Controller(),
        target=resolve(config.target),
        naming=Naming.BY_POSITION,
    )
    return Request(
        tree=tree, settings=settings, find=lambda words: _holding(tree, words), render=_none, render_charts=render
    )


def _holding(tree: Tree, words: Sequence[bytes]) -> tuple[str, ...]:
    paths = (path for path in tree.files if path.endswith(SUFFIXES))
    return tuple(path for path in paths if any(word in tree.read(path) for word in words))


def _none(_: Tree, __: Collection[str], folders: Mapping[str, bool]) -> Mapping[str, str | Failed]:
    assert not folders, "these repositories hold charts only"
    return {}


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of the charts of a repository, and what it is tried against."""

    roots: Roots
    rewritten: Rewritten
    trial: Trial

    @property
    def tree(self) -> Tree:
        """The charts without what gatelift wrote."""
        return self.roots.charts.sources.tree

    @property
    def files(self) -> dict[str, bytes | None]:
        """What is written into the charts themselves, with every switch off."""
        return {path: data for chosen in self.rewritten.chosen for path, data in chosen.files.items()}

    @property
    def candidates(self) -> dict[str, tuple[Candidate, ...]]:
        """Chart -> the candidates that were kept."""
        return {chosen.folder: chosen.candidates for chosen in self.rewritten.chosen if chosen.candidates}

    def cases(self, kept: Sequence[Candidate], on: bool | None) -> list[Case]:
        """The cases of one chart's candidates, with their switches on or off; as they are where ``on`` is None."""
        found = {seen.case.name: seen.case for each in kept for seen in each.part.seen}
        return [case if on is None else self._switched(case, kept, on) for case in found.values()]

    def _switched(self, case: Case, kept: Sequence[Candidate], on: bool) -> Case:
        parent = self.trial.settings.config.gateway if on else None
        blocks = []
        for each in kept:
            for seen in each.part.seen:
                if seen.case.name != case.name:
                    continue
                if each.offer.strategy is not Strategy.OWN:
                    blocks.append(nested((*seen.keys, *each.part.switch.path), each.part.switch.block(parent, on=on)))
                elif on:
                    blocks.append(nested(seen.keys, each.offer.values.get(case.name, {})))
        return msgspec.structs.replace(variant(case, "", blocks), name=case.name)

    def evidence(
        self, files: Mapping[str, bytes | None], candidates: Mapping[str, tuple[Candidate, ...]] | None = None
    ) -> list[Evidence]:
        """What is proved of the charts with ``files`` in them, every switch off and on."""
        tree = self.tree.changed(files)
        found: list[Evidence] = []
        for kept in (self.candidates if candidates is None else candidates).values():
            found += self.trial.off(tree, kept).values()
            found += self.trial.on(tree, kept)[0].values()
        return found


def propose(asked: Request) -> Proposed:
    """Everything up to the proposals for charts: surveyed, rendered, judged, rewritten."""
    found = survey(asked.tree, asked.find, asked.settings.config)
    roots = read_roots(asked, found, render_before(asked, found))
    world = judge_world(list(roots.full.values()), asked.settings, roots.scopes, {})
    rewritten = rewrite_charts(roots.charts, asked.settings, world.by_root, list(roots.full))
    trial = Trial(found=roots.charts, settings=asked.settings, alone=rewritten.alone, changes=rewritten.alone)
    return Proposed(roots=roots, rewritten=rewritten, trial=trial)
