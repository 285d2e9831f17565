"""What the backend is told, and what answers get on their way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gatelift.replay.nginx.model import Location
from gatelift.replay.nginx.options import Options
from gatelift.replay.nginx.origins import Cors
from gatelift.replay.nginx.quoting import literal, template, word
from gatelift.replay.nginx.settings import Settings

_CORS = ("origin", "credentials", "methods", "headers", "exposed", "max_age")
_NAMES = {
    "origin": "Access-Control-Allow-Origin",
    "credentials": "Access-Control-Allow-Credentials",
    "methods": "Access-Control-Allow-Methods",
    "headers": "Access-Control-Allow-Headers",
    "exposed": "Access-Control-Expose-Headers",
    "max_age": "Access-Control-Max-Age",
}


def proxy_headers(location: Location, settings: Settings, certificate: Mapping[str, str]) -> Iterator[str]:
    """T35: what the controller adds to every request, and of the client's certificate; how the backend is spoken to."""
    options = location.options
    full = settings.use_forwarded_headers and settings.compute_full_forwarded_for
    headers = {
        "Host": template(options.vhost) if options.vhost else "$best_http_host",
        **certificate,
        "Upgrade": "$http_upgrade",
        "Connection": "$connection_upgrade",
        "X-Request-ID": "$req_id",
        "X-Real-IP": "$remote_addr",
        "X-Forwarded-For": "$full_x_forwarded_for" if full else "$remote_addr",
        "X-Forwarded-Host": "$best_http_host",
        "X-Forwarded-Port": "$pass_port",
        "X-Forwarded-Proto": "$pass_access_scheme",
        "X-Forwarded-Scheme": "$pass_access_scheme",
        **({"X-Original-URI": "$request_uri"} if settings.original_uri_header else {}),
        "X-Scheme": "$pass_access_scheme",
        "X-Original-Forwarded-For": "$http_x_forwarded_for",
        "Proxy": '""',
    }
    # The password is not for the backend.
    if options.basic and not location.path.startswith(settings.no_auth_locations):
        headers["Authorization"] = '""'
    for number, header in enumerate(options.external.headers if options.external else ()):
        headers[header] = f"$answered_{number}"
    if options.forwarded_prefix and location.rewrites:
        headers["X-Forwarded-Prefix"] = template(options.forwarded_prefix)
    yield from (f"proxy_set_header {name} {value};" for name, value in headers.items())
    yield "proxy_http_version 1.1;"
    yield "proxy_buffering off;"
    yield "proxy_connect_timeout 5s;"
    if options.proxy_redirect:
        yield f"proxy_redirect {word(options.proxy_redirect[0])} {word(options.proxy_redirect[1])};"
    else:
        yield "proxy_redirect off;"


def response_headers(options: Options) -> Iterator[str]:
    """Headers that stand on every answer, in place of the backend's."""
    names = [*(_NAMES.values() if options.cors else ()), "Strict-Transport-Security"]
    yield from (f"proxy_hide_header {name};" for name in names)
    # An empty value is no header at all.
    yield "add_header Strict-Transport-Security $hsts always;"
    for name, value in options.headers:
        yield f"proxy_hide_header {name};"
        yield f"add_header {name} {literal(value)} always;"
    if options.cors and not options.denied:
        yield from (f"add_header {_NAMES[key]} $cors_{key} always;" for key in _CORS)


def cors_lines(cors: Cors | None) -> Iterator[str]:
    """Which headers there are: none unless the origin matches. A matching OPTIONS is answered here, whatever it asks.

    That comes before redirects, limits and authentication, as it does with the controller.
    """
    if cors is None:
        return
    every = cors.origins == ("*",)
    values = {
        # T27: every origin gets a star, which browsers do not take together with credentials.
        "origin": "*" if every else "$http_origin",
        "credentials": "true" if cors.credentials else "",
        "methods": literal(cors.methods)[1:-1],
        "headers": literal(cors.headers)[1:-1],
        "exposed": literal(cors.exposed)[1:-1],
        "max_age": str(cors.max_age),
    }
    yield f'set $cors "{"true" if every else ""}";'
    yield from (f'set $cors_{key} "";' for key in _CORS)
    if not every and cors.origins:
        yield f"if ($http_origin ~* {word(cors.expression())}) {{ set $cors true; }}"
    yield "if ($request_method = OPTIONS) { set $cors ${cors}options; }"
    inside = " ".join(f'set $cors_{key} "{value}";' for key, value in values.items())
    yield f"if ($cors ~ ^true) {{ {inside} }}"
    yield "if ($cors = trueoptions) { return 204; }"
