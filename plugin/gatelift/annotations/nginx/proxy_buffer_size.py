"""The largest header of an answer."""

from __future__ import annotations

from gatelift.annotations.nginx._buffering import no_size, size
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk

ENVOYS = 60 << 10
"""Bytes of response headers that Envoy takes unless told otherwise (``max_response_headers_kb``):
https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto"""


def read(value: str, context: UnitContext) -> Result:
    """Up to Envoy's own limit nothing that passes today is turned away."""
    limit = size(value)
    if limit is None:
        return no_size(value)
    if limit <= ENVOYS:
        return Inert("it makes room for the headers of an answer, and Envoy has room for 60 KiB of them anyway")
    return Translated(
        differs=f"an answer with more than 60 KiB of headers becomes an error; nginx takes {value.strip()}"
    )


unit = Unit(
    names=("proxy-buffer-size",),
    risk=Risk.TRAFFIC,
    read=read,
    setting="proxy-buffer-size",
    summary="Room for the headers of an answer; beyond it nginx answers 502",
    source=upstream("proxy-buffer-size"),
    cases=(
        Case(value="16k", expect=Inert("60 KiB")),
        Case(value="60K", expect=Inert("60 KiB")),
        Case(value="128k", expect=Translated(differs="nginx takes 128k")),
        Case(value="16kb", expect=Inert("no size")),
        Case(value="large", expect=Inert("no size")),
    ),
)
