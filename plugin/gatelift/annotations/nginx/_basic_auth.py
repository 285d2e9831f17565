"""What the basic authentication annotations have in common: the switch, and the name of a Secret.

Source: internal/ingress/annotations/auth in ingress-nginx.
"""

from __future__ import annotations

import re

from gatelift.annotations.nginx._links import DENIED, upstream
from gatelift.annotations.unit import Inert, Refused, UnitContext, parse_bool, shown

SOURCE = upstream("authentication")
NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
"""A Secret's name."""


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
    if not namespace or namespace == own:
        return name
    if not own:
        why = f"{shown(text)} names a namespace, and the Ingress leaves its own to whoever applies it"
        return Refused(why, f"write {name} alone, or give the Ingress a namespace")
    if parse_bool(context.controller.setting("allow-cross-namespace-resources") or "") is True:
        why = f"the Secret {shown(text)} lies in another namespace, which a policy on the route may not read"
    else:
        why = f"the Secret {shown(text)} lies in another namespace, which ingress-nginx does not read, so {DENIED}"
    return Refused(why, f"copy the Secret into namespace {own} and write its name alone")
