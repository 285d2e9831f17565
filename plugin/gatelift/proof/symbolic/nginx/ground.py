"""What the rules of a host are made from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from gatelift.proof.symbolic.nginx.backends import Ports
from gatelift.traffic.nginx.ingresses import CATCH_ALL, Upstream
from gatelift.traffic.nginx.model import Server, Split, covers
from gatelift.traffic.nginx.settings import Settings


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for all hosts. ``certified``: the names for which the controller has a certificate (T16)."""

    settings: Settings
    ports: Ports
    splits: Mapping[Upstream, Split]
    certified: frozenset[str]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """For which requests rules are made. ``name``: the name of the server that takes the host."""

    scheme: str
    host: str
    name: str
    ground: Ground

    @property
    def certified(self) -> bool:
        """Whether the host has a certificate, by its own name or that of the wildcard above it."""
        return not self.ground.certified.isdisjoint((self.host, re.sub(r"\A[^.]+", "*", self.host)))


def certified(servers: Sequence[Server]) -> frozenset[str]:
    """Hosts and aliases for which the controller has a certificate, and ``*.x`` for each host below ``x``."""
    found: set[str] = set()
    for server in servers:
        if server.certificate is not None and server.host != CATCH_ALL:
            aliases = (alias for alias in server.aliases if covers(server.certificate, alias))
            found.update(name.lower() for name in (server.host, *aliases))
    return frozenset(found)
