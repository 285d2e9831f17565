"""Whom the controller believes about a client's address, and what it tells backends of it."""

from __future__ import annotations

from gatelift.annotations.controller import Controller
from gatelift.annotations.nginx.settings.model import Setting, changed, is_read, own
from gatelift.annotations.unit import csv, parse_bool
from gatelift.intent.traffic import ClientAddress

FORWARDED_FOR = "X-Forwarded-For"
EVERYBODY = ("0.0.0.0/0", "::/0")

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


def client_address(controller: Controller) -> ClientAddress | None:
    """What the controller trusts about a client's address; ``None`` where it looks at the connection only."""
    trusted = any(
        parse_bool(controller.setting(name) or "") is True for name in ("use-forwarded-headers", "enable-real-ip")
    )
    proxy = parse_bool(controller.setting("use-proxy-protocol") or "") is True
    if not trusted and not proxy:
        return None
    ranges = csv(controller.setting("proxy-real-ip-cidr") or "") or EVERYBODY
    if ranges == EVERYBODY[:1]:
        ranges = EVERYBODY
    header = (controller.setting("forwarded-for-header") or FORWARDED_FOR).strip()
    return ClientAddress(
        trusted=ranges if trusted else (),
        proxy_protocol=proxy,
        header=header if trusted and header.lower() != FORWARDED_FOR.lower() else "",
    )
