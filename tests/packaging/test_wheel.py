"""The wheel, installed into an environment that has nothing else: documents and types are in it, and it runs."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from collections.abc import Sequence
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "plugin" / "gatelift"
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: app, annotations: {nginx.ingress.kubernetes.io/use-regex: "true"}}
spec:
  ingressClassName: nginx
  rules:
    - host: web.example.com
      http:
        paths:
          - path: /v[0-9]+
            pathType: ImplementationSpecific
            backend: {service: {name: web, port: {number: 80}}}
"""

pytestmark = pytest.mark.slow


def run(command: Sequence[str | Path], cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - commands of this test's own
        [str(word) for word in command], cwd=cwd, input=stdin, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    done = run([sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT], folder)
    assert done.returncode == 0, done.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of an environment with the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=True)
    done = run([folder / "bin" / "pip", "install", "-q", wheel], folder)
    assert done.returncode == 0, done.stderr
    return folder / "bin"


def files(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_module_document_and_the_types_marker_are_in_the_wheel(wheel: Path) -> None:
    wanted = {
        f"gatelift/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in wanted if name.endswith(".md")}
    assert "gatelift/py.typed" in wanted
    assert wanted <= files(wheel)


def test_nothing_but_the_package_is_in_the_wheel(wheel: Path) -> None:
    assert {name.partition("/")[0] for name in files(wheel)} == {
        "gatelift",
        f"{'-'.join(wheel.name.split('-')[:2])}.dist-info",
    }
    assert not [name for name in files(wheel) if name.endswith((".pyc", ".orig", "~"))]


def test_the_metadata_name_licence_python_and_runtime_dependencies(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [item for item in archive.namelist() if item.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(name).decode())
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    wanted = [str(item) for item in metadata.get_all("Requires-Dist", []) if "extra ==" not in str(item)]
    needed = {item.split(">")[0].split("<")[0].strip().lower() for item in wanted}
    assert needed == {"pyyaml", "msgspec", "google-re2", "jsonpatch", "rich"}


def test_explain_reads_its_document_from_the_wheel(bare: Path, tmp_path: Path) -> None:
    done = run([bare / "gatelift", "explain", "use-regex"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith((PACKAGE / "annotations" / "nginx" / "use_regex.md").read_text())


def test_convert_runs_from_the_wheel(bare: Path, tmp_path: Path) -> None:
    done = run([bare / "gatelift", "convert", "--gateway", "infra/shared"], tmp_path, INGRESS)
    assert done.returncode == 0, done.stderr
    assert "value: (?i)^/v[0-9]+.*$" in done.stdout


def test_every_annotation_is_explained_from_the_wheel(bare: Path, tmp_path: Path) -> None:
    program = (
        "from gatelift.annotations import registry\n"
        "for family, module, _ in registry.everything(): assert registry.document(family, module).startswith('# ')\n"
    )
    done = run([bare / "python", "-I", "-c", program], tmp_path)
    assert done.returncode == 0, done.stderr
