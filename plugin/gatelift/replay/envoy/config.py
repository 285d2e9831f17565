"""A static configuration of Envoy for routes, as Envoy Gateway's translator would write them one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.replay.certificates import Pem
from gatelift.replay.envoy.actions import action
from gatelift.replay.envoy.clients import reading
from gatelift.replay.envoy.matches import route_match
from gatelift.replay.envoy.policies import Policies
from gatelift.replay.ground import PROBE, PROBE_HOST
from gatelift.replay.side import Address
from gatelift.traffic.credentials import password_file
from gatelift.traffic.fields import at, maps, name, namespace, texts
from gatelift.traffic.gateway.bound import Bound, bound, listeners_of, on_chain
from gatelift.traffic.gateway.order import precedence
from gatelift.traffic.gateway.referred import Referred
from gatelift.traffic.model import Manifest

Json = dict[str, Any]
_TYPES = "type.googleapis.com/envoy."
_FILTERS: Mapping[str, tuple[str, Json]] = {
    "cors": ("cors.v3.Cors", {}),
    "basic_auth": ("basic_auth.v3.BasicAuth", {"users": {"inline_string": password_file()}}),
    "buffer": ("buffer.v3.Buffer", {"max_request_bytes": 1}),
    "rbac": ("rbac.v3.RBAC", {}),
    "router": ("router.v3.Router", {}),
}
"""In the order of Envoy Gateway (internal/xds/translator/httpfilters.go)."""


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """Where Envoy listens, where the backends do (``namespace/service:port``), and certificates by their hosts."""

    http: Address
    https: Address
    echo: Mapping[str, Address]
    certificate: Callable[[Iterable[str]], Pem]


class _World(msgspec.Struct, frozen=True):
    setup: Setup
    refers: Referred
    decided: Policies
    reads: Json


def bootstrap(objects: Sequence[Manifest], setup: Setup) -> Json:
    """Everything that Envoy is started with. It has no admin interface, and sends no figures anywhere."""
    world = _World(setup, Referred.of(objects), Policies.of(objects), reading(objects))
    found = bound(objects)
    plain = _hosts((item for item in found if item.listener.scheme == "http"), world)
    secure = [item for item in found if item.listener.scheme == "https"]
    there = [item for item in listeners_of(objects) if item.scheme == "https"]
    # Also where no route hangs on a listener, its hosts are its own.
    chains = [
        _chain(hostname, on_chain(hostname, secure, there), world)
        for hostname in sorted({item.hostname for item in there})
    ]
    listeners = [
        _listener("http", setup.http, [{"filters": [_manager("http", [_probe(), *plain], world)]}], secure=False),
        _listener("https", setup.https, [*chains, _probe_chain(world)], secure=True),
    ]
    clusters = [_cluster(full, address) for full, address in sorted(setup.echo.items())]
    # Envoy Gateway lifts the limit of 100 instructions for an expression.
    layer = {"re2.max_program_size.error_level": 4294967295}
    return {
        "node": {"id": "gatelift-replay", "cluster": "gatelift-replay"},
        "static_resources": {"listeners": listeners, "clusters": clusters},
        "layered_runtime": {"layers": [{"name": "gatelift", "static_layer": layer}]},
        "stats_config": {"stats_matcher": {"reject_all": True}},
    }


def _chain(hostname: str, taken: Sequence[Bound], world: _World) -> Json:
    """The filter chain of a listener's hostname: which of them is taken hangs on the server name of a client."""
    hosts = {host for item in taken for host in (item.host, *texts(at(item.route, "spec", "hostnames")))}
    pem = world.setup.certificate([hostname] if hostname else sorted(hosts - {"*"}))
    return {
        "filters": [_manager("https", list(_hosts(taken, world)), world)],
        "transport_socket": _tls(pem),
        **({"filter_chain_match": {"server_names": [hostname]}} if hostname else {}),
    }


def _hosts(found: Iterable[Bound], world: _World) -> Iterable[Json]:
    """One virtual host for each host: Envoy takes the most special one, and asks only its routes."""
    by_host: dict[str, dict[str, tuple[Any, Json]]] = {}
    for item in found:
        for key, called, made in _routes(item, world):
            by_host.setdefault(item.host, {}).setdefault(called, (key, made))
    for host, routes in sorted(by_host.items()):
        ordered = [made for _, made in sorted(routes.values(), key=lambda pair: pair[0])]
        yield {"name": host, "domains": [host], "routes": ordered}


def _routes(item: Bound, world: _World) -> Iterable[tuple[Any, str, Json]]:
    where = namespace(item.route)
    for number, rule in enumerate(maps(at(item.route, "spec", "rules"))):
        extensions = world.refers.extensions(item.route, rule)
        for index, match in enumerate(maps(rule.get("matches")) or ({},)):
            called = f"httproute/{name(item.route)}/rule/{number}/match/{index}/{item.host.replace('.', '_')}"

            def cluster(ref: Mapping[str, Any]) -> str:
                full = world.refers.backend(where, ref)
                return full if full in world.setup.echo else ""

            if extensions is None:
                # A filter that is not there: Envoy Gateway lets nothing of the rule through.
                made: Json = {"direct_response": {"status": 500}}
            else:
                made = action(rule, match, extensions, cluster)
                per_filter = world.decided.configured(item.route, rule)
                made |= {"typed_per_filter_config": per_filter} if per_filter else {}
            yield (
                precedence(match, item.route, number, index),
                called,
                {"name": called, "match": route_match(match), **made},
            )


def _manager(prefix: str, hosts: list[Json], world: _World) -> Json:
    # What a filter says of itself is for no route: those that need it say what, and it is off for all others.
    filters = [
        {
            "name": f"envoy.filters.http.{key}",
            "typed_config": {"@type": f"{_TYPES}extensions.filters.http.{kind}", **own},
            **({"disabled": True} if own else {}),
        }
        for key, (kind, own) in _FILTERS.items()
    ]
    config = {
        "@type": f"{_TYPES}extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": prefix,
        "codec_type": "HTTP1",
        "server_header_transformation": "PASS_THROUGH",
        "use_remote_address": True,
        **world.reads,
        "http_filters": filters,
        "route_config": {
            "name": prefix,
            "ignore_port_in_host_matching": True,
            # A backend that may not be used is a cluster that does not exist.
            "validate_clusters": False,
            "virtual_hosts": hosts,
        },
    }
    return {"name": "envoy.filters.network.http_connection_manager", "typed_config": config}


def _listener(called: str, address: Address, chains: list[Json], *, secure: bool) -> Json:
    filters = [_extension("envoy.filters.listener.proxy_protocol", "proxy_protocol.v3.ProxyProtocol")]
    if secure:
        filters.append(_extension("envoy.filters.listener.tls_inspector", "tls_inspector.v3.TlsInspector"))
    return {
        "name": called,
        "address": _address(address),
        "listener_filters": filters,
        "filter_chains": chains,
        "enable_reuse_port": False,
    }


def _extension(called: str, kind: str) -> Json:
    return {"name": called, "typed_config": {"@type": f"{_TYPES}extensions.filters.listener.{kind}"}}


def _tls(pem: Pem) -> Json:
    certificate = {
        "certificate_chain": {"inline_bytes": pem.certificate},
        "private_key": {"inline_bytes": pem.key},
    }
    config = {
        "@type": f"{_TYPES}extensions.transport_sockets.tls.v3.DownstreamTlsContext",
        "common_tls_context": {"tls_certificates": [certificate], "alpn_protocols": ["http/1.1"]},
    }
    return {"name": "envoy.transport_sockets.tls", "typed_config": config}


def _cluster(full: str, address: Address) -> Json:
    endpoint = {"endpoint": {"address": _address(address)}}
    load = {"cluster_name": full, "endpoints": [{"lb_endpoints": [endpoint]}]}
    return {"name": full, "type": "STATIC", "connect_timeout": "5s", "load_assignment": load}


def _address(address: Address) -> Json:
    return {"socket_address": {"address": address.host, "port_value": address.port}}


def _probe() -> Json:
    """A host of our own: when it answers, so does every other."""
    route = {"match": {"prefix": "/"}, "route": {"cluster": str(PROBE)}}
    return {"name": PROBE_HOST, "domains": [PROBE_HOST], "routes": [route]}


def _probe_chain(world: _World) -> Json:
    return {
        "filter_chain_match": {"server_names": [PROBE_HOST]},
        "filters": [_manager("probe", [_probe()], world)],
        "transport_socket": _tls(world.setup.certificate([PROBE_HOST])),
    }
