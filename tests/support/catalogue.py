"""Ingresses made of the units' own cases, and the profiles to convert them for. A new unit takes part by itself."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

from gatelift.annotations import registry
from gatelift.annotations.unit import NGINX, Case, Unit
from gatelift.config.model import Listeners, Phase
from gatelift.config.target import COMPILED, Channel, EnvoyGateway, GatewayAPI, TargetName, TargetSpec
from support.conversion import Conversion, Setup, convert
from support.repositories import GATEWAY, dump, secrets, services

Json = dict[str, Any]


def every_profile() -> tuple[str, ...]:
    """Everything that ``--target`` takes."""
    versions = product(GatewayAPI, Channel, (None, *EnvoyGateway))
    specs = (TargetSpec(gateway_api=api, channel=channel, envoy_gateway=envoy) for api, channel, envoy in versions)
    return (*map(str, TargetName), *map(str, specs))


def chosen_profiles() -> tuple[str, ...]:
    """Gateway API alone; each Envoy Gateway with its own Gateway API; with an older and a newer one; the aliases."""
    alone = [TargetSpec(gateway_api=api, channel=channel) for api, channel in product(GatewayAPI, Channel)]
    own = [
        TargetSpec(gateway_api=COMPILED[envoy], channel=channel, envoy_gateway=envoy)
        for envoy, channel in product(EnvoyGateway, Channel)
    ]
    apart = [
        TargetSpec(gateway_api=api, channel=Channel.STANDARD, envoy_gateway=envoy)
        for api, envoy in (
            (GatewayAPI.V1_2, EnvoyGateway.V1_9),
            (GatewayAPI.V1_4, EnvoyGateway.V1_8),
            (GatewayAPI.V1_6, EnvoyGateway.V1_3),
            (GatewayAPI.V1_6, EnvoyGateway.V1_8),
        )
    ]
    return (*(str(spec) for spec in (*alone, *own, *apart)), *(str(name) for name in TargetName if "calico" in name))


@dataclass(frozen=True)
class Example:
    """One case of a unit as annotations of an Ingress, with all that has to be told beside it."""

    module: str
    unit: Unit
    case: Case
    key: str
    annotations: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.module}: {self.key}={self.case.value[:40]!r} {dict(self.case.siblings)}"


@cache
def examples_of_units() -> tuple[Example, ...]:
    """Every case of every unit."""
    return tuple(_example(module, unit, case) for _, module, unit in registry.everything() for case in unit.cases)


def prefix_of(flags: tuple[str, ...]) -> str:
    """What annotations of ingress-nginx begin with."""
    return next((flag.partition("=")[2] + "/" for flag in flags if flag.startswith("--annotations-prefix=")), NGINX)


def _example(module: str, unit: Unit, case: Case) -> Example:
    prefix = prefix_of(case.flags)
    name = (case.name or unit.names[0]).replace("*", "company.example.com/thing" if unit.names == ("*",) else "thing")
    key = name if "/" in name else prefix + name
    siblings = {prefix + sibling: value for sibling, value in case.siblings.items()}
    return Example(module, unit, case, key, {**siblings, key: case.value})


def ingress(
    name: str, annotations: Mapping[str, str], rules: list[Json], namespace: str = "shop", tls: bool = True
) -> Json:
    """An Ingress of class nginx; with ``tls``, a certificate for its hosts."""
    spec: Json = {"ingressClassName": "nginx", "rules": rules}
    hosts = [rule["host"] for rule in rules if "host" in rule]
    if tls and hosts:
        spec["tls"] = [{"hosts": hosts, "secretName": "tls"}]
    metadata = {"name": name, "namespace": namespace, "annotations": dict(annotations)}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


def rule(host: str | None, paths: list[tuple[str, str]], service: str = "web") -> Json:
    """A rule: (path, type) each to port 80 of one Service."""
    backend = {"service": {"name": service, "port": {"number": 80}}}
    listed = [{"path": path, "pathType": kind, "backend": backend} for path, kind in paths]
    return {**({} if host is None else {"host": host}), "http": {"paths": listed}}


def alone(example: Example, tls: bool = True) -> Json:
    """The Ingress of one case, as the unit's own test reads it."""
    case = example.case
    paths = [(path, str(case.path_type)) for path in case.paths]
    return ingress("web", example.annotations, [rule(case.host, paths)], tls=tls)


def ingress_class(cases: list[Case]) -> Json:
    """The class of all these Ingresses: ingress-nginx's, beyond doubt."""
    flags = dict(flag.split("=", 1) for case in cases for flag in case.flags if "=" in flag)
    controller = flags.get("--controller-class", "k8s.io/ingress-nginx")
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {"name": "nginx"},
        "spec": {"controller": controller},
    }


def beside(ingresses: list[Json], cases: list[Case], gateway: bool = True) -> str:
    """The Ingresses as a stream with all that they refer to: class, Services, Secrets, ConfigMaps, a ``gateway``."""
    namespaces = dict.fromkeys(item["metadata"]["namespace"] for item in ingresses)
    found: list[Json] = [*ingresses, ingress_class(cases), *([open_gateway()] if gateway else [])]
    for namespace in namespaces:
        found += [*services(namespace), *secrets(namespace)]
    found += _referred(cases)
    seen: dict[tuple[str, str, str], Json] = {}
    for item in found:
        seen.setdefault((item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"]), item)
    return "".join(f"---\n{dump(item)}" for item in seen.values())


def open_gateway() -> Json:
    """The Gateway, with room for ListenerSets."""
    found: Json = copy.deepcopy(GATEWAY)
    found["spec"]["allowedListeners"] = {"namespaces": {"from": "All"}}
    return found


def _referred(cases: list[Case]) -> Iterator[Json]:
    for case in cases:
        for name, keys in case.secrets.items():
            yield _holder("Secret", name, dict.fromkeys(sorted(keys), "x"), "stringData")
        for name, headers in case.config_maps.items():
            yield _holder("ConfigMap", name, headers or {"notes.txt": "no\nheader"}, "data")


def _holder(kind: str, name: str, data: Mapping[str, str], field: str) -> Json:
    namespace, _, own = name.rpartition("/")
    metadata = {"name": own, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, field: dict(data)}


def setup_of(cases: list[Case], target: str = "envoy-gateway", phase: Phase = Phase.RETIRE) -> Setup:
    """The run that the cases ask for: their settings, flags and decisions together."""
    settings: dict[str, str] = {}
    decide: dict[str, str] = {}
    flags: dict[str, None] = {}
    for case in cases:
        settings.update(case.controller)
        decide.update(case.decide)
        flags.update(dict.fromkeys(case.flags))
    return Setup(target=target, phase=phase, settings=settings, decide=decide, flags=tuple(flags))


@dataclass(frozen=True)
class Input:
    """Ingresses, the cases that they are made of, and how to convert them."""

    ingresses: tuple[Json, ...]
    cases: tuple[Case, ...]
    setup: Setup

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(f"\n{self.setup}\n" + "".join(f"---\n{dump(item)}" for item in self.ingresses))

    @property
    def text(self) -> str:
        """All documents as one stream."""
        return beside(list(self.ingresses), list(self.cases), self.setup.listeners is not Listeners.GATEWAY)

    @property
    def prefix(self) -> str:
        """What annotations of ingress-nginx begin with."""
        return prefix_of(self.setup.flags)

    def converted(self) -> Conversion:
        return convert(self.text, self.setup)

    def without(self, name: str, key: str) -> Conversion:
        """The conversion where the Ingress ``namespace/name`` lacks one annotation, or the controller a setting."""
        if key in self.setup.settings:
            settings = {other: value for other, value in self.setup.settings.items() if other != key}
            return replace(self, setup=replace(self.setup, settings=settings)).converted()
        ingresses = copy.deepcopy(self.ingresses)
        for item in ingresses:
            if f"{item['metadata']['namespace']}/{item['metadata']['name']}" == name:
                del item["metadata"]["annotations"][key]
        return replace(self, ingresses=ingresses).converted()


def input_of(example: Example, target: str = "envoy-gateway") -> Input:
    """A case alone."""
    return Input((alone(example),), (example.case,), setup_of([example.case], target))
