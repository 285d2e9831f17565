"""A repository with applications of each kind, and calls of the plugin as Argo CD makes them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness import Answer, App, call, environment, load, manifests, send, sidecar

GATEWAY = {"GATELIFT_GATEWAY": "infra/shared/https"}
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: web, port: {number: 80}}}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80, name: http}]}\n"
REFUSED = INGRESS.replace(
    "  name: web\nspec",
    "  name: guarded\n  annotations: {nginx.ingress.kubernetes.io/auth-snippet: 'x;'}\nspec",
).replace("path: /\n", "path: /admin\n")
FILES: Mapping[str, str] = {
    "apps/shop/base/kustomization.yaml": textwrap.dedent("""\
        resources: [ingress.yaml, service.yaml, odd.yaml]
        configMapGenerator: [{name: settings, literals: [mode=plain]}]
        """),
    "apps/shop/base/ingress.yaml": INGRESS,
    "apps/shop/base/service.yaml": SERVICE,
    "apps/shop/base/odd.yaml": textwrap.dedent("""\
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: odd, annotations: {answer: "yes", number: "0123", when: "2026-01-01"}}
        data:
          text: |
            kind: Ingress
            ---not a marker
          empty: ""
        """),
    "apps/shop/prod/kustomization.yaml": textwrap.dedent("""\
        namespace: shop
        namePrefix: prod-
        resources: [../base]
        patches:
        - target: {kind: Ingress}
          patch: |
            - {op: replace, path: /spec/rules/0/host, value: prod.example.com}
        """),
    "apps/refused/kustomization.yaml": "resources: [ingress.yaml, guarded.yaml, service.yaml]\n",
    "apps/refused/ingress.yaml": INGRESS,
    "apps/refused/guarded.yaml": REFUSED,
    "apps/refused/service.yaml": SERVICE,
    "apps/plain/service.yaml": SERVICE,
    "apps/plain/ingress.yml": f"# a comment\n{INGRESS}",
    "apps/plain/list.json": '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Secret", '
    '"metadata": {"name": "s"}, "data": {"a": "aHVzaA=="}}]}',
    "apps/plain/deeper/not-read.yaml": "a: [",
    "apps/plain/notes.md": "nothing",
    "apps/empty/kustomization.yaml": "resources: []\n",
    "apps/nothing/readme.md": "nothing",
    "gatelift.yaml": "gateway: {name: repository, namespace: infra}\n",
    ".git/HEAD": "ref: refs/heads/main\n",
}


def repository(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write ``files``."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


class Argo:
    """Argo CD, with one repository and one sidecar."""

    def __init__(self, folder: Path, files: Mapping[str, str] = FILES) -> None:
        self.plugin = load()
        self.repository = repository(folder / "repository", files)
        self.tmp = folder / "tmp"
        self.tmp.mkdir()

    def answer(
        self,
        app: App,
        variables: Mapping[str, str] = GATEWAY,
        *,
        only: str = ".",
        exclude: tuple[str, ...] = (),
        deadline: float = 60.0,
        user: int | None = None,
    ) -> Answer:
        """One ``GenerateManifest``."""
        sent = send(self.repository, self.tmp, only=only, exclude=exclude)
        # Where less is sent, the path inside is what is left of it.
        folder = str(Path(app.path).relative_to(only)) if only != "." else app.path
        names = environment(app, sidecar(self.tmp, **variables))
        return call(self.plugin, sent, folder, names, deadline=deadline, user=user)

    def objects(self, app: App, variables: Mapping[str, str] = GATEWAY, **options: Any) -> list[dict[str, Any]]:
        """What Argo CD would apply."""
        return manifests(self.plugin, self.answer(app, variables, **options))


def identities(objects: list[dict[str, Any]]) -> list[str]:
    """``Kind namespace/name``, in order."""
    return [f"{item['kind']} {item['metadata'].get('namespace', '')}/{item['metadata']['name']}" for item in objects]


def parents(objects: list[dict[str, Any]]) -> set[str]:
    """The Gateways that the routes name."""
    return {
        "/".join(str(ref.get(key)) for key in ("namespace", "name", "sectionName") if ref.get(key))
        for item in objects
        if item["kind"] == "HTTPRoute"
        for ref in item["spec"]["parentRefs"]
    }
