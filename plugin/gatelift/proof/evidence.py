"""What a proof says: of which root, whether it holds, and where it first does not."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Proof(StrEnum):
    """The proofs, by what they show."""

    COMMUTES = "commutes"
    """Rendering the new sources gives what ``expected()`` makes of the old ones."""
    REFERENCES = "references"
    """Whatever a written object refers to is there, or was referred to outside of the repository before."""
    SHADOWING = "shadowing"
    """No written route takes requests that another route, or an Ingress of somebody else, answered."""
    LIMITS = "limits"
    """The API server takes every written object."""
    DRIFT = "drift"
    """The API server's defaults change nothing of a written object."""
    COLLISIONS = "collisions"
    """No two roots of a scope write different objects under one name."""
    SWITCHED_OFF = "off"
    """With its switch off, a chart renders what it rendered before, object for object."""
    FAILS_CLOSED = "closed"
    """With its switch on, a chart refuses to render values of which an Ingress cannot be translated."""
    NOTES = "notes"
    """With its switch off, what a chart tells whoever installs it is what it told before."""
    NAMES = "names"
    """Every new object of a chart has a name that Kubernetes takes, and has it to itself."""
    SYMBOLIC = "symbolic"
    """Two models of who answers what agree about every class of requests, or differ as the ledger says."""
    REPLAY = "replay"
    """Real proxies answer the same requests alike, before and after (``gatelift replay``)."""


TRAFFIC = frozenset((Proof.SYMBOLIC, Proof.REPLAY))
"""Proofs about requests: they have to hold, but show more than the others need; what they leave out takes nothing from
those."""


class Reached(msgspec.Struct, frozen=True):
    """How many matches of rules there are, and how many of them a request hit."""

    matches: int
    hit: int


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a replay; every request is answered alike, alike as far as it is replayed, or differently."""

    versions: Mapping[str, str]
    """proxy -> version"""
    requests: int
    agreed: int
    partly: int
    """Requests of which some attribute is not replayed, and all others agree."""
    before: Reached
    after: Reached


class Beside(msgspec.Struct, frozen=True, order=True):
    """``route`` was there before, stays as it is, and stands in the way of ``mine``: an Ingress, or a route for one.

    Both as ``Kind namespace/name``. ``text`` is what becomes of a request.
    """

    mine: str
    route: str
    text: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The result of one proof for one root (or scope, for what spans roots)."""

    proof: Proof
    root: str
    holds: bool
    text: str = ""
    """What was compared, with figures, where it holds; else the first difference, with the JSON pointer."""
    ingress: str = ""
    """``namespace/name`` of the Ingress whose conversion fails the proof, where one can be named."""
    roots: tuple[str, ...] = ()
    """Of a proof over a scope that does not hold: the roots that wrote what fails, sorted."""
    partial: tuple[str, ...] = ()
    """What could not be looked into (remote parts, what is not replayed), so that the proof ends there."""
    traffic: Traffic | None = None
    """Of a replay: its figures."""
    beside: tuple[Beside, ...] = ()
    """What stands in the way, where that is all that fails."""
