"""Where what a directive of nginx does can be said outside a snippet."""

from __future__ import annotations

_HINTS: dict[str, tuple[str, ...]] = {
    "set response headers by a ResponseHeaderModifier filter of the route": (
        "add_header",
        "more_set_headers",
        "more_clear_headers",
        "proxy_hide_header",
        "expires",
        "etag",
    ),
    "set request headers by a RequestHeaderModifier filter of the route": (
        "proxy_set_header",
        "more_set_input_headers",
        "more_clear_input_headers",
        "grpc_set_header",
        "proxy_pass_request_headers",
    ),
    "write redirects and rewrites as annotations (permanent-redirect, temporal-redirect, rewrite-target)": (
        "return",
        "rewrite",
    ),
    "give the case an Ingress of its own, with its own path, or a rule of the route that matches headers": (
        "if",
        "location",
        "map",
        "set",
        "break",
        "limit_except",
    ),
    "write the annotations allowlist-source-range and denylist-source-range": ("allow", "deny"),
    "tell the gateway whom it trusts about addresses (use-forwarded-headers in the ConfigMap, or clientIPDetection)": (
        "set_real_ip_from",
        "real_ip_header",
        "real_ip_recursive",
    ),
    "write the annotations auth-type and auth-secret": ("auth_basic", "auth_basic_user_file"),
    "write the annotation auth-url": ("auth_request", "auth_request_set"),
    "write the annotation satisfy": ("satisfy",),
    "write the annotations auth-tls-secret and auth-tls-verify-client": (
        "ssl_client_certificate",
        "ssl_verify_client",
        "ssl_verify_depth",
    ),
    "write the annotation limit-rps or limit-rpm": ("limit_req", "limit_req_status", "limit_conn"),
    "write the annotation backend-protocol, and proxy-ssl-secret where the backend asks for a certificate": (
        "proxy_pass",
        "grpc_pass",
        "proxy_ssl_verify",
        "proxy_ssl_name",
        "proxy_ssl_server_name",
        "proxy_ssl_certificate",
        "proxy_ssl_certificate_key",
        "proxy_ssl_trusted_certificate",
        "proxy_ssl_protocols",
    ),
    "write the annotation custom-http-errors": ("error_page", "proxy_intercept_errors"),
    "change the body of answers in the application": ("sub_filter", "sub_filter_once", "sub_filter_types"),
    "cache in the application, or in front of the gateway": ("proxy_cache", "proxy_cache_valid", "proxy_cache_key"),
    "compress by the gateway (compressor of a BackendTrafficPolicy)": ("gzip", "gzip_types", "brotli"),
    "set cookies' attributes in the application": ("proxy_cookie_path", "proxy_cookie_domain", "proxy_cookie_flags"),
    "open the port by a listener and a TCPRoute or UDPRoute": ("server", "listen"),
    "run the rules by Coraza as an extension of Envoy, by the firewall of Calico Enterprise, or before the gateway": (
        "modsecurity",
        "modsecurity_rules",
        "modsecurity_rules_file",
    ),
}
_BY_NAME = {name: text for text, names in _HINTS.items() for name in names}
_WAF = next(text for text, names in _HINTS.items() if "modsecurity" in names)
_LUA = "write what the Lua code does as an extension of Envoy (EnvoyExtensionPolicy), or in the application"
_OTHERWISE = "do what it does in the application, or by a policy of the gateway"


def hint(name: str) -> str:
    """What to do instead of the directive ``name``."""
    if "_by_lua" in name or name.startswith("lua_"):
        return _LUA
    if name.startswith("Sec"):
        return _WAF
    return _BY_NAME.get(name, _OTHERWISE)
