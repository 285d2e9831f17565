"""Whether requests of this Ingress are logged."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._switches import ON_BY_DEFAULT, switch
from gatelift.annotations.unit import Case, Inert, Translated, Unit
from gatelift.intent.base import Risk

read = switch(
    true=ON_BY_DEFAULT,
    false=Translated(
        differs="the gateway logs requests of this Ingress like all others; on Envoy Gateway, telemetry.accessLog."
        "settings[].matches of the EnvoyProxy leaves some out"
    ),
)

unit = Unit(
    names=("enable-access-log",),
    risk=Risk.METADATA,
    read=read,
    summary="Whether requests of this Ingress are logged",
    source=upstream("enable-access-log"),
    cases=(
        Case(value="false", expect=Translated(differs="accessLog")),
        Case(value="0", expect=Translated(differs="accessLog")),
        Case(value="true", expect=Inert("default")),
        Case(value="off", expect=Inert("no boolean")),
    ),
)
