"""Whether a redirect to HTTPS keeps the slash at the end of the path."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._switches import switch
from gatelift.annotations.unit import Case, Inert, Translated, Unit
from gatelift.intent.base import Risk

read = switch(
    true=Translated(),
    false=Translated(differs="a redirect to HTTPS keeps a slash at the end of the path, which ingress-nginx drops"),
)

unit = Unit(
    names=("preserve-trailing-slash",),
    risk=Risk.TRAFFIC,
    read=read,
    setting="preserve-trailing-slash",
    summary="Whether redirects to HTTPS keep the slash at the end of the path",
    source=upstream("server-side-https-enforcement-through-redirect"),
    cases=(
        Case(value="true", expect=Translated()),
        Case(value="false", expect=Translated(differs="keeps a slash")),
        Case(value="0", expect=Translated(differs="keeps a slash")),
        Case(value="no", expect=Inert("no boolean")),
    ),
)
