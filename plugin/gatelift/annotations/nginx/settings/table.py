"""All keys of the controller's ConfigMap."""

from __future__ import annotations

from collections.abc import Mapping

from gatelift.annotations.controller import Controller
from gatelift.annotations.nginx.settings import access, client, headers, redirects, running, tls, traffic
from gatelift.annotations.nginx.settings.model import Effect, Setting, is_default
from gatelift.annotations.unit import parse_bool

KNOWN: Mapping[str, Setting] = {
    setting.name: setting
    for group in (redirects, access, client, headers, tls, traffic, running)
    for setting in group.SETTINGS
}


WITH_ANNOTATION: Mapping[str, str] = {"global-rate-limit-memcached-host": "global-rate-limit"}
"""Settings without which an annotation does nothing, in releases that still had it."""

RESTRICTING = frozenset(
    {"global-auth-url", "block-cidrs", "whitelist-source-range", "denylist-source-range"}
    | {s.name for s in access.SETTINGS if s.effect is Effect.REFUSED}
    | WITH_ANNOTATION.keys()
)
"""Settings that keep requests out, or may."""


def said(controller: Controller) -> Mapping[str, str]:
    """Key -> value of every setting that says something else than what holds anyway, in order of key."""
    found: dict[str, str] = {}
    for name in sorted(controller.settings):
        value, setting = controller.setting(name), KNOWN.get(name)
        if value is not None and not (setting and is_default(setting, value)):
            found[name] = value
    return found


def restricting(controller: Controller) -> tuple[str, ...]:
    """The settings that keep somebody out of every Ingress of the controller that says nothing else, in order."""
    found = said(controller)
    return tuple(name for name, value in found.items() if name in RESTRICTING and parse_bool(value) is not False)
