"""Intents about answers that send the client elsewhere."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from gatelift.intent.base import Intent


class When(StrEnum):
    """When plain HTTP is redirected to HTTPS."""

    CERTIFICATE = "certificate"
    """where the host has a certificate"""
    ALWAYS = "always"
    NEVER = "never"


class HttpsRedirect(Intent, frozen=True, kw_only=True):
    """Redirect plain HTTP to HTTPS. ``force`` stands for redirecting without a certificate of the host's own."""

    enabled: bool | UnsetType = UNSET
    force: bool | UnsetType = UNSET

    @property
    def when(self) -> When:
        """``force`` outranks ``enabled``, as in ingress-nginx's template."""
        if self.force is True:
            return When.ALWAYS
        return When.CERTIFICATE if self.enabled is not False else When.NEVER


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a redirect's target. ``path`` is ``None`` where the path of the request is kept."""

    scheme: str | None = None
    hostname: str | None = None
    port: int | None = None
    path: str | None = None


class Redirect(Intent, frozen=True, kw_only=True):
    """Answer every request with a redirect. ``temporal`` outranks ``permanent`` where both are given."""

    permanent: Location | UnsetType = UNSET
    permanent_code: int | UnsetType = UNSET
    temporal: Location | UnsetType = UNSET
    temporal_code: int | UnsetType = UNSET


class WwwRedirect(Intent, frozen=True, kw_only=True):
    """Redirect the twin with, or without, ``www.`` to this host, keeping scheme and path."""


class Hsts(Intent, frozen=True, kw_only=True):
    """Send ``Strict-Transport-Security`` on HTTPS."""

    lost: ClassVar[str] = "browsers would not be told to stay on HTTPS"
    value: str
