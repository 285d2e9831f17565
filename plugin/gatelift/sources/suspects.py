"""What an Ingress that is not converted may serve, as far as its plain value tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gatelift.expected.suspects import Suspect
from gatelift.ingress.model import IngressRef
from gatelift.manifests.resource import Resource


def suspect(resource: Resource, why: str) -> Suspect:
    """``resource`` as a suspect; a host that cannot be read counts as any host."""
    hosts = tuple(dict.fromkeys(_hosts(resource.value))) or (None,)
    return Suspect(str(IngressRef(resource.namespace, resource.name)), hosts, why)


def _hosts(value: Mapping[str, object]) -> Iterator[str | None]:
    spec = value.get("spec")
    rules = spec.get("rules") if isinstance(spec, Mapping) else None
    for rule in rules if isinstance(rules, list) else ():
        host = rule.get("host") if isinstance(rule, Mapping) else None
        yield host if isinstance(host, str) and host else None
