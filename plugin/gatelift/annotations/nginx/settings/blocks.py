"""``block-cidrs``: addresses that get 403 on every host.

nginx writes them at the level of all hosts, and a location that has a list of its own inherits none of them
(https://nginx.org/en/docs/http/ngx_http_access_module.html).
"""

from __future__ import annotations

from gatelift.annotations.nginx._addresses import networks
from gatelift.annotations.nginx._directives import parse
from gatelift.annotations.unit import Inert, Refused, Result, Translated, UnitContext, parse_bool
from gatelift.intent.security import SourceRanges

LISTS = ("allowlist-source-range", "whitelist-source-range", "denylist-source-range")
SNIPPET = "configuration-snippet"
_BROKEN = Refused(
    "it holds something that is neither an address nor a network, and nginx does not start with that",
    "correct the ConfigMap: addresses and networks such as 192.0.2.0/24, separated by commas",
)


def read(value: str, context: UnitContext) -> Result:
    """The networks, denied where the Ingress has no list of its own."""
    own = next((name for name in LISTS if context.value(name) or context.controller.setting(name)), "")
    if own or _listed_in_snippet(context):
        return Inert(f"{own or SNIPPET} gives this Ingress a list of its own, and nginx then asks no other")
    found = networks(",".join(item for item in value.split(",") if item), _BROKEN)
    return found if isinstance(found, Refused) else Translated((SourceRanges(deny=found),))


def _listed_in_snippet(context: UnitContext) -> bool:
    """Whether a snippet that runs has a list: one inside a block, a comment or a text leaves the location without."""
    if parse_bool(context.controller.setting("allow-snippet-annotations") or "") is not True:
        return False
    return any(item.name in ("allow", "deny") for item in parse(context.value(SNIPPET) or "").directives)
