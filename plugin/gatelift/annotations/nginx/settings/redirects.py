"""Redirects and HSTS: what the controller does for every host with a certificate."""

from __future__ import annotations

from gatelift.annotations.nginx.settings.model import Effect, Setting, is_read, unit
from gatelift.annotations.nginx.settings.values import ACME, HSTS_MAX_AGE
from gatelift.intent.base import Risk

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
