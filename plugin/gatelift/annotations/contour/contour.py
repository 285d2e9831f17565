"""Annotations of Contour, under its prefix of today and the first one."""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations import replacements as by
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.ingress.controllers import CONTOUR

PREFIX = "projectcontour.io/"
SETTINGS = {
    "ingress.class": Setting("the class, for Contour alone", "the Gateway that parentRefs name"),
    "response-timeout": Setting("how long the whole answer may take", by.REQUEST_TIMEOUT),
    "request-timeout": Setting("how long the whole answer may take (older name)", by.REQUEST_TIMEOUT),
    "num-retries": Setting("how often requests are tried again", by.RETRY),
    "per-try-timeout": Setting("how long each try may take", by.RETRY),
    "retry-on": Setting("when requests are tried again", by.RETRY),
    "websocket-routes": Setting("the paths that speak WebSocket", by.NOTHING),
    "tls-minimum-protocol-version": Setting("the lowest TLS version", by.TLS_VERSIONS),
    "tls-maximum-protocol-version": Setting("the highest TLS version", by.TLS_VERSIONS),
    "tls-cert-namespace": Setting(
        "the namespace that its certificate is taken from",
        "tls.certificateRefs with a namespace, and a ReferenceGrant beside the Secret",
    ),
    "upstream-protocol.*": Setting("on the Service, the protocol of its ports", by.BACKEND_PROTOCOL),
    "max-*": Setting("on the Service, how many connections and requests it takes", by.LIMITS),
    "per-host-max-connections": Setting("on the Service, how many connections a Pod takes", by.LIMITS),
    "generated-by-version": Setting("the version that wrote the object", by.NOTHING),
}
FAMILY = Family(
    owner=CONTOUR.name,
    prefixes=CONTOUR.prefixes,
    settings={prefix + name: setting for prefix in CONTOUR.prefixes for name, setting in SETTINGS.items()},
    instead="the field of HTTPRoute or Gateway that says the same; Contour serves Gateway API itself",
)

unit = elsewhere.unit(
    FAMILY,
    "Settings of Contour",
    "https://projectcontour.io/docs/main/config/annotations/",
    (
        idle(f"{PREFIX}response-timeout", "30s", "timeouts.request"),
        idle(f"{PREFIX}websocket-routes", "/ws", "does so by itself"),
        idle("contour.heptio.com/num-retries", "3", "retry"),
        idle(f"{PREFIX}upstream-protocol.h2c", "80", "kubernetes.io/h2c"),
        guarded(f"{PREFIX}auth-policy", "x", "does not know by name"),
        idle(f"{PREFIX}retry-on", "", "is empty"),
    ),
)
