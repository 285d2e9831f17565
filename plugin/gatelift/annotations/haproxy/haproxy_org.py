"""Annotations of the HAProxy Kubernetes Ingress Controller, under its two prefixes."""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations import replacements as by
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.ingress.controllers import HAPROXY

SETTINGS = {
    "path-rewrite": Setting("how the path is rewritten", by.REWRITE),
    "set-host": Setting("the Host that the backend sees", by.HOST_REWRITE),
    "request-redirect": Setting("where requests are redirected", by.REDIRECT),
    "request-redirect-code": Setting("the status of the redirect", by.REDIRECT_CODE),
    "request-set-header": Setting("headers set on requests", by.REQUEST_HEADERS),
    "response-set-header": Setting("headers set on answers", by.RESPONSE_HEADERS),
    "request-capture*": Setting("what of requests is logged", by.LOGS),
    "ssl-redirect": Setting("the redirect to HTTPS", by.TLS_REDIRECT),
    "ssl-redirect-code": Setting("the status of the redirect to HTTPS", by.REDIRECT_CODE),
    "ssl-redirect-port": Setting("the port of the redirect to HTTPS", "port of the filter RequestRedirect"),
    "ssl-passthrough": Setting("that TLS goes to the backend unopened", by.PASSTHROUGH),
    "ssl-certificate": Setting("the certificate (for the ConfigMap only)", by.LISTENER_CERTIFICATE),
    "server-ssl": Setting("TLS towards the backend", by.BACKEND_TLS),
    "server-ca": Setting("the authority that signs the backend's certificate", by.BACKEND_TLS, restricts=True),
    "server-crt": Setting("the certificate shown to the backend", by.BACKEND_CERTIFICATE),
    "server-proto": Setting("the protocol towards the backend", by.BACKEND_PROTOCOL),
    "send-proxy-protocol": Setting("PROXY protocol towards the backend", by.PROXY_PROTOCOL),
    "proxy-protocol": Setting("who may send PROXY protocol (for the ConfigMap only)", by.PROXY_PROTOCOL),
    "timeout-*": Setting(
        "timeouts",
        f"for the backend {by.IDLE_TIMEOUT}; to connect {by.CONNECT_TIMEOUT}; for clients {by.CLIENT_TIMEOUT}",
    ),
    "timeout-connect": Setting("how long connecting to the backend may take", by.CONNECT_TIMEOUT),
    "timeout-server": Setting("how long the backend may be silent", by.IDLE_TIMEOUT),
    "timeout-tunnel": Setting("how long a tunnel (WebSocket) may be silent", by.IDLE_TIMEOUT),
    "timeout-client": Setting("how long a client may be silent", by.CLIENT_TIMEOUT),
    "timeout-http-request": Setting("how long the head of a request may take", by.CLIENT_TIMEOUT),
    "timeout-http-keep-alive": Setting("how long an idle connection is kept", by.CLIENT_TIMEOUT),
    "timeout-check": Setting("how long a health check may take", by.HEALTH),
    "load-balance": Setting("the balancing algorithm", by.LOAD_BALANCING),
    "cookie-persistence*": Setting("the cookie that keeps a client on a Pod", by.STICKY),
    "pod-maxconn": Setting("how many connections a Pod takes", by.LIMITS),
    "maxconn": Setting(
        "how many connections HAProxy takes (for the ConfigMap only)",
        "connection.connectionLimit of a ClientTrafficPolicy",
    ),
    "scale-server-slots": Setting("how many servers are kept ready", by.NOTHING),
    "standalone-backend": Setting("a backend of its own for this Ingress", by.NOTHING),
    "check*": Setting("health checks", by.HEALTH),
    "cors-*": Setting("the answer to requests from other origins", by.CORS),
    "forwarded-for": Setting("the header X-Forwarded-For", by.NOTHING),
    "src-ip-header": Setting("the header that the client's address is read from", by.CLIENT_ADDRESS, restricts=True),
    "allow-list": Setting("the addresses that may come in", by.ALLOW_LIST, restricts=True),
    "whitelist": Setting("the addresses that may come in (older name)", by.ALLOW_LIST, restricts=True),
    "deny-list": Setting("the addresses that may not come in", by.DENY_LIST, restricts=True),
    "blacklist": Setting("the addresses that may not come in (older name)", by.DENY_LIST, restricts=True),
    "rate-limit-*": Setting("how many requests a client may send", by.RATE_LIMIT, restricts=True),
    "auth-*": Setting("a login by password", by.BASIC_AUTH, restricts=True),
    "client-ca": Setting("client certificates (for the ConfigMap only)", by.CLIENT_CERTIFICATES, restricts=True),
    "client-crt-optional": Setting(
        "client certificates (for the ConfigMap only)", by.CLIENT_CERTIFICATES, restricts=True
    ),
    "client-strict-sni": Setting(
        "that names without a certificate are not answered (for the ConfigMap only)",
        "listeners with a hostname each, and none without",
        restricts=True,
    ),
    "route-acl": Setting("on the Service, the requests that reach it", "matches[] of the rule", restricts=True),
    "backend-config-snippet": Setting("lines of HAProxy's configuration", by.SNIPPET, restricts=True),
    "frontend-config-snippet": Setting(
        "lines of HAProxy's configuration (for the ConfigMap only)", by.SNIPPET, restricts=True
    ),
    "global-config-snippet": Setting(
        "lines of HAProxy's configuration (for the ConfigMap only)", by.SNIPPET, restricts=True
    ),
    "ingress.class": Setting("the class, before spec.ingressClassName", "the Gateway that parentRefs name"),
    "tls-alpn": Setting("the protocols offered by TLS (for the ConfigMap only)", by.ALPN),
}
FAMILY = Family(
    owner=HAPROXY.name,
    prefixes=HAPROXY.prefixes,
    settings={prefix + name: setting for prefix in HAPROXY.prefixes for name, setting in SETTINGS.items()},
    instead=(
        "the field of HTTPRoute or Gateway that says the same, or a policy of the implementation; HAProxy Unified "
        "Gateway, which speaks Gateway API, is another program with custom resources of its own"
    ),
)
ORG = "haproxy.org/"

unit = elsewhere.unit(
    FAMILY,
    "Settings of the HAProxy Kubernetes Ingress Controller (HAProxy Technologies)",
    "https://github.com/haproxytech/kubernetes-ingress/blob/master/documentation/annotations.md",
    (
        idle(f"{ORG}path-rewrite", "/(.*) /app/\\1", "URLRewrite"),
        idle("haproxy.com/ssl-redirect", "true", "RequestRedirect"),
        idle(f"{ORG}timeout-server", "50s", "streamIdleTimeout"),
        guarded(f"{ORG}allow-list", "10.0.0.0/8", "addresses that may come in"),
        guarded(f"{ORG}auth-type", "basic-auth", "login"),
        guarded(f"{ORG}rate-limit-requests", "10", "how many requests"),
        guarded(f"{ORG}new-acl", "x", "does not know by name"),
        idle(f"{ORG}new-thing", "x", "does not know by name"),
        idle(f"{ORG}whitelist", " ", "is empty"),
    ),
)
