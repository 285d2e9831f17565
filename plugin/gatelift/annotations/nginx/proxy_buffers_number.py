"""How many buffers nginx has for an answer."""

from __future__ import annotations

from gatelift.annotations.nginx._buffering import nobody_sees
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("proxy-buffers-number",),
    risk=Risk.TRAFFIC,
    read=nobody_sees("it sizes nginx's own memory for an answer; a gateway streams answers", number=True),
    setting="proxy-buffers-number",
    summary="How many buffers nginx has for an answer",
    source=upstream("proxy-buffers-number"),
    cases=(
        Case(value="8", expect=Inert("streams answers")),
        Case(value="+8", expect=Inert("streams answers")),
        Case(value="8k", expect=Inert("no whole number")),
    ),
)
