"""``proxy_redirect``: how nginx rewrites the Location and Refresh of the backend's answers.

ingress-nginx writes both halves into one directive, and none where ``proxy-redirect-to`` is ``off``; ``from`` may say
``off`` or ``default`` for itself. Source: rootfs/etc/nginx/template/nginx.tmpl and internal/ingress/annotations/proxy
in ingress-nginx.
"""

from __future__ import annotations

from gatelift.annotations.nginx._answers import OFF, by_hand, from_controller, in_force
from gatelift.annotations.nginx._values import NAME_OR_EXPRESSION
from gatelift.annotations.unit import Inert, Refused, Result, UnitContext, shown

FROM, TO = "proxy-redirect-from", "proxy-redirect-to"
_ALONE = frozenset({OFF, "default"})


def read_half(value: str, name: str, context: UnitContext) -> Result:
    """One of the two annotations, ``name``."""
    text = value.strip()
    if not from_controller(context) and not NAME_OR_EXPRESSION.fullmatch(value.replace(" ", "")):
        return Inert(f"{shown(text)} is no value to ingress-nginx, which falls back to its default", fallback=True)
    old = text if name == FROM else in_force(FROM, context)
    new = text if name == TO else in_force(TO, context)
    if old in _ALONE:
        own = "default rewrites the address of nginx's own upstream, which no backend sends"
        what = "it is off" if old == OFF else own
        return Inert(what if name == FROM else f"{FROM} is {old}, so nothing is rewritten")
    if new == OFF:
        return Inert("it is off" if name == TO else f"{TO} is off, so nothing is rewritten")
    return Refused(
        f"nginx rewrites {shown(old)} to {shown(new)} in the Location and Refresh of the backend's answers, and a "
        "route rewrites no answer: clients would be sent to the address that the backend names",
        "let the application name its public address (most read X-Forwarded-Host and X-Forwarded-Proto), "
        + by_hand((FROM, TO), context),
    )
