"""Routes whose Ingress is renamed or ignored between two runs: they stay, keep their names, and are told of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from kustomize_repositories import BASE, SETTINGS, WEB, built, overlay, repository, rewrite, texts

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"
OTHER = WEB.replace("name: web\nspec", "name: other\nspec").replace("web.example.com", "other.example.com")
FILES = {
    **BASE,
    "base/kustomization.yaml": "resources: [ingress.yaml, other.yaml, service.yaml]\n",
    "base/other.yaml": OTHER,
    "base/service.yaml": SERVICE,
    "overlays/live/kustomization.yaml": overlay(more="namePrefix: live-\n"),
}
WARNING = "HTTPRoute other mirrors Ingress other, which is gone or ignored"
ROUTE = "base/other-httproute.yaml"


def backend(folder: Path, name: str) -> object:
    """The Service that a built route leads to."""
    spec = built(folder, "overlays/live")[("HTTPRoute", name)]["spec"]
    assert isinstance(spec, dict)
    return spec["rules"][0]["backendRefs"][0]["name"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("gatelift.yaml", f"{SETTINGS}ignore: [base/other.yaml]\n"),
        ("base/other.yaml", f"# gatelift: ignore\n{OTHER}"),
        ("base/other.yaml", OTHER.replace("name: other", "name: another")),
    ],
)
def test_under_a_prefix_nobody_is_withdrawn(tmp_path: Path, path: str, text: str) -> None:
    folder = repository(tmp_path, FILES)
    _, account = rewrite(folder)
    assert WARNING not in account
    route = (folder / ROUTE).read_bytes()
    (folder / path).write_text(text, encoding="utf-8")
    _, account = rewrite(folder)
    assert WARNING in account
    assert (folder / ROUTE).read_bytes() == route
    assert backend(folder, "live-other") == backend(folder, "live-web") == "live-web"
    assert not rewrite(folder)[0]


def test_what_retire_left_is_not_told_of(tmp_path: Path) -> None:
    folder = repository(tmp_path, FILES)
    for phase in ("coexist", "cutover", "retire"):
        rewrite(folder, "--phase", phase)
    (folder / "base/late.yaml").write_text(WEB.replace("web", "late"), encoding="utf-8")
    listing = folder / "base/kustomization.yaml"
    listing.write_text(listing.read_text().replace("[", "[late.yaml, "), encoding="utf-8")
    changed, account = rewrite(folder)
    assert "base/late-httproute.yaml" in changed
    assert "gone or ignored" not in account
    assert backend(folder, "live-other") == "live-web"


def test_a_renamed_ingress_that_restricts_more_is_not_passed_by(tmp_path: Path) -> None:
    narrow = OTHER.replace("path: /,", "path: /admin,")
    folder = repository(tmp_path, {**FILES, "base/other.yaml": narrow})
    rewrite(folder)
    allow = "  annotations: {nginx.ingress.kubernetes.io/whitelist-source-range: 192.0.2.0/24}\n"
    wide = OTHER.replace("  name: other\n", f"  name: another\n{allow}")
    (folder / "base/other.yaml").write_text(wide, encoding="utf-8")
    before = texts(folder)
    made = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-m", "gatelift", "rewrite", str(folder), "--allow-dirty", "--phase", "cutover"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert made.returncode == 2, made.stderr
    assert texts(folder) == before
    assert "HTTPRoute live-other of overlays/live, whose Ingress is gone or ignored, still takes" in made.stderr
