"""Intents about which endpoint of a Service gets a request. An Ingress asks for one of them at most, beside Affinity.

ingress-nginx keeps these for each port of a Service, not for each route: of several Ingresses that share one, the
first decides for all. A gateway keeps them for each route.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from gatelift.intent.base import Intent, Risk


class Turn(StrEnum):
    """How endpoints take turns."""

    ROUND_ROBIN = "round_robin"
    """one after the other"""
    EWMA = "ewma"
    """whichever answered fastest of late"""


class Balancing(Intent, frozen=True, kw_only=True):
    """Let endpoints take turns, whoever the client is."""

    risk: ClassVar[Risk] = Risk.TRAFFIC
    lost: ClassVar[str] = "the gateway chooses endpoints by its own rule"
    turn: Turn


class KeyKind(StrEnum):
    """The part of a request that is hashed."""

    ADDRESS = "address"
    HEADER = "header"
    QUERY = "query"
    COOKIE = "cookie"


class HashBy(Intent, frozen=True, kw_only=True):
    """Send requests with the same key to the same endpoint; ``name`` is that of the header, parameter or cookie."""

    risk: ClassVar[Risk] = Risk.TRAFFIC
    lost: ClassVar[str] = "requests with the same key may reach different endpoints"
    kind: KeyKind
    name: str = ""


class ServiceAddress(Intent, frozen=True, kw_only=True):
    """Send requests to the address of the Service itself, which chooses an endpoint."""

    risk: ClassVar[Risk] = Risk.TRAFFIC
    lost: ClassVar[str] = "the gateway may send requests to the endpoints themselves"
