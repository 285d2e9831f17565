"""Whether nginx reads a whole request before it asks the backend."""

from __future__ import annotations

from gatelift.annotations.nginx._buffering import switch_reader
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Translated, Unit
from gatelift.intent.base import Risk

STREAMS = (
    "the backend gets a request's body as the client sends it, so a slow upload keeps one of its workers busy; nginx "
    "asks the backend only once it has all of it"
)


unit = Unit(
    names=("proxy-request-buffering",),
    risk=Risk.TRAFFIC,
    read=switch_reader(STREAMS),
    setting="proxy-request-buffering",
    summary="Whether nginx reads a whole request before it asks the backend: on or off",
    source=upstream("proxy-request-buffering"),
    cases=(
        Case(value="off", expect=Translated()),
        Case(value=" off ", expect=Translated()),
        Case(value="on", expect=Translated(differs="slow upload")),
        Case(value="false", expect=Inert("neither on nor off")),
        Case(value="Off", expect=Inert("neither on nor off")),
    ),
)
