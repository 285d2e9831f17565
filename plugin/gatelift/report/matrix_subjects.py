"""What annotations are about: the headings of the matrix, and which keys stand below each.

The order is that of upstream's own groups (internal/ingress/annotations in ingress-nginx), from what decides where a
request goes to what only tunes the proxy.
"""

from __future__ import annotations

from gatelift.annotations.catalogue import Row
from gatelift.annotations.registry import NGINX_FAMILY
from gatelift.annotations.unit import NGINX

SUBJECTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Routing and paths",
        ("use-regex", "rewrite-", "app-root", "x-forwarded-prefix", "server-alias", "upstream-vhost"),
    ),
    (
        "Redirects",
        (
            "ssl-redirect",
            "force-ssl-",
            "preserve-trailing-",
            "permanent-",
            "temporal-",
            "from-to-www-",
            "relative-",
            "use-port-in-",
            "proxy-redirect-",
        ),
    ),
    ("Canary", ("canary",)),
    (
        "Load balancing and affinity",
        ("affinity", "session-cookie-", "load-balance", "upstream-hash-", "service-upstream"),
    ),
    ("Timeouts and retries", ("proxy-connect-", "proxy-read-", "proxy-send-", "proxy-next-upstream")),
    (
        "Bodies and buffering",
        ("proxy-body-", "client-body-", "proxy-request-", "proxy-buffer", "proxy-busy-", "proxy-max-temp-"),
    ),
    (
        "Backends and TLS to them",
        ("backend-protocol", "proxy-ssl-", "proxy-http-", "connection-proxy-", "fastcgi-", "http2-push-"),
    ),
    ("Headers, cookies and CORS", ("custom-headers", "proxy-cookie-", "enable-cors", "cors-")),
    ("Authentication", ("auth-", "satisfy", "enable-global-auth")),
    ("Client addresses and limits", ("allowlist-", "whitelist-", "denylist-", "limit-")),
    ("Errors, default backends and mirrors", ("default-backend", "custom-http-errors", "disable-proxy-", "mirror-")),
    ("TLS of the host", ("ssl-",)),
    ("Logs and traces", ("enable-access-", "enable-rewrite-", "enable-opentelemetry", "opentelemetry-")),
    ("Web application firewall", ("enable-modsecurity", "enable-owasp-", "modsecurity-")),
    ("Snippets", ("configuration-snippet", "server-snippet", "stream-snippet")),
)
"""Heading -> beginnings of keys, without the prefix; the first that fits decides."""

REST = "Other annotations of ingress-nginx"
FAMILIES = {
    "nginx_removed": "Annotations that ingress-nginx no longer has",
    "cert_manager": "cert-manager",
    "external_dns": "external-dns",
    "generic": "Other tools",
}
CONTROLLERS = "Other controllers: "
OWNERS = {
    "aws": "AWS",
    "azure": "Azure",
    "gke": "GKE",
    "haproxy": "HAProxy",
    "f5_nginx": "F5 NGINX",
    "apisix": "APISIX",
    "openshift": "OpenShift",
    "others": "the rest",
}
"""Family -> its owner's name, where that is more than the folder's name with a capital letter."""


def subject(row: Row) -> str:
    """The heading of one annotation; that of another family is the family's."""
    if row.family != NGINX_FAMILY:
        owner = OWNERS.get(row.family, row.family.replace("_", " ").capitalize())
        return FAMILIES.get(row.family, f"{CONTROLLERS}{owner}")
    name = row.key.removeprefix(NGINX)
    return next((title for title, beginnings in SUBJECTS if name.startswith(beginnings)), REST)


def headings(rows: list[Row]) -> list[str]:
    """The headings of ``rows`` in their order."""
    known = [title for title, _ in SUBJECTS] + [REST, *FAMILIES.values()]
    found = {subject(row) for row in rows}
    return [title for title in known if title in found] + sorted(found - set(known))
