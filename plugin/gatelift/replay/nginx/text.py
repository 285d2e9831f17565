"""nginx.conf, in the order and with the meaning of the controller's template.

Source: rootfs/etc/nginx/template/nginx.tmpl and rootfs/etc/nginx/lua of kubernetes/ingress-nginx v1.15.1. What Lua does
there is done by ``map``, ``if`` and ``return`` here; nginx runs Lua after its own rewrite directives of a place, so
these come last in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from gatelift.replay.nginx.clients import client_lines
from gatelift.replay.nginx.headers import common_lines
from gatelift.replay.nginx.place import NOBODY, Names, place
from gatelift.replay.nginx.quoting import literal, word
from gatelift.replay.nginx.splitting import split_maps
from gatelift.replay.side import Address
from gatelift.traffic.credentials import authorization
from gatelift.traffic.nginx.ingresses import CATCH_ALL, Upstream
from gatelift.traffic.nginx.model import Model, Server, Twin, certified, covers
from gatelift.traffic.nginx.quoted import UnquotableError
from gatelift.traffic.nginx.settings import Settings

# nginx does not start with an empty label, nor with a name that its table of names has no room for (RFC 1035, 2.3.4).
_NAME = r"(?!.*\.\.)(?=.{1,253}\Z)"
_HOST = re.compile(rf"{_NAME}(\*\.)?[a-z0-9_]([-a-z0-9_.]*[a-z0-9_])?", re.IGNORECASE)
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What a configuration needs to know of the ground that it stands on.

    - ``backends``: where the echo server of each Service listens; one that is missing answers 503.
    - ``certificate``: files of a certificate and its key for these names; of the default one without names.
    - ``authority``: the file of the certificate that signs those of clients.
    - ``escapes``: whether this nginx can escape a URI (by ``words.js``), for the way back from a sign-in.
    - ``root``: whether it is started by root, and should not give its folders to another user.
    """

    http: Address
    https: Address
    folder: str
    backends: Mapping[Upstream, Address]
    certificate: Callable[[tuple[str, ...]], tuple[str, str]]
    authority: str = ""
    escapes: bool = False
    root: bool = False


def configuration(model: Model, settings: Settings, setup: Setup) -> str:
    """The text of nginx.conf. Raises ``UnquotableError`` where a value cannot stand in one."""
    names = Names({upstream: f"u{number}" for number, upstream in enumerate(model.upstreams())}, setup.backends)
    split = frozenset(item.primary for item in model.splits)
    places = place(names, split, settings)
    servers: list[str] = []
    for server in model.servers:
        servers += _server(server, settings, setup, places.of(server))
    for twin in model.twins:
        servers += _twin(twin, model, settings, setup)
    http = [
        *_basics(setup),
        *_maps(model, settings),
        *common_lines(settings),
        *_escaped(setup),
        *_upstreams(model, names, setup),
        *split_maps(model.splits, names.names),
        *places.zones,
        *(f"deny {network};" for network in settings.block),
        *_inner(setup),
        *servers,
    ]
    return "\n".join((*_head(setup), "http {", *(f"    {line}" for line in http), "}", ""))


def _head(setup: Setup) -> Sequence[str]:
    return (
        "daemon off;",
        # One process: nothing to be forked, so nothing that outlives it, and no user to change to.
        "master_process off;",
        *(("user root root;",) if setup.root else ()),
        f"pid {word(setup.folder + '/nginx.pid')};",
        f"lock_file {word(setup.folder + '/nginx.lock')};",
        "error_log stderr error;",
        "events { worker_connections 2048; }",
    )


def _basics(setup: Setup) -> Iterable[str]:
    for name in _TEMPORARY:
        yield f"{name}_temp_path {word(f'{setup.folder}/{name}')};"
    yield "access_log off;"
    yield "server_tokens off;"
    yield "default_type text/html;"
    yield "uninitialized_variable_warn off;"
    yield "server_names_hash_max_size 8192;"
    yield "server_names_hash_bucket_size 512;"
    yield "map_hash_bucket_size 512;"
    yield "variables_hash_max_size 4096;"
    yield "proxy_headers_hash_max_size 1024;"
    yield "server_name_in_redirect off;"
    yield "port_in_redirect off;"
    yield "keepalive_timeout 5s;"
    # Echo servers answer HEAD with headers as large as the request was; how large they may be is not compared.
    yield "proxy_buffer_size 64k;"
    yield "proxy_buffers 4 64k;"


def _maps(model: Model, settings: Settings) -> Iterable[str]:
    yield 'geo $literal_dollar { default "$"; }'
    yield f"limit_req_status {settings.limit_req_status};"
    yield f"limit_conn_status {settings.limit_conn_status};"
    yield f"underscores_in_headers {_switch(settings.underscores_in_headers)};"
    yield f"ignore_invalid_headers {_switch(settings.ignore_invalid_headers)};"
    yield from _addresses(settings)
    yield "map $http_upgrade $connection_upgrade { default upgrade; '' ''; }"
    request_id = "'' $request_id;" if settings.generate_request_id else ""
    yield f"map $http_x_request_id $req_id {{ default $http_x_request_id; {request_id} }}"
    yield from _forwarded(settings)
    # The controller takes the port and one slash away from what it redirects.
    yield 'map $best_http_host $bare_host { default $best_http_host; "~^(?<before_port>[^:]*):" $before_port; }'
    yield 'map $request_uri $stripped_uri { default $request_uri; "~^(?<before_slash>.*)/$" $before_slash; }'
    yield from _certified(model)
    yield 'map $pass_access_scheme $is_plain { default ""; "~^http$" 1; }'
    yield 'map "$pass_access_scheme:$certified" $is_plain_with_certificate { default ""; "~^http:1$" 1; }'
    # lua_ingress.header() tests a function there, and does not call it: a certificate makes no difference.
    yield f'map $scheme $hsts {{ default ""; https {literal(settings.hsts)}; }}'


def _escaped(setup: Setup) -> Iterable[str]:
    if setup.escapes:
        yield f"js_path {word(setup.folder)};"
        yield "js_import words from words.js;"
        yield "js_set $escaped_request_uri words.escaped;"
    else:
        yield "map $request_uri $escaped_request_uri { default $request_uri; }"


def _addresses(settings: Settings) -> Iterable[str]:
    if settings.use_forwarded_headers:
        yield "set_real_ip_from 0.0.0.0/0;"
        yield "set_real_ip_from ::/0;"
        yield "real_ip_header X-Forwarded-For;"
    else:
        # Who sends tells the client's address in front of each connection; the controller knows it from the socket.
        yield "set_real_ip_from 127.0.0.0/8;"
        yield "set_real_ip_from ::1;"
        yield "real_ip_header proxy_protocol;"
    yield "real_ip_recursive on;"


def _forwarded(settings: Settings) -> Iterable[str]:
    # The ports of a replay stand for 80 and 443.
    yield "map $scheme $listening_port { default 80; https 443; }"
    if not settings.use_forwarded_headers:
        yield "map $scheme $pass_access_scheme { default $scheme; }"
        yield "map $listening_port $pass_port { default $listening_port; }"
        yield "map $http_host $best_http_host { default $http_host; '' $host; }"
        return
    yield "map $http_x_forwarded_proto $pass_access_scheme { default $http_x_forwarded_proto; '' $scheme; }"
    yield "map $http_x_forwarded_port $pass_port { default $http_x_forwarded_port; '' $listening_port; }"
    yield "map $http_x_forwarded_host $best_http_host {"
    yield '    default $http_host; "~^(?<first_host>[^,]+)" $first_host;'
    yield "}"
    yield "map $http_x_forwarded_for $full_x_forwarded_for {"
    yield '    default "$http_x_forwarded_for, $realip_remote_addr"; "" $realip_remote_addr;'
    yield "}"


def _certified(model: Model) -> Iterable[str]:
    """T16: whether the controller has a certificate for the host that was asked for, or for its wildcard."""
    yield "map $host $certified {"
    yield '    default "";'
    # nginx takes no name twice, and several servers may have one alias.
    yield from (f"    {word(_certified_by(name))} 1;" for name in sorted(certified(model.servers)))
    yield "}"


def _certified_by(name: str) -> str:
    if name.startswith("*."):
        return rf"~^[^.]+\.{re.escape(name[2:])}$"
    return name


def _upstreams(model: Model, names: Names, setup: Setup) -> Iterable[str]:
    yield f"upstream {NOBODY} {{ server {_socket(setup, 'nobody')}; }}"
    yield f"upstream authority {{ server {_socket(setup, 'authority')}; }}"
    for upstream in model.upstreams():
        if upstream in setup.backends:
            yield f"upstream {names.names[upstream]} {{ server {setup.backends[upstream]}; }}"


def _socket(setup: Setup, name: str) -> str:
    # One letter: the names of sockets are short, and folders of runners are deep.
    return word(f"unix:{setup.folder}/{name[0]}.sock")


def _inner(setup: Setup) -> Iterable[str]:
    """The controller's default backend, and what stands in for services that authorize."""
    yield f"server {{ listen {_socket(setup, 'nobody')}; location / {{ return 404; }} }}"
    yield f"server {{ listen {_socket(setup, 'authority')};"
    yield f"    location / {{ if ($http_authorization != {literal(authorization())}) {{ return 401; }} return 200; }}"
    yield "}"


def _listen(setup: Setup, settings: Settings, default: bool) -> Iterable[str]:
    further = " default_server" if default else ""
    told = "" if settings.use_forwarded_headers else " proxy_protocol"
    yield f"listen {setup.http}{further}{told};"
    yield f"listen {setup.https} ssl{further}{told};"


def _server(server: Server, settings: Settings, setup: Setup, locations: Iterable[str]) -> Iterable[str]:
    default = server.host == CATCH_ALL
    own = default or server.client is not None or settings.reject_handshake
    inside = (*client_lines(server.client, setup.authority), *locations) if server.client else locations
    yield "server {"
    for line in (
        *_listen(setup, settings, default),
        f"server_name {' '.join((server_name(server.host), *server.aliases))};",
        *(_certificate(setup, server.certificate or ()) if own else ()),
        *(("ssl_reject_handshake on;",) if default and settings.reject_handshake else ()),
        *(("return 403;",) if server.forbidden else inside),
    ):
        yield f"    {line}"
    yield "}"


def _certificate(setup: Setup, names: tuple[str, ...]) -> Iterable[str]:
    """Only where a server must have one of its own; else that of the default server is shown.

    Nobody compares certificates, and each one costs nginx a quarter of a megabyte.
    """
    certificate, key = setup.certificate(names)
    yield f"ssl_certificate {word(certificate)};"
    yield f"ssl_certificate_key {word(key)};"


def server_name(host: str) -> str:
    """T14: a wildcard stands for one label. Raises ``UnquotableError`` for what is no host."""
    if not _HOST.fullmatch(host):
        raise UnquotableError(f"{host!r} is no host")
    if not host.startswith("*."):
        return host
    return word(r"~^(?<subdomain>[\w-]+)\." + host[2:].replace(".", r"\.") + "$")


def _twin(twin: Twin, model: Model, settings: Settings, setup: Setup) -> Iterable[str]:
    names = next((server.certificate for server in model.servers if server.host == twin.to), None) or ()
    own = _certificate(setup, names if covers(names, twin.host) else ()) if settings.reject_handshake else ()
    scheme = "$pass_access_scheme" if settings.use_forwarded_headers else "$scheme"
    yield "server {"
    for line in (
        *_listen(setup, settings, default=False),
        f"server_name {server_name(twin.host)};",
        *own,
        f"return {settings.http_redirect_code} {word(f'{scheme}://{twin.to}$stripped_uri')};",
    ):
        yield f"    {line}"
    yield "}"


def _switch(value: bool) -> str:
    return "on" if value else "off"
