"""What a replay found: values without a process behind them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from gatelift.traffic.model import Attribute, NotReplayed, Request


class Judge(StrEnum):
    """Who answers for the Ingresses."""

    NGINX = "nginx"
    TRAEFIK = "traefik"


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """The smallest request found that is answered differently, and which entry of the ledger explains it, if any."""

    request: Request
    attribute: Attribute
    before: str
    after: str
    judge: Judge
    explained: str = ""
    """``KEY of Ingress NS/NAME: sentence`` of the ledger's ``differs`` entry, or a page of what always differs."""
    times: int = 1
    """How many of the sent requests showed the same."""
    by: str = ""
    """``envoy`` where it was Envoy that answered for the routes, and not Traefik."""
    rules: tuple[str, str] = ("", "")
    """The match that takes the request, before and after, as far as matches tell; empty where none does."""


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Which matches were hit by a request; ``missed`` names those that no request reached."""

    matches: int
    hit: int
    missed: tuple[str, ...] = ()


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay found. It holds where every disagreement is explained."""

    versions: Mapping[str, str]
    """proxy -> version"""
    requests: int
    agreed: int
    seed: int
    before: Coverage
    after: Coverage
    disagreements: tuple[Disagreement, ...] = ()
    not_replayed: tuple[NotReplayed, ...] = ()
    deviations: tuple[Disagreement, ...] = ()
    """Where Traefik's imitation of ingress-nginx answers otherwise than nginx: nginx counts."""
    partly: int = 0
    """Requests of which some attribute is not replayed, and all others agree; not part of ``agreed``."""
    by_order: int = 0
    """Agreeing requests that several rules take, one of them regular: agreement is then that of Traefik's order."""
    assumed: tuple[str, ...] = ()
    """What was made up or left out for the whole replay."""

    @property
    def holds(self) -> bool:
        """Whether every disagreement is explained."""
        return all(item.explained for item in self.disagreements)
