"""Whether redirects name a path only, instead of a whole address."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._switches import OFF_BY_DEFAULT, switch
from gatelift.annotations.unit import Case, Inert, Translated, Unit
from gatelift.intent.base import Risk

read = switch(
    true=Translated(
        differs="the gateway's redirects name scheme and host, as the client's request has them, and not a path only; "
        "behind a proxy that changes either of them clients are led past it"
    ),
    false=OFF_BY_DEFAULT,
)

unit = Unit(
    names=("relative-redirects",),
    risk=Risk.TRAFFIC,
    read=read,
    setting="relative-redirects",
    summary="Whether redirects that nginx makes itself name a path only",
    source=upstream("relative-redirects"),
    cases=(
        Case(value="true", expect=Translated(differs="scheme and host")),
        Case(value="T", expect=Translated(differs="scheme and host")),
        Case(value="false", expect=Inert("default")),
        Case(value="on", expect=Inert("no boolean")),
    ),
)
