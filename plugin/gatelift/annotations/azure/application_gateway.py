"""Annotations of Azure's two controllers: AGIC, and Application Gateway for Containers."""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations import replacements as by
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.ingress.controllers import AGIC

PREFIX = "appgw.ingress.kubernetes.io/"
_HEALTH = "a HealthCheckPolicy of Application Gateway for Containers; elsewhere healthCheck of a BackendTrafficPolicy"
SETTINGS = {
    "backend-path-prefix": Setting("what the path becomes for the backend", by.REWRITE),
    "backend-hostname": Setting("the Host that the backend sees", by.HOST_REWRITE),
    "backend-protocol": Setting("HTTP or HTTPS towards the backend", by.BACKEND_TLS),
    "hostname-extension": Setting("further host names", by.HOST_ALIAS),
    "ssl-redirect": Setting("the redirect to HTTPS", by.TLS_REDIRECT),
    "appgw-ssl-certificate": Setting("a certificate kept in Application Gateway", by.LISTENER_CERTIFICATE),
    "appgw-ssl-profile": Setting(
        "an SSL profile: TLS versions, and client certificates",
        f"{by.TLS_VERSIONS}; for client certificates {by.CLIENT_CERTIFICATES}",
        restricts=True,
    ),
    "appgw-trusted-root-certificate": Setting(
        "the authority that signs the backend's certificate", by.BACKEND_TLS, restricts=True
    ),
    "connection-draining*": Setting("how long a Pod that goes may finish", by.NOTHING),
    "cookie-based-affinity*": Setting("the cookie that keeps a client on a Pod", by.STICKY),
    "request-timeout": Setting("how long a request may take (the default is 30 seconds)", by.REQUEST_TIMEOUT),
    "health-probe-*": Setting("health checks", _HEALTH),
    "override-frontend-port": Setting("the port it answers on", by.LISTENER_PORT),
    "rule-priority": Setting(
        "the order in which rules are asked", "no field: Gateway API orders by match; write matches that do not overlap"
    ),
    "rewrite-rule-set*": Setting(
        "a set of rewrites", f"what each rewrite says: {by.REWRITE}; {by.REQUEST_HEADERS}; {by.RESPONSE_HEADERS}"
    ),
    "use-private-ip": Setting("that it is served on the private address only", by.EXPOSURE, restricts=True),
    "waf-policy-for-path": Setting(
        "the WAF policy of its paths",
        f"a WebApplicationFirewallPolicy of Application Gateway for Containers; elsewhere {by.WAF}",
        restricts=True,
    ),
    "ignore": Setting("that AGIC leaves it alone", by.NOTHING),
}
FAMILY = Family(
    owner=AGIC.name,
    prefixes=AGIC.prefixes,
    settings=elsewhere.prefixed(PREFIX, SETTINGS),
    instead=(
        "the field of HTTPRoute or Gateway that says the same; Microsoft's successor, Application Gateway for "
        "Containers, speaks Gateway API, and its Migration Utility (agc-migration) rewrites these keys"
    ),
)

unit = elsewhere.unit(
    FAMILY,
    "Settings of the Application Gateway Ingress Controller (AGIC)",
    "https://azure.github.io/application-gateway-kubernetes-ingress/annotations/",
    (
        idle(f"{PREFIX}backend-path-prefix", "/", "URLRewrite"),
        idle(f"{PREFIX}request-timeout", "20", "timeouts.request"),
        idle(f"{PREFIX}health-probe-path", "/health", "HealthCheckPolicy"),
        guarded(f"{PREFIX}use-private-ip", "true", "private address"),
        guarded(f"{PREFIX}waf-policy-for-path", "/subscriptions/a", "WAF policy"),
        guarded(f"{PREFIX}appgw-ssl-profile", "mtls", "client certificates"),
        idle(f"{PREFIX}new-thing", "x", "does not know by name"),
        idle(f"{PREFIX}use-private-ip", "", "is empty"),
    ),
)
