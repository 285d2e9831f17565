"""Charts in memory, and the engines that render them, for the tests of charts and their cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from gatelift.config import Config
from gatelift.render.charts import ChartEngine, renderer
from gatelift.render.rendering import Rendering
from gatelift.render.sdk import SdkEngine, sdk_engine
from gatelift.repository.tree import Tree
from gatelift.sources.deployed.model import Deployments
from gatelift.sources.deployed.read import deployments
from gatelift.sources.helm.cases import Cases, find_cases
from gatelift.sources.helm.charts import Charts
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.rendering import rendered

Files = Mapping[str, str | bytes]

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata:\n"
INGRESS = """\
{{- if .Values.ingress.enabled }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ .Release.Name }}
spec:
  rules:
    - host: {{ .Values.ingress.host }}
{{- end }}
"""


def tree(files: Files, links: Mapping[str, str] | None = None) -> Tree:
    """A repository that lies on no disk."""
    data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return Tree("/repository", data, data.__getitem__, links)


def chart(name: str = "shop", folder: str = "charts/shop", more: str = "", **files: str) -> dict[str, str]:
    """A chart's files; ``__`` in a name stands for ``/``, and ``_yaml`` at its end for ``.yaml``."""
    made = {f"{folder}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 0.1.0\n{more}"}
    for path, text in files.items():
        made[f"{folder}/{path.replace('__', '/').replace('_yaml', '.yaml')}"] = text
    return made


def shop(**files: str) -> dict[str, str]:
    """A chart with an Ingress behind a switch."""
    values = "ingress:\n  enabled: false\n  host: shop.example.com\n"
    return chart(**{"values_yaml": values, "templates__ingress_yaml": INGRESS, **files})


@cache
def sdk() -> SdkEngine:
    """The library, which the tests' own requirements bring."""
    found = sdk_engine()
    assert found is not None
    return found


def found_in(files: Files, config: Config | None = None) -> tuple[Tree, Charts, Cases]:
    """The charts of a repository and their cases."""
    made = tree(files)
    charts = discover(made)
    return made, charts, find_cases(made, charts, deployed(files), config or Config())


def deployed(files: Files) -> Deployments:
    """What the objects of Argo CD and Flux in a repository deploy."""
    return deployments(tree(files), files)


def built(files: Files, engine: ChartEngine | None = None, config: Config | None = None) -> Mapping[str, Rendering]:
    """What every case of a repository renders."""
    made, charts, cases = found_in(files, config)
    with renderer(engine or sdk(), timeout=60) as asked:
        return rendered(asked, made, charts, cases.items, config or Config())


@contextmanager
def asked(engine: ChartEngine | None = None, timeout: float = 60) -> Iterator[Any]:
    """A renderer of one worker."""
    with renderer(engine or sdk(), 1, timeout=timeout) as made:
        yield made


def application(source: str, name: str = "shop", destination: str = "{namespace: apps}") -> str:
    """An Application with lines below ``source:``."""
    lines = "".join(f"    {line}\n" for line in source.splitlines())
    return (
        f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\n"
        f"spec:\n  destination: {destination}\n  source:\n    repoURL: https://git.example.com/a/b\n"
        f"    path: charts/shop\n{lines}"
    )


def helm_release(spec: str, name: str = "shop") -> str:
    """A HelmRelease of the chart in ``charts/shop``, with further lines below ``spec:``."""
    lines = "".join(f"  {line}\n" for line in spec.splitlines())
    return (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
        f"metadata: {{name: {name}, namespace: flux-system}}\nspec:\n"
        "  chart:\n    spec:\n      chart: ./charts/shop\n      sourceRef: {kind: GitRepository, name: repo}\n" + lines
    )
