"""Repositories in which a rewrite could open what is closed today: each is closed, withheld, or left as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_repositories import ALLOW, PARENT, REFUSED, Ran, Repository, ingress, kustomization

ADMIN = ingress("admin", paths=["/admin"], annotations={REFUSED: "deny all;"})
ALLOWED = ingress("admin", paths=["/admin"], annotations={ALLOW: "10.0.0.0/8"})
OPEN = ingress()
ALONE = kustomization("ingress.yaml")
MAY_SERVE = "Ingress shop/admin may serve shop.example.com too"


def _patched(key: str, value: str, indent: str = "") -> str:
    lines = (
        "patches:\n  - target: {kind: Ingress}\n    patch: |\n      - op: add\n        path: /metadata/annotations\n"
        f'        value: {{{key}: "{value}"}}\n'
    )
    return "".join(f"{indent}{line}\n" for line in lines.splitlines())


def _run(tmp_path: Path, files: dict[str, str], *words: str) -> tuple[Repository, Ran]:
    repository = Repository(tmp_path, files).commit()
    return repository, repository.run("rewrite", *words)


def _routes(repository: Repository) -> str:
    return "".join(data.decode() for data in repository.files().values() if b"kind: HTTPRoute\n" in data)


@pytest.mark.parametrize(
    "beside",
    [
        {"a/ingress.yaml": f"# gatelift: ignore\n{ADMIN}"},
        {"a/ingress.yaml": ADMIN, "gatelift.yaml": f'{PARENT}ignore: ["a/**"]\n'},
        {"a/ingress.yaml": ADMIN, "a/kustomization.yaml": ALONE, "gatelift.yaml": f'{PARENT}ignore: ["a/**"]\n'},
        {"a/ingress.yaml": ADMIN, "a/kustomization.yaml": kustomization("ingress.yaml", "missing.yaml")},
        {"a/ingress.yaml": ADMIN, "a/kustomization.yaml": f"{ALONE}a: 1\na: 2\n"},
        {"a/sub/ingress.yaml": ADMIN, "a/kustomization.yaml": "resources: [sub/ingress.yaml\n"},
        {"a/ingress.yaml": ADMIN, "a/kustomization.yaml": kustomization("ingress.yaml", ".")},
    ],
    ids=["comment", "ignored", "ignored kustomization", "broken", "unreadable", "unreadable above", "circle"],
)
def test_what_nobody_judged_keeps_its_hosts_from_opening(tmp_path: Path, beside: dict[str, str]) -> None:
    repository, ran = _run(tmp_path, {"open/ingress.yaml": OPEN, **beside})
    assert ran.code == 2
    assert MAY_SERVE in ran.err
    assert not _routes(repository)


def test_an_ingress_that_cannot_be_read_stops_the_run(tmp_path: Path) -> None:
    repository, ran = _run(tmp_path, {"a/ingress.yaml": f"{ADMIN}a: 1\na: 2\n", "open/ingress.yaml": OPEN})
    assert ran.code == 4
    assert not _routes(repository)


def test_an_overlay_that_is_withheld_is_closed_under_the_route_of_another_root(tmp_path: Path) -> None:
    files = {
        "base/kustomization.yaml": ALONE,
        "base/ingress.yaml": ingress("admin", paths=["/admin"]),
        "over/kustomization.yaml": kustomization("../base", more=_patched(REFUSED, "deny all;")),
        "open/ingress.yaml": OPEN,
    }
    repository, ran = _run(tmp_path, files)
    assert ran.code == 2
    assert "its place is closed by HTTPRoute shop/admin-closed" in ran.err
    assert "name: web" in (repository.root / "open/httproute.yaml").read_text()


def test_whether_roots_meet_is_not_guessed_where_it_would_open_something(tmp_path: Path) -> None:
    """The overlays are clusters of their own, it seems; which of them the other root is in, nothing tells."""
    files = {
        "base/kustomization.yaml": ALONE,
        "base/ingress.yaml": ADMIN,
        "dev/kustomization.yaml": kustomization("../base"),
        "prod/kustomization.yaml": kustomization("../base"),
        "open/ingress.yaml": OPEN,
    }
    repository, ran = _run(tmp_path, files)
    assert ran.code == 2
    assert "'scopes:' in gatelift.yaml says whether both are in one cluster" in ran.err
    assert not (repository.root / "open/httproute.yaml").exists()


def test_scopes_that_are_declared_decide(tmp_path: Path) -> None:
    scopes = "scopes: {dev: [dev], prod: [prod, open]}\n"
    files = {
        "base/kustomization.yaml": ALONE,
        "base/ingress.yaml": ADMIN,
        "dev/kustomization.yaml": kustomization("../base"),
        "prod/kustomization.yaml": kustomization("../base"),
        "open/ingress.yaml": OPEN,
        "gatelift.yaml": PARENT + scopes,
    }
    repository, ran = _run(tmp_path, files)
    assert ran.code == 2
    assert (repository.root / "open/httproute.yaml").exists()
    assert "admin-closed" in _routes(repository)


@pytest.mark.parametrize("phase", ["cutover", "retire"])
def test_a_host_whose_roots_are_in_different_phases_moves_with_the_last(tmp_path: Path, phase: str) -> None:
    phases = f"phases: {{a: coexist, b: {phase}}}\n"
    repository, ran = _run(
        tmp_path, {"a/ingress.yaml": ALLOWED, "b/ingress.yaml": OPEN, "gatelift.yaml": PARENT + phases}
    )
    assert (repository.root / "b/ingress.yaml").read_text() == OPEN
    assert "gatelift-coexist" in (repository.root / "b/httproute.yaml").read_text()
    assert ran.code == 0


def test_another_host_goes_on_to_its_own_phase(tmp_path: Path) -> None:
    phases = "phases: {a: coexist, b: retire}\n"
    other = ingress(host="other.example.com")
    repository, _ = _run(
        tmp_path, {"a/ingress.yaml": ALLOWED, "b/ingress.yaml": other, "gatelift.yaml": PARENT + phases}
    )
    assert not (repository.root / "b/ingress.yaml").exists()


FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: app, namespace: flux-system}
spec:
  interval: 1m
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
  path: ./a
"""
ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: app, namespace: argocd}
spec:
  project: default
  destination: {name: prod, namespace: shop}
  source:
    repoURL: https://example.com/r.git
    path: a
    targetRevision: HEAD
"""


@pytest.mark.parametrize(("key", "value"), [(ALLOW, "10.0.0.0/8"), (REFUSED, "deny all;")])
@pytest.mark.parametrize("listing", [{}, {"a/kustomization.yaml": ALONE}], ids=["plain", "kustomization"])
def test_what_flux_sets_is_not_left_out(tmp_path: Path, key: str, value: str, listing: dict[str, str]) -> None:
    files = {"a/ingress.yaml": OPEN, "flux/app.yaml": FLUX + _patched(key, value, "  "), **listing}
    repository, ran = _run(tmp_path, files)
    assert ran.code == 2
    assert not _routes(repository)


@pytest.mark.parametrize(("key", "value"), [(ALLOW, "10.0.0.0/8"), (REFUSED, "deny all;")])
@pytest.mark.parametrize("how", ["patches", "commonAnnotations"])
def test_what_argo_cd_sets_is_not_left_out(tmp_path: Path, key: str, value: str, how: str) -> None:
    more = _patched(key, value, "      ") if how == "patches" else f'      commonAnnotations: {{{key}: "{value}"}}\n'
    files = {"a/kustomization.yaml": ALONE, "a/ingress.yaml": OPEN, "argo/app.yaml": f"{ARGO}    kustomize:\n{more}"}
    repository, ran = _run(tmp_path, files)
    assert ran.code == 2
    assert not _routes(repository)


def test_annotations_for_all_objects_restrict_the_ingress_too(tmp_path: Path) -> None:
    files = {
        "base/kustomization.yaml": ALONE,
        "base/ingress.yaml": OPEN,
        "over/kustomization.yaml": kustomization("../base", more=f"commonAnnotations: {{{ALLOW}: 10.0.0.0/8}}\n"),
    }
    repository, _ = _run(tmp_path, files)
    text = "".join(data.decode() for path, data in repository.files().items() if path.startswith("over/"))
    assert "SecurityPolicy" in text
    assert "10.0.0.0/8" in text


def test_a_canary_of_another_root_goes_nowhere_alone(tmp_path: Path) -> None:
    prefix = "nginx.ingress.kubernetes.io/canary"
    canary = ingress("canary", annotations={prefix: "true", f"{prefix}-weight": "20"})
    main = ingress(annotations={REFUSED: "deny all;"})
    repository, ran = _run(tmp_path, {"a/ingress.yaml": canary, "b/ingress.yaml": main})
    assert ran.code == 2
    assert not _routes(repository)
