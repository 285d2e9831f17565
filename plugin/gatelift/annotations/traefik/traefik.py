"""Annotations of Traefik's Ingress provider."""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations import replacements as by
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.ingress.controllers import TRAEFIK

ROUTER = "traefik.ingress.kubernetes.io/router."
SERVICE = "traefik.ingress.kubernetes.io/service."
ON_SERVICE = "on the Service, "
_ROUTER = {
    "entrypoints": Setting("the entry points that it answers on", by.LISTENER_PORT),
    "middlewares": Setting(
        "the Middlewares that requests go through: logins, address lists, rate limits, rewrites, headers",
        "what each Middleware says: StripPrefix is URLRewrite.path.replacePrefixMatch, RedirectScheme is "
        "RequestRedirect, Headers is RequestHeaderModifier and ResponseHeaderModifier; BasicAuth, ForwardAuth and "
        "IPAllowList are basicAuth, extAuth and authorization of a SecurityPolicy; RateLimit is rateLimit of a "
        "BackendTrafficPolicy. Where the Gateway is Traefik's, a filter ExtensionRef names the Middleware itself",
        restricts=True,
    ),
    "priority": Setting(
        "the order in which its rules are asked",
        "no field: the longer path wins, then the method, then the number of headers; write matches that do not "
        "overlap",
    ),
    "rulesyntax": Setting("the syntax of its rules", "nothing: matches[] has one syntax"),
    "pathmatcher": Setting(
        "how paths match: Path, PathPrefix or PathRegexp",
        "matches[].path.type: Exact, PathPrefix or RegularExpression",
    ),
    "tls": Setting("that it answers by TLS", "the sectionName of an HTTPS listener in parentRefs"),
    "tls.certresolver": Setting("which ACME resolver makes its certificate", by.CERT_MANAGER),
    "tls.domains.*": Setting(
        "the names in its certificate", "hostname of the HTTPS listener, and cert-manager.io/alt-names"
    ),
    "tls.options": Setting(
        "its TLSOption: versions, ciphers, and client certificates where clientAuth is set",
        f"{by.TLS_VERSIONS}; for client certificates {by.CLIENT_CERTIFICATES}",
        restricts=True,
    ),
    "observability.*": Setting("whether its requests are logged, counted and traced", by.LOGS),
}
_SERVICE = {
    "nativelb": Setting("that the Service's own address is used", by.ENDPOINTS),
    "nodeportlb": Setting("that nodes are used as backends", by.NO_FIELD),
    "serversscheme": Setting("the scheme towards the backend: http, https or h2c", by.BACKEND_PROTOCOL),
    "serverstransport": Setting("its ServersTransport: certificates and timeouts towards the backend", by.BACKEND_TLS),
    "passhostheader": Setting(
        "whether the backend sees the client's Host", f"nothing for true; for false, {by.HOST_REWRITE}"
    ),
    "sticky.cookie*": Setting("the cookie that keeps a client on a Pod", by.STICKY),
    "sticky": Setting("that a client is kept on a Pod", by.STICKY),
    "middlewares": Setting(
        "the Middlewares that requests to the Service go through",
        "the filters and policies that say the same, on the rules whose backendRefs name the Service",
        restricts=True,
    ),
}
FAMILY = Family(
    owner=TRAEFIK.name,
    prefixes=TRAEFIK.prefixes,
    settings={
        **elsewhere.prefixed(ROUTER, _ROUTER),
        **{
            SERVICE + name: Setting(ON_SERVICE + item.meaning, item.instead, item.restricts)
            for name, item in _SERVICE.items()
        },
    },
    instead=(
        "the field of HTTPRoute or Gateway that says the same; Traefik serves Gateway API itself "
        "(--providers.kubernetesgateway), where Middlewares stay usable as filters of type ExtensionRef"
    ),
)

unit = elsewhere.unit(
    FAMILY,
    "Settings of Traefik",
    "https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/",
    (
        idle(f"{ROUTER}entrypoints", "websecure", "for Traefik"),
        idle(f"{ROUTER}tls.domains.0.main", "example.com", "names in its certificate"),
        idle(f"{SERVICE}sticky.cookie.name", "stick", "consistentHash"),
        guarded(f"{ROUTER}middlewares", "shop-auth@kubernetescrd", "Middlewares"),
        guarded("traefik.ingress.kubernetes.io/whitelist-source-range", "10.0.0.0/8", "does not know by name"),
        idle("traefik.ingress.kubernetes.io/rule-type", "PathPrefixStrip", "does not know by name"),
        idle(f"{ROUTER}middlewares", "", "is empty"),
    ),
)
