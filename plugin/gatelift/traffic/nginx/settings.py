"""The controller's own ConfigMap: the settings that the judge models, and the names of those that it does not.

Source: internal/ingress/controller/config of kubernetes/ingress-nginx v1.15.1, for names and defaults.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gatelift.traffic.nginx.values import SIZE, Values, listed, networks

ASSUMED = {"allow-snippet-annotations": "true", "annotations-risk-level": "Critical"}
"""The settings where nobody knows them: the defaults, but what snippets may do is not compared."""
REDIRECT_CODES = frozenset((301, 302, 307, 308))


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for all Ingresses."""

    ssl_redirect: bool = True
    force_ssl_redirect: bool = False
    preserve_trailing_slash: bool = False
    relative_redirects: bool = False
    http_redirect_code: int = 308
    no_tls_redirect_locations: tuple[str, ...] = ("/.well-known/acme-challenge",)
    no_auth_locations: tuple[str, ...] = ("/.well-known/acme-challenge",)
    hsts: str = "max-age=31536000; includeSubDomains"
    """The header's value; empty where it is off."""
    body_size: str = "1m"
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    block: tuple[str, ...] = ()
    limit_req_status: int = 503
    limit_conn_status: int = 503
    underscores_in_headers: bool = False
    ignore_invalid_headers: bool = True
    use_forwarded_headers: bool = False
    compute_full_forwarded_for: bool = False
    original_uri_header: bool = False
    generate_request_id: bool = True
    reject_handshake: bool = False
    cross_namespace: bool = False
    snippets: bool = False
    critical: bool = False
    """Whether ``annotations-risk-level`` lets snippets pass."""
    response_headers: tuple[str, ...] = ()
    """Which headers ``custom-headers`` may set."""


SILENT = frozenset(
    (
        "annotation-value-word-blocklist", "use-http2", "http2-max-concurrent-streams", "use-gzip", "gzip-level",
        "gzip-min-length", "gzip-types", "enable-brotli", "brotli-level", "brotli-types", "keep-alive",
        "keep-alive-requests", "upstream-keepalive-connections", "upstream-keepalive-requests",
        "upstream-keepalive-time", "upstream-keepalive-timeout", "worker-processes", "worker-connections",
        "worker-cpu-affinity", "worker-shutdown-timeout", "max-worker-connections", "max-worker-open-files",
        "enable-access-log-for-default-backend", "access-log-path", "access-log-params", "http-access-log-path",
        "stream-access-log-path", "disable-access-log", "error-log-path", "error-log-level", "log-format-upstream",
        "log-format-stream", "log-format-escape-json", "log-format-escape-none", "skip-access-log-urls",
        "enable-opentelemetry", "opentelemetry-config", "opentelemetry-operation-name", "otlp-collector-host",
        "otlp-collector-port", "otel-service-name", "otel-sampler", "otel-sampler-ratio",
        "opentelemetry-trust-incoming-span", "ssl-protocols", "ssl-ciphers", "ssl-ecdh-curve", "ssl-dh-param",
        "ssl-session-cache", "ssl-session-cache-size", "ssl-session-timeout", "ssl-session-tickets",
        "ssl-session-ticket-key", "ssl-buffer-size", "ssl-early-data", "enable-ocsp", "proxy-connect-timeout",
        "proxy-read-timeout", "proxy-send-timeout", "proxy-buffer-size", "proxy-buffering", "proxy-buffers-number",
        "proxy-busy-buffers-size", "proxy-max-temp-file-size", "proxy-request-buffering", "proxy-next-upstream",
        "proxy-next-upstream-timeout", "proxy-next-upstream-tries", "proxy-http-version", "retry-non-idempotent",
        "client-body-buffer-size", "client-body-timeout", "client-header-timeout", "load-balance", "service-upstream",
        "reuse-port", "bind-address", "disable-ipv6", "disable-ipv6-dns", "server-name-hash-bucket-size",
        "server-name-hash-max-size", "map-hash-bucket-size", "variables-hash-max-size", "variables-hash-bucket-size",
        "proxy-headers-hash-max-size", "proxy-headers-hash-bucket-size", "main-snippet", "server-tokens",
        "enable-multi-accept", "lua-shared-dicts", "debug-connections", "enable-syslog", "syslog-host", "syslog-port",
        "default-type", "limit-rate", "limit-rate-after", "allow-backend-server-header",
        "enable-aio-write", "proxy-stream-timeout", "proxy-stream-next-upstream", "proxy-stream-responses",
        "strict-validate-path-type", "use-geoip2", "enable-auth-access-log",
    )
)  # fmt: skip
"""Settings that no attribute of an answer shows."""

MODELLED = frozenset(
    (
        "ssl-redirect", "force-ssl-redirect", "preserve-trailing-slash", "relative-redirects", "http-redirect-code",
        "no-tls-redirect-locations", "no-auth-locations", "hsts", "hsts-max-age", "hsts-include-subdomains",
        "hsts-preload", "proxy-body-size", "whitelist-source-range", "allowlist-source-range", "denylist-source-range",
        "block-cidrs", "limit-req-status-code", "limit-conn-status-code", "enable-underscores-in-headers",
        "ignore-invalid-headers", "use-forwarded-headers", "compute-full-forwarded-for",
        "proxy-add-original-uri-header", "generate-request-id", "ssl-reject-handshake",
        "allow-cross-namespace-resources", "allow-snippet-annotations", "annotations-risk-level",
        "global-allowed-response-headers",
    )
)  # fmt: skip


def settings_of(data: Mapping[str, str]) -> Settings:
    """The settings of a ConfigMap's ``data``; a value that the controller cannot read counts as missing."""
    values = Values(data)
    code = values.number("http-redirect-code", 308)
    return Settings(
        ssl_redirect=values.flag("ssl-redirect", True),
        force_ssl_redirect=values.flag("force-ssl-redirect"),
        preserve_trailing_slash=values.flag("preserve-trailing-slash"),
        relative_redirects=values.flag("relative-redirects"),
        http_redirect_code=code if code in REDIRECT_CODES else 308,
        no_tls_redirect_locations=_locations(data, "no-tls-redirect-locations"),
        no_auth_locations=_locations(data, "no-auth-locations"),
        hsts=_hsts(values),
        body_size=values.text("proxy-body-size", SIZE, "1m"),
        allow=networks(data.get("allowlist-source-range") or data.get("whitelist-source-range", "")) or (),
        deny=networks(data.get("denylist-source-range", "")) or (),
        block=networks(data.get("block-cidrs", "")) or (),
        limit_req_status=values.number("limit-req-status-code", 503),
        limit_conn_status=values.number("limit-conn-status-code", 503),
        underscores_in_headers=values.flag("enable-underscores-in-headers"),
        ignore_invalid_headers=values.flag("ignore-invalid-headers", True),
        use_forwarded_headers=values.flag("use-forwarded-headers"),
        compute_full_forwarded_for=values.flag("compute-full-forwarded-for"),
        original_uri_header=values.flag("proxy-add-original-uri-header"),
        generate_request_id=values.flag("generate-request-id", True),
        reject_handshake=values.flag("ssl-reject-handshake"),
        cross_namespace=values.flag("allow-cross-namespace-resources"),
        snippets=values.flag("allow-snippet-annotations"),
        critical=data.get("annotations-risk-level", "").strip().lower() == "critical",
        response_headers=listed(data.get("global-allowed-response-headers", "")),
    )


def unmodelled(data: Mapping[str, str]) -> tuple[str, ...]:
    """The settings that are set, may show in an answer, and are not modelled."""
    return tuple(sorted(key for key, value in data.items() if value and key not in SILENT | MODELLED))


def _locations(data: Mapping[str, str], key: str) -> tuple[str, ...]:
    return listed(data.get(key, "/.well-known/acme-challenge"))


def _hsts(values: Values) -> str:
    if not values.flag("hsts", True):
        return ""
    age = values.number("hsts-max-age", 31536000)
    subdomains = "; includeSubDomains" if values.flag("hsts-include-subdomains", True) else ""
    preload = "; preload" if values.flag("hsts-preload") else ""
    return f"max-age={age}{subdomains}{preload}"
