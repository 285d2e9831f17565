"""The controller's ConfigMap: which of its settings gatelift reads, and which refuse everything because they restrict.

Source: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gatelift.annotations import registry
from gatelift.annotations.controller import Controller
from gatelift.annotations.unit import csv, parse_bool, parse_int
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Note, differs, inert, refused
from gatelift.intent.traffic import ClientAddress

HSTS_MAX_AGE = "31536000"

READ = frozenset(
    {
        "hsts",
        "hsts-max-age",
        "hsts-include-subdomains",
        "hsts-preload",
        "http-redirect-code",
        "no-tls-redirect-locations",
        "allow-snippet-annotations",
        "annotations-risk-level",
        "use-forwarded-headers",
        "use-proxy-protocol",
        "proxy-real-ip-cidr",
        "enable-real-ip",
        "compute-full-forwarded-for",
    }
)
"""Settings read somewhere in this family, besides those that a unit names as its ``setting``."""

RESTRICTING = frozenset(
    {
        "global-auth-url",
        "global-auth-signin",
        "global-auth-snippet",
        "enable-global-auth",
        "block-cidrs",
        "block-user-agents",
        "block-referers",
        "enable-modsecurity",
        "enable-owasp-modsecurity-crs",
        "modsecurity-snippet",
        "http-snippet",
        "server-snippet",
        "location-snippet",
        "main-snippet",
        "stream-snippet",
        "limit-conn-zone-variable",
        "ssl-client-certificate",
        "global-rate-limit-memcached-host",
        "plugins",  # Lua, which may authenticate
    }
)
"""Settings that restrict access for every Ingress at once, or may: without a translation nothing is safe to open."""

OWN_AFFAIR = (
    "access-log-",
    "error-log-",
    "log-format-",
    "log-",
    "worker-",
    "max-worker-",
    "upstream-keepalive-",
    "keep-alive",
    "variables-hash-",
    "server-name-hash-",
    "map-hash-",
    "proxy-headers-hash-",
    "otel-",
    "opentelemetry-",
    "enable-opentelemetry",
    "nginx-status-",
    "resolver-",
    "ssl-session-",
    "ssl-buffer-size",
    "ssl-dh-param",
    "gzip-",
    "use-gzip",
    "brotli-",
    "enable-brotli",
    "http2-",
    "use-http2",
    "reuse-port",
    "disable-ipv6",
    "bind-address",
    "client-header-",
    "client-body-",
    "large-client-header-buffers",
    "server-tokens",
    "skip-access-log-urls",
    "generate-request-id",
    "debug-connections",
    "enable-multi-accept",
)
"""Beginnings of settings that concern the controller's own running, logs and buffers."""


class SettingNote(msgspec.Struct, frozen=True):
    """What became of one setting of the ConfigMap."""

    name: str
    note: Note


def hsts(controller: Controller) -> str | None:
    """The value of ``Strict-Transport-Security``, which ingress-nginx sends by default (T18)."""
    if parse_bool(controller.setting("hsts") or "true") is False:
        return None
    age = controller.setting("hsts-max-age") or HSTS_MAX_AGE
    value = f"max-age={age if parse_int(age) is not None else HSTS_MAX_AGE}"
    if parse_bool(controller.setting("hsts-include-subdomains") or "true") is not False:
        value += "; includeSubDomains"
    if parse_bool(controller.setting("hsts-preload") or "false") is True:
        value += "; preload"
    return value


def redirect_code(controller: Controller) -> int:
    """The status of the redirects to HTTPS and between www twins: ``http-redirect-code``, 308 by default."""
    code = parse_int(controller.setting("http-redirect-code") or "")
    return code if code in (301, 302, 307, 308) else 308


def not_redirected(controller: Controller) -> tuple[str, ...]:
    """Beginnings of paths that are never redirected to HTTPS: certificates are asked for over plain HTTP."""
    return csv(controller.setting("no-tls-redirect-locations") or "/.well-known/acme-challenge")


def client_address(controller: Controller) -> ClientAddress | None:
    """What the controller trusts about a client's address; ``None`` where it looks at the connection only."""
    trusted = any(
        parse_bool(controller.setting(name) or "") is True for name in ("use-forwarded-headers", "enable-real-ip")
    )
    proxy = parse_bool(controller.setting("use-proxy-protocol") or "") is True
    if not trusted and not proxy:
        return None
    ranges = csv(controller.setting("proxy-real-ip-cidr") or "") or ("0.0.0.0/0", "::/0")
    return ClientAddress(trusted=ranges if trusted else (), proxy_protocol=proxy)


def review(controller: Controller, accept: frozenset[str]) -> Iterator[SettingNote]:
    """What became of each setting of the ConfigMap that no unit reads; a refusal acts on every Ingress."""
    for name in sorted(controller.settings):
        if not controller.setting(name) or _read_by_unit(name) or name in READ:
            continue
        yield SettingNote(name, _note(name, controller, accept))


def _read_by_unit(name: str) -> bool:
    unit = registry.nginx_unit(name)
    return unit is not None and unit.setting == name


def _note(name: str, controller: Controller, accept: frozenset[str]) -> Note:
    if parse_bool(controller.setting(name) or "") is False:
        return inert("it is switched off")
    if name in accept:
        return differs("not translated, and accepted in the configuration")
    if name in RESTRICTING:
        return refused(
            "it may restrict every Ingress of this controller, and gatelift does not translate it yet",
            f"rebuild it at the Gateway, then name {name} under accept: with the reason",
            Risk.SECURITY,
        )
    if name.startswith(OWN_AFFAIR):
        return inert("it concerns the controller's own running, which the gateway has settings of its own for")
    return refused(
        "gatelift does not know what this setting changes",
        f"if it changes nothing for the routes, name {name} under accept: with the reason",
        Risk.TRAFFIC,
    )
