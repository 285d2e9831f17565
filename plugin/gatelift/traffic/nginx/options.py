"""What the annotations of one Ingress ask for, as far as the judge models it.

Source: internal/ingress/annotations of kubernetes/ingress-nginx v1.15.1, one folder for each group of keys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from gatelift.traffic.nginx.access import Basic, External, basic, external
from gatelift.traffic.nginx.canaries import Canary, canary
from gatelift.traffic.nginx.clients import Client, client
from gatelift.traffic.nginx.ingresses import Ingress
from gatelift.traffic.nginx.origins import Cors, cors
from gatelift.traffic.nginx.settings import Settings
from gatelift.traffic.nginx.values import (
    HEADER,
    PATTERN,
    SIZE,
    TEXT,
    URL,
    URL_PATH,
    URL_WITH_VARIABLES,
    Values,
    listed,
    networks,
)  # fmt: skip

_REWRITE = re.compile(rf"/?[{URL_PATH}$]*")
_HEADER_VALUE = re.compile(r"[A-Za-z0-9_ :;.,\\/\"'?!(){}\[\]@<>=\-+*#$&`|~^%]+")
ConfigMaps = Mapping[str, Mapping[str, str]]
"""``namespace/name`` -> data."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How often one address may come."""

    per_second: int = 0
    per_minute: int = 0
    connections: int = 0
    burst: int = 5
    exempt: tuple[str, ...] = ()


class Redirect(msgspec.Struct, frozen=True):
    """``return CODE URL``."""

    code: int
    url: str


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """All annotations of an Ingress that the judge models. ``denied`` says why its places answer 503 (T42)."""

    use_regex: bool = False
    rewrite: str = ""
    forwarded_prefix: str = ""
    app_root: str = ""
    ssl_redirect: bool = True
    force_ssl_redirect: bool = False
    preserve_trailing_slash: bool = False
    port_in_redirects: bool = False
    relative_redirects: bool = False
    redirect: Redirect | None = None
    www: bool = False
    aliases: tuple[str, ...] = ()
    vhost: str = ""
    https_backend: str = ""
    """``https`` or ``$scheme``; empty for HTTP."""
    cors: Cors | None = None
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    any_access: bool = False
    basic: Basic | None = None
    external: External | None = None
    limits: Limits = Limits()
    body_size: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    proxy_redirect: tuple[str, str] | None = None
    canary: Canary | None = None
    client: Client | None = None
    denied: str = ""


def options_of(ingress: Ingress, settings: Settings, config_maps: ConfigMaps) -> Options:
    """Raises ``NotLoadedError`` where the controller does not load the Ingress."""
    values = Values(ingress.annotations)
    limits = _limits(values)
    redirect, www = _redirect(values)
    headers, headers_denied = _headers(values, settings, config_maps)
    allow, allow_denied = _networks(values, ("allowlist-source-range", "whitelist-source-range"), settings.allow)
    deny, deny_denied = _networks(values, ("denylist-source-range",), settings.deny)
    password, basic_denied = basic(values, ingress, settings)
    outside, external_denied = external(values)
    certificate = client(values, ingress, settings)
    return Options(
        use_regex=values.flag("use-regex"),
        rewrite=values.text("rewrite-target", _REWRITE),
        forwarded_prefix=values.text("x-forwarded-prefix", _REWRITE),
        app_root=_app_root(values),
        ssl_redirect=values.flag("ssl-redirect", settings.ssl_redirect),
        force_ssl_redirect=values.flag("force-ssl-redirect", settings.force_ssl_redirect),
        preserve_trailing_slash=values.flag("preserve-trailing-slash", settings.preserve_trailing_slash),
        port_in_redirects=values.flag("use-port-in-redirects"),
        relative_redirects=values.flag("relative-redirects", settings.relative_redirects),
        redirect=redirect,
        www=www,
        aliases=tuple(dict.fromkeys(listed(values.strict_text("server-alias", _SERVER_NAMES)))),
        vhost=values.strict_text("upstream-vhost", PATTERN),
        https_backend={"HTTPS": "https", "AUTO_HTTP": "$scheme"}.get(values.text("backend-protocol").upper(), ""),
        cors=cors(values),
        allow=allow,
        deny=deny,
        any_access=values.text("satisfy") == "any",
        basic=password,
        external=outside,
        limits=limits,
        body_size=values.text("proxy-body-size", SIZE, settings.body_size),
        headers=headers,
        proxy_redirect=_proxy_redirect(values),
        canary=canary(values),
        client=certificate,
        denied=(certificate.error if certificate else "")
        or headers_denied
        or allow_denied
        or deny_denied
        or basic_denied
        or external_denied,
    )


_SERVER_NAMES = re.compile(PATTERN.pattern.replace("[", "[, ", 1))


def _limits(values: Values) -> Limits:
    key = "limit-allowlist" if "limit-allowlist" in values else "limit-whitelist"
    return Limits(
        per_second=max(0, values.strict_number("limit-rps")),
        per_minute=max(0, values.strict_number("limit-rpm")),
        connections=max(0, values.strict_number("limit-connections")),
        burst=values.number("limit-burst-multiplier", 5) or 5,
        exempt=networks(values.strict_text(key)) or (),
    )


def _redirect(values: Values) -> tuple[Redirect | None, bool]:
    www = values.flag("from-to-www-redirect")
    for key, default, most in (("temporal-redirect", 302, 307), ("permanent-redirect", 301, 308)):
        url = values.strict_text(key, URL if key == "permanent-redirect" else URL_WITH_VARIABLES)
        code = values.strict_number(f"{key}-code")
        if url and not url.lower().startswith("http"):
            # Its parser fails, which is logged and forgets everything that it has read.
            return None, False
        if url:
            return Redirect(code if 300 <= code <= most else default, url), www
    return None, www


def _app_root(values: Values) -> str:
    root = values.text("app-root", URL)
    try:
        return "" if urlsplit(root).scheme else root
    except ValueError:
        return ""


def _networks(values: Values, keys: tuple[str, ...], default: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    for key in keys:
        if key in values:
            items = values.data[key].split(",")
            found = networks(values.data[key])
            if found is None or not all(item.strip() for item in items):
                return (), f"{key} holds what is neither address nor network"
            return found, ""
    return default, ""


def _headers(values: Values, settings: Settings, config_maps: ConfigMaps) -> tuple[tuple[tuple[str, str], ...], str]:
    name = values.text("custom-headers", TEXT)
    if not name:
        return (), ""
    if name.count("/") != 1:
        return (), f"custom-headers names no ConfigMap of a namespace ({name})"
    # It is read wherever it lies. Without the ConfigMap nothing is known of it: ``unjudged`` says so.
    data = config_maps.get(name, {})
    for header, value in data.items():
        accepted = HEADER.fullmatch(header) and _HEADER_VALUE.fullmatch(value) and header in settings.response_headers
        if not accepted:
            return (), f"custom-headers sets {header}, which the controller does not allow"
    return tuple(sorted(data.items())), ""


def _proxy_redirect(values: Values) -> tuple[str, str] | None:
    before, after = values.text("proxy-redirect-from", URL), values.text("proxy-redirect-to", URL)
    if not before or not after or before in ("off", "default") or after == "off":
        return None
    return before, after
