"""Whom the controller believes about a client's address, and what it tells backends of it."""

from __future__ import annotations

from gatelift.annotations.nginx.settings.model import Setting, changed, is_read, own
from gatelift.annotations.nginx.settings.values import FORWARDED_FOR

SETTINGS: tuple[Setting, ...] = (
    is_read("use-forwarded-headers", "false"),
    is_read("enable-real-ip", "false"),
    is_read("use-proxy-protocol", "false"),
    is_read("proxy-real-ip-cidr", "0.0.0.0/0"),
    is_read("forwarded-for-header", FORWARDED_FOR),
    # Envoy appends the peer to X-Forwarded-For whatever is set.
    is_read("compute-full-forwarded-for", "false"),
    changed(
        "forwarded-host-header",
        "X-Forwarded-Host",
        "the host that the client asked for is taken from a header of another proxy today, and from Host afterwards",
        "let the proxy in front send the host as Host",
    ),
    *own("forwarded-for-proxy-protocol-header", "proxy-protocol-header-timeout"),
)
