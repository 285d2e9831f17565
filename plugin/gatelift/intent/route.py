"""The route that one Ingress asks for on one host, neutral between controllers and implementations."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import msgspec

from gatelift.ingress.model import IngressRef
from gatelift.intent.base import Sourced
from gatelift.intent.redirects import Location


class PathKind(StrEnum):
    """How a path is matched. A ``REGEX`` matches the whole path and carries its own anchors and flags (trap T6)."""

    EXACT = "exact"
    PREFIX = "prefix"
    REGEX = "regex"


class PathMatch(msgspec.Struct, frozen=True, order=True):
    """A path and how it is matched."""

    kind: PathKind
    value: str


class HeaderMatch(msgspec.Struct, frozen=True):
    """A header and its value; a regular expression matches the whole value."""

    name: str
    value: str
    regex: bool = False


class Match(msgspec.Struct, frozen=True):
    """A path and headers that must all match."""

    path: PathMatch
    headers: tuple[HeaderMatch, ...] = ()


class ServiceBackend(msgspec.Struct, frozen=True):
    """A Service's port that gets ``weight`` parts of the requests; ``pointer`` names it in the Ingress."""

    namespace: str
    service: str
    port: int | str
    weight: int = 1
    pointer: str = ""


class Forward(msgspec.Struct, frozen=True):
    """Send the request to one of the backends."""

    backends: tuple[ServiceBackend, ...]


class Redirection(msgspec.Struct, frozen=True):
    """Send the client to ``location`` with ``code``."""

    location: Location
    code: int


class Answer(msgspec.Struct, frozen=True):
    """Answer without a backend, as the route's intent ``DirectAnswer`` says."""


class Deny(msgspec.Struct, frozen=True):
    """Answer that this may not be had here: the place of a withheld Ingress."""


Action: TypeAlias = Forward | Redirection | Answer | Deny


class Rule(msgspec.Struct, frozen=True):
    """Requests that match any of ``matches`` get ``action``; ``intents`` belong to this rule alone."""

    matches: tuple[Match, ...]
    action: Action
    intents: tuple[Sourced, ...] = ()
    pointer: str = ""
    name: str = ""


class Binding(StrEnum):
    """The listeners that a route is bound to."""

    HTTP = "http"
    HTTPS = "https"
    BOTH = "both"
    TLS = "tls"
    """TLS that is passed through unopened"""


class Role(StrEnum):
    """Why a route is there; decides its name's suffix."""

    MAIN = "main"
    PLAIN = "plain"
    """What stays on plain HTTP while everything else is redirected"""
    HTTPS_REDIRECT = "https-redirect"
    WWW = "www"
    PASSTHROUGH = "passthrough"
    CLOSED = "closed"


class RouteIntent(msgspec.Struct, frozen=True, kw_only=True):
    """One route: what one Ingress asks for on one host, in one role.

    ``host`` is ``None`` for requests whose host nobody claims (trap T13); ``position`` counts the Ingress's hosts.
    """

    ingress: IngressRef
    role: Role
    host: str | None
    hostnames: tuple[str, ...]
    binding: Binding
    rules: tuple[Rule, ...]
    intents: tuple[Sourced, ...] = ()
    position: int = 0
