"""A chart that prints whatever Ingress its values hold, wrapped; and what expected() makes of the same Ingress."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from chart_trees import chart, sdk, tree
from msgspec import structs

from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Rulings
from gatelift.config import Config, parse_gateway
from gatelift.config.model import Phase
from gatelift.config.target import parse_target
from gatelift.expected.context import Inputs, gather
from gatelift.expected.expected import Change, expected
from gatelift.expected.judge import judge
from gatelift.findings import Place
from gatelift.ingress.read import is_ingress, read
from gatelift.manifests.inventory import take
from gatelift.manifests.resource import Provenance, Resource
from gatelift.render.charts import ChartEngine, release, renderer
from gatelift.render.rendering import ChartJob, Rendering
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.offer import Ask, Manifest, Offer, Part, Seen, Switch
from gatelift.sources.helm.rendering import laid_out
from gatelift.sources.helm.runtime import Library, library
from gatelift.sources.helm.wrapped import wrapped
from gatelift.targets.registry import resolve

GATEWAY = "infra/shared/https"
PRINTER = "{{- range $.Values.objects }}\n---\n{{ toYaml . }}\n{{- end }}\n"
SERVICES = "{{- range $.Values.services }}\n---\n{{ toYaml . }}\n{{- end }}\n"
PREFIX = "nginx.ingress.kubernetes.io/"
Places = Sequence[tuple[str, str]]


def asking(phase: Phase = Phase.COEXIST, gateway: str = GATEWAY, beside: Sequence[Manifest] = ()) -> Ask:
    """expected() over made-up objects, with nothing else in their cluster but ``beside``."""

    def ask(objects: Sequence[Manifest]) -> tuple[Change, ...]:
        found = [_resource(item, index) for index, item in enumerate((*objects, *beside))]
        ingresses = [read(item) for item in found if is_ingress(item)]
        inventory = take(found)
        target = parse_target("envoy-gateway")
        config = Config(gateway=parse_gateway(gateway), target=target)
        rulings = Rulings(controller=Controller(), secrets=inventory.secrets, config_maps=inventory.config_maps)
        context = gather(
            Inputs(
                ingresses=ingresses,
                resources=found,
                inventory=inventory,
                config=config,
                rulings=rulings,
                target=resolve(target),
            )
        )
        return expected(ingresses, phase, context, judge(ingresses, context, phase)).changes

    return ask


def _resource(item: Manifest, index: int) -> Resource:
    metadata = item["metadata"]
    return Resource(
        api_version=item["apiVersion"],
        kind=item["kind"],
        namespace=metadata.get("namespace", ""),
        name=metadata["name"],
        value=item,
        provenance=Provenance(".", "made.yaml", index),
    )


def ingress(
    annotations: Mapping[str, str] | None = None,
    hosts: Mapping[str, Places] | None = None,
    tls: Sequence[Mapping[str, Any]] = (),
    name: str = "web",
    port: Mapping[str, Any] | None = None,
    **spec: Any,
) -> Manifest:
    """An Ingress of the class nginx."""
    rules = [
        {
            **({"host": host} if host else {}),
            "http": {
                "paths": [
                    {
                        "path": path,
                        "pathType": kind,
                        "backend": {"service": {"name": f"svc{number}", "port": port or {"number": 8080 + number}}},
                    }
                    for number, (path, kind) in enumerate(places)
                ]
            },
        }
        for host, places in (hosts or {"a.example.com": [("/", "Prefix")]}).items()
    ]
    metadata = {"name": name, "labels": {"app": "web", "helm.sh/chart": "web-1.0"}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {**metadata, **({"annotations": dict(annotations)} if annotations else {})},
        "spec": {"ingressClassName": "nginx", "rules": rules, **({"tls": list(tls)} if tls else {}), **spec},
    }


def service(name: str, **ports: int) -> Manifest:
    """A Service with named ports."""
    made = [{"name": key, "port": number} for key, number in ports.items()]
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": {"ports": made}}


class Wrapped:
    """A chart whose one template prints the objects in its values, wrapped after ``seen`` Ingresses were shown."""

    def __init__(
        self,
        seen: Sequence[Manifest | tuple[Manifest, ...]],
        ask: Ask | None = None,
        phase: Phase = Phase.COEXIST,
        beside: Sequence[Manifest] = (),
    ) -> None:
        self.ask = ask or asking(phase)
        self.beside = beside
        values = (
            "objects: []\nservices: []\ngateway:\n  enabled: false\n  name: ''\n  namespace: ''\n  sectionName: ''\n"
        )
        self.files = chart(values_yaml=values, templates__ingress_yaml=PRINTER, templates__service_yaml=SERVICES)
        self.old = tree(self.files)
        charts = discover(self.old)
        shown = tuple(self._seen(charts.by_folder["charts/shop"].folder, item) for item in seen)
        part = Part(
            tree=self.old,
            charts=charts,
            chart=charts.by_folder["charts/shop"],
            template="charts/shop/templates/ingress.yaml",
            switch=Switch(("gateway",)),
            seen=shown,
            services=("charts/shop/templates/service.yaml",),
            phase=phase,
        )
        self.library: Library = library([part], self.ask)
        offer = wrapped(structs.replace(part, prefix=self.library.prefix))
        assert isinstance(offer, Offer)
        self.offer = offer
        text = self.library.text_for(data.decode() for data in offer.files.values() if data is not None)
        helpers = {"charts/shop/templates/_gatelift.tpl": text.encode()}
        self.new = self.old.changed({**offer.files, **helpers})
        self.charts = charts

    def _seen(self, folder: str, item: Manifest | tuple[Manifest, ...]) -> Seen:
        items = item if isinstance(item, tuple) else (item,)
        found = tuple(_resource(each, index) for index, each in enumerate(items))
        case = Case(name=f"{folder} @ seen", chart=folder, place=Place("values.yaml", 1, 1), release="shop")
        return Seen(case=case, ingresses=found, changes=self.ask([*items, *self.beside]))


def values(objects: Sequence[Manifest], services: Sequence[Manifest] = (), gateway: str = GATEWAY) -> dict[str, Any]:
    """The chart's values with the switch on."""
    parent = parse_gateway(gateway)
    block = {
        "enabled": True,
        "name": parent.name,
        "namespace": parent.namespace,
        "sectionName": parent.section_name or "",
    }
    return {"objects": list(objects), "services": list(services), "gateway": block}


@contextmanager
def rendering(made: Wrapped, engine: ChartEngine | None = None) -> Iterator[Any]:
    """A function that renders the wrapped chart with some values."""
    with (
        renderer(engine or sdk(), 1, timeout=60) as asked,
        laid_out(asked, made.new, made.charts, ["charts/shop"]) as root,
    ):

        def render(given: Mapping[str, Any]) -> Rendering:
            return asked.render(job(root, given))

        yield render


def job(root: str, given: Mapping[str, Any]) -> ChartJob:
    """One rendering of the chart."""
    return ChartJob(name="asked", root=root, folder="charts/shop", release=release("shop"), values=given)


def objects_of(found: Rendering) -> list[Manifest]:
    """What was rendered."""
    return [item.document.value for item in found.objects]


def message(found: Rendering) -> str:
    """What the chart refused in gatelift's words; empty where it rendered or failed for another reason."""
    text = "\n".join(item.message for item in found.findings)
    match = re.search(r"gatelift: [^\n]*", text)
    return match[0] if match else ""
