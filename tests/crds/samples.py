"""One object of every kind that gatelift emits, with as many of its parts as fit beside each other."""

from __future__ import annotations

from msgspec import UNSET

from crds.envoy_samples import (
    backend_traffic_policy,
    client_traffic_policy,
    envoy_backend,
    http_route_filter,
    security_policy,
)
from crds.parts import CONFIG_MAP, HEADERS, META, backend, mirror, path
from gatelift.manifests import gateway_api as gw
from gatelift.manifests import shape
from gatelift.manifests.meta import Manifest


def http_rules() -> tuple[gw.HTTPRouteRule, ...]:
    cors = gw.HTTPCORS(
        allow_origins=("https://*.example.com",),
        allow_credentials=False,
        allow_methods=("GET", "PUT"),
        allow_headers=("X-A",),
        expose_headers=("*",),
        max_age=1728000,
    )
    extension = gw.LocalObjectReference(group=shape.ENVOY_GATEWAY, kind="HTTPRouteFilter", name="web-rewrite")
    rewrite = gw.HTTPURLRewrite(hostname="b.example.com", path=gw.ReplacePrefixMatch(replace_prefix_match="/v1"))
    redirect = gw.HTTPRequestRedirect(
        scheme="https",
        hostname="www.example.com",
        path=gw.ReplaceFullPath(replace_full_path="/new"),
        port=443,
        status_code=308,
    )
    narrow = gw.HTTPRouteMatch(
        path=gw.HTTPPathMatch(type="RegularExpression", value="(?i)^/old/.*$"),
        headers=(gw.HTTPHeaderMatch(type="Exact", name="X-Canary", value="always"),),
        query_params=(gw.HTTPQueryParamMatch(type="RegularExpression", name="v", value="[12]"),),
        method="GET",
    )
    return (
        gw.HTTPRouteRule(
            name="api",
            matches=(path("/api"),),
            filters=(
                gw.RequestHeaderModifierFilter(request_header_modifier=HEADERS),
                gw.ResponseHeaderModifierFilter(response_header_modifier=HEADERS),
                mirror(percent=5),
                mirror(),
                gw.URLRewriteFilter(url_rewrite=rewrite),
                gw.CORSFilter(cors=cors),
                gw.ExtensionRefFilter(extension_ref=extension),
            ),
            backend_refs=(backend(weight=90), backend("canary", weight=0)),
            timeouts=gw.HTTPRouteTimeouts(request="1m30s", backend_request="90s"),
        ),
        gw.HTTPRouteRule(
            name="old",
            matches=(narrow, path("/gone", "Exact")),
            filters=(gw.RequestRedirectFilter(request_redirect=redirect),),
        ),
    )


def http_route() -> gw.HTTPRoute:
    parents = (
        gw.parent_to(shape.GATEWAY, "shared", namespace="infra", section_name="http"),
        gw.parent_to(shape.GATEWAY, "shared", namespace="infra", section_name="https"),
        gw.parent_to(shape.LISTENER_SET, "web"),
    )
    hostnames = ("shop.example.com", "*.shop.example.com")
    return gw.HTTPRoute(
        metadata=META, spec=gw.HTTPRouteSpec(parent_refs=parents, hostnames=hostnames, rules=http_rules())
    )


def listener(name: str, hostname: str | None = None) -> gw.Listener:
    secret = gw.SecretObjectReference(group="", kind="Secret", namespace="shop", name="web-tls")
    only = gw.LabelSelectorRequirement(key="kubernetes.io/metadata.name", operator="In", values=("shop", "blog"))
    return gw.Listener(
        name=name,
        hostname=UNSET if hostname is None else hostname,
        port=443,
        protocol="HTTPS",
        tls=gw.ListenerTLS(mode="Terminate", certificate_refs=(secret,)),
        allowed_routes=gw.AllowedRoutes(
            namespaces=gw.RouteNamespaces(from_="Selector", selector=gw.LabelSelector(match_expressions=(only,)))
        ),
    )


def listeners() -> tuple[gw.Listener, ...]:
    same = gw.AllowedRoutes(namespaces=gw.RouteNamespaces(from_="Same"))
    plain = gw.Listener(name="http", hostname="shop.example.com", port=80, protocol="HTTP", allowed_routes=same)
    through = gw.Listener(
        name="tls",
        hostname="db.example.com",
        port=443,
        protocol="TLS",
        tls=gw.ListenerTLS(mode="Passthrough"),
        allowed_routes=same,
    )
    return (plain, listener("https", "shop.example.com"), listener("https-2", "*.example.com"), through)


def gateway() -> gw.Gateway:
    spec = gw.GatewaySpec(gateway_class_name="eg", listeners=(*listeners(), listener("https-any")))
    return gw.Gateway(metadata=META, spec=spec)


def listener_set() -> gw.ListenerSet:
    parent = gw.ParentGatewayReference(
        group=shape.GATEWAY.group, kind=shape.GATEWAY.kind, namespace="infra", name="shared"
    )
    return gw.ListenerSet(metadata=META, spec=gw.ListenerSetSpec(parent_ref=parent, listeners=listeners()))


def grpc_route() -> gw.GRPCRoute:
    method = gw.GRPCMethodMatch(type="Exact", service="shop.v1.Cart", method="Add")
    header = gw.GRPCHeaderMatch(type="Exact", name="X-Canary", value="always")
    rule = gw.GRPCRouteRule(
        name="cart",
        matches=(gw.GRPCRouteMatch(method=method, headers=(header,)), gw.GRPCRouteMatch(headers=(header,))),
        filters=(gw.RequestHeaderModifierFilter(request_header_modifier=HEADERS), mirror()),
        backend_refs=(gw.GRPCBackendRef(group="", kind="Service", name="cart", port=50051, weight=1),),
    )
    parents = (gw.parent_to(shape.GATEWAY, "shared", namespace="infra"),)
    return gw.GRPCRoute(
        metadata=META,
        spec=gw.GRPCRouteSpec(parent_refs=parents, hostnames=("grpc.example.com",), rules=(rule, gw.GRPCRouteRule())),
    )


def tls_route() -> gw.TLSRoute:
    to = gw.BackendRef(group="", kind="Service", name="db", port=5432, weight=1)
    parents = (gw.parent_to(shape.GATEWAY, "shared", namespace="infra", section_name="tls"),)
    rules = (gw.TLSRouteRule(name="all", backend_refs=(to,)),)
    return gw.TLSRoute(
        metadata=META,
        spec=gw.TLSRouteSpec(parent_refs=parents, hostnames=("db.example.com", "*.db.example.com"), rules=rules),
    )


def reference_grant() -> gw.ReferenceGrant:
    allowed = gw.ReferenceGrantFrom(group=shape.GATEWAY_API, kind="HTTPRoute", namespace="shop")
    to = (gw.ReferenceGrantTo(group="", kind="Service", name="api"), gw.ReferenceGrantTo(group="", kind="Secret"))
    return gw.ReferenceGrant(metadata=META, spec=gw.ReferenceGrantSpec(from_=(allowed,), to=to))


def backend_tls_policy() -> gw.BackendTLSPolicy:
    validation = gw.BackendTLSPolicyValidation(
        ca_certificate_refs=(CONFIG_MAP,),
        hostname="api.shop.svc",
        subject_alt_names=(gw.HostnameAltName(hostname="*.shop.svc"), gw.URIAltName(uri="spiffe://shop/api")),
    )
    targets = (gw.target_of(shape.SERVICE, "api", section_name="https"),)
    return gw.BackendTLSPolicy(
        metadata=META,
        spec=gw.BackendTLSPolicySpec(target_refs=targets, validation=validation, options={"example.com/x": "y"}),
    )


SAMPLES: tuple[Manifest, ...] = (
    gateway(),
    listener_set(),
    http_route(),
    grpc_route(),
    tls_route(),
    reference_grant(),
    backend_tls_policy(),
    envoy_backend(),
    backend_traffic_policy(),
    client_traffic_policy(),
    http_route_filter(),
    security_policy(),
)
"""In the order of ``shape.EMITTED``."""
