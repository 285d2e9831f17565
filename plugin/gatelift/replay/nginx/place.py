"""The places of a host, as ``location`` blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

import msgspec

from gatelift.replay.nginx.clients import client_headers
from gatelift.replay.nginx.headers import cors_lines, proxy_headers, response_headers
from gatelift.replay.nginx.quoting import literal, template, word
from gatelift.replay.nginx.splitting import chosen
from gatelift.replay.side import Address
from gatelift.traffic.nginx.access import sign_in
from gatelift.traffic.nginx.ingresses import Ingress, Upstream
from gatelift.traffic.nginx.model import Location, Server
from gatelift.traffic.nginx.options import Limits
from gatelift.traffic.nginx.quoted import UnquotableError, as_read
from gatelift.traffic.nginx.settings import Settings

NOBODY = "nobody"
"""The upstream of the controller's own default backend."""
_OFFSET = frozenset("0123456789kKmMgG")


class Names(msgspec.Struct, frozen=True):
    """How each upstream is called, and which of them have a server."""

    names: Mapping[Upstream, str]
    backends: Mapping[Upstream, Address]


def place(names: Names, split: Set[Upstream], settings: Settings) -> Places:
    """A writer of places; ``split`` are the upstreams with an alternative."""
    return Places(names, split, settings)


@dataclass
class Places:
    """Writes places, and keeps the zones of limits, which stand outside of them."""

    names: Names
    split: Set[Upstream]
    settings: Settings
    zones: list[str] = field(default_factory=list)
    _zones: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    def of(self, server: Server) -> list[str]:
        """All places of a host. Raises ``UnquotableError``."""
        lines: list[str] = []
        seen: set[str] = set()
        for location in server.locations:
            header = _header(location, server.regular)
            if header in seen and not server.regular:
                # nginx would not start with two of them, and the controller would keep its last configuration.
                continue
            seen.add(header)
            self._count += 1
            lines += self._around(location)
            lines += [f"location {header} {{", *(f"    {line}" for line in self._inside(location, server)), "}"]
        return lines

    def _around(self, location: Location) -> Iterator[str]:
        options = location.options
        if options.app_root:
            # Before any place is looked for, and for the whole host.
            yield f"if ($uri = /) {{ return 302 {word('$scheme://$http_host' + literal(options.app_root)[1:-1])}; }}"
        if not options.external or options.denied or self._free(location):
            return
        yield f"location = {self._authorizer} {{"
        yield "    internal;"
        yield "    proxy_pass_request_body off;"
        yield '    proxy_set_header Content-Length "";'
        yield "    proxy_pass http://authority;"
        yield "}"
        if options.external.signin:
            yield f"location {self._signin} {{"
            yield "    internal;"
            yield f"    return 302 {template(sign_in(options.external))};"
            yield "}"

    @property
    def _authorizer(self) -> str:
        return f"/_external-auth-{self._count}"

    @property
    def _signin(self) -> str:
        return f"@signin-{self._count}"

    def _free(self, location: Location) -> bool:
        return location.path.startswith(self.settings.no_auth_locations)

    def _inside(self, location: Location, server: Server) -> Iterator[str]:
        """In the order in which nginx acts: its own rewrite directives, then what the controller's Lua does."""
        options = location.options
        yield f"# {word(str(location.ingress) if location.ingress else '-')}"
        if options.port_in_redirects:
            yield "port_in_redirect on;"
        if options.relative_redirects:
            yield "absolute_redirect off;"
        if options.denied:
            yield from response_headers(options)
            yield "return 503;"
            return
        yield from self._access(location)
        yield from self._limits(location)
        if options.body_size and set(options.body_size) <= _OFFSET:
            yield f"client_max_body_size {options.body_size};"
        yield from proxy_headers(location, self.settings, client_headers(server.client))
        yield from response_headers(options)
        yield from cors_lines(options.cors)
        if options.redirect:
            yield f"return {options.redirect.code} {template(options.redirect.url)};"
        yield from self._to_https(location)
        yield from self._forward(location)

    def _access(self, location: Location) -> Iterator[str]:
        options = location.options
        yield from (f"deny {network};" for network in options.deny)
        if options.allow:
            yield from (f"allow {network};" for network in options.allow)
            yield "deny all;"
        if options.any_access:
            yield "satisfy any;"
        if self._free(location):
            return
        if options.external:
            yield f"auth_request {self._authorizer};"
            for number, header in enumerate(options.external.headers):
                answered = header.lower().replace("-", "_")
                yield f"auth_request_set $answered_{number} $upstream_http_{answered};"
            if options.external.signin:
                yield f"error_page 401 = {self._signin};"
        if options.basic:
            yield f"auth_basic {word(options.basic.realm)};"
            yield "auth_basic_user_file users;"

    def _limits(self, location: Location) -> Iterator[str]:
        limits, ingress = location.options.limits, location.ingress
        if ingress is None or not (limits.connections or limits.per_second or limits.per_minute):
            return
        zone = self._zone(ingress, limits)
        if limits.connections:
            yield f"limit_conn {zone}_conn {limits.connections};"
        for name, count in (("rps", limits.per_second), ("rpm", limits.per_minute)):
            if count:
                yield f"limit_req zone={zone}_{name} burst={count * limits.burst} nodelay;"

    def _zone(self, ingress: Ingress, limits: Limits) -> str:
        # One zone for all places of an Ingress, whatever the host.
        if str(ingress) in self._zones:
            return self._zones[str(ingress)]
        name = self._zones[str(ingress)] = f"limit{len(self._zones)}"
        exempt = " ".join(f"{network} 1;" for network in limits.exempt)
        self.zones.append(f"geo $exempt_{name} {{ default 0; {exempt} }}")
        self.zones.append(f'map $exempt_{name} $key_{name} {{ 0 $binary_remote_addr; 1 ""; }}')
        if limits.connections:
            self.zones.append(f"limit_conn_zone $key_{name} zone={name}_conn:128k;")
        if limits.per_second:
            self.zones.append(f"limit_req_zone $key_{name} zone={name}_rps:128k rate={limits.per_second}r/s;")
        if limits.per_minute:
            self.zones.append(f"limit_req_zone $key_{name} zone={name}_rpm:128k rate={limits.per_minute}r/m;")
        return name

    def _to_https(self, location: Location) -> Iterator[str]:
        """lua_ingress.rewrite(): after nginx's own directives, before it is known where the request goes."""
        options = location.options
        if location.path.startswith(self.settings.no_tls_redirect_locations):
            return
        if options.force_ssl_redirect:
            condition = "$is_plain"
        elif options.ssl_redirect:
            condition = "$is_plain_with_certificate"
        else:
            return
        uri = "$request_uri" if options.preserve_trailing_slash else "$stripped_uri"
        port = ":443" if options.port_in_redirects else ""
        target = f'"https://$bare_host{port}{uri}"'
        yield f"if ({condition}) {{ return {self.settings.http_redirect_code} {target}; }}"

    def _forward(self, location: Location) -> Iterator[str]:
        options, upstream = location.options, location.upstream
        if upstream is not None and upstream not in self.names.backends:
            yield "return 503;"
            return
        if location.rewrites:
            # Last, for "break" ends nginx's own rewriting.
            yield f"rewrite {word('(?i)' + as_read(location.path))} {template(options.rewrite)} break;"
        if upstream is None:
            yield f"proxy_pass http://{NOBODY};"
            return
        name = self.names.names[upstream]
        target = chosen(name) if upstream in self.split else name
        yield f"proxy_pass {options.https_backend or 'http'}://{target};"


def _header(location: Location, regular: bool) -> str:
    if not location.path.startswith("/") and not regular:
        raise UnquotableError(f"the path {location.path!r} does not begin with a slash")
    if regular:
        return f"~* {word('^' + as_read(location.path))}"
    return f"= {word(location.path)}" if location.exact else word(location.path)
