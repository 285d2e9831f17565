"""Annotations of Kong's controller."""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations import replacements as by
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.ingress.controllers import KONG

PREFIX = "konghq.com/"
SETTINGS = {
    "strip-path": Setting(
        "whether the matched path is cut off",
        "the filter URLRewrite with path.replacePrefixMatch: / for true; nothing for false",
    ),
    "preserve-host": Setting(
        "whether the backend sees the client's Host", f"nothing for true; for false, {by.HOST_REWRITE}"
    ),
    "host-header": Setting("on the Service, the Host that the backend sees", by.HOST_REWRITE),
    "host-aliases": Setting("further host names", by.HOST_ALIAS),
    "rewrite": Setting("how the path is rewritten", by.REWRITE),
    "path": Setting("on the Service, what is put before the path", "path.replacePrefixMatch of the filter URLRewrite"),
    "path-handling": Setting("how the Service's path and the route's are joined", by.REWRITE),
    "regex-prefix": Setting("how paths that are patterns begin (/~)", by.PATH_REGEX),
    "regex-priority": Setting("the order in which patterns are asked", "no field: write matches that do not overlap"),
    "methods": Setting("the methods that it takes", by.MATCH_METHOD, restricts=True),
    "headers.*": Setting("the headers by which requests are taken", by.MATCH_HEADER, restricts=True),
    "headers-separator": Setting("what stands between the values of a header", by.MATCH_HEADER),
    "snis": Setting(
        "the names asked for by TLS that it takes", "hostname of the listener, and spec.hostnames", restricts=True
    ),
    "protocols": Setting("the protocols that it answers: https alone redirects HTTP", by.TLS_REDIRECT),
    "protocol": Setting("on the Service, the protocol towards the backend", by.BACKEND_PROTOCOL),
    "https-redirect-status-code": Setting("the status of the redirect to HTTPS", by.REDIRECT_CODE),
    "plugins": Setting(
        "the KongPlugins that requests go through: logins, address lists, rate limits, rewrites",
        "a filter ExtensionRef that names the KongPlugin, where Kong stays the implementation; else the filters and "
        "policies that say the same: basicAuth, jwt, oidc, extAuth and authorization of a SecurityPolicy, rateLimit of "
        "a BackendTrafficPolicy",
        restricts=True,
    ),
    "override": Setting(
        "the KongIngress that changes routes and backends (deprecated)",
        "what it says, field by field: methods and headers are matches[], timeouts and retries a BackendTrafficPolicy",
        restricts=True,
    ),
    "upstream-policy": Setting(
        "on the Service, its KongUpstreamPolicy: balancing and health checks", f"{by.LOAD_BALANCING}; {by.HEALTH}"
    ),
    "client-cert": Setting("on the Service, the certificate shown to the backend", by.BACKEND_CERTIFICATE),
    "tls-verify*": Setting("on the Service, how its certificate is verified", by.BACKEND_TLS, restricts=True),
    "ca-certificates-*": Setting("on the Service, who signs its certificate", by.BACKEND_TLS, restricts=True),
    "connect-timeout": Setting("on the Service, how long connecting may take", by.CONNECT_TIMEOUT),
    "read-timeout": Setting("on the Service, how long it may be silent", by.IDLE_TIMEOUT),
    "write-timeout": Setting("on the Service, how long it may take nothing", by.IDLE_TIMEOUT),
    "retries": Setting("on the Service, how often requests are tried again", by.RETRY),
    "request-buffering": Setting("whether requests are buffered", by.BODY_SIZE),
    "response-buffering": Setting("whether answers are buffered", by.BUFFERS),
    "tags": Setting("tags on Kong's objects", "labels of the route"),
    "gatewayclass-unmanaged": Setting("on a GatewayClass, that Kong does not run its Gateways", by.NOTHING),
    "publish-service": Setting("on a Gateway, the Service whose address it shows", by.NOTHING),
}
FAMILY = Family(
    owner=KONG.name,
    prefixes=KONG.prefixes,
    settings=elsewhere.prefixed(PREFIX, SETTINGS),
    instead=(
        "the field of HTTPRoute that says the same; where Kong stays the implementation, most of its keys work on "
        "HTTPRoutes as they do on Ingresses"
    ),
)

unit = elsewhere.unit(
    FAMILY,
    "Settings of Kong",
    "https://developer.konghq.com/kubernetes-ingress-controller/reference/annotations/",
    (
        idle(f"{PREFIX}strip-path", "true", "replacePrefixMatch"),
        idle(f"{PREFIX}preserve-host", "false", "hostname"),
        idle(f"{PREFIX}protocols", "https", "RequestRedirect"),
        guarded(f"{PREFIX}plugins", "key-auth,limit", "KongPlugins"),
        guarded(f"{PREFIX}methods", "GET,HEAD", "methods that it takes"),
        guarded(f"{PREFIX}headers.x-internal", "yes", "headers by which"),
        guarded("configuration.konghq.com/secret", "x", "does not know by name"),
        idle(f"{PREFIX}new-thing", "x", "does not know by name"),
        idle(f"{PREFIX}plugins", "", "is empty"),
    ),
)
