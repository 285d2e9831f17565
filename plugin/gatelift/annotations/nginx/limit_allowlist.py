"""Client addresses that no request limit holds for."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

from gatelift.annotations.nginx._addresses import networks
from gatelift.annotations.nginx._limits import limited
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.security import RateLimit

NAME, ALIAS = "limit-allowlist", "limit-whitelist"


def read(value: str, context: UnitContext) -> Result:
    """The networks, in as few as say the same: a gateway can exempt one."""
    found = networks(value, broken=not_loaded(value, "a list of addresses and networks"))
    if isinstance(found, Refused):
        return found
    if not limited(context):
        return Inert("it does nothing without limit-rps or limit-rpm")
    return Translated((RateLimit(exempt=_fewest(found)),))


def _fewest(found: tuple[str, ...]) -> tuple[str, ...]:
    all_of_them = [ip_network(item) for item in found]
    four = collapse_addresses(item for item in all_of_them if isinstance(item, IPv4Network))
    six = collapse_addresses(item for item in all_of_them if isinstance(item, IPv6Network))
    return tuple(str(item) for item in (*four, *six))


RPS = {"limit-rps": "10"}


def _exempt(*ranges: str) -> Translated:
    return Translated((RateLimit(exempt=ranges),))


unit = Unit(
    names=(NAME,),
    aliases=(ALIAS,),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Client addresses and networks that no request limit holds for",
    source=upstream("rate-limiting"),
    cases=(
        Case(value="10.0.0.0/8", siblings=RPS, expect=_exempt("10.0.0.0/8")),
        Case(value="10.0.0.0/9, 10.128.0.0/9,10.1.1.1", siblings=RPS, expect=_exempt("10.0.0.0/8")),
        Case(value="192.0.2.1,2001:db8::/32", siblings=RPS, expect=_exempt("192.0.2.1/32", "2001:db8::/32")),
        Case(value="10.0.0.0/8", name=ALIAS, siblings=RPS, expect=_exempt("10.0.0.0/8")),
        Case(value="office", siblings=RPS, expect=Refused("does not load", "correct")),
        Case(value="10.0.0.0/8,", siblings=RPS, expect=Refused("does not load", "correct")),
        Case(value="::ffff:10.0.0.1", siblings=RPS, expect=Refused("IPv6 form", "IPv4")),
        Case(value="10.0.0.0/8", expect=Inert("without limit-rps")),
    ),
)
