"""Small repositories for real runs of ``gatelift rewrite``, and what came of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

SETTINGS = "gateway: {namespace: infra, name: public, sectionName: https}\n"
WEB = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  ingressClassName: nginx
  rules:
    - host: web.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""
BASE = {"base/kustomization.yaml": "resources:\n- ingress.yaml\n", "base/ingress.yaml": WEB}
ALLOW = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
- target: {kind: Ingress}
  patch: |-
    - {op: add, path: /metadata/annotations/nginx.ingress.kubernetes.io~1whitelist-source-range, value: 192.0.2.0/24}
"""


def overlay(*components: str, base: str = "base", more: str = "") -> str:
    """The kustomization of an overlay."""
    lines = "".join(f"- ../../components/{name}\n" for name in components)
    return f"resources:\n- ../../{base}\n" + (f"components:\n{lines}" if lines else "") + more


def repository(folder: Path, files: Mapping[str, str]) -> Path:
    """Write a repository; outside git, so that every file is its own."""
    for name, text in {"gatelift.yaml": SETTINGS, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def rewrite(folder: Path, *arguments: str) -> tuple[set[str], str]:
    """Run ``gatelift rewrite``: the files that are new or changed, and the account. Everything must be proved."""
    before = texts(folder)
    made = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-m", "gatelift", "rewrite", str(folder), "--allow-dirty", "--allow-refused", *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert "withdrawn:" not in made.stderr, made.stderr
    after = texts(folder)
    return {name for name in after.keys() | before.keys() if after.get(name) != before.get(name)}, made.stderr


def texts(folder: Path) -> dict[str, str]:
    """Every file of a folder."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def built(folder: Path, root: str) -> dict[tuple[str, str], dict[str, object]]:
    """What the engine makes of a kustomization: (kind, name) -> object."""
    from gatelift.render.engines import kustomize_engine
    from gatelift.render.kustomize import Job, build_all

    engine = kustomize_engine("auto", {}, None, repository="")
    text = build_all(engine, [Job(name=root, root=str(folder), folder=root)], 1)[root].text
    assert text is not None
    return {(item["kind"], item["metadata"]["name"]): item for item in yaml.safe_load_all(text) if item}
