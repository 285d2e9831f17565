"""Ingresses that are there but that gatelift does not convert: what they serve is not known for certain."""

from __future__ import annotations

import msgspec


class Suspect(msgspec.Struct, frozen=True):
    """An Ingress that cannot be judged: its hosts (``None`` is any host), and why, as a short clause."""

    name: str
    hosts: tuple[str | None, ...]
    why: str
