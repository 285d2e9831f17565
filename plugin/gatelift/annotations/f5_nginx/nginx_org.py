"""Annotations of F5's NGINX Ingress Controller, which is not ingress-nginx."""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations import replacements as by
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.ingress.controllers import F5_NGINX

ORG = "nginx.org/"
COM = "nginx.com/"
PROTECT = "appprotect.f5.com/"
_ORG = {
    "rewrites": Setting("the path that each Service sees in the place of the matched one", by.REWRITE),
    "rewrite-target": Setting("how the path is rewritten", by.REWRITE),
    "app-root": Setting("where / is redirected", by.APP_ROOT),
    "path-regex": Setting("that paths are patterns", by.PATH_REGEX),
    "mergeable-ingress-type": Setting(
        "whether it is the master of a host or one of its minions",
        "one HTTPRoute for the host: the master's hosts and TLS with the rules of all minions, or a route for each "
        "minion with the same hostname",
    ),
    "ssl-services": Setting("the Services that are reached by TLS", by.BACKEND_TLS),
    "grpc-services": Setting("the Services that speak gRPC", by.GRPC),
    "websocket-services": Setting("the Services that speak WebSocket", by.NOTHING),
    "use-cluster-ip": Setting("that the Service's own address is used", by.ENDPOINTS),
    "redirect-to-https": Setting("the redirect to HTTPS by X-Forwarded-Proto", by.TLS_REDIRECT),
    "ssl-redirect": Setting("the redirect to HTTPS (the default is true)", by.TLS_REDIRECT),
    "http-redirect-code": Setting("the status of the redirect to HTTPS", by.REDIRECT_CODE),
    "ssl-ciphers": Setting("the ciphers", by.TLS_VERSIONS),
    "ssl-prefer-server-ciphers": Setting("who chooses the cipher", by.TLS_VERSIONS),
    "hsts*": Setting("Strict-Transport-Security", by.HSTS),
    "listen-ports*": Setting("the ports that it answers on", by.LISTENER_PORT),
    "server-tokens": Setting("the header Server", by.RESPONSE_HEADERS),
    "proxy-hide-headers": Setting("headers taken off answers", by.RESPONSE_HEADERS),
    "proxy-pass-headers": Setting("headers of answers that are let through", by.NOTHING),
    "proxy-set-headers": Setting("headers set on requests", by.REQUEST_HEADERS),
    "proxy-connect-timeout": Setting("how long connecting may take", by.CONNECT_TIMEOUT),
    "proxy-read-timeout": Setting("how long the backend may be silent", by.IDLE_TIMEOUT),
    "proxy-send-timeout": Setting("how long the backend may take nothing", by.IDLE_TIMEOUT),
    "proxy-next-upstream*": Setting("when a request is tried again", by.RETRY),
    "client-max-body-size": Setting("the largest body of a request", by.BODY_SIZE),
    "client-body-buffer-size": Setting("the buffer for bodies", by.BUFFERS),
    "proxy-buffer*": Setting("the buffers for answers", by.BUFFERS),
    "proxy-busy-buffers-size": Setting("the buffers for answers", by.BUFFERS),
    "proxy-max-temp-file-size": Setting("the file for answers that do not fit", by.BUFFERS),
    "upstream-zone-size": Setting("shared memory for each backend", by.NOTHING),
    "lb-method": Setting("the balancing algorithm", by.LOAD_BALANCING),
    "keepalive": Setting("idle connections to the backend", by.KEEPALIVE),
    "max-fails": Setting("how many failures take a Pod out", by.PASSIVE_HEALTH),
    "fail-timeout": Setting("how long a Pod is taken out", by.PASSIVE_HEALTH),
    "max-conns": Setting("how many connections a Pod takes", by.LIMITS),
    "basic-auth-*": Setting("a login by password", by.BASIC_AUTH, restricts=True),
    "limit-req-*": Setting("how many requests a client may send", by.RATE_LIMIT, restricts=True),
    "policies": Setting(
        "the Policies that it stands under: address lists, logins, rate limits, client certificates, WAF",
        f"what each Policy says: {by.ALLOW_LIST}; {by.BASIC_AUTH}; {by.JWT}; {by.OIDC}; {by.RATE_LIMIT}; "
        f"{by.CLIENT_CERTIFICATES}",
        restricts=True,
    ),
    "server-snippets": Setting("lines of nginx's configuration", by.SNIPPET, restricts=True),
    "location-snippets": Setting("lines of nginx's configuration", by.SNIPPET, restricts=True),
}
_COM = {
    "sticky-cookie-services": Setting("the cookie that keeps a client on a Pod", by.STICKY),
    "health-checks*": Setting("health checks", by.HEALTH),
    "slow-start": Setting("how a new Pod gets its share", "loadBalancer.slowStart of a BackendTrafficPolicy"),
    "jwt-*": Setting("a login by JSON Web Token", by.JWT, restricts=True),
}
FAMILY = Family(
    owner=F5_NGINX.name,
    prefixes=F5_NGINX.prefixes,
    settings={
        **elsewhere.prefixed(ORG, _ORG),
        **elsewhere.prefixed(COM, _COM),
        "nsm.nginx.com/internal-route": Setting(
            "that it is served inside the service mesh only", by.EXPOSURE, restricts=True
        ),
        f"{PROTECT}*": Setting("the web application firewall App Protect", by.WAF, restricts=True),
        "appprotectdos.f5.com/*": Setting("the protection App Protect DoS", by.WAF, restricts=True),
    },
    instead=(
        "the field of HTTPRoute or Gateway that says the same, or a policy; F5's own implementation of Gateway API is "
        "NGINX Gateway Fabric (ClientSettingsPolicy, ProxySettingsPolicy, RateLimitPolicy, SnippetsFilter)"
    ),
)

unit = elsewhere.unit(
    FAMILY,
    "Settings of the NGINX Ingress Controller of F5, which is not ingress-nginx",
    "https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/",
    (
        idle(f"{ORG}client-max-body-size", "10m", "requestBuffer"),
        idle(f"{ORG}rewrites", "serviceName=web rewrite=/", "URLRewrite"),
        idle(f"{ORG}mergeable-ingress-type", "minion", "master"),
        guarded(f"{ORG}policies", "allow-office", "Policies"),
        guarded(f"{ORG}limit-req-rate", "10r/s", "how many requests"),
        guarded(f"{COM}jwt-key", "keys", "JSON Web Token"),
        guarded(f"{PROTECT}app-protect-enable", "True", "firewall"),
        idle(f"{ORG}new-thing", "x", "does not know by name"),
        idle(f"{ORG}policies", "", "is empty"),
    ),
)
