"""``gatelift verify``: a work tree held against an earlier revision, however it was edited."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gatelift.cli.main import main
from gatelift.findings import Exit

CONFIG = "gateway: {name: shared, namespace: infra, sectionName: https}\n"
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: %s
spec:
  ingressClassName: nginx
  rules:
  - host: %s.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""
FILES = {
    "gatelift.yaml": CONFIG,
    "base/kustomization.yaml": "resources:\n- ingress.yaml\n",
    "base/ingress.yaml": INGRESS % ("web", "web"),
    "prod/kustomization.yaml": "namePrefix: prod-\nresources:\n- ../base\n",
    "plain/ingress.yaml": INGRESS % ("api", "api"),
}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A repository with one commit, rewritten since."""
    for path, text in FILES.items():
        target = tmp_path / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "before")
    assert main(["rewrite", str(tmp_path), "--quiet"]) == Exit.DONE
    return tmp_path


def git(root: Path, *arguments: str) -> None:
    """Run git without anybody's configuration."""
    who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    subprocess.run(  # noqa: S603 - git, with arguments of these tests
        ["git", "-C", str(root), *who, *arguments],  # noqa: S607 - whichever git is there
        check=True,
        env={"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
    )


def verify(root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Exit, str]:
    """The exit code and what was said."""
    capsys.readouterr()
    code = Exit(main(["verify", str(root), "--against", "HEAD"]))
    said = capsys.readouterr()
    return code, said.out + said.err


def test_what_was_rewritten_holds(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(work, capsys)[0] == Exit.DONE


def test_another_form_of_the_same_holds(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work / "base/httproute.yaml").rename(work / "base/routes.yaml")
    listing = work / "base/kustomization.yaml"
    listing.write_text(listing.read_text().replace("httproute.yaml", "routes.yaml"))
    (work / "base/ingress.yaml").rename(work / "base/ing.yaml")
    listing.write_text(listing.read_text().replace("ingress.yaml", "ing.yaml"))
    assert verify(work, capsys)[0] == Exit.DONE


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("base/httproute.yaml", "web.example.com", "other.example.com"),
        ("plain/httproute.yaml", "port: 80", "port: 81"),
        ("base/ingress.yaml", "web.example.com", "other.example.com"),
        ("prod/kustomization.yaml", "prod-", "test-"),
    ],
)
def test_what_means_something_else_does_not_hold(
    work: Path, capsys: pytest.CaptureFixture[str], path: str, old: str, new: str
) -> None:
    target = work / path
    text = target.read_text()
    assert old in text
    target.write_text(text.replace(old, new))
    code, said = verify(work, capsys)
    assert code == Exit.DISAGREES, said
    assert "does not mean what it should" in said
    assert "\nnext: correct the sources of " in said


@pytest.mark.parametrize("paths", [["prod/kustomization.yaml"], ["plain/ingress.yaml", "plain/httproute.yaml"]])
def test_a_root_that_vanished_does_not_hold(work: Path, capsys: pytest.CaptureFixture[str], paths: list[str]) -> None:
    for path in paths:
        (work / path).unlink()
    code, said = verify(work, capsys)
    assert code == Exit.DISAGREES, said


def test_a_new_root_is_said_and_no_more(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work / "test").mkdir()
    (work / "test/kustomization.yaml").write_text("nameSuffix: -test\nresources:\n- ../base\n")
    code, said = verify(work, capsys)
    assert code == Exit.DONE, said
    assert "test/kustomization.yaml:1:1" not in said or "was not there before" in said
    assert "nothing says what it should mean" in said


def test_nothing_is_written(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in work.rglob("*") if path.is_file() and ".git" not in path.parts}
    verify(work, capsys)
    after = {path: path.read_bytes() for path in work.rglob("*") if path.is_file() and ".git" not in path.parts}
    assert before == after
