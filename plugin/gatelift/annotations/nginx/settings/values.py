"""What every conversion asks of the settings: redirects, HSTS, and whom the controller believes about an address.

Apart from the table of all settings, which only a run with a ConfigMap loads.
"""

from __future__ import annotations

from gatelift.annotations.controller import Controller
from gatelift.annotations.unit import csv, parse_bool, parse_int
from gatelift.intent.traffic import ClientAddress

HSTS_MAX_AGE = "31536000"
ACME = "/.well-known/acme-challenge"
FORWARDED_FOR = "X-Forwarded-For"
EVERYBODY = ("0.0.0.0/0", "::/0")


def hsts(controller: Controller) -> str | None:
    """The value of ``Strict-Transport-Security``, which ingress-nginx sends by default (T18)."""
    if parse_bool(controller.setting("hsts") or "true") is False:
        return None
    age = controller.setting("hsts-max-age") or HSTS_MAX_AGE
    value = f"max-age={age if parse_int(age) is not None else HSTS_MAX_AGE}"
    if parse_bool(controller.setting("hsts-include-subdomains") or "true") is not False:
        value += "; includeSubDomains"
    if parse_bool(controller.setting("hsts-preload") or "false") is True:
        value += "; preload"
    return value


def redirect_code(controller: Controller) -> int:
    """The status of the redirects to HTTPS and between www twins: ``http-redirect-code``, 308 by default."""
    code = parse_int(controller.setting("http-redirect-code") or "")
    return code if code in (301, 302, 307, 308) else 308


def not_redirected(controller: Controller) -> tuple[str, ...]:
    """Beginnings of paths that are never redirected to HTTPS: certificates are asked for over plain HTTP."""
    return csv(controller.settings.get("no-tls-redirect-locations", ACME))


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
