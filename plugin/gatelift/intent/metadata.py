"""Intents about what other programs read on the object: carried along, or moved to where they look for it."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from gatelift.intent.base import Intent, Risk


class Carrier(StrEnum):
    """The object on which the reader of an annotation looks for it."""

    ROUTE = "route"
    """every route, in every phase"""
    ROUTE_DNS = "route-dns"
    """every route, once DNS has moved (``cutover``)"""
    GATEWAY = "gateway"
    """the Gateway or ListenerSet, which belongs to the platform"""


class CarriedAnnotation(Intent, frozen=True, kw_only=True):
    """An annotation for another program."""

    risk: ClassVar[Risk] = Risk.METADATA
    repeatable: ClassVar[bool] = True
    carrier: Carrier
    key: str
    value: str
