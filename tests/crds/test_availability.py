"""What happens to tests whose part is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ONE_TEST = "tests/crds/test_harness.py::test_every_match_of_a_route_is_counted"


def run(folder: str, *, ci: str | None) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("CI", "PYTEST"))}
    environment["GATELIFT_CRDS"] = folder
    if ci:
        environment["CI"] = ci
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", ONE_TEST]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter


def test_without_crds_the_tests_are_deselected_with_one_line(tmp_path: Path) -> None:
    result = run(str(tmp_path), ci=None)
    assert result.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    assert result.stdout.count("marked crds") == 1
    assert f"deselected 1 tests marked crds: no CRDs in {tmp_path}" in result.stdout


def test_without_crds_the_tests_fail_under_ci(tmp_path: Path) -> None:
    result = run(str(tmp_path), ci="true")
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert f"needs crds: no CRDs in {tmp_path}" in result.stdout


def test_the_crds_of_one_release_are_not_enough(tmp_path: Path) -> None:
    for name in ("gateway-api-v1.5.1-standard.json", "envoy-gateway-v1.8.3.json"):
        (tmp_path / name).write_text("[]")
    result = run(str(tmp_path), ci=None)
    assert result.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "gateway-api-v1.2.1-standard.json and" in result.stdout


@pytest.mark.crds
def test_with_crds_the_tests_run_and_no_line_is_shown() -> None:
    from crds import catalog

    result = run(str(catalog.folder()), ci=None)
    assert result.returncode == pytest.ExitCode.OK
    assert "deselected" not in result.stdout
