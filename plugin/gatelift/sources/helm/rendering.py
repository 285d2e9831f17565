"""Cases of charts as jobs for an engine, in one scratch copy for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from gatelift.config.model import Config
from gatelift.render.charts import Renderer, release
from gatelift.render.rendering import ChartJob, Rendering
from gatelift.render.scratch import scratch
from gatelift.repository.tree import Tree
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.charts import Charts
from gatelift.sources.helm.complete import completed


@contextmanager
def laid_out(renderer: Renderer, tree: Tree, charts: Charts, folders: Iterable[str]) -> Iterator[str]:
    """A scratch copy of the charts in ``folders``, with all that lies in them; its absolute path.

    Links in the tree are kept where what they lead to is copied. Raises what ``scratch`` raises.
    """
    made = completed(tree, charts)
    paths = dict.fromkeys(path for folder in folders for path in _inside(made, folder))
    with scratch(made, paths, renderer.workspace) as root:
        yield root


def _inside(tree: Tree, folder: str) -> Iterator[str]:
    yield from tree.below(folder)
    for link in tree.links:
        target = tree.resolve(link)
        if target is not None and (folder == "." or link.startswith(f"{folder}/")):
            yield from tree.below(target) if tree.is_folder(target) else [target] if tree.is_file(target) else ()


def job_of(
    case: Case, charts: Charts, root: str, config: Config, *, notes: bool = True, check: bool = True
) -> ChartJob:
    """What an engine is asked for a case, in the scratch copy ``root``."""
    wanted = release(
        case.release,
        case.namespace,
        config.helm.kube_version or case.kube_version or None,
        case.api_versions,
    )
    return ChartJob(
        name=case.name,
        root=root,
        folder=case.chart,
        release=wanted,
        values=case.values,
        sets=case.sets,
        set_strings=case.set_strings,
        crds=case.crds,
        notes=notes,
        check=check,
        shown=charts.shown(case.chart),
    )


def rendered(
    renderer: Renderer,
    tree: Tree,
    charts: Charts,
    cases: Sequence[Case],
    config: Config,
    *,
    notes: bool = True,
    check: bool = True,
) -> Mapping[str, Rendering]:
    """All cases of a tree, by their names. Raises ``EnvironmentProblem`` where no engine can be started."""
    found: dict[str, Rendering] = {}
    for emptied in (False, True):
        some = [case for case in cases if case.empties_defaults is emptied]
        folders = sorted({case.chart for case in some})
        if folders:
            made = _emptied(tree, charts, folders) if emptied else tree
            with laid_out(renderer, made, charts, folders) as root:
                jobs = [job_of(case, charts, root, config, notes=notes, check=check) for case in some]
                found |= renderer.render_all(jobs)
    return {case.name: found[case.name] for case in cases}


def _emptied(tree: Tree, charts: Charts, folders: Iterable[str]) -> Tree:
    """The tree without the charts' own values, which Flux replaces with those of ``valuesFiles``."""
    values = [charts.by_folder[folder].values for folder in folders]
    return tree.changed({path: b"{}\n" for path in values if path is not None})
