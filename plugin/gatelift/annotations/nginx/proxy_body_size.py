"""The largest request body that is let through."""

from __future__ import annotations

import re

from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.config.decide import DecideOption
from gatelift.intent.base import Risk
from gatelift.intent.traffic import BodyLimit

OPTION = DecideOption(
    "proxyBodySize",
    "What becomes of the limit on request bodies: omit drops it, buffer keeps it by holding whole bodies in memory.",
    values=("omit", "buffer"),
)
_CHECKED = re.compile(r"[0-9]+[bkmg]?", re.IGNORECASE)
"""What ingress-nginx's check of the annotation accepts, once spaces are taken out."""
_WRITTEN = re.compile(r"(?P<number>[0-9]+)(?P<unit>[kmg]?)", re.IGNORECASE)
"""What its template writes into nginx.conf; anything else leaves nginx's own limit of 1m."""
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_LONGEST = 2**63 - 1


def read(value: str, context: UnitContext) -> Result:
    """No limit needs no translation; any other needs a decision, because Envoy can only limit what it buffers."""
    if not _CHECKED.fullmatch(value.replace(" ", "")):
        return Inert(f"{shown(value)} is no size to ingress-nginx, which falls back to its default", fallback=True)
    written = _WRITTEN.fullmatch(value.strip())
    if written is None:
        text = f"1m (nginx's own limit: ingress-nginx does not write {shown(value)} into nginx.conf)"
        return _decided(1 << 20, text, context)
    limit = int(written["number"].lstrip("0")[:20] or "0") * _UNITS[written["unit"].lower()]
    if limit > _LONGEST:
        return Refused("nginx does not accept a configuration with a size beyond 64 bits", "write 0 for no limit")
    return _decided(limit, written[0], context) if limit else Translated()


def _decided(limit: int, text: str, context: UnitContext) -> Result:
    match context.decide.get(OPTION.name):
        case "omit":
            return Translated((), f"bodies of any size reach the backend; nginx answers 413 beyond {text}")
        case "buffer":
            differs = (
                f"the gateway holds every request body in memory, up to {text}, before the backend sees any of it: "
                "WebSocket and streaming requests do not work on this route"
            )
            return Translated((BodyLimit(limit=limit),), differs)
    return Refused(
        f"the limit of {text} on request bodies has no counterpart: Envoy only limits bodies that it buffers whole",
        "choose in gatelift.yaml: 'decide: {proxyBodySize: omit}' to let bodies of any size through, or "
        "'decide: {proxyBodySize: buffer}' to hold each body in memory, without WebSocket and streaming on the route",
    )


unit = Unit(
    names=("proxy-body-size",),
    risk=Risk.TRAFFIC,
    read=read,
    setting="proxy-body-size",
    decide=(OPTION,),
    summary="Largest request body, in bytes or with k, m or g",
    source=(
        "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#custom-max-body-size"
    ),
    cases=(
        Case(
            value="8m",
            decide={"proxyBodySize": "buffer"},
            expect=Translated((BodyLimit(limit=8 << 20),), "in memory, up to 8m"),
        ),
        Case(value="1G", decide={"proxyBodySize": "buffer"}, expect=Translated((BodyLimit(limit=1 << 30),), "1G")),
        Case(value="512", decide={"proxyBodySize": "omit"}, expect=Translated((), "413 beyond 512")),
        Case(value="8m", expect=Refused("buffers whole", "")),
        Case(value="0", expect=Translated()),
        Case(value="0m", expect=Translated()),
        Case(value="8mb", expect=Inert("no size")),
        Case(value="unlimited", expect=Inert("no size")),
        Case(
            value="10b", decide={"proxyBodySize": "buffer"}, expect=Translated((BodyLimit(limit=1 << 20),), "own limit")
        ),
        Case(value="99999999999g", expect=Refused("64 bits", "")),
    ),
)
