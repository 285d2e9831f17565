"""Whose certificate a hostname is served with when gatelift writes the listeners, and who keeps them.

A Secret is named only from its own namespace, unless a grant lets in somebody else; so whoever has the certificate
keeps the listener, where the listeners stand apart from the Gateway.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gatelift.annotations.nginx.host import Certificate, covered
from gatelift.config.gateway import GatewayRef
from gatelift.config.model import Config
from gatelift.gateway.listeners import SecretName

Owner = tuple[str, str]
"""(root, ``namespace/name``) of an Ingress."""
_OUT_OF_REACH = 3


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """A hostname that routes will have, and who serves it through one Gateway."""

    hostname: str
    main: str
    """The host it belongs to: itself, or the one that it is another name for."""
    passthrough: bool
    servers: tuple[Owner, ...]
    twin: bool = False


class Holders(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds certificates for the hostnames of one Gateway.

    ``certificates``: those of the scope and class. ``apart``: whether listeners stand on ListenerSets of Ingresses.
    """

    config: Config
    class_name: str
    gateway: GatewayRef
    certificates: Sequence[Certificate]
    apart: bool

    def is_named(self, name: Served) -> bool:
        """Whether some Ingress names the hostname under ``tls``, be it without a Secret."""
        hosts = {item.host for item in self.certificates}
        named = covered(name.hostname, hosts) or covered(name.main, hosts)
        return named and not name.passthrough

    def certificate(self, name: Served) -> Certificate | None:
        """The certificate of a hostname: an alias is served with its host's where it has none of its own."""
        for wanted in dict.fromkeys((name.hostname, name.main)):
            fitting = [item for item in self.certificates if item.secret and covered(wanted, {item.host})]
            ranked = [
                (rank, item.host != wanted, item)
                for item in fitting
                if (rank := self._rank(item, name)) < _OUT_OF_REACH
            ]
            if ranked and wanted:
                return min(ranked)[2]
        return None

    def owner(self, name: Served, certificate: Certificate | None) -> Owner:
        """Whoever has the certificate keeps it: a Secret is named only from its own namespace."""
        if certificate is None:
            return name.servers[0]
        holder = (certificate.root, certificate.ingress)
        if holder in name.servers or not self.apart:
            return holder
        beside = [server for server in name.servers if namespace_of(server) == namespace_of(holder)]
        return beside[0] if beside else holder

    def _rank(self, certificate: Certificate, name: Served) -> int:
        """Best is a server's own, then one in its namespace, then one of an Ingress that goes to the same Gateway."""
        if (certificate.root, certificate.ingress) in name.servers:
            return 0
        if namespace_of((certificate.root, certificate.ingress)) in {namespace_of(item) for item in name.servers}:
            return 1
        gateway = self.config.gateway_for(self.class_name, certificate.root)
        same = gateway is not None and gateway.whole == self.gateway.whole
        return 2 if not self.apart or same else _OUT_OF_REACH


def namespace_of(owner: Owner) -> str:
    """The namespace of an Ingress, empty where its manifest names none."""
    return owner[1].rpartition("/")[0]


def secret_of(certificate: Certificate | None) -> SecretName | None:
    """The Secret of a certificate, if there is one."""
    if certificate is None:
        return None
    return SecretName(namespace_of((certificate.root, certificate.ingress)), certificate.secret)
