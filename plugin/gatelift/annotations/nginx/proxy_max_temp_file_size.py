"""How much of an answer nginx may put into a file."""

from __future__ import annotations

from gatelift.annotations.nginx._buffering import nobody_sees
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("proxy-max-temp-file-size",),
    risk=Risk.TRAFFIC,
    read=nobody_sees("it limits nginx's own files; a gateway streams answers and writes none"),
    setting="proxy-max-temp-file-size",
    summary="How much of an answer nginx may put into a file while proxy-buffering is on",
    source=upstream("proxy-max-temp-file-size"),
    cases=(
        Case(value="0", expect=Inert("writes none")),
        Case(value="1024m", expect=Inert("writes none")),
        Case(value="-1", expect=Inert("no size")),
    ),
)
