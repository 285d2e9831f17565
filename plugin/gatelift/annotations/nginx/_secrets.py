"""Secrets in annotations: the TLS ones take ``namespace/name`` only, and all must lie beside the Ingress (T32).

Source: internal/k8s (``ParseNameNS``) in ingress-nginx.
"""

from __future__ import annotations

import re

from gatelift.annotations.nginx._values import URL_PATH, not_loaded
from gatelift.annotations.unit import Refused, UnitContext, parse_bool, shown

NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
"""A Secret's name."""
_LOADS = re.compile(rf"[{URL_PATH}]*")


def secret_of(value: str, context: UnitContext, broken: str) -> str | Refused:
    """The name of the Secret, which must lie in the Ingress's own namespace (T32).

    ``broken`` says what ingress-nginx does with a Secret that it cannot take, as the end of a sentence.
    """
    if not _LOADS.fullmatch(value.replace(" ", "")):
        return not_loaded(value, "of the form namespace/name")
    namespace, slash, name = value.partition("/")
    own = context.ingress.ref.namespace
    if not slash or not NAME.fullmatch(name) or not NAME.fullmatch(namespace):
        return Refused(f"{shown(value)} is not of the form namespace/name, so {broken}", _form(own))
    return name if namespace == own else elsewhere(value, f"{own}/{name}", context, broken)


def elsewhere(value: str, wanted: str, context: UnitContext, broken: str) -> Refused:
    """The refusal of a Secret that is not known to lie in the Ingress's namespace; ``wanted`` names a copy there."""
    own = context.ingress.ref.namespace
    if not own:
        why = f"{shown(value)} names a namespace, and the Ingress leaves its own to whoever applies it"
        return Refused(why, "write metadata.namespace in the Ingress")
    if parse_bool(context.controller.setting("allow-cross-namespace-resources") or "") is True:
        why = f"the Secret {shown(value)} lies in another namespace, which a policy beside the route may not read"
    else:
        why = f"the Secret {shown(value)} lies in another namespace, which ingress-nginx does not read, so {broken}"
    return Refused(why, f"copy the Secret into namespace {own}, and write {wanted}")


def _form(own: str) -> str:
    return f"write {own or 'NAMESPACE'}/NAME, with the namespace of the Ingress itself"
