"""What the annotations about nginx's buffers have in common: a size or a switch, and a controller that stands in.

Envoy streams: it holds back a fast side only while the slow one catches up, up to 32 KiB for each connection unless
told otherwise, and writes no files. Source for the values: internal/ingress/annotations/proxy in ingress-nginx;
for Envoy: https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/flow_control
"""

from __future__ import annotations

import re
from collections.abc import Callable

from gatelift.annotations.unit import Inert, Result, Translated, UnitContext, parse_int, shown

_SIZE = re.compile(r"(?P<number>[0-9]+)(?P<unit>[bkmg]?)", re.IGNORECASE)
_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def size(value: str) -> int | None:
    """Bytes, as ingress-nginx checks sizes: digits and at most one of ``b k m g``, spaces aside."""
    found = _SIZE.fullmatch(value.replace(" ", ""))
    if found is None:
        return None
    return int(found["number"].lstrip("0")[:20] or "0") * _UNITS[found["unit"].lower()]


def no_size(value: str) -> Inert:
    """What ingress-nginx does with a size that it cannot read."""
    return Inert(f"{shown(value)} is no size to ingress-nginx, which falls back to its default", fallback=True)


def nobody_sees(why: str, number: bool = False) -> Callable[[str, UnitContext], Result]:
    """A reader for what only nginx itself notices: ``why`` says so. ``number``: a plain number, and no size."""

    def read(value: str, context: UnitContext) -> Result:
        if number and parse_int(value) is None:
            return Inert(
                f"{shown(value)} is no whole number to ingress-nginx, which falls back to its default", fallback=True
            )
        if not number and size(value) is None:
            return no_size(value)
        return Inert(why)

    return read


def switch_reader(streams: str) -> Callable[[str, UnitContext], Result]:
    """A reader of ``on`` and ``off``, spaces around aside: a gateway does what ``off`` says; ``streams``: so what."""

    def read(value: str, context: UnitContext) -> Result:
        word = value.strip()
        if word not in ("on", "off"):
            why = f"{shown(word)} is neither on nor off to ingress-nginx, which falls back to its default"
            return Inert(why, fallback=True)
        return Translated(differs=streams) if word == "on" else Translated()

    return read
