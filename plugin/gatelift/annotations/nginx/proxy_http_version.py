"""The version of HTTP that nginx speaks to the backend."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """``1.1`` is what every gateway speaks."""
    version = value.strip()
    if version == "1.1":
        return Translated()
    if version == "1.0":
        return Refused(
            "a gateway speaks HTTP/1.1 to the backend, with bodies in chunks and connections that stay open, which a "
            "backend that needs HTTP/1.0 may not understand",
            "test the backend with HTTP/1.1 (curl --http1.1) and then remove the annotation",
        )
    return Inert(f"{shown(version)} is no version to ingress-nginx, which falls back to its default", fallback=True)


unit = Unit(
    names=("proxy-http-version",),
    risk=Risk.TRAFFIC,
    read=read,
    setting="proxy-http-version",
    summary="The version of HTTP that nginx speaks to the backend: 1.0 or 1.1",
    source=upstream("proxy-http-version"),
    cases=(
        Case(value="1.1", expect=Translated()),
        Case(value=" 1.1 ", expect=Translated()),
        Case(value="1.0", expect=Refused("bodies in chunks", "curl")),
        Case(value="2", expect=Inert("no version")),
        Case(value="1", expect=Inert("no version")),
    ),
)
