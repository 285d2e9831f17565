"""``block-cidrs``: addresses that get 403 on every host.

nginx writes them at the level of all hosts, and a location that has a list of its own inherits none of them
(https://nginx.org/en/docs/http/ngx_http_access_module.html).
"""

from __future__ import annotations

import re

from gatelift.annotations.nginx._addresses import networks
from gatelift.annotations.unit import Inert, Refused, Result, Translated, UnitContext
from gatelift.intent.security import SourceRanges

LISTS = ("allowlist-source-range", "whitelist-source-range", "denylist-source-range")
_ACCESS = re.compile(r"(?:^|[;{}\s])(?:allow|deny)\s")


def read(value: str, context: UnitContext) -> Result:
    """The networks, denied where the Ingress has no list of its own."""
    own = next((name for name in LISTS if context.value(name) or context.controller.setting(name)), "")
    if not own and _ACCESS.search(context.value("configuration-snippet") or ""):
        own = "configuration-snippet"
    if own:
        return Inert(f"{own} gives this Ingress a list of its own, and nginx then asks no other")
    found = networks(",".join(item for item in value.split(",") if item))
    if isinstance(found, Refused):
        return Refused(
            "it holds something that is neither an address nor a network, and nginx does not start with that",
            "correct the ConfigMap: addresses and networks such as 192.0.2.0/24, separated by commas",
        )
    return Translated((SourceRanges(deny=found),))
