"""What the backend is told, and what answers get on their way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gatelift.replay.nginx.quoting import literal, template, word
from gatelift.traffic.nginx.model import Location
from gatelift.traffic.nginx.options import Options
from gatelift.traffic.nginx.origins import Cors
from gatelift.traffic.nginx.settings import Settings

_CORS = ("origin", "credentials", "methods", "headers", "exposed", "max_age")
_NAMES = {
    "origin": "Access-Control-Allow-Origin",
    "credentials": "Access-Control-Allow-Credentials",
    "methods": "Access-Control-Allow-Methods",
    "headers": "Access-Control-Allow-Headers",
    "exposed": "Access-Control-Expose-Headers",
    "max_age": "Access-Control-Max-Age",
}


_STS = "Strict-Transport-Security"


def common_lines(settings: Settings) -> Iterator[str]:
    """What holds for every place, written once: each list of its own costs nginx some ten kilobytes."""
    yield from _lines(_common(settings))
    yield "proxy_http_version 1.1;"
    yield "proxy_buffering off;"
    yield "proxy_connect_timeout 5s;"
    yield "proxy_redirect off;"
    yield f"proxy_hide_header {_STS};"


def proxy_headers(location: Location, settings: Settings, certificate: Mapping[str, str]) -> Iterator[str]:
    """What a place tells the backend otherwise than all others, also of the client's certificate."""
    options = location.options
    headers = dict(certificate)
    if options.vhost:
        headers["Host"] = template(options.vhost)
    # The password is not for the backend.
    if options.basic and not location.path.startswith(settings.no_auth_locations):
        headers["Authorization"] = '""'
    for number, header in enumerate(options.external.headers if options.external else ()):
        headers[header] = f"$answered_{number}"
    if options.forwarded_prefix and location.rewrites:
        headers["X-Forwarded-Prefix"] = template(options.forwarded_prefix)
    if headers:
        # One header in a place takes all inherited ones away.
        yield from _lines({**_common(settings), **headers})
    if options.proxy_redirect:
        yield f"proxy_redirect {word(options.proxy_redirect[0])} {word(options.proxy_redirect[1])};"


def _common(settings: Settings) -> dict[str, str]:
    """T35: the headers that the controller adds to every request."""
    full = settings.use_forwarded_headers and settings.compute_full_forwarded_for
    return {
        "Host": "$best_http_host",
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


def _lines(headers: Mapping[str, str]) -> Iterator[str]:
    return (f"proxy_set_header {name} {value};" for name, value in headers.items())


def response_headers(options: Options) -> Iterator[str]:
    """Headers that stand on every answer, in place of the backend's."""
    hidden = [*(_NAMES.values() if options.cors else ()), *(name for name, _ in options.headers)]
    if hidden:
        yield from (f"proxy_hide_header {name};" for name in (*hidden, _STS))
    # An empty value is no header at all.
    yield f"add_header {_STS} $hsts always;"
    yield from (f"add_header {name} {literal(value)} always;" for name, value in options.headers)
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
