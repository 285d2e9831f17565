"""What the judge does not know: it says so, and nothing of it counts as agreement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from gatelift.traffic.model import Attribute, NotReplayed
from gatelift.traffic.nginx.ingresses import CATCH_ALL, Ingress
from gatelift.traffic.nginx.options import ConfigMaps
from gatelift.traffic.nginx.settings import Settings, unmodelled
from gatelift.traffic.nginx.values import Values, listed

MODELLED = frozenset(
    (
        "use-regex", "rewrite-target", "app-root", "x-forwarded-prefix", "server-alias", "upstream-vhost",
        "ssl-redirect", "force-ssl-redirect", "preserve-trailing-slash", "permanent-redirect",
        "permanent-redirect-code", "temporal-redirect", "temporal-redirect-code", "from-to-www-redirect",
        "relative-redirects", "use-port-in-redirects", "proxy-redirect-from", "proxy-redirect-to", "canary",
        "canary-weight", "canary-weight-total", "canary-by-header", "canary-by-header-value",
        "canary-by-header-pattern", "canary-by-cookie", "proxy-body-size", "custom-headers", "enable-cors",
        "cors-allow-origin", "cors-allow-methods", "cors-allow-headers", "cors-expose-headers",
        "cors-allow-credentials", "cors-max-age", "auth-type", "auth-secret", "auth-secret-type", "auth-realm",
        "satisfy", "auth-url", "auth-method", "auth-response-headers", "auth-signin", "auth-signin-redirect-param",
        "allowlist-source-range", "whitelist-source-range", "denylist-source-range", "limit-rps", "limit-rpm",
        "auth-tls-secret", "auth-tls-verify-client", "auth-tls-verify-depth", "auth-tls-error-page",
        "auth-tls-match-cn", "auth-tls-pass-certificate-to-upstream", "limit-connections",
        "limit-burst-multiplier", "limit-allowlist", "limit-whitelist", "backend-protocol",
    )
)  # fmt: skip
"""Annotations that the judge acts on."""

SILENT = frozenset(
    (
        # Each Service has one echo server, that is always there and answers at once.
        "default-backend", "load-balance", "upstream-hash-by", "upstream-hash-by-subset",
        "upstream-hash-by-subset-size", "service-upstream", "proxy-connect-timeout", "proxy-read-timeout",
        "proxy-send-timeout", "proxy-next-upstream", "proxy-next-upstream-tries", "proxy-next-upstream-timeout",
        "proxy-ssl-secret", "proxy-ssl-verify", "proxy-ssl-name", "proxy-ssl-server-name", "proxy-ssl-verify-depth",
        "proxy-ssl-ciphers", "proxy-ssl-protocols", "proxy-http-version", "connection-proxy-header",
        # How bytes are carried, and how fast.
        "client-body-buffer-size", "proxy-request-buffering", "proxy-buffering", "proxy-buffer-size",
        "proxy-buffers-number", "proxy-busy-buffers-size", "proxy-max-temp-file-size", "http2-push-preload",
        "limit-rate", "limit-rate-after", "ssl-ciphers", "ssl-prefer-server-ciphers",
        # What only others see: logs, traces, copies of requests, and what goes to a service that authorizes.
        "enable-access-log", "enable-rewrite-log", "enable-opentelemetry", "opentelemetry-trust-incoming-span",
        "opentelemetry-operation-name", "mirror-target", "mirror-host", "mirror-request-body",
        "auth-request-redirect", "auth-proxy-set-headers", "auth-cache-key", "auth-cache-duration", "auth-keepalive",
        "auth-keepalive-requests", "auth-keepalive-timeout", "auth-keepalive-share-vars", "auth-always-set-cookie",
        # They belong to another key, which is judged, or named below.
        "affinity-mode", "affinity-canary-behavior", "session-cookie-name", "session-cookie-max-age",
        "session-cookie-expires", "session-cookie-path", "session-cookie-domain", "session-cookie-samesite",
        "session-cookie-secure", "session-cookie-change-on-failure", "session-cookie-conditional-samesite-none",
        "disable-proxy-intercept-errors", "fastcgi-index", "fastcgi-params-configmap",
        "enable-owasp-core-rules", "modsecurity-transaction-id",
        # It opts out of global-auth-url, a setting that is named itself.
        "enable-global-auth",
        # Without the controller's flag it does nothing (T41).
        "ssl-passthrough",
    )
)  # fmt: skip
"""Annotations that no attribute of an answer shows in a replay."""

REMOVED = re.compile(
    r"add-base-url|base-url-scheme|enable-influxdb|influxdb-.+|enable-opentracing|opentracing-.+|global-rate-limit.*"
    r"|grpc-backend|lua-resty-waf.*|secure-backends|secure-verify-ca-secret|session-cookie-hash"
)
"""Annotations of earlier releases, which nobody reads any more."""
SNIPPETS = frozenset(
    ("configuration-snippet", "server-snippet", "stream-snippet", "auth-snippet", "modsecurity-snippet")
)
EVERYTHING = tuple(Attribute)
_ERRORS = "custom-http-errors"

_SHOWN: Mapping[str, tuple[Attribute, ...]] = {
    "affinity": (Attribute.COOKIES,),
    "proxy-cookie-domain": (Attribute.COOKIES,),
    "proxy-cookie-path": (Attribute.COOKIES,),
    "custom-http-errors": (Attribute.STATUS, Attribute.BACKEND),
    "enable-modsecurity": (Attribute.STATUS, Attribute.BACKEND),
}
_SETTINGS: Mapping[str, tuple[Attribute, ...]] = {
    "proxy-set-headers": (Attribute.REQUEST_HEADERS, Attribute.HOST, Attribute.FORWARDED),
    "add-headers": (Attribute.RESPONSE_HEADERS, Attribute.CORS, Attribute.HSTS),
    "hide-headers": (Attribute.RESPONSE_HEADERS, Attribute.COOKIES),
    "custom-http-errors": (Attribute.STATUS, Attribute.BACKEND),
    "proxy-cookie-domain": (Attribute.COOKIES,),
    "proxy-cookie-path": (Attribute.COOKIES,),
    "proxy-redirect-from": (Attribute.LOCATION,),
    "proxy-redirect-to": (Attribute.LOCATION,),
    "block-user-agents": (Attribute.STATUS, Attribute.BACKEND),
    "block-referers": (Attribute.STATUS, Attribute.BACKEND),
    "global-auth-url": (Attribute.STATUS, Attribute.BACKEND, Attribute.LOCATION),
    "forwarded-for-header": (Attribute.FORWARDED,),
    "proxy-real-ip-cidr": (Attribute.FORWARDED, Attribute.STATUS),
    "enable-real-ip": (Attribute.FORWARDED, Attribute.STATUS),
    "use-proxy-protocol": (Attribute.FORWARDED,),
    "enable-modsecurity": (Attribute.STATUS, Attribute.BACKEND),
}
_ADDRESSES = ("allowlist-source-range", "whitelist-source-range", "denylist-source-range")
_FORWARDED = "with the setting use-forwarded-headers, nginx takes the client's address from X-Forwarded-For only"
_NO_HTTP = frozenset(("GRPC", "GRPCS", "FCGI"))


def of_ingress(
    ingress: Ingress, settings: Settings, config_maps: ConfigMaps, *, escapes: bool, whole: bool
) -> Iterator[NotReplayed]:
    """What the judge cannot show of one Ingress; ``whole``: whether it concerns all paths of its hosts."""
    for why, attributes in sorted(_unknown(ingress, settings, config_maps, escapes)):
        statuses = _codes(Values(ingress.annotations)) if why.startswith(f"{_ERRORS} ") else ()
        for item in named(ingress, attributes, why, whole=whole):
            yield replace(item, statuses=statuses)


def _codes(values: Values) -> tuple[int, ...]:
    """The statuses in whose place somebody else answers; what has another one is compared."""
    return tuple(sorted(int(item) for item in listed(values.text(_ERRORS)) if item.isdecimal()))


def of_settings(data: Mapping[str, str]) -> Iterator[NotReplayed]:
    """What the judge cannot show of the controller's settings, for all hosts."""
    values = Values(data)
    for key in unmodelled(data):
        for attribute in _SETTINGS.get(key, EVERYTHING):
            why = f"the controller's setting {key} is not part of the configuration that nginx gets here"
            statuses = _codes(values) if key == _ERRORS else ()
            yield NotReplayed(attribute=attribute, why=why, statuses=statuses)
    if values.flag("use-forwarded-headers"):
        # The sender says who the client is as a load balancer does, and nobody is asked for by a header.
        listed = any(values.text(key) for key in (*_ADDRESSES, "block-cidrs"))
        for attribute in (Attribute.FORWARDED, *((Attribute.STATUS, Attribute.BACKEND) if listed else ())):
            yield NotReplayed(attribute=attribute, why=_FORWARDED)


def named(
    ingress: Ingress, attributes: tuple[Attribute, ...], why: str, *, whole: bool = False
) -> Iterator[NotReplayed]:
    """``attributes`` for the places of an Ingress, or for its hosts as a whole."""
    names = tuple(sorted({rule.host for rule in ingress.rules}))
    hosts = () if CATCH_ALL in names or not names else names
    paths = () if whole else tuple(sorted({path.path for rule in ingress.rules for path in rule.paths or ()}))
    for attribute in attributes:
        yield NotReplayed(attribute=attribute, why=f"Ingress {ingress}: {why}", hosts=hosts, paths=paths)


def _unknown(
    ingress: Ingress, settings: Settings, config_maps: ConfigMaps, escapes: bool
) -> Iterator[tuple[str, tuple[Attribute, ...]]]:
    values = Values(ingress.annotations)
    for key in sorted(ingress.annotations):
        if key in SNIPPETS and settings.snippets and key in values:
            yield f"{key} is not read", EVERYTHING
        elif key in _SHOWN and key in values:
            yield f"{key} is not part of the configuration that nginx gets here", _SHOWN[key]
        elif key not in MODELLED | SILENT | SNIPPETS and key not in _SHOWN and not REMOVED.fullmatch(key):
            yield f"{key} is not known here", EVERYTHING
    if settings.use_forwarded_headers and any(key in values for key in _ADDRESSES):
        yield _FORWARDED, (Attribute.STATUS, Attribute.BACKEND)
    if values.text("backend-protocol").upper() in _NO_HTTP:
        yield "backend-protocol is neither HTTP nor HTTPS", EVERYTHING
    if values.text("auth-type") == "digest":
        yield "auth-type: digest is not modelled", (Attribute.STATUS, Attribute.BACKEND, Attribute.CHALLENGE)
    if values.text("auth-signin") and not escapes:
        yield "this nginx cannot escape the address that auth-signin sends along", (Attribute.LOCATION,)
    yield from _missing_headers(values, config_maps)


def _missing_headers(values: Values, config_maps: ConfigMaps) -> Iterator[tuple[str, tuple[Attribute, ...]]]:
    name = values.text("custom-headers")
    if name.count("/") == 1 and name not in config_maps:
        shown = (Attribute.STATUS, Attribute.BACKEND, Attribute.RESPONSE_HEADERS)
        yield "the ConfigMap of custom-headers is not part of the input", shown
