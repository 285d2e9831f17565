"""What ``plan``, ``rewrite``, ``verify`` and ``pr`` share: the tree, the settings, the engine, the plan."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

import msgspec

from gatelift.cli.charts import ChartEngines
from gatelift.cli.files import out, say
from gatelift.cli.options import ASSUMED, configuration, controller
from gatelift.cli.progress import Tell, progress
from gatelift.cli.run import facts_of
from gatelift.config import Config
from gatelift.config.model import Phase
from gatelift.findings import Exit, Finding, Severity, UsageError
from gatelift.gateway.naming import Naming
from gatelift.plan.building import Failed
from gatelift.plan.make import make_plan
from gatelift.plan.model import Plan
from gatelift.plan.request import Request
from gatelift.plan.verify import verify
from gatelift.render.engines import Engine, kustomize_engine
from gatelift.render.kustomize import Build, Job, build_all
from gatelift.render.scratch import scratch
from gatelift.repository.search import grep
from gatelift.repository.tree import Tree
from gatelift.repository.walk import Opened, open_tree
from gatelift.sources.controllers.offer import is_configured
from gatelift.sources.files import SUFFIXES
from gatelift.sources.worlds import Settings
from gatelift.targets.registry import resolve

if TYPE_CHECKING:
    from gatelift.cli.replay import Bounds

NAMES = (*SUFFIXES, "Kustomization")
_LEFT_BEHIND = ("kustomize/broken", "kustomize/stranded", "helm/left", "helm/unproved", "helm/foreign")
"""Findings that say of Ingresses that nobody could look into what becomes of them."""
_AT_ONCE = 32
"""So many builds are begun before somebody who watches is told."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A plan, with what it was made from."""

    opened: Opened
    config: Config
    plan: Plan
    request: Request
    assumed: bool = False
    """Whether the controller's settings are not known, and its defaults were assumed."""


class Requested(NamedTuple):
    """A request, and the engines that it renders with: which they are is known once they were asked."""

    request: Request
    engine: _Engine
    charts: ChartEngines


def add_path(parser: argparse.ArgumentParser) -> None:
    """The PATH argument."""
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="the repository, or any folder of it (default: here)"
    )


def add_phase(parser: argparse.ArgumentParser) -> None:
    """How far to go."""
    parser.add_argument(
        "--phase",
        choices=[str(phase) for phase in Phase],
        help="coexist (default): routes beside each Ingress; cutover: DNS moves to them; retire: they replace it",
    )


def add_planning(parser: argparse.ArgumentParser) -> None:
    """Options of everything that plans."""
    parser.add_argument("--facts", metavar="FILE", help="what 'gatelift facts' wrote about all applications")
    parser.add_argument(
        "--kustomize", metavar="FILE", help="the kustomize or kubectl to build with, by its absolute path"
    )
    parser.add_argument("--helm", metavar="FILE", help="the helm to render charts with, by its absolute path")
    parser.add_argument(
        "--chart-versions", action="store_true", help="raise the version of every chart that is rewritten by one"
    )
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="how many builds to run at once (default: one a processor)"
    )


def add_replay(parser: argparse.ArgumentParser) -> None:
    """For commands whose proofs a replay may join."""
    parser.add_argument(
        "--replay",
        action="store_true",
        help="ask real proxies the same before and after, as a further proof (gatelift[replay], docs/replay.md)",
    )
    parser.add_argument(
        "--replay-requests", type=int, metavar="N", help="with --replay: how many requests at most for each cluster"
    )
    parser.add_argument(
        "--replay-timeout", type=int, metavar="S", help="with --replay: how many seconds all clusters may take together"
    )


def add_printing(parser: argparse.ArgumentParser) -> None:
    """For commands whose result is the plan."""
    parser.add_argument("-o", "--output", choices=["text", "json"], default="text", help="how to print it")
    parser.add_argument("--allow-refused", action="store_true", help="exit with 0 although something was refused")


def add_account(parser: argparse.ArgumentParser) -> None:
    """For commands whose result is something else, beside which the plan is told."""
    parser.add_argument(
        "--report", metavar="FILE", help="write the plan with the whole ledger as JSON (docs/report.md)"
    )
    parser.add_argument("--quiet", action="store_true", help="print the summary and errors only")
    parser.add_argument("--allow-refused", action="store_true", help="exit with 0 although something was refused")


def plan(arguments: argparse.Namespace, opened: Opened | None = None) -> Planned:
    """Make the plan that ``arguments`` ask for. Raises ``UsageError``, ``InputError`` and ``EnvironmentProblem``."""
    bounds = _replaying(arguments)
    if bounds is None:
        return _planned(arguments, opened)
    from gatelift.cli.replaying import with_replay

    return with_replay(_planned(arguments, opened), bounds, quiet=getattr(arguments, "quiet", False))


def _replaying(arguments: argparse.Namespace) -> Bounds | None:
    """How much is replayed, where it is asked for. Raises before anything is planned, which takes long."""
    given = [name for name in ("requests", "timeout") if getattr(arguments, f"replay_{name}") is not None]
    if not arguments.replay:
        if given:
            message = f"--replay-{given[0]} says how much is replayed, and nothing is"
            raise UsageError(Finding("usage/replay", Severity.ERROR, message, "add --replay, or leave it out"))
        return None
    from gatelift.cli.replay import Bounds, require_extra

    made = Bounds(**{name: getattr(arguments, f"replay_{name}") for name in given})
    made.check("--replay-")
    require_extra()
    return made


def _planned(arguments: argparse.Namespace, opened: Opened | None) -> Planned:
    opened = opened or open_tree(Path(arguments.path))
    return _made(arguments, opened, opened, make_plan)


def plan_at(arguments: argparse.Namespace, opened: Opened, old: Opened) -> Planned:
    """The plan for the state ``old`` of the work tree ``opened``; raises the same."""
    return _made(arguments, opened, old, make_plan)


def verified(arguments: argparse.Namespace, opened: Opened, old: Opened) -> Planned:
    """The work tree ``opened``, held against what ``expected()`` says of the state ``old``; raises the same."""
    bounds = _replaying(arguments)
    if bounds is None:
        return _verified(arguments, opened, old)
    from gatelift.cli.replaying import with_replay

    return with_replay(_verified(arguments, opened, old), bounds, opened.tree)


def _verified(arguments: argparse.Namespace, opened: Opened, old: Opened) -> Planned:
    return _made(arguments, opened, old, lambda request: verify(request, opened.tree))


def _made(arguments: argparse.Namespace, opened: Opened, old: Opened, make: Callable[[Request], Plan]) -> Planned:
    with requested(arguments, opened, old) as asked:
        request, config = asked.request, asked.request.settings.config
        made = make(request)
    engines = tuple(name for name in (asked.engine.name, asked.charts.name) if name)
    findings = (*opened.findings, *made.findings)
    plan = msgspec.structs.replace(made, findings=findings, engines=engines)
    assumed = bool(plan.result.changes) and not is_configured(request.settings.controller)
    return Planned(opened=opened, config=config, plan=plan, request=request, assumed=assumed)


@contextmanager
def requested(arguments: argparse.Namespace, opened: Opened, old: Opened) -> Iterator[Requested]:
    """What planning the state ``old`` of the work tree ``opened`` needs, with engines that are gone afterwards."""
    config = configuration(arguments, [arguments.path])
    with progress(quiet=getattr(arguments, "quiet", False)) as tell:
        engine = _Engine(arguments, config, opened.tree.root, tell)
        with ChartEngines(config, opened.tree.root, arguments.helm, arguments.jobs, tell) as charts:
            yield Requested(_request(arguments, old, config, engine, charts), engine, charts)


def _request(
    arguments: argparse.Namespace, opened: Opened, config: Config, engine: _Engine, charts: ChartEngines
) -> Request:
    tree = opened.tree
    return Request(
        tree=tree,
        settings=Settings(
            config=config,
            controller=controller(arguments, config, [arguments.path]),
            target=resolve(config.target),
            phase=config.phase or Phase.COEXIST,
            given=facts_of(arguments.facts),
            naming=Naming.BY_POSITION,
        ),
        find=lambda words: grep(tree, opened, words, NAMES),
        render=engine.render,
        render_charts=charts.render,
        raise_versions=arguments.chart_versions,
        tell=lambda step: engine.tell(step, 0, 0),
    )


def codes(made: Planned, allow_refused: bool) -> set[Exit]:
    """The exit codes that a plan asks for."""
    found: set[Exit] = set()
    if any(finding.severity is Severity.ERROR for finding in made.plan.findings):
        found.add(Exit.UNREADABLE)
    held = any(root.withdrawn for root in made.plan.roots) or any(f.code in _LEFT_BEHIND for f in made.plan.findings)
    if not allow_refused and (made.plan.result.refused or held):
        found.add(Exit.REFUSED)
    if made.plan.disagrees:
        found.add(Exit.DISAGREES)
    return found


def account(made: Planned, *, wrote: bool, quiet: bool, stream: str = "err") -> None:
    """Say what a plan does: on standard error beside a result, on standard output where it is the result."""
    from gatelift.report.plan_text import render_plan

    target = sys.stdout if stream == "out" else sys.stderr
    terminal = target is not None and target.isatty()
    colour = terminal and not os.environ.get("NO_COLOR")
    text = render_plan(made.plan, wrote=wrote, width=columns(target) if terminal else 0, colour=colour, quiet=quiet)
    if made.assumed and not quiet:
        text += ASSUMED
    if stream == "out":
        out(text)
    else:
        say(text)


def columns(stream: TextIO) -> int:
    """The width of a terminal."""
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except OSError:
        return 80


class _Engine:
    """The engine, looked for when the first kustomization is to be built."""

    def __init__(self, arguments: argparse.Namespace, config: Config, root: str, tell: Tell) -> None:
        self._arguments = arguments
        self._wanted = str(config.engine.kustomize)
        self._root = root
        self._found: Engine | None = None
        self._built = 0
        self.tell = tell

    @property
    def name(self) -> str:
        """Engine and version, once something was built."""
        return str(self._found) if self._found else ""

    def render(self, tree: Tree, files: Collection[str], folders: Mapping[str, bool]) -> Mapping[str, str | Failed]:
        if self._found is None:
            self._found = kustomize_engine(self._wanted, os.environ, self._arguments.kustomize, repository=self._root)
        with scratch(tree, files) as root:
            jobs = [
                Job(name=folder, root=root, folder=folder, load_restrictor=restricted)
                for folder, restricted in folders.items()
            ]
            built: dict[str, Build] = {}
            for start in range(0, len(jobs), _AT_ONCE):
                built |= build_all(self._found, jobs[start : start + _AT_ONCE], self._arguments.jobs)
                self._built += min(_AT_ONCE, len(jobs) - start)
                self.tell("building", self._built, self._built - len(built) + len(jobs))
        return {folder: item.text if item.text is not None else Failed(item.error) for folder, item in built.items()}
