"""Ingresses for Traefik's imitation of ingress-nginx. All that are given belong to one class, whatever it is called.

What would send requests elsewhere than to the echo servers is taken out or turned to where nobody listens, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.replay.backends import items, mapping, place
from gatelift.replay.feed.common import dropped, namespaces, secrets, services
from gatelift.replay.ground import PROBE, PROBE_HOST, PROBE_PATH, Ground
from gatelift.traffic.fields import texts
from gatelift.traffic.model import Attribute, Manifest, NotReplayed

CONTROLLER = "k8s.io/ingress-nginx"
CLASS = "gatelift-replay"
PREFIX = "nginx.ingress.kubernetes.io/"
_CLASS_ANNOTATION = "kubernetes.io/ingress.class"
_SECRETS = ("auth-secret", "auth-tls-secret", "proxy-ssl-secret")
_NOBODY = "http://127.0.0.1:1/"
# Each of these would have Traefik ask a host that the manifests name.
_MIRRORS = ("mirror-target", "mirror-host", "mirror-request-body")
_ALL = tuple(Attribute)


class IngressFeed(msgspec.Struct, frozen=True):
    """What the provider ``kubernetesingressnginx`` gets to see, and what of the Ingresses it cannot show."""

    objects: tuple[Manifest, ...]
    not_replayed: tuple[NotReplayed, ...]


def ingress_feed(objects: Sequence[Manifest], ground: Ground) -> IngressFeed:
    """Every Ingress among ``objects``, and what stands around them."""
    ingresses = [item for item in objects if item.get("kind") == "Ingress"]
    fed = (
        *namespaces([*objects, *ground.services]),
        *services(ground),
        *secrets(_secrets(ingresses), ground),
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": CLASS},
            "spec": {"controller": CONTROLLER},
        },
        *(_fed(item) for item in ingresses),
        _probe(),
    )
    return IngressFeed(fed, tuple(entry for item in ingresses for entry in _not_replayed(item)))


def _annotations(ingress: Manifest) -> Mapping[str, Any]:
    return mapping(mapping(ingress.get("metadata")).get("annotations"))


def _fed(ingress: Manifest) -> Manifest:
    keys = [_CLASS_ANNOTATION, f"{PREFIX}service-upstream", *(f"{PREFIX}{name}" for name in _MIRRORS)]
    copy = dropped(ingress, keys)
    annotations = copy["metadata"]["annotations"]
    for name, change in _CHANGED.items():
        key = f"{PREFIX}{name}"
        if key in annotations:
            annotations[key] = change(str(annotations[key]))
    return {**copy, "spec": {**mapping(ingress.get("spec")), "ingressClassName": CLASS}}


def _spoken(protocol: str) -> str:
    """The echo servers speak HTTP/1.1, also where gRPC is wanted: which of them is asked stays the same."""
    return {"GRPC": "HTTP", "GRPCS": "HTTPS"}.get(protocol.upper(), protocol)


_CHANGED: Mapping[str, Callable[[str], str]] = {"auth-url": lambda _: _NOBODY, "backend-protocol": _spoken}


def _not_replayed(ingress: Manifest) -> Iterator[NotReplayed]:
    if f"{PREFIX}auth-url" in _annotations(ingress):
        namespace, name = place(ingress)
        why = f"auth-url of Ingress {namespace}/{name}: Traefik would ask a host outside of this machine"
        hosts, paths = _places(ingress)
        for attribute in _ALL:
            yield NotReplayed(attribute=attribute, why=why, hosts=hosts, paths=paths)


def _places(ingress: Manifest) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rules = items(mapping(ingress.get("spec")).get("rules"))
    paths = [str(path.get("path") or "/") for rule in rules for path in items(mapping(rule.get("http")).get("paths"))]
    hosts = [str(rule.get("host") or "") for rule in rules]
    # Without a host, or with none at all, any host is meant: so say both by saying none.
    return (tuple(dict.fromkeys(hosts)) if all(hosts) else ()), tuple(dict.fromkeys(paths))


def _secrets(ingresses: Iterable[Manifest]) -> dict[tuple[str, str], list[str]]:
    wanted: dict[tuple[str, str], list[str]] = {}
    for item in ingresses:
        namespace, _ = place(item)
        for entry in items(mapping(item.get("spec")).get("tls")):
            if entry.get("secretName"):
                wanted.setdefault((namespace, str(entry["secretName"])), []).extend(texts(entry.get("hosts")))
        for name in _SECRETS:
            named = str(_annotations(item).get(f"{PREFIX}{name}") or "")
            if named:
                where, slash, short = named.partition("/")
                wanted.setdefault((where, short) if slash else (namespace, named), [])
    return wanted


def _probe() -> Manifest:
    backend = {"service": {"name": PROBE.service, "port": {"number": PROBE.port}}}
    rule = {"host": PROBE_HOST, "http": {"paths": [{"path": PROBE_PATH, "pathType": "Prefix", "backend": backend}]}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "probe", "namespace": PROBE.namespace},
        "spec": {"ingressClassName": CLASS, "rules": [rule]},
    }
