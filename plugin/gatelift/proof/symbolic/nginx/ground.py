"""What the rules of a host are made from."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from gatelift.proof.symbolic.nginx.backends import Ports
from gatelift.traffic.nginx.ingresses import Upstream
from gatelift.traffic.nginx.model import Split
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
