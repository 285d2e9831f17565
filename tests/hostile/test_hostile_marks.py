"""Marks that a person forged: what gatelift cannot have written is never overwritten and never goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_repositories import ALLOW, PARENT, Repository, ingress, kustomization

from gatelift.sources.marks import digest, marked

MIRRORS = "Ingress shop/web"
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: mine\n  namespace: shop\ndata:\n  a: b\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: mine\n  namespace: shop\nstringData:\n  a: hunter2\n"  # noqa: S105 - a manifest
PATCH = f"""\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    {ALLOW}: 10.0.0.0/8
"""
OPERATIONS = f"- op: add\n  path: /metadata/annotations\n  value:\n    {ALLOW}: 10.0.0.0/8\n"
REFERENCES = "# gatelift: name references\n# gatelift: digest {}\na: b\n".format(digest("a: b"))
TARGETED = "patches:\n  - path: mine.yaml\n    target: {kind: Ingress}\n"


@pytest.mark.parametrize("body", [CONFIG_MAP, SECRET, "echo hello\n", "- a\n- b\n", "on: push\njobs: {}\n"])
@pytest.mark.parametrize("path", ["mine.yaml", "values.yaml", ".github/workflows/mine.yaml", "chart/values.yaml"])
def test_a_file_beside_a_plain_ingress_stays(tmp_path: Path, body: str, path: str) -> None:
    files = {"ingress.yaml": ingress(), path: marked(body, MIRRORS), "chart/Chart.yaml": "name: a\nversion: 1.0.0\n"}
    repository = Repository(tmp_path, files).commit()
    before = repository.files()
    assert repository.run("rewrite").code == 0
    after = repository.files()
    assert {item: after.get(item) for item in before} == before


def _listed(more: str = "", *also: str) -> str:
    return kustomization("ingress.yaml", *also, more=more)


@pytest.mark.parametrize(
    ("listing", "text"),
    [
        (_listed("", "mine.yaml"), marked(CONFIG_MAP, MIRRORS)),
        (_listed("", "mine.yaml"), marked(SECRET, MIRRORS)),
        (_listed("patches: [{path: mine.yaml}]\n"), marked(PATCH, MIRRORS)),
        (_listed("patchesStrategicMerge: [mine.yaml]\n"), marked(PATCH, MIRRORS)),
        (_listed(TARGETED), marked(OPERATIONS, MIRRORS)),
        (_listed("configMapGenerator:\n  - name: x\n    files: [mine.yaml]\n"), marked("a: b\n", MIRRORS)),
        (_listed("secretGenerator:\n  - name: x\n    files: [mine.yaml]\n"), marked("a: b\n", MIRRORS)),
        (_listed("configMapGenerator:\n  - name: x\n    files: [mine.yaml]\n"), REFERENCES),
    ],
)
def test_a_file_that_a_kustomization_names_stays_and_does_what_it_did(tmp_path: Path, listing: str, text: str) -> None:
    files = {"a/kustomization.yaml": listing, "a/ingress.yaml": ingress(), "a/mine.yaml": text}
    repository = Repository(tmp_path, files).commit()
    ran = repository.run("rewrite")
    assert ran.code == 0, ran.err
    after = repository.files()
    assert after["a/mine.yaml"].decode() == text
    assert after["a/ingress.yaml"].decode() == ingress()
    assert listing.partition("resources:")[2].replace("  - ingress.yaml\n", "").strip() in after[
        "a/kustomization.yaml"
    ].decode().replace("  - httproute.yaml\n", "")
    if ALLOW in text:
        assert "SecurityPolicy" in "".join(map(bytes.decode, after.values())), "what the patch closes is closed"


@pytest.mark.parametrize("listing", [None, kustomization("ingress.yaml")])
def test_an_ingress_under_a_mark_is_still_an_ingress(tmp_path: Path, listing: str | None) -> None:
    text = marked(ingress(), MIRRORS)
    files = {"ingress.yaml": text, **({"kustomization.yaml": listing} if listing else {})}
    repository = Repository(tmp_path, files).commit()
    assert repository.run("rewrite").code == 0
    assert (repository.root / "ingress.yaml").read_text() == text
    assert (repository.root / "httproute.yaml").exists()


@pytest.mark.parametrize("name", ["gatelift.yaml", "kustomization.yaml"])
def test_a_mark_on_a_file_that_steers_takes_nothing_away(tmp_path: Path, name: str) -> None:
    bodies = {"gatelift.yaml": PARENT, "kustomization.yaml": kustomization("ingress.yaml")}
    files = {**bodies, "ingress.yaml": ingress(), name: marked(bodies[name], MIRRORS)}
    repository = Repository(tmp_path, files, parent=False).commit()
    assert repository.run("rewrite").code == 0
    assert marked(bodies[name], MIRRORS).strip() in (repository.root / name).read_text()


@pytest.mark.parametrize("listing", [None, kustomization("mine.yaml")])
def test_a_mark_for_an_ingress_elsewhere_is_left_alone(tmp_path: Path, listing: str | None) -> None:
    """What mirrors an Ingress that is not near was left by an earlier ``retire``: all that serves its hosts."""
    route = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: x\n  namespace: shop\n"
    route += "spec:\n  hostnames: [other.example.com]\n  rules: [{backendRefs: [{name: x, port: 80}]}]\n"
    files = {"a/kustomization.yaml": kustomization("ingress.yaml"), "a/ingress.yaml": ingress()}
    files |= {"b/mine.yaml": marked(route, MIRRORS), **({"b/kustomization.yaml": listing} if listing else {})}
    repository = Repository(tmp_path, files).commit()
    repository.run("rewrite")
    assert (repository.root / "b/mine.yaml").read_text() == marked(route, MIRRORS)


def test_a_copy_of_a_route_that_somebody_changed_is_theirs(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"ingress.yaml": ingress()}).commit()
    repository.run("rewrite")
    route = (repository.root / "httproute.yaml").read_text()
    repository.write({"httproute.yaml": route.replace("name: web\n  namespace", "name: web-copy\n  namespace")})
    repository.commit()
    changed = (repository.root / "httproute.yaml").read_text()
    ran = repository.run("rewrite")
    assert (repository.root / "httproute.yaml").read_text().startswith(changed), "what it lacks comes behind it"
    assert "somebody changed this since gatelift wrote it" in ran.err
