"""``ingress.kubernetes.io/``: the prefix that all controllers shared once, and that some read to this day.

ingress-nginx left it in version 0.9, in 2017. HAProxy's two controllers read all of their names under it, F5's
``ssl-redirect``, Contour and Kong ``force-ssl-redirect``, and Kong ``service-upstream``.
"""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations import replacements as by
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle

PREFIX = "ingress.kubernetes.io/"
SETTINGS = {
    "ssl-redirect": Setting("the redirect to HTTPS (F5 reads it too)", by.TLS_REDIRECT),
    "force-ssl-redirect": Setting("the redirect to HTTPS (Contour and Kong read it too)", by.TLS_REDIRECT),
    "service-upstream": Setting("that the Service's own address is used (Kong reads it too)", by.ENDPOINTS),
    "ssl-passthrough": Setting("that TLS goes to the backend unopened", by.PASSTHROUGH),
    "rewrite-target": Setting("how the path is rewritten", by.REWRITE),
    "app-root": Setting("where / is redirected", by.APP_ROOT),
    "proxy-body-size": Setting("the largest body of a request", by.BODY_SIZE),
    "affinity": Setting("that a cookie keeps a client on a Pod", by.STICKY),
    "hsts*": Setting("Strict-Transport-Security", by.HSTS),
    "whitelist-source-range": Setting("the addresses that may come in", by.ALLOW_LIST, restricts=True),
    "auth-tls-*": Setting("client certificates", by.CLIENT_CERTIFICATES, restricts=True),
    "auth-url": Setting("a login by a service of its own", by.EXTERNAL_AUTH, restricts=True),
    "auth-*": Setting("a login by password", by.BASIC_AUTH, restricts=True),
    "limit-*": Setting("how much a client may send", by.RATE_LIMIT, restricts=True),
    "custom-request-headers": Setting("headers set on requests (Traefik 1 read it)", by.REQUEST_HEADERS),
    "custom-response-headers": Setting("headers set on answers (Traefik 1 read it)", by.RESPONSE_HEADERS),
}
FAMILY = Family(
    owner="ingress-nginx before 2018 and HAProxy's controllers",
    prefixes=(PREFIX,),
    settings=elsewhere.prefixed(PREFIX, SETTINGS),
    instead="what replaces the same name below nginx.ingress.kubernetes.io/ ('gatelift explain NAME' says it)",
)

unit = elsewhere.unit(
    FAMILY,
    "Settings below the prefix that all controllers shared once",
    "https://github.com/haproxytech/kubernetes-ingress/blob/master/documentation/annotations.md",
    (
        idle(f"{PREFIX}ssl-redirect", "true", "2018"),
        idle(f"{PREFIX}proxy-body-size", "0", "2018"),
        idle(f"{PREFIX}force-ssl-redirect", "true", "Contour"),
        guarded(f"{PREFIX}whitelist-source-range", "10.0.0.0/8", "addresses that may come in"),
        guarded(f"{PREFIX}auth-type", "basic", "login"),
        idle(f"{PREFIX}new-thing", "x", "does not know by name"),
        idle(f"{PREFIX}whitelist-source-range", "", "is empty"),
    ),
)
