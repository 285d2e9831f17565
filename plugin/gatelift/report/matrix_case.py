"""A unit's case as a whole small cluster, converted for one target: what the ledger says of the annotation, and why.

Around the case stands what it takes for granted: the Service and the Secrets that it names, the main Ingress of a
canary, a certificate where the setting is about TLS. Nothing here knows what an annotation becomes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Rulings
from gatelift.annotations.unit import Case, Translated, parse_bool
from gatelift.config import Config, parse_gateway
from gatelift.config.model import Phase
from gatelift.config.target import TargetSpec
from gatelift.expected.context import Context, Inputs, gather, ingress_key
from gatelift.expected.expected import expected
from gatelift.expected.judge import judge
from gatelift.expected.ledger import Entry
from gatelift.gateway.normal import key_of, normal
from gatelift.ingress.model import Ingress
from gatelift.ingress.read import read
from gatelift.manifests.inventory import take
from gatelift.manifests.resource import Provenance, Resource, escape, resources
from gatelift.targets.base import Target
from gatelift.targets.registry import resolve

Manifest = Mapping[str, Any]

NAMESPACE = "shop"
NAME = "web"
GATEWAY = "infra/public/https"
OVER_TLS = (
    "ssl-redirect",
    "force-ssl-redirect",
    "preserve-trailing-slash",
    "use-port-in-redirects",
    "auth-tls-",
    "ssl-ciphers",
    "ssl-prefer",
)
"""Beginnings of the keys that do something only where the host has a certificate (T16)."""


PER_LISTENER = ("auth-tls-", "ssl-ciphers")
"""Beginnings of the keys that become settings of the host's own listener, so that the Gateway has to be seen."""
_CLIENTS = {"shop/clients": frozenset({"ca.crt"})}
COMPANIONS: Mapping[str, Case] = {
    "auth-type": Case(
        value="users", name="auth-secret", decide={"basicAuthSecret": "{secret}-htpasswd"}, expect=Translated()
    ),
    "auth-tls-verify-client": Case(value="shop/clients", name="auth-tls-secret", secrets=_CLIENTS, expect=Translated()),
    "auth-tls-pass-certificate-to-upstream": Case(
        value="shop/clients", name="auth-tls-secret", secrets=_CLIENTS, expect=Translated()
    ),
}
"""Name -> the annotation, the decision and the Secret without which it says nothing, where its cases go without."""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """A case and what stands around it; ``key`` is the annotation in full."""

    key: str
    ingress: Manifest
    beside: tuple[Manifest, ...]
    controller: Controller
    flags: tuple[str, ...]
    decide: Mapping[str, str]

    @property
    def pointer(self) -> str:
        """Where the annotation stands."""
        return f"/metadata/annotations/{escape(self.key)}"

    def undecided(self) -> Scene:
        """The same without what the configuration decides."""
        return msgspec.structs.replace(self, decide={})

    def without(self, *keys: str) -> Scene:
        """The same without these annotations."""
        metadata = self.ingress["metadata"]
        rest = {key: value for key, value in metadata["annotations"].items() if key not in keys}
        return msgspec.structs.replace(self, ingress={**self.ingress, "metadata": {**metadata, "annotations": rest}})


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a scene became: the ledger's entries for its first Ingress, and all objects that are written.

    Where that Ingress is withheld for one of the entries, the others are what was said of them before.
    """

    entries: tuple[Entry, ...]
    objects: tuple[Manifest, ...]
    withheld: bool
    """Whether the Ingress gets no routes."""

    def entry(self, pointer: str) -> Entry:
        """The entry of a leaf of the Ingress."""
        return next(entry for entry in self.entries if entry.pointer == pointer)


def scene(case: Case, name: str) -> Scene:
    """The cluster around a case, with the annotation under ``name`` (in full, with its ``/``, or without prefix)."""
    controller = Controller.parse(case.controller, case.flags)
    prefix = controller.annotations_prefix
    key = name if "/" in name else prefix + name
    case = _accompanied(case, COMPANIONS.get(name))
    annotations = {prefix + sibling: value for sibling, value in case.siblings.items()}
    annotations[key] = case.value
    canary = parse_bool(annotations.get(f"{prefix}canary", "")) is True
    ingress = _ingress("web", case, annotations, "web-next" if canary else "web", tls=name.startswith(OVER_TLS))
    main = (_ingress("web-main", case, {}, "web"),) if canary else ()
    services = [_service("web"), *([_service("web-next")] if canary else [])]
    return Scene(
        key=key,
        ingress=ingress,
        beside=(*main, *services, _CLASS, *_gateway(case, name), *_secrets(case), *_config_maps(case)),
        controller=controller,
        flags=case.flags,
        decide=case.decide,
    )


_CLASS: Manifest = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "IngressClass",
    "metadata": {"name": "nginx"},
    "spec": {"controller": "k8s.io/ingress-nginx"},
}
"""Without it nobody could tell an Ingress with nothing but F5's annotations from one of F5's controller."""


def _accompanied(case: Case, companion: Case | None) -> Case:
    if companion is None or not isinstance(case.expect, Translated):
        return case
    return msgspec.structs.replace(
        case,
        siblings={companion.name: companion.value, **case.siblings},
        decide={**companion.decide, **case.decide},
        secrets={**companion.secrets, **case.secrets},
    )


def _ingress(name: str, case: Case, annotations: Mapping[str, str], service: str, *, tls: bool = False) -> Manifest:
    backend = {"service": {"name": service, "port": {"number": 80}}}
    paths = [{"path": path, "pathType": str(case.path_type), "backend": backend} for path in case.paths]
    host = {"host": case.host} if case.host is not None else {}
    certificate = {"tls": [{"hosts": [case.host], "secretName": "web-tls"}]} if tls and case.host is not None else {}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": name,
            "namespace": NAMESPACE,
            **({"annotations": dict(annotations)} if annotations else {}),
        },
        "spec": {"ingressClassName": "nginx", **certificate, "rules": [{**host, "http": {"paths": paths}}]},
    }


def _service(name: str) -> Manifest:
    ports = [{"name": "http", "port": 80}]
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": ports}}


def _gateway(case: Case, name: str) -> Iterator[Manifest]:
    if not name.startswith(PER_LISTENER) or case.host is None:
        return
    gateway = parse_gateway(GATEWAY)
    everybody = {"namespaces": {"from": "All"}}
    secure = {"name": gateway.section_name, "port": 443, "protocol": "HTTPS", "hostname": case.host}
    yield {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": gateway.name, "namespace": gateway.namespace},
        "spec": {
            "gatewayClassName": "eg",
            "listeners": [
                {"name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": everybody},
                {**secure, "allowedRoutes": everybody},
            ],
        },
    }


def _secrets(case: Case) -> Iterator[Manifest]:
    """Of a Secret only the names of its keys matter."""
    for name, keys in case.secrets.items():
        yield _holder("Secret", name, dict.fromkeys(sorted(keys), ""))


def _config_maps(case: Case) -> Iterator[Manifest]:
    for name, data in case.config_maps.items():
        yield _holder("ConfigMap", name, data or {"file": "a: b\n"})


def _holder(kind: str, name: str, data: Mapping[str, str]) -> Manifest:
    namespace, _, bare = name.rpartition("/")
    metadata = {"name": bare, "namespace": namespace}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": dict(data)}


def convert(wanted: Scene, spec: TargetSpec, phase: Phase = Phase.RETIRE) -> Outcome:
    """Convert a scene whole, as ``gatelift convert`` would."""
    found = tuple(_resources((wanted.ingress, *wanted.beside)))
    ingresses = tuple(read(item) for item in found if item.kind == "Ingress")
    context = _context(wanted, found, ingresses, spec)
    judged = judge(ingresses, context, phase)
    result = expected(ingresses, phase, context, judged)
    change, translation = result.changes[0], judged.translations.get(ingress_key(ingresses[0]))
    own = translation.entries if translation is not None and change.withheld is not None else change.entries
    written = (*(item for each in result.changes for item in each.emitted), *result.shared)
    return Outcome(entries=own, objects=written, withheld=change.withheld is not None)


def _context(wanted: Scene, found: Sequence[Resource], ingresses: Sequence[Ingress], spec: TargetSpec) -> Context:
    inventory = take(found)
    rulings = Rulings(
        controller=wanted.controller,
        decide=wanted.decide,
        secrets=inventory.secrets,
        config_maps=inventory.config_maps,
        header_maps=inventory.header_maps,
    )
    return gather(
        Inputs(
            ingresses=ingresses,
            resources=found,
            inventory=inventory,
            config=Config(gateway=parse_gateway(GATEWAY), target=spec),
            rulings=rulings,
            target=_target(spec),
        )
    )


@lru_cache(maxsize=64)
def _target(spec: TargetSpec) -> Target:
    return resolve(spec)


def _resources(values: Iterable[Manifest]) -> Iterator[Resource]:
    for index, value in enumerate(values):
        yield from resources(value, Provenance("", "example.yaml", index))


def made_by(wanted: Scene, spec: TargetSpec) -> tuple[Manifest, ...]:
    """The objects that are there, or say something else, because of the annotation."""
    bare = convert(wanted.without(wanted.key), spec)
    if bare.withheld:
        # It needs its siblings as they need it: all of them together are what is shown.
        bare = convert(wanted.without(*wanted.ingress["metadata"]["annotations"]), spec)
    before = {key_of(item): _meaning(item) for item in bare.objects}
    return tuple(item for item in convert(wanted, spec).objects if before.get(key_of(item)) != _meaning(item))


def _meaning(item: Manifest) -> tuple[object, object]:
    """The normal form, and the annotations, which other programs read."""
    return normal(item), item["metadata"].get("annotations")
