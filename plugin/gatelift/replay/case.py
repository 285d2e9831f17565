"""What is replayed, how much is asked, and who answers."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gatelift.expected.ledger import Entry
from gatelift.replay.access_log import Logged
from gatelift.replay.model import Judge, Manifest
from gatelift.replay.side import Start


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is replayed: all objects of one cluster, before and after.

    ``before`` has the Ingresses that ingress-nginx serves, and no others. ``entries``: the ledger. ``withheld``:
    ``namespace/name`` of an Ingress that got no route -> why.
    """

    before: tuple[Manifest, ...]
    after: tuple[Manifest, ...]
    entries: tuple[Entry, ...] = ()
    withheld: Mapping[str, str] = msgspec.field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    """What is known to be left out before anything is asked."""
    limited: frozenset[str] = frozenset()
    """Ingresses with limits, which no side here applies."""


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
