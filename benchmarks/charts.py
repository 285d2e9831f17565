"""How fast ``gatelift plan`` is on charts, as a ratio against rendering their cases, in the same run.

``python benchmarks/charts.py [--charts 100] [--repeats 3] [--profile]``. No ratio fails a build; a run in
which a case does not render, or no chart is rewritten, exits with 1.
"""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import io
import os
import pstats
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from chart_shapes import SHAPES, chart_files
from rewrite import GATELIFT, GATEWAY, Cost, commit, cost, run, write

from gatelift.cli.main import main as gatelift
from gatelift.config import Config
from gatelift.render.charts import chart_engine, renderer
from gatelift.render.rendering import Rendering
from gatelift.render.sdk import PACKAGE
from gatelift.repository.tree import Tree
from gatelift.repository.walk import open_tree
from gatelift.sources.deployed.read import deployments
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.cases import find_cases
from gatelift.sources.helm.charts import Charts
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.rendering import rendered

ENVIRONMENTS = ("dev", "staging", "prod")


class Cases(NamedTuple):
    """Charts of one state of a repository, and all that is rendered of them."""

    tree: Tree
    charts: Charts
    items: tuple[Case, ...]


def repository(folder: Path, count: int) -> None:
    """``count`` charts that take turns in their shapes, each deployed to three clusters with values of its own."""
    for number in range(count):
        for path, text in chart_files(number, ENVIRONMENTS):
            write(folder / path, text)
    commit(folder)


def cases_of(folder: Path) -> Cases:
    """Every case of a repository, with those that only try a switch the other way."""
    tree = open_tree(folder).tree
    charts = discover(tree)
    held = {path: tree.read(path) for path in tree.files if path.startswith("apps/")}
    return Cases(tree, charts, find_cases(tree, charts, deployments(tree, held), Config()).items)


def render(cases: Cases, *, deployed: bool) -> Mapping[str, Rendering]:
    """Render cases with the library; ``deployed``: those alone that reach a cluster."""
    engine = chart_engine(PACKAGE, {})
    items = [case for case in cases.items if case.deployed or not deployed]
    with renderer(engine) as asked:
        return rendered(asked, cases.tree, cases.charts, items, Config())


def measure(folder: Path, count: int, repeats: int) -> None:
    """Planning with all proofs, against rendering every case before and after."""
    repository(folder, count)
    old = cases_of(folder)
    planned = cost(lambda: run(*GATELIFT, "plan", *GATEWAY, folder=folder), repeats)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    rewritten = Path(f"{folder}-after")
    shutil.copytree(folder, rewritten)
    run(*GATELIFT, "rewrite", *GATEWAY, folder=rewritten)
    new = cases_of(rewritten)
    _check(folder, rewritten, old, new)
    three = _both(old, new, repeats, deployed=True)
    every = _both(old, new, repeats, deployed=False)
    states = sum(case.deployed for case in old.items)
    print(f"{count} charts of {len(SHAPES)} shapes, {states} deployed cases, {len(old.items)} with their toggles")
    print(f"  deployed cases, before and after   {three}")
    print(f"  all cases, before and after        {every}")
    print(f"  plan with proofs                   {planned}, {peak:.0f} MB at most in one process")
    print(f"  plan / rendering deployed cases: {_ratio(planned, three)}")
    print(f"  plan / rendering all cases: {_ratio(planned, every)}")


def _both(old: Cases, new: Cases, repeats: int, *, deployed: bool) -> Cost:
    return cost(lambda: (render(old, deployed=deployed), render(new, deployed=deployed)), repeats)


def _check(before: Path, after: Path, old: Cases, new: Cases) -> None:
    """That something was measured: every case renders, and every chart has routes afterwards."""
    failed = [name for cases in (old, new) for name, made in render(cases, deployed=False).items() if made.failed]
    told = subprocess.run(  # noqa: S603 - commands of our own
        [*GATELIFT, "rewrite", "--check", *GATEWAY], cwd=after, capture_output=True, text=True, check=False
    )
    routes = {path.parents[1] for path in after.glob("charts/*/templates/*") if path.name != "_gatelift.tpl"}
    fresh = {path.parents[1] for path in after.glob("charts/*/templates/_gatelift.tpl")}
    if failed or told.returncode not in (0, 2) or not fresh:
        print(f"{before}: {failed[:3]}, {told.returncode}: {told.stderr[-500:]}", file=sys.stderr)
        raise SystemExit(1)
    print(f"  charts with helpers of gatelift's: {len(fresh)} of {len(routes)}")


def _ratio(one: Cost, other: Cost) -> str:
    return f"{one.processor / other.processor:.2f} of processors, {one.clock / other.clock:.2f} of the clock"


def profile(folder: Path, count: int) -> None:
    """Where a plan's time goes, in this process; waiting for the engine shows as a read."""
    repository(folder, count)
    made = cProfile.Profile()
    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())), _within(folder):
        made.runcall(gatelift, ["plan", *GATEWAY, "-o", "json", "--jobs", "1"])
    stats = pstats.Stats(made)
    stats.sort_stats("cumulative").print_stats(70)
    stats.sort_stats("tottime").print_stats(35)


@contextlib.contextmanager
def _within(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--charts", type=int, default=100, help="how many charts, each with three values files")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each, of which the best counts")
    parser.add_argument("--profile", action="store_true", help="show where the time of one plan goes")
    arguments = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("GATELIFT_")]:
        del os.environ[name]
    folder = Path(tempfile.mkdtemp())
    try:
        if arguments.profile:
            profile(folder / "charts", arguments.charts)
        else:
            measure(folder / "charts", arguments.charts, arguments.repeats)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
