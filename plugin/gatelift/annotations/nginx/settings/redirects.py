"""Redirects and HSTS: what the controller does for every host with a certificate."""

from __future__ import annotations

from gatelift.annotations.controller import Controller
from gatelift.annotations.nginx.settings.model import Effect, Setting, is_read, unit
from gatelift.annotations.unit import csv, parse_bool, parse_int
from gatelift.intent.base import Risk

HSTS_MAX_AGE = "31536000"
ACME = "/.well-known/acme-challenge"

SETTINGS = (
    is_read("hsts", "true"),
    is_read("hsts-max-age", HSTS_MAX_AGE),
    is_read("hsts-include-subdomains", "true"),
    is_read("hsts-preload", "false"),
    is_read("http-redirect-code", "308"),
    is_read("no-tls-redirect-locations", ACME),
    unit("ssl-redirect", "true"),
    unit("force-ssl-redirect", "false"),
    unit("preserve-trailing-slash", "false", "redirects to HTTPS keep the trailing slash anyway"),
    unit("relative-redirects", "false", "redirects name the whole address"),
    unit("use-port-in-redirects", "false", "redirects name no port"),
    Setting(
        "app-root",
        "",
        Effect.REFUSED,
        "whether ingress-nginx redirects / of every host is not settled: its documentation knows this as an annotation",
        "write the annotation app-root where / is to be redirected, then remove the setting",
        Risk.ROUTING,
    ),
)


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
    return csv(controller.setting("no-tls-redirect-locations") or ACME)
