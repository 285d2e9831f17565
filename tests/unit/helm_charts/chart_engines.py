"""The engines: the library always, real helms where they are kept or may be downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from chart_trees import sdk

from gatelift.render.charts import ChartEngine
from gatelift.render.helm import helm_engine
from support.helm import helm_of

ENGINES = ["library", pytest.param("helm 3", marks=pytest.mark.slow), pytest.param("helm 4", marks=pytest.mark.slow)]


@pytest.fixture(name="helms", scope="session")
def folder_of_helms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where helms are downloaded to, unless they are kept."""
    return tmp_path_factory.mktemp("helms")


@pytest.fixture(name="engine", params=ENGINES)
def each_engine(request: pytest.FixtureRequest, helms: Path) -> ChartEngine:
    """Each engine in turn."""
    name = str(request.param)
    return sdk() if name == "library" else helm_engine({}, helm_of(int(name[-1]), helms))
