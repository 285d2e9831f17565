"""Which client addresses may come in."""

from __future__ import annotations

from gatelift.annotations.nginx._addresses import networks
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.security import SourceRanges

NAME, ALIAS = "allowlist-source-range", "whitelist-source-range"


def read(value: str, context: UnitContext) -> Result:
    """The networks; of the two spellings, the newer one outranks the older where both hold something."""
    if context.key == context.controller.annotations_prefix + ALIAS:
        if context.value(NAME) is not None:
            return Inert(f"{NAME} stands beside it, and outranks it")
        if not value:
            return Inert("it is empty, which is as good as missing")
    elif not value and context.value(ALIAS) is not None:
        return Inert(f"it is empty, and {ALIAS} stands in for it")
    found = networks(value)
    return found if isinstance(found, Refused) else Translated((SourceRanges(allow=found),))


def _allow(*ranges: str) -> Translated:
    return Translated((SourceRanges(allow=ranges),))


unit = Unit(
    names=(NAME,),
    aliases=(ALIAS,),
    risk=Risk.SECURITY,
    reads_empty=True,
    read=read,
    setting=ALIAS,
    summary="Client addresses and networks that may come in; all others get 403",
    source=upstream("whitelist-source-range"),
    cases=(
        Case(value="10.0.0.0/8, 192.0.2.1", expect=_allow("10.0.0.0/8", "192.0.2.1/32")),
        Case(value="10.1.2.3/8,2001:db8::1", expect=_allow("10.0.0.0/8", "2001:db8::1/128")),
        Case(value="10.0.0.0/8", name=ALIAS, expect=_allow("10.0.0.0/8")),
        Case(value="10.0.0.0/8", name=ALIAS, siblings={NAME: "192.0.2.0/24"}, expect=Inert("outranks")),
        Case(value="192.0.2.0/24", siblings={ALIAS: "10.0.0.0/8"}, expect=_allow("192.0.2.0/24")),
        Case(value="", siblings={ALIAS: "10.0.0.0/8"}, expect=Inert("stands in")),
        Case(value="", name=ALIAS, expect=Inert("missing")),
        Case(value="", expect=Refused("empty item", "write")),
        Case(value="10.0.0.0/8,", expect=Refused("empty item", "write")),
        Case(value="office", expect=Refused("503", "write")),
        Case(value="10.0.0.0/255.0.0.0", expect=Refused("neither", "write")),
        Case(value="fe80::1%eth0", expect=Refused("neither", "write")),
        Case(value="10.0.0.0/33", expect=Refused("neither", "write")),
        Case(value="::ffff:10.0.0.1", expect=Refused("IPv6 form", "write")),
    ),
)
