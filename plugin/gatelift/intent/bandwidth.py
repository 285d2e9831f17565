"""An intent about how fast answers travel."""

from __future__ import annotations

from typing import ClassVar

from gatelift.intent.base import Intent, Risk


class Bandwidth(Intent, frozen=True, kw_only=True):
    """Send answers with at most ``kibibytes`` a second, all clients of a route together (``route`` was decided)."""

    risk: ClassVar[Risk] = Risk.TRAFFIC
    lost: ClassVar[str] = "answers are sent as fast as the client takes them"
    kibibytes: int
