"""Ingresses by lot: hosts, wildcards, tls in every variant, paths of all kinds; within known annotations or not."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from wrapping import PREFIX, ingress

from gatelift.sources.helm.offer import Manifest

SETS: tuple[Mapping[str, str], ...] = (
    {},
    {f"{PREFIX}proxy-read-timeout": "120", f"{PREFIX}proxy-send-timeout": "120"},
    {f"{PREFIX}whitelist-source-range": "10.0.0.0/8"},
    {f"{PREFIX}affinity": "cookie"},
    {f"{PREFIX}rewrite-target": "/$2"},
    {f"{PREFIX}use-regex": "true"},
    {f"{PREFIX}app-root": "/app"},
    {f"{PREFIX}permanent-redirect": "https://x.example.com/"},
    {f"{PREFIX}ssl-redirect": "false"},
    {f"{PREFIX}force-ssl-redirect": "true"},
    {f"{PREFIX}from-to-www-redirect": "true"},
    {f"{PREFIX}server-alias": "alias.example.com"},
    {f"{PREFIX}enable-cors": "true"},
    {f"{PREFIX}backend-protocol": "HTTPS"},
    {f"{PREFIX}backend-protocol": "GRPC"},
    {f"{PREFIX}limit-rps": "5"},
    {f"{PREFIX}upstream-vhost": "other.example.com"},
    {f"{PREFIX}satisfy": "any", f"{PREFIX}denylist-source-range": "1.2.3.4/32"},
    {f"{PREFIX}x-forwarded-prefix": "/x", f"{PREFIX}rewrite-target": "/$1"},
    {f"{PREFIX}configuration-snippet": "deny all;"},
    {"cert-manager.io/cluster-issuer": "le", "example.com/x": "y"},
    {"external-dns.alpha.kubernetes.io/hostname": "z.example.com"},
)
UNKNOWN = f"{PREFIX}auth-type"
HOSTS = ("a.example.com", "b.example.com", "www.a.example.com", "*.example.com", "", "c.test", "x.y.z.example.com")
USUAL = ("/", "/api", "/api/", "/api/v1")
ODD = ("/x.y", "/~u", "/api(/|$)(.*)", "/v1/(.*)", "/@a", "/.well-known/acme-challenge", "/a//b", "/a/../b", "/%41")
TYPES = ("Prefix", "Exact", "ImplementationSpecific")


def random_ingress(lot: random.Random, annotations: Mapping[str, str], *, usual: bool) -> Manifest:
    """One Ingress; a ``usual`` one has hosts and paths as most charts have them."""
    chosen = lot.sample(HOSTS[:2] if usual else HOSTS, lot.choice([1, 2] if usual else [1, 1, 2, 3]))
    paths = USUAL if usual else (*USUAL, *ODD)
    hosts = {
        host: [(path, lot.choice(TYPES)) for path in lot.sample(paths, lot.choice([1, 1, 2, 3]))] for host in chosen
    }
    made = ingress(annotations, hosts, _tls(lot, [host for host in hosts if host]))
    if lot.random() < 0.3:
        return {**made, "metadata": {**made["metadata"], "namespace": "apps"}}
    return made


def _tls(lot: random.Random, hosts: Sequence[str]) -> list[Manifest]:
    kind = lot.choice(["none", "all", "all", "some", "bare", "above", "nobody"])
    found: dict[str, list[Manifest]] = {
        "none": [],
        "all": [{"hosts": list(hosts), "secretName": "s"}],
        "some": [{"hosts": list(hosts[:1]), "secretName": "s"}],
        "bare": [{"hosts": list(hosts)}],
        "above": [{"hosts": ["*.example.com"], "secretName": "s"}],
        "nobody": [{"secretName": "s"}],
    }
    return found[kind] if hosts else []
