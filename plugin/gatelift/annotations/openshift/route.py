"""Annotations of OpenShift's router, which makes a Route of an Ingress and copies them there."""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations import replacements as by
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.ingress.controllers import OPENSHIFT

ROUTE = "route.openshift.io/"
HAPROXY = "haproxy.router.openshift.io/"
ROUTER = "router.openshift.io/"
_ROUTE = {
    "termination": Setting(
        "where TLS ends: edge, reencrypt or passthrough",
        f"tls.mode of the listener; for reencrypt {by.BACKEND_TLS}; for passthrough {by.PASSTHROUGH}",
    ),
    "destination-ca-certificate-secret": Setting(
        "the authority that signs the backend's certificate", by.BACKEND_TLS, restricts=True
    ),
}
_HAPROXY = {
    "balance": Setting("the balancing algorithm", by.LOAD_BALANCING),
    "disable_cookies": Setting("that no cookie keeps a client on a Pod", by.NOTHING),
    "timeout": Setting("how long the backend may be silent", by.IDLE_TIMEOUT),
    "timeout-tunnel": Setting("how long a tunnel may be silent", by.IDLE_TIMEOUT),
    "hsts_header": Setting("Strict-Transport-Security", by.HSTS),
    "rewrite-target": Setting("how the path is rewritten", by.REWRITE),
    "pod-concurrent-connections": Setting("how many connections a Pod takes", by.LIMITS),
    "set-forwarded-headers": Setting(
        "what becomes of Forwarded and X-Forwarded-For", by.CLIENT_ADDRESS, restricts=True
    ),
    "log-send-hostname": Setting("the host name in logs", by.LOGS),
    "ip_whitelist": Setting("the addresses that may come in (older name)", by.ALLOW_LIST, restricts=True),
    "ip_allowlist": Setting("the addresses that may come in", by.ALLOW_LIST, restricts=True),
    "rate-limit-connections*": Setting("how much a client may send", by.RATE_LIMIT, restricts=True),
}
_ROUTER = {
    "cookie_name": Setting("the cookie that keeps a client on a Pod", by.STICKY),
    "cookie-same-site": Setting("SameSite of that cookie", by.STICKY),
    "haproxy.health.check.interval": Setting("health checks", by.HEALTH),
}
FAMILY = Family(
    owner=OPENSHIFT.name,
    prefixes=OPENSHIFT.prefixes,
    settings={
        **elsewhere.prefixed(ROUTE, _ROUTE),
        **elsewhere.prefixed(HAPROXY, _HAPROXY),
        **elsewhere.prefixed(ROUTER, _ROUTER),
    },
    instead=(
        "the field of HTTPRoute or Gateway that says the same; OpenShift 4.19 and later serves Gateway API itself, by "
        "a GatewayClass of controller openshift.io/gateway-controller/v1"
    ),
)

unit = elsewhere.unit(
    FAMILY,
    "Settings of OpenShift's router",
    "https://docs.redhat.com/en/documentation/openshift_container_platform/4.20/html/ingress_and_load_balancing/configuring-routes",
    (
        idle(f"{ROUTE}termination", "edge", "tls.mode"),
        idle(f"{HAPROXY}timeout", "5m", "streamIdleTimeout"),
        idle(f"{ROUTER}cookie_name", "stick", "Cookie"),
        guarded(f"{HAPROXY}ip_allowlist", "10.0.0.0/8", "addresses that may come in"),
        guarded(f"{HAPROXY}rate-limit-connections.rate-http", "10", "how much a client"),
        idle(f"{HAPROXY}new-thing", "x", "does not know by name"),
        idle(f"{HAPROXY}ip_whitelist", "", "is empty"),
    ),
)
