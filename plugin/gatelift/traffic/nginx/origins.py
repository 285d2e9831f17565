"""CORS: what the annotations ask for. Source: internal/ingress/annotations/cors of kubernetes/ingress-nginx."""

from __future__ import annotations

import re

import msgspec

from gatelift.traffic.nginx.values import Values

METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS"
HEADERS = "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization"
_MAX_AGE = 1728000
_METHODS = re.compile(r"[A-Za-z][A-Za-z,\s]*")
_HEADERS = re.compile(r"[A-Za-z0-9_, -]+")
_EXPOSED = re.compile(r"[A-Za-z0-9_*, -]+")
# A letter before `://` says the same as `[a-z]+` and is found in one step; a value may have 256 KiB.
_LIST = re.compile(r"(?:(?<=[a-z])://|\*\.|[A-Za-z0-9.\-]|:[0-9]+|,)*")
_ORIGIN = re.compile(r"[a-z]+://(?:\*\.)?[A-Za-z0-9.\-]*(?::[0-9]+)?")
_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$])")


class Cors(msgspec.Struct, frozen=True, kw_only=True):
    """What nginx answers with. ``origins``: ``("*",)`` for all of them, empty for none."""

    origins: tuple[str, ...]
    methods: str
    headers: str
    exposed: str
    credentials: bool
    max_age: int

    def expression(self) -> str:
        """The expression that an origin must match: without a beginning, and in any case, as the controller has it."""
        return "(" + "|".join(f"({_expression(origin)})" for origin in self.origins) + ")$"


def cors(values: Values) -> Cors | None:
    """``None`` without ``enable-cors``: all other keys are asleep then (T41)."""
    if not values.flag("enable-cors"):
        return None
    return Cors(
        origins=_origins(values.data.get("cors-allow-origin", "")),
        methods=values.text("cors-allow-methods", _METHODS, METHODS),
        headers=values.text("cors-allow-headers", _HEADERS, HEADERS),
        exposed=values.text("cors-expose-headers", _EXPOSED),
        credentials=values.flag("cors-allow-credentials", True),
        max_age=values.number("cors-max-age", _MAX_AGE),
    )


def _origins(value: str) -> tuple[str, ...]:
    packed = value.replace(" ", "").strip()
    if not packed or packed == "*" or not _LIST.fullmatch(packed):
        return ("*",)
    named = tuple(item.strip() for item in value.split(","))
    if "*" in named:
        return ("*",)
    return tuple(item for item in named if item == "null" or _ORIGIN.fullmatch(item))


def _expression(origin: str) -> str:
    # A star is one label: what the controller puts in its place.
    return _SPECIAL.sub(r"\\\1", origin).replace("\\*", r"[A-Za-z0-9\-]+", 1)
