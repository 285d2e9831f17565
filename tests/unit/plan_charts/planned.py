"""A repository with charts, planned in memory with the library that renders them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from chart_trees import chart, sdk, tree

from gatelift.annotations.controller import Controller
from gatelift.config import Config
from gatelift.config.gateway import GatewayRef
from gatelift.config.model import Phase
from gatelift.gateway.naming import Naming
from gatelift.plan.make import make_plan
from gatelift.plan.model import Plan
from gatelift.plan.request import Request
from gatelift.plan.verify import verify
from gatelift.render.charts import renderer
from gatelift.repository.tree import Tree
from gatelift.sources.helm.rendering import rendered
from gatelift.sources.worlds import Settings
from gatelift.targets.registry import resolve

GATEWAY = GatewayRef(namespace="infra", name="shared", section_name="https")

INGRESS = """\
{{- if .Values.ingress.enabled }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ .Release.Name }}
  {{- with .Values.ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  ingressClassName: {{ .Values.ingress.className | default "nginx" }}
  rules:
    {{- range .Values.ingress.hosts }}
    - host: {{ . | quote }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ $.Release.Name }}
                port:
                  number: 80
    {{- end }}
{{- end }}
"""
VALUES = "ingress:\n  enabled: false\n  annotations: {}\n  hosts: [shop.example.com]\n"


def hosts(*names: str, more: str = "") -> str:
    """A values file that turns the Ingress on."""
    return f"ingress:\n  enabled: true\n  hosts: [{', '.join(names)}]\n{more}"


def shop(folder: str = "charts/shop", **files: str) -> dict[str, str]:
    """A chart with the template above; ``files`` are laid over it, by their names in the chart (``__`` is a slash)."""
    named = {name.replace("__", "/"): text for name, text in files.items()}
    name = folder.rpartition("/")[2]
    return chart(name, folder, **{"templates/ingress.yaml": INGRESS, "values.yaml": VALUES, **named})


def settings(phase: Phase = Phase.COEXIST, config: Config | None = None) -> Settings:
    """Settings with one Gateway for all."""
    config = config or Config(gateway=GATEWAY)
    return Settings(
        config=config,
        controller=Controller(),
        target=resolve(config.target),
        phase=phase,
        naming=Naming.BY_POSITION,
    )


@contextmanager
def asking(files: Mapping[str, str | bytes] | Tree, given: Settings, raise_versions: bool = False) -> Iterator[Request]:
    """A request for a repository of these files, by path."""
    made = files if isinstance(files, Tree) else tree(files)

    def find(words: Sequence[bytes]) -> tuple[str, ...]:
        suffixes = (".yaml", ".yml", ".json")
        return tuple(p for p in made.files if p.endswith(suffixes) and any(word in made.read(p) for word in words))

    with renderer(sdk(), 1) as engine:
        yield Request(
            tree=made,
            settings=given,
            find=find,
            render=lambda tree, files, folders: {},
            render_charts=lambda tree, charts, cases, check: rendered(
                engine, tree, charts, cases, given.config, check=check
            ),
            raise_versions=raise_versions,
        )


def planned(
    files: Mapping[str, str | bytes] | Tree, given: Settings | None = None, raise_versions: bool = False
) -> Plan:
    """The plan for a repository."""
    with asking(files, given or settings(), raise_versions) as request:
        return make_plan(request)


def verified(
    files: Mapping[str, str | bytes], after: Mapping[str, bytes | None], given: Settings | None = None
) -> Plan:
    """What is said of the repository with these changes."""
    with asking(files, given or settings()) as request:
        return verify(request, request.tree.changed(after))


def changes(plan: Plan) -> dict[str, bytes | None]:
    """What a plan would write."""
    return {item.path: item.after for item in plan.files}


def codes(plan: Plan) -> set[str]:
    """The codes of a plan's findings."""
    return {item.code for item in plan.findings}
