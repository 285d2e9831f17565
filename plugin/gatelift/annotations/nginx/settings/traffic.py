"""Settings about how requests and answers travel, mostly defaults of annotations."""

from __future__ import annotations

from gatelift.annotations.nginx.settings.model import Effect, Setting, changed, own, unit

_CLIENT = "of a ClientTrafficPolicy on the Gateway"
_BUFFERS = "a gateway buffers by its own rules"

SETTINGS: tuple[Setting, ...] = (
    unit("proxy-body-size", "1m"),
    unit("proxy-connect-timeout", "5"),
    unit("proxy-read-timeout", "60"),
    unit("proxy-send-timeout", "60"),
    unit("proxy-next-upstream", "error timeout"),
    unit("proxy-next-upstream-timeout", "0"),
    unit("proxy-next-upstream-tries", "3"),
    unit("proxy-buffering", "off", _BUFFERS),
    unit("proxy-request-buffering", "on", "Envoy sends a request on as it arrives: slow clients reach the backend"),
    unit("proxy-buffer-size", "4k", _BUFFERS),
    unit("proxy-buffers-number", "4", _BUFFERS),
    unit("proxy-busy-buffers-size", "", _BUFFERS),
    unit("proxy-max-temp-file-size", "1024m", _BUFFERS),
    unit("client-body-buffer-size", "8k", _BUFFERS),
    unit("proxy-cookie-domain", "off"),
    unit("proxy-cookie-path", "off"),
    unit("proxy-redirect-from", "off"),
    unit("proxy-redirect-to", "off"),
    unit("proxy-http-version", "1.1"),
    unit("load-balance", "round_robin"),
    unit("upstream-hash-by", ""),
    unit("upstream-hash-by-subset", "false"),
    unit("upstream-hash-by-subset-size", "3"),
    unit("service-upstream", "false"),
    unit("limit-rate", "0"),
    unit("limit-rate-after", "0"),
    unit("whitelist-source-range", ""),
    unit("denylist-source-range", ""),
    unit("custom-http-errors", ""),
    unit("disable-proxy-intercept-errors", "false"),
    changed(
        "limit-req-status-code",
        "503",
        "requests beyond a limit get 429 from the gateway, whatever is written here",
        "see that clients know 429",
    ),
    changed(
        "limit-conn-status-code", "503", "connections beyond a limit are closed by the gateway, without any status"
    ),
    changed(
        "retry-non-idempotent",
        "false",
        "nginx repeats POST, LOCK and PATCH requests too; a gateway repeats only what cannot have reached a backend",
    ),
    changed(
        "use-gzip",
        "false",
        "nginx compresses answers with gzip, and the gateway does not by itself",
        "add compressor: [{type: Gzip}] to a BackendTrafficPolicy on the Gateway (Envoy Gateway 1.6 and later; "
        "compression before), or let the applications do it",
    ),
    changed(
        "enable-brotli",
        "false",
        "nginx compresses answers with Brotli, and the gateway does not by itself",
        "add compressor: [{type: Brotli}] to a BackendTrafficPolicy on the Gateway (Envoy Gateway 1.6 and later; "
        "compression before), or let the applications do it",
    ),
    changed(
        "client-header-timeout",
        "60",
        "how long a client may take for its request headers is the gateway's own affair",
        f"set timeout.http.requestReceivedTimeout {_CLIENT}, which counts the whole request",
    ),
    changed(
        "client-body-timeout",
        "60",
        "how long a client may pause within its request is the gateway's own affair",
        f"set timeout.http.streamIdleTimeout {_CLIENT}",
    ),
    changed(
        "keep-alive",
        "75",
        "how long an idle connection of a client stays open is the gateway's own affair (Envoy: one hour)",
        f"set timeout.http.idleTimeout {_CLIENT}, longer than the load balancer's in front",
    ),
    changed(
        "large-client-header-buffers",
        "4 8k",
        "Envoy takes 60 KiB of request headers altogether, and answers 431 beyond that",
        "see that no client sends more, such as large cookies",
    ),
    Setting("proxy-stream-timeout", "600s", Effect.OWN, "it is about TCP and UDP services, which are not translated"),
    *own(
        "proxy-stream-next-upstream",
        "proxy-stream-next-upstream-timeout",
        "proxy-stream-next-upstream-tries",
        "proxy-stream-responses",
        "keep-alive-requests",
        "client-header-buffer-size",
        "upstream-keepalive-connections",
        "upstream-keepalive-time",
        "upstream-keepalive-timeout",
        "upstream-keepalive-requests",
        "grpc-buffer-size-kb",
        "gzip-disable",
        "gzip-level",
        "gzip-min-length",
        "gzip-types",
        "brotli-level",
        "brotli-min-length",
        "brotli-types",
    ),
)
