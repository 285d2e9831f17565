"""Intents that restrict who may come in. Each of them fails closed."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from gatelift.intent.base import Intent, Risk


class SourceRanges(Intent, frozen=True, kw_only=True):
    """Client addresses, as CIDRs: ``deny`` is asked first, then ``allow`` (where set, nobody else comes in)."""

    risk: ClassVar[Risk] = Risk.SECURITY
    lost: ClassVar[str] = "clients of every address would come in"
    allow: tuple[str, ...] | UnsetType = UNSET
    deny: tuple[str, ...] | UnsetType = UNSET


class BasicAuth(Intent, frozen=True, kw_only=True):
    """Ask for a user and a password held in a Secret of the Ingress's namespace, under the key ``.htpasswd``."""

    risk: ClassVar[Risk] = Risk.SECURITY
    lost: ClassVar[str] = "nobody would be asked for a password"
    secret: str | UnsetType = UNSET


class AuthEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where an authorisation request goes. ``namespace`` is set for a Service of the cluster (``host`` its name)."""

    scheme: str
    host: str
    port: int
    path: str
    namespace: str | None = None


class ExternalAuth(Intent, frozen=True, kw_only=True):
    """Ask ``endpoint`` about every request; a 2xx answer lets it pass, with ``response_headers`` for the backend.

    ``signin`` is the path to ask under instead of the endpoint's own: there the service itself redirects a client that
    it does not know to its sign-in page.
    """

    risk: ClassVar[Risk] = Risk.SECURITY
    lost: ClassVar[str] = "nobody would ask the authorisation service"
    endpoint: AuthEndpoint | UnsetType = UNSET
    response_headers: tuple[str, ...] | UnsetType = UNSET
    signin: str | UnsetType = UNSET


class RateLimit(Intent, frozen=True, kw_only=True):
    """Requests that one client address may send, per second and per minute; ``exempt`` networks send as they like."""

    risk: ClassVar[Risk] = Risk.SECURITY
    lost: ClassVar[str] = "clients could send requests without limit"
    per_second: int | UnsetType = UNSET
    per_minute: int | UnsetType = UNSET
    exempt: tuple[str, ...] | UnsetType = UNSET
