"""Annotations of HAProxy Ingress, the community's controller."""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations import replacements as by
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.ingress.controllers import HAPROXY_INGRESS

PREFIX = "haproxy-ingress.github.io/"
SETTINGS = {
    "rewrite-target": Setting("how the path is rewritten", by.REWRITE),
    "app-root": Setting("where / is redirected", by.APP_ROOT),
    "server-alias": Setting("a further host name", by.HOST_ALIAS),
    "server-alias-regex": Setting("further host names, by a pattern", "hostnames written out, or a wildcard"),
    "path-type": Setting("how paths match: begin, prefix, exact or regex", "matches[].path.type of each match"),
    "redirect-*": Setting("a redirect from or to another place", by.REDIRECT),
    "ssl-redirect": Setting("the redirect to HTTPS (the default is true)", by.TLS_REDIRECT),
    "ssl-redirect-code": Setting("the status of the redirect to HTTPS", by.REDIRECT_CODE),
    "ssl-always-add-https": Setting("that the host answers by HTTPS too", "an HTTPS listener for the host"),
    "ssl-always-follow-redirect": Setting("that the redirect does not ask for a certificate", by.TLS_REDIRECT),
    "ssl-passthrough*": Setting("that TLS goes to the backend unopened", by.PASSTHROUGH),
    "ssl-cipher*": Setting("the ciphers", by.TLS_VERSIONS),
    "ssl-options*": Setting("TLS versions and options", by.TLS_VERSIONS),
    "ssl-fingerprint-*": Setting("how the fingerprint of a client certificate is passed on", by.CLIENT_CERTIFICATES),
    "tls-alpn": Setting("the protocols offered by TLS", by.ALPN),
    "cert-signer": Setting("that the controller gets a certificate by ACME", by.CERT_MANAGER),
    "acme-*": Setting("how certificates are got by ACME", by.CERT_MANAGER),
    "hsts*": Setting("Strict-Transport-Security", by.HSTS),
    "headers": Setting("headers set on requests", by.REQUEST_HEADERS),
    "forwardfor": Setting("the header X-Forwarded-For", by.CLIENT_ADDRESS),
    "cors-*": Setting("the answer to requests from other origins", by.CORS),
    "timeout-connect": Setting("how long connecting to the backend may take", by.CONNECT_TIMEOUT),
    "timeout-*": Setting("timeouts", f"for the backend {by.IDLE_TIMEOUT}; for clients {by.CLIENT_TIMEOUT}"),
    "proxy-body-size": Setting("the largest body of a request", by.BODY_SIZE),
    "balance-algorithm": Setting("the balancing algorithm", by.LOAD_BALANCING),
    "affinity": Setting("that a cookie keeps a client on a Pod", by.STICKY),
    "session-cookie-*": Setting("the cookie that keeps a client on a Pod", by.STICKY),
    "cookie-key": Setting("the key of that cookie", by.STICKY),
    "initial-weight": Setting("the weight of a new Pod", by.NO_FIELD),
    "blue-green-*": Setting("weights by the labels of Pods", f"{by.WEIGHTS}, with a Service for each colour"),
    "agent-check-*": Setting("health checks through an agent", by.NO_FIELD),
    "health-check-*": Setting("health checks", by.HEALTH),
    "backend-check-interval": Setting("health checks", by.HEALTH),
    "maxconn-server": Setting("how many connections a Pod takes", by.LIMITS),
    "maxqueue-server": Setting("how many requests wait for a Pod", by.LIMITS),
    "backend-protocol": Setting("the protocol towards the backend", by.BACKEND_PROTOCOL),
    "secure-backends": Setting("TLS towards the backend (older name)", by.BACKEND_TLS),
    "secure-crt-secret": Setting("the certificate shown to the backend", by.BACKEND_CERTIFICATE),
    "secure-sni": Setting("the name asked for by TLS towards the backend", by.BACKEND_TLS),
    "secure-verify-*": Setting("how the backend's certificate is verified", by.BACKEND_TLS, restricts=True),
    "proxy-protocol": Setting("PROXY protocol towards the backend", by.PROXY_PROTOCOL),
    "service-upstream": Setting("that the Service's own address is used", by.ENDPOINTS),
    "source-address-intf": Setting("the address that connections to the backend come from", by.NO_FIELD),
    "use-resolver": Setting("that names are resolved while running", by.NOTHING),
    "backend-server-*": Setting("how servers are named and kept ready", by.NOTHING),
    "dynamic-scaling": Setting("that Pods come and go without a reload", by.NOTHING),
    "slots-min-free": Setting("how many servers are kept ready", by.NOTHING),
    "tcp-service-*": Setting("a port that is served without HTTP", "a TCPRoute on a listener of protocol TCP"),
    "config-tcp-service": Setting("lines of HAProxy's configuration", by.SNIPPET, restricts=True),
    "config-backend": Setting("lines of HAProxy's configuration", by.SNIPPET, restricts=True),
    "config-*": Setting("lines of HAProxy's configuration", by.SNIPPET, restricts=True),
    "var-namespace": Setting("that the namespace stands in logs", by.LOGS),
    "http-header-match*": Setting("the headers by which requests are taken", by.MATCH_HEADER, restricts=True),
    "http-headers-match": Setting("the headers by which requests are taken", by.MATCH_HEADER, restricts=True),
    "allowlist-source-*": Setting("the addresses that may come in", by.ALLOW_LIST, restricts=True),
    "whitelist-source-range": Setting("the addresses that may come in (older name)", by.ALLOW_LIST, restricts=True),
    "denylist-source-range": Setting("the addresses that may not come in", by.DENY_LIST, restricts=True),
    "limit-*": Setting("how much a client may send", by.RATE_LIMIT, restricts=True),
    "auth-tls-*": Setting("client certificates", by.CLIENT_CERTIFICATES, restricts=True),
    "auth-type": Setting("a login by password", by.BASIC_AUTH, restricts=True),
    "auth-realm": Setting("the realm of the login", by.BASIC_AUTH, restricts=True),
    "auth-secret": Setting("a login by password", by.BASIC_AUTH, restricts=True),
    "auth-*": Setting("a login by a service of its own", by.EXTERNAL_AUTH, restricts=True),
    "oauth*": Setting("a login by oauth2-proxy", f"{by.OIDC}, or {by.EXTERNAL_AUTH}", restricts=True),
    "waf*": Setting("a web application firewall", by.WAF, restricts=True),
}
FAMILY = Family(
    owner=HAPROXY_INGRESS.name,
    prefixes=HAPROXY_INGRESS.prefixes,
    settings=elsewhere.prefixed(PREFIX, SETTINGS),
    instead=(
        "the field of HTTPRoute or Gateway that says the same, or a policy of the implementation; HAProxy Ingress "
        "serves HTTPRoutes too (--watch-gateway), and reads most of its keys on the Service"
    ),
)

unit = elsewhere.unit(
    FAMILY,
    "Settings of HAProxy Ingress (the community's controller)",
    "https://haproxy-ingress.github.io/docs/configuration/keys/",
    (
        idle(f"{PREFIX}rewrite-target", "/", "URLRewrite"),
        idle(f"{PREFIX}blue-green-deploy", "group=blue=1,group=green=4", "weight"),
        idle(f"{PREFIX}balance-algorithm", "leastconn", "LeastRequest"),
        guarded(f"{PREFIX}auth-url", "http://auth/check", "service of its own"),
        guarded(f"{PREFIX}auth-tls-secret", "shop/ca", "client certificates"),
        guarded(f"{PREFIX}config-backend", "acl a src 10.0.0.0/8", "lines of HAProxy's configuration"),
        guarded(f"{PREFIX}waf", "modsecurity", "firewall"),
        idle(f"{PREFIX}new-thing", "x", "does not know by name"),
        idle(f"{PREFIX}auth-url", "", "is empty"),
    ),
)
