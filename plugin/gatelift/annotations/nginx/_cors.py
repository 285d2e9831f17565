"""What the CORS annotations have in common: the gate, and which origins come out of ``cors-allow-origin``.

Source: internal/ingress/annotations/cors in ingress-nginx. Its expressions nest quantifiers; the ones here accept the
same texts in linear time.
"""

from __future__ import annotations

import re

import msgspec

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Inert, Refused, UnitContext, shown
from gatelift.manifests.fields import HEADER_NAME

SOURCE = upstream("enable-cors")
MOST_ITEMS = 64
"""The longest list that the filter of Gateway API takes."""

_LIST = re.compile(r"(?:(?<=[a-z])://|\*\.|[A-Za-z0-9.\-]|:[0-9]+|,)*")
_ORIGIN = re.compile(r"[a-z]+://(?:\*\.)?[A-Za-z0-9.\-]*(?::[0-9]+)?")
_EXPRESSIBLE = re.compile(r"https?://(?:\*\.)?(?:[a-z0-9-]+\.)*[a-z0-9-]+(?::[0-9]{1,5})?")
_LONGEST = 253


class Origins(msgspec.Struct, frozen=True):
    """The origins in force: ``("*",)`` for every origin. ``problem`` holds why they cannot be written, if so."""

    origins: tuple[str, ...] = ()
    problem: Refused | None = None
    fallback: str = ""
    """Why ingress-nginx falls back to every origin, where it does."""

    @property
    def explicit(self) -> bool:
        """Whether the list names its origins, so that credentials may be allowed (trap T27)."""
        return self.problem is None and bool(self.origins) and "*" not in self.origins


def dormant(context: UnitContext) -> Inert | None:
    """Why a companion of ``enable-cors`` does nothing, if it does not."""
    return None if context.enabled("enable-cors") else Inert("it does nothing without enable-cors: true")


def allowed_origins(value: str) -> Origins:
    """Read ``cors-allow-origin`` as ingress-nginx does."""
    text = value.strip()
    packed = text.replace(" ", "")
    if not packed or (packed != "*" and not _LIST.fullmatch(packed)):
        fallback = f"{shown(text)} is no list of origins to ingress-nginx, which falls back to '*'"
        return Origins(("*",), fallback=fallback)
    items = tuple(item.strip() for item in text.split(","))
    if "*" in items:
        return Origins(("*",))
    if "" in items:
        return Origins(problem=_open("an empty item (a comma too many)", "remove the comma"))
    kept = tuple(item for item in items if item == "null" or _ORIGIN.fullmatch(item))
    if not kept:
        return Origins(problem=_open(f"no item with a scheme in {shown(text)}", "write origins as https://HOST"))
    return _expressible(tuple(dict.fromkeys(item.lower() for item in kept)))


def _expressible(items: tuple[str, ...]) -> Origins:
    if len(items) > MOST_ITEMS:
        return Origins(problem=too_many("origins", len(items)))
    for item in items:
        if len(item) > _LONGEST or not _EXPRESSIBLE.fullmatch(item):
            why = f"the origin {shown(item)} cannot be written in Gateway API, which takes http and https origins only"
            todo = "serve that client from an http or https origin, or answer CORS in the application"
            return Origins(problem=Refused(why, todo))
    return Origins(items)


def _open(what: str, todo: str) -> Refused:
    return Refused(f"{what} makes ingress-nginx allow every origin, with credentials, today", f"{todo}, or write '*'")


def too_many(what: str, count: int) -> Refused:
    """The refusal of a list that is too long for the filter."""
    return Refused(
        f"{count} {what} are more than the {MOST_ITEMS} that Gateway API takes",
        "shorten the list, or answer CORS in the application",
    )


def header_names(names: tuple[str, ...]) -> Refused | None:
    """Why ``names`` cannot stand in the filter, if they cannot."""
    if not names:
        return Refused("it names no header, which the filter cannot express", "remove the annotation")
    if len(names) > MOST_ITEMS:
        return too_many("headers", len(names))
    for name in names:
        if not HEADER_NAME.fullmatch(name):
            return Refused(f"{shown(name)} is no header name", "separate header names by commas")
    return None


def origins_of(context: UnitContext) -> Origins:
    """The origins that the Ingress allows, the default where it names none."""
    return allowed_origins(context.value("cors-allow-origin") or "*")
