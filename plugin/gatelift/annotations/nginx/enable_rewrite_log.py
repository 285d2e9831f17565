"""Whether nginx logs how it rewrites paths."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._switches import OFF_BY_DEFAULT, switch
from gatelift.annotations.unit import Case, Inert, Translated, Unit
from gatelift.intent.base import Risk

read = switch(
    true=Translated(differs="nginx's log of rewritten paths ends with it; Envoy's access log can show both paths"),
    false=OFF_BY_DEFAULT,
)

unit = Unit(
    names=("enable-rewrite-log",),
    risk=Risk.METADATA,
    read=read,
    summary="Whether nginx logs how it rewrites paths",
    source=upstream("enable-rewrite-log"),
    cases=(
        Case(value="true", expect=Translated(differs="ends with it")),
        Case(value="1", expect=Translated(differs="ends with it")),
        Case(value="false", expect=Inert("default")),
        Case(value="yes", expect=Inert("no boolean")),
    ),
)
