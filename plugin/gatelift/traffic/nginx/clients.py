"""Certificates of clients, which a host asks for as a whole (T15).

Source: internal/ingress/annotations/authtls of kubernetes/ingress-nginx. Secrets are taken to be there; each holds the
authority of the replay.
"""

from __future__ import annotations

import re

import msgspec

from gatelift.traffic.nginx.ingresses import Ingress
from gatelift.traffic.nginx.settings import Settings
from gatelift.traffic.nginx.values import PATTERN, URL, URL_PATH, Values

_SECRET = re.compile(rf"[{URL_PATH}]+")
_NAME = re.compile(rf"CN={PATTERN.pattern[:-1]}+")
_VERIFY = ("on", "off", "optional", "optional_no_ca")


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """What a client must show. ``error``: why the whole host answers 403 instead."""

    verify: str = "on"
    depth: int = 1
    name: str = ""
    """An expression for the subject."""
    page: str = ""
    passed: bool = False
    error: str = ""


def client(values: Values, ingress: Ingress, settings: Settings) -> Client | None:
    """``None`` without ``auth-tls-secret``: all other keys are asleep then (T41). Raises ``NotLoadedError``."""
    secret = values.strict_text("auth-tls-secret", re.compile(rf"{_SECRET.pattern}|"))
    if not secret:
        return None
    namespace, _, name = secret.partition("/")
    if not (namespace and name) or "/" in name:
        return Client(error="auth-tls-secret is no NAMESPACE/NAME")
    if namespace != ingress.namespace and not settings.cross_namespace:
        return Client(error="auth-tls-secret names a Secret of another namespace")
    verify = values.text("auth-tls-verify-client")
    return Client(
        verify=verify if verify in _VERIFY else "on",
        depth=values.number("auth-tls-verify-depth", 1) or 1,
        name=values.text("auth-tls-match-cn", _NAME),
        page=values.text("auth-tls-error-page", URL),
        passed=values.flag("auth-tls-pass-certificate-to-upstream"),
    )
