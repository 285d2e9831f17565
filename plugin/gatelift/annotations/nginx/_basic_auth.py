"""What the basic authentication annotations have in common: the switch, and the name of a Secret.

Source: internal/ingress/annotations/auth in ingress-nginx.
"""

from __future__ import annotations

from gatelift.annotations.nginx._links import DENIED, upstream
from gatelift.annotations.nginx._secrets import NAME, elsewhere
from gatelift.annotations.unit import Inert, Refused, UnitContext, shown

SOURCE = upstream("authentication")


def dormant(context: UnitContext) -> Inert | None:
    """Why a companion of ``auth-type`` does nothing, if it does not."""
    if (context.value("auth-type") or "").strip():
        return None
    return Inert("it does nothing without auth-type")


def is_basic(context: UnitContext) -> bool:
    """Whether ``auth-type`` asks for basic authentication, which alone can be written."""
    return (context.value("auth-type") or "").strip() == "basic"


def secret_name(value: str, context: UnitContext) -> str | Refused:
    """The name of the Secret that ``[namespace/]name`` means, in the Ingress's own namespace."""
    text = value.strip()
    namespace, slash, name = text.rpartition("/")
    if not NAME.fullmatch(name) or (slash and not NAME.fullmatch(namespace)):
        return Refused(f"{shown(text)} names no Secret, so {DENIED}", "name a Secret of the same namespace")
    own = context.ingress.ref.namespace
    return name if not namespace or namespace == own else elsewhere(text, name, context, DENIED)
