"""The largest header of an answer."""

from __future__ import annotations

from gatelift.annotations.nginx._buffering import no_size, size
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.buffers import HeaderRoom


def read(value: str, context: UnitContext) -> Result:
    """nginx turns an answer away whose headers do not fit."""
    room = size(value)
    if room is None:
        return no_size(value)
    if room == 0:
        why = "nginx does not accept a configuration with a buffer of no size"
        return Refused(why, "remove the annotation, or write a size such as 8k")
    return Translated((HeaderRoom(size=room),))


unit = Unit(
    names=("proxy-buffer-size",),
    risk=Risk.TRAFFIC,
    read=read,
    setting="proxy-buffer-size",
    summary="Room for the headers of an answer; beyond it nginx answers 502",
    source=upstream("proxy-buffer-size"),
    cases=(
        Case(value="16k", expect=Translated((HeaderRoom(size=16 << 10),))),
        Case(value=" 128 K", expect=Translated((HeaderRoom(size=128 << 10),))),
        Case(value="8192", expect=Translated((HeaderRoom(size=8192),))),
        Case(value="0", expect=Refused("no size", "8k")),
        Case(value="16kb", expect=Inert("no size")),
        Case(value="large", expect=Inert("no size")),
    ),
)
