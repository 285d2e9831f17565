"""How much is asked, and who answers."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gatelift.replay.access_log import Logged
from gatelift.replay.model import Judge
from gatelift.replay.side import Start


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How much is sent. ``logged``: requests of an access log, sent beside the derived ones."""

    requests: int = 2000
    seed: int = 1
    logged: tuple[Logged, ...] = ()


class Sides(msgspec.Struct, frozen=True, kw_only=True):
    """How sides are started. Of the judges the first is the one that counts.

    ``envoy`` answers for the hosts where it shows what ``after`` cannot; ``None`` where it is not installed.
    """

    judges: Mapping[Judge, Start]
    after: Start
    envoy: Start | None = None
