"""An intent about copies of requests."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from gatelift.intent.base import Intent, Risk


class MirrorEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where copies go. ``namespace`` is set for a Service of the cluster (``host`` its name)."""

    scheme: str
    host: str
    port: int
    namespace: str | None = None


class Mirror(Intent, frozen=True, kw_only=True):
    """Send a copy of every request to ``endpoint`` and drop its answer; ``host`` is the Host header of the copy.

    ``body``: whether the copy carries the request's body.
    """

    risk: ClassVar[Risk] = Risk.TRAFFIC
    lost: ClassVar[str] = "no request would be copied; clients notice nothing"
    endpoint: MirrorEndpoint | UnsetType = UNSET
    host: str | UnsetType = UNSET
    body: bool | UnsetType = UNSET
