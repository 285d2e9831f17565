"""How much of a request's body nginx keeps in memory before it writes a file."""

from __future__ import annotations

from gatelift.annotations.nginx._buffering import nobody_sees
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("client-body-buffer-size",),
    risk=Risk.TRAFFIC,
    read=nobody_sees("it only decides when nginx writes a body to a file; a gateway streams bodies and writes none"),
    setting="client-body-buffer-size",
    summary="How much of a request's body nginx keeps in memory before it writes a file",
    source=upstream("client-body-buffer-size"),
    cases=(
        Case(value="1m", expect=Inert("writes none")),
        Case(value="16 K", expect=Inert("writes none")),
        Case(value="1000", expect=Inert("writes none")),
        Case(value="1mb", expect=Inert("no size")),
    ),
)
