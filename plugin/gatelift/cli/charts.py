"""The engine of charts, looked for when the first chart is to be rendered, and ended with the command."""

from __future__ import annotations

import atexit
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING

from gatelift.cli.progress import Tell
from gatelift.config import Config
from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.repository.tree import Tree
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.charts import Charts

if TYPE_CHECKING:
    from gatelift.render.charts import Renderer
    from gatelift.render.rendering import Rendering


def _without_engine(case: Case, why: Finding) -> Rendering:
    from gatelift.render.kustomize import Cause
    from gatelift.render.rendering import Rendering

    message = f"the chart is left alone, for nothing here renders it: {why.message}"
    fix = "pip install 'gatelift[helm]', or put a helm on PATH; 'ignore:' in gatelift.yaml leaves charts out for good"
    finding = Finding("environment/engine", Severity.WARNING, message, fix, case.place)
    return Rendering(findings=(finding,), cause=Cause.INVALID)


class ChartEngines:
    """Renders cases of charts, and ends what it started when it is left."""

    def __init__(self, config: Config, root: str, named: str | None, jobs: int | None, tell: Tell) -> None:
        """``root``: the repository's folder; ``named``: the helm that the operator names."""
        self._config = config
        self._root = root
        self._named = named
        self._jobs = jobs
        self._tell = tell
        self._stack = ExitStack()
        self._renderer: Renderer | None = None
        self._count = 0
        self._name = ""
        # A replay renders once more after the plan is made.
        atexit.register(self.close)

    def __enter__(self) -> ChartEngines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End what is running; what is rendered later starts it again."""
        self._renderer = None
        self._stack.close()

    @property
    def name(self) -> str:
        """Engine and version, once something was rendered."""
        return self._name

    def render(self, tree: Tree, charts: Charts, cases: Sequence[Case], check: bool) -> Mapping[str, Rendering]:
        """All cases by name; where no engine is there and none was asked for, each says so.

        Raises ``EnvironmentProblem`` where the engine that was named cannot be started.
        """
        from gatelift.render.charts import chart_engine, renderer
        from gatelift.sources.helm.rendering import rendered

        if self._renderer is None:
            wanted = str(self._config.engine.helm)
            try:
                engine = chart_engine(wanted, os.environ, self._named, repository=self._root)
            except EnvironmentProblem as problem:
                if self._named or os.environ.get("GATELIFT_HELM") or wanted != "auto":
                    raise
                # Whoever has kustomizations to rewrite, and charts beside them, need not have a helm.
                return {case.name: _without_engine(case, problem.finding) for case in cases}
            self._name = str(engine)
            self._renderer = self._stack.enter_context(renderer(engine, self._jobs))
        self._count += len(cases)
        self._tell("rendering charts", self._count, self._count)
        return rendered(self._renderer, tree, charts, cases, self._config, notes=True, check=check)
