"""How many questions go over one kept connection to the authorization service."""

from __future__ import annotations

from gatelift.annotations.nginx._connections import KEPT, ON, tuning_reader
from gatelift.annotations.nginx._external_auth import SOURCE, SURE
from gatelift.annotations.unit import Case, Inert, Translated, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("auth-keepalive-requests",),
    risk=Risk.SECURITY,
    read=tuning_reader(default=1000),
    summary="How many questions go over one kept connection to the authorization service",
    source=SOURCE,
    cases=(
        Case(value="100", siblings=KEPT, decide=SURE, expect=Translated(differs="own rules")),
        Case(value="0", siblings=KEPT, decide=SURE, expect=Translated(differs="own rules")),
        Case(value="soon", siblings=KEPT, expect=Inert("falls back to 1000")),
        Case(value="100", siblings=ON, expect=Inert("auth-keepalive")),
        Case(value="100", expect=Inert("auth-url")),
    ),
)
