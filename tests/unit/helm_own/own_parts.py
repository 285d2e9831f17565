"""A chart in memory as a part for a strategy, and what it renders with the values that the strategy offers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from gatelift.annotations.controller import Controller
from gatelift.config import Config
from gatelift.config.gateway import parse_gateway
from gatelift.config.model import Phase
from gatelift.config.target import parse_target
from gatelift.expected.expected import Change
from gatelift.ingress.read import is_ingress
from gatelift.ingress.scopes import Scopes
from gatelift.manifests.resource import Provenance, Resource
from gatelift.proof.hosts import by_host
from gatelift.render.charts import renderer
from gatelift.render.sdk import SdkEngine, sdk_engine
from gatelift.repository.tree import Tree
from gatelift.sources.deployed.read import deployments
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.cases import find_cases
from gatelift.sources.helm.charts import Charts
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.offer import Manifest, Offer, Part, Seen, Switch
from gatelift.sources.helm.rendering import rendered
from gatelift.sources.helm.toggles import Effective
from gatelift.sources.helm.values import merged
from gatelift.sources.worlds import Rendered, Settings, judge_world
from gatelift.targets.registry import resolve

Files = Mapping[str, str]
ENVOY = "calico-3.32"
STANDARD = "standard"


@cache
def _sdk() -> SdkEngine:
    found = sdk_engine()
    assert found is not None
    return found


class World(msgspec.Struct, frozen=True):
    """A repository of charts, what its cases render, and what becomes of the Ingresses of each."""

    tree: Tree
    charts: Charts
    cases: Mapping[str, Case]
    objects: Mapping[str, tuple[Manifest, ...]]
    changes: Mapping[str, tuple[Change, ...]]


def world(files: Files, target: str = STANDARD, phase: Phase = Phase.COEXIST, *, served: bool = False) -> World:
    """Every case rendered, and judged alone; ``served``: as if ingress-nginx served each Ingress."""
    data = {path: text.encode() for path, text in files.items()}
    tree = Tree("/repository", data, data.__getitem__, None)
    charts = discover(tree)
    cases = {case.name: case for case in find_cases(tree, charts, deployments(tree, files), Config()).items}
    objects = render(tree, charts, tuple(cases.values()))
    changes = {
        name: judged(name, _served(items) if served else items, target, phase) for name, items in objects.items()
    }
    return World(tree, charts, cases, objects, changes)


def render(tree: Tree, charts: Charts, cases: tuple[Case, ...]) -> dict[str, tuple[Manifest, ...]]:
    """The objects of each case; one that does not render is an error of the test."""
    with renderer(_sdk(), 1, timeout=60) as asked:
        made = rendered(asked, tree, charts, cases, Config())
    for name, item in made.items():
        assert not item.failed, (name, item.findings)
    return {name: tuple(each.document.value for each in item.objects) for name, item in made.items()}


def resources(name: str, objects: tuple[Manifest, ...]) -> tuple[Resource, ...]:
    return tuple(
        Resource(
            item["apiVersion"],
            item["kind"],
            item["metadata"].get("namespace", ""),
            item["metadata"]["name"],
            item,
            Provenance(name, name, index),
        )
        for index, item in enumerate(objects)
    )


def judged(name: str, objects: tuple[Manifest, ...], target: str, phase: Phase) -> tuple[Change, ...]:
    spec = parse_target(target)
    config = Config(gateway=parse_gateway("infra/shared/https"), target=spec)
    settings = Settings(config=config, controller=Controller(), target=resolve(spec), phase=phase)
    root = Rendered(root=name, resources=resources(name, objects))
    return judge_world([root], settings, Scopes({name: "one"}), {}).by_root.get(name, ())


def part(
    made: World, folder: str, template: str, beside: tuple[str, ...] = ("ingress",), phase: Phase = Phase.COEXIST
) -> Part:
    """The part of one template: all Ingresses of a case count as its own."""
    seen: list[Seen] = []
    for case in made.cases.values():
        values = Effective(made.tree, made.charts).values(case.chart, case.values)
        for place, keys in made.charts.keys(folder):
            if place == case.chart:
                own = values
                for key in keys:
                    own = own[key]
                objects = resources(case.name, made.objects[case.name])
                seen.append(
                    Seen(
                        case=case,
                        keys=keys,
                        values=own,
                        ingresses=tuple(item for item in objects if is_ingress(item)),
                        changes=made.changes[case.name],
                        services=tuple(item.value for item in objects if item.kind == "Service"),
                    )
                )
    return Part(
        tree=made.tree,
        charts=made.charts,
        chart=made.charts.by_folder[folder],
        template=template,
        switch=Switch((*beside[:-1], "gateway"), beside),
        seen=tuple(seen),
        phase=phase,
    )


def differences(made: World, given: Part, offer: Offer) -> dict[str, str]:
    """Case -> how its objects with the values of an offer differ from what they are expected to be; empty: proved."""
    found: dict[str, str] = {}
    for seen in given.seen:
        values: Any = offer.values.get(seen.case.name, {})
        for key in reversed(seen.keys):
            values = {key: values}
        case = msgspec.structs.replace(seen.case, values=merged(seen.case.values, values))
        got = render(made.tree.changed(offer.files), made.charts, (case,))[case.name]
        emitted = [item for change in made.changes[case.name] for item in change.emitted]
        gone = {change.ingress.ref.name for change in made.changes[case.name] if not change.keep}
        old = [item for item in made.objects[case.name] if not _is_gone(item, gone)]
        other = by_host([*old, *emitted], got)
        if other is not None:
            found[case.name] = other.text
    return found


def _served(objects: tuple[Manifest, ...]) -> tuple[Manifest, ...]:
    """Objects whose Ingresses are of the class ``nginx``."""
    return tuple(
        {**item, "spec": {**item["spec"], "ingressClassName": "nginx"}} if item["kind"] == "Ingress" else item
        for item in objects
    )


def _is_gone(item: Manifest, names: set[str]) -> bool:
    return item["kind"] == "Ingress" and item["metadata"]["name"] in names


HELPERS = """\
{{- define "shop.name" -}}{{ .Release.Name }}{{- end }}
{{- define "shop.labels" -}}
app.kubernetes.io/name: shop
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ include "shop.name" . }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  ports:
    - port: {{ .Values.service.port }}
"""
INGRESS = """\
{{- if .Values.ingress.enabled }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "shop.name" . }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
  {{- with .Values.ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  ingressClassName: nginx
  {{- with .Values.ingress.tls }}
  tls:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    {{- range .Values.ingress.hosts }}
    - host: {{ .host | quote }}
      http:
        paths:
          {{- range .paths }}
          - path: {{ .path }}
            pathType: {{ .pathType }}
            backend:
              service:
                name: {{ include "shop.name" $ }}
                port:
                  number: {{ $.Values.service.port }}
          {{- end }}
    {{- end }}
{{- end }}
"""
VALUES = """\
service:
  port: 8080
ingress:
  enabled: false
  annotations: {}
  hosts: []
  tls: []
"""
TWO_HOSTS = """\
ingress:
  enabled: true
  hosts:
    - host: shop.example.com
      paths: [{path: /, pathType: Prefix}, {path: /api, pathType: Exact}]
    - host: www.example.com
      paths: [{path: /, pathType: Prefix}, {path: /api, pathType: Exact}]
"""


def chart(route: str, values: str, **more: str) -> dict[str, str]:
    """A chart with a template for routes; ``more``: further files, ``__`` for ``/`` and ``_yaml`` for ``.yaml``."""
    made = {
        "shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n",
        "shop/values.yaml": VALUES + values,
        "shop/values-prod.yaml": TWO_HOSTS,
        "shop/templates/_helpers.tpl": HELPERS,
        "shop/templates/service.yaml": SERVICE,
        "shop/templates/ingress.yaml": INGRESS,
        "shop/templates/httproute.yaml": route,
    }
    return made | {f"shop/{path.replace('__', '/').replace('_yaml', '.yaml')}": text for path, text in more.items()}
