"""Every listener, grant and route of the golden cases about listeners, as the API server would take it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from crds.catalog import DEFAULT, Profile
from crds.harness import defaults_change_nothing, validate

pytestmark = pytest.mark.crds

CASES = Path(__file__).resolve().parents[1] / "cases"
NEWER = Profile("v1.6.1-standard", "v1.9.0")
OUTPUTS = sorted(path for mode in ("listenerset", "gateway") for path in CASES.glob(f"{mode}-*/after.yaml"))


def _new(path: Path) -> list[dict[str, Any]]:
    chunks = path.read_text().split("# gatelift: mirrors")[1:]
    return [yaml.safe_load("#" + chunk.split("\n---", 1)[0]) for chunk in chunks]


def test_there_are_cases() -> None:
    kinds = {item["kind"] for path in OUTPUTS for item in _new(path)}
    assert {"Gateway", "ListenerSet", "ReferenceGrant", "TLSRoute", "HTTPRoute"} <= kinds


@pytest.mark.parametrize("profile", [DEFAULT, NEWER], ids=str)
@pytest.mark.parametrize("path", OUTPUTS, ids=lambda path: path.parent.name)
def test_the_api_server_takes_every_object_as_it_stands(path: Path, profile: Profile) -> None:
    for item in _new(path):
        assert validate(item, profile) == []
        assert defaults_change_nothing(item, profile)
