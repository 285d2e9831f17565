"""Envoy Gateway, with the Gateway API that it was compiled with or an older one; Calico Ingress Gateway ships it.

https://gateway.envoyproxy.io/docs/api/extension_types/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET, UnsetType

from gatelift.config.target import TargetName, named
from gatelift.intent.answers import DirectAnswer
from gatelift.intent.balancing import Balancing, HashBy, ServiceAddress
from gatelift.intent.bandwidth import Bandwidth
from gatelift.intent.base import Risk
from gatelift.intent.buffers import HeaderRoom
from gatelift.intent.errors import ErrorAnswers
from gatelift.intent.headers import RequestHeaders, ResponseHeaders
from gatelift.intent.mirroring import Mirror
from gatelift.intent.outcome import Note, differs, refused
from gatelift.intent.route import ServiceBackend
from gatelift.intent.routing import RegexRewrite
from gatelift.intent.security import BasicAuth, ExternalAuth, RateLimit, SourceRanges
from gatelift.intent.tls import BackendCiphers, BackendClientCertificate, BackendIdentity
from gatelift.intent.traffic import Affinity, BackendProtocol, BodyLimit, Cors, Retries, Timeouts
from gatelift.manifests.availability import MERGE_TYPE
from gatelift.manifests.backend_traffic import BackendTrafficPolicy, BackendTrafficPolicySpec, HTTPTimeout, Timeout
from gatelift.manifests.backends import (
    AppProtocol,
    Backend,
    BackendEndpoint,
    BackendSpec,
    FQDNEndpoint,
)
from gatelift.manifests.filters import ExtensionRefFilter
from gatelift.manifests.model import Manifest, ObjectMeta
from gatelift.manifests.policy_targets import InlineBody, MergeType
from gatelift.manifests.references import LocalObjectReference, PolicyTargetReference
from gatelift.manifests.route_filter import (
    DirectResponse,
    HTTPRouteFilter,
    HTTPRouteFilterSpec,
    ReplaceRegex,
    ReplaceRegexMatch,
    URLRewrite,
)
from gatelift.manifests.security import SecurityPolicy, SecurityPolicySpec
from gatelift.manifests.shape import (
    BACKEND,
    BACKEND_TRAFFIC_POLICY,
    HTTP_ROUTE_FILTER,
    SECURITY_POLICY,
    SERVICE,
    Kind,
)
from gatelift.targets import _envoy_balancing as balancing
from gatelift.targets import _envoy_limits as limits
from gatelift.targets import _envoy_security as security
from gatelift.targets import _envoy_tls as transport
from gatelift.targets import _envoy_traffic as traffic
from gatelift.targets import _headers as headers
from gatelift.targets import _mirrors as mirrors
from gatelift.targets import standard
from gatelift.targets._envoy_answers import direct_answer
from gatelift.targets._envoy_errors import error_answers
from gatelift.targets.base import BackendPlan, Contribution, RouteView, Target


def regex_rewrite(intent: RegexRewrite, view: RouteView) -> Contribution:
    """An HTTPRouteFilter: Gateway API has no rewrite by regular expression."""
    made = HTTPRouteFilter(
        metadata=view.meta(view.ordinal("rewrite", intent)),
        spec=HTTPRouteFilterSpec(
            url_rewrite=URLRewrite(
                path=ReplaceRegexMatch(
                    replace_regex_match=ReplaceRegex(pattern=intent.pattern, substitution=intent.substitution)
                )
            )
        ),
    )
    return Contribution(filters=(extension(made),), objects=(made,))


def extension(made: HTTPRouteFilter) -> ExtensionRefFilter:
    """The filter of a route that points to ``made``."""
    name = made.metadata.name
    return ExtensionRefFilter(
        extension_ref=LocalObjectReference(group=HTTP_ROUTE_FILTER.group, kind=HTTP_ROUTE_FILTER.kind, name=name)
    )


def deny(view: RouteView) -> Contribution:
    """403 from the gateway itself, saying why."""
    body = InlineBody(inline=f"Withheld: Ingress {view.ingress.ref} was not translated.\n")
    made = HTTPRouteFilter(
        metadata=view.meta("closed"),
        spec=HTTPRouteFilterSpec(direct_response=DirectResponse(status_code=403, content_type="text/plain", body=body)),
    )
    return Contribution(filters=(extension(made),), objects=(made,))


H2C = "kubernetes.io/h2c"


def backend(ref: ServiceBackend, protocol: BackendProtocol, view: RouteView) -> BackendPlan | Note:
    """A Service where that says enough; a Backend for external names, unverified TLS and gRPC (T24, T37, T38)."""
    service = view.service(ref.service)
    external = service.external_name if service else ""
    tls = protocol.protocol in ("HTTPS", "GRPCS")
    grpc = protocol.protocol in ("GRPC", "GRPCS")
    port = service.port(ref.port) if service else None
    if tls and not transport.by_backend(protocol, bool(external), view):
        if external:
            return _external_unverified(ref, view)
        plan = BackendPlan(kind=SERVICE, name=ref.service, port=int(ref.port))
        return standard.verified(plan, ref, protocol, view)
    if not external and not tls and (not grpc or (port is not None and port.app_protocol == H2C)):
        return BackendPlan(kind=SERVICE, name=ref.service, port=int(ref.port))
    if not ref.namespace and (not external or protocol.upstream.client):
        return refused(
            f"Service {ref.service} has no namespace in its manifest, so its name in the cluster's DNS is not known",
            "write metadata.namespace",
            Risk.ROUTING,
        )
    if tls and not view.has(BACKEND, "spec/tls"):
        return standard.unverified()
    return _own_backend(ref, external.rstrip(".").lower(), protocol, view)


def _external_unverified(ref: ServiceBackend, view: RouteView) -> Note:
    first = view.since(BACKEND, transport.CLIENT)
    return refused(
        f"Service {ref.service} is an ExternalName, and whom its certificate must name can be said since {first} only",
        f"upgrade to {first} and say so with --target, or give the Service endpoints of its own",
        Risk.SECURITY,
    )


def _own_backend(ref: ServiceBackend, external: str, protocol: BackendProtocol, view: RouteView) -> BackendPlan:
    tls, grpc = protocol.protocol in ("HTTPS", "GRPCS"), protocol.protocol in ("GRPC", "GRPCS")
    hostname = external or f"{ref.service}.{ref.namespace}.svc.cluster.local"
    protocols: tuple[AppProtocol, ...] = ("gateway.envoyproxy.io/h2c",) if grpc and not tls else ()
    endpoint = BackendEndpoint(fqdn=FQDNEndpoint(hostname=hostname, port=int(ref.port)))
    made = Backend(
        metadata=ObjectMeta(
            name=view.name(f"{ref.service}-{ref.port}"), namespace=ref.namespace, labels=dict(view.labels)
        ),
        spec=BackendSpec(
            type="Endpoints" if view.has(BACKEND, "spec/type") else UNSET,
            endpoints=(endpoint,),
            app_protocols=protocols,
            tls=transport.settings(protocol, ref, external, view) if tls else UNSET,
        ),
    )
    secure = "its certificate is not verified today" if protocol.trust == "insecure" else "its TLS is described there"
    why = "it is an ExternalName" if external else (secure if tls else "it speaks gRPC")
    note = differs(
        f"Service {ref.service} stands behind a Backend, because {why}: connections go to {hostname}, "
        "and Envoy Gateway needs extensionApis.enableBackend"
    )
    return BackendPlan(kind=BACKEND, name=made.metadata.name, port=None, objects=(made,), notes=(note,))


def policies(
    traffic: Mapping[str, Any], security: Mapping[str, Any], routes: Sequence[PolicyTargetReference], view: RouteView
) -> tuple[Manifest, ...]:
    """One policy of each kind on all routes of the Ingress: of two on one route, Envoy Gateway takes the older (T39).

    A route's policy replaces the Gateway's unless it says that it merges; the Gateway's may restrict access.
    """
    refs = tuple(routes)
    made: list[Manifest] = []
    if security:
        merging = _merging(SECURITY_POLICY, view)
        spec = SecurityPolicySpec(target_refs=refs, merge_type=merging, **security)
        made.append(SecurityPolicy(metadata=view.meta(), spec=spec))
    if traffic:
        merging = _merging(BACKEND_TRAFFIC_POLICY, view)
        made.append(
            BackendTrafficPolicy(
                metadata=view.meta(), spec=BackendTrafficPolicySpec(target_refs=refs, merge_type=merging, **traffic)
            )
        )
    return tuple(made)


def _merging(kind: Kind, view: RouteView) -> MergeType | UnsetType:
    return "StrategicMerge" if view.has(kind, MERGE_TYPE) else UNSET


def replaces(kind: Kind, view: RouteView) -> Note | None:
    """What is said of a policy that a release without ``mergeType`` puts in the place of the Gateway's (T39)."""
    if view.has(kind, MERGE_TYPE):
        return None
    why = (
        f"before {view.since(kind, MERGE_TYPE)} this {kind.kind} takes the place of one on the Gateway: "
        "what that one asks for no longer holds for these routes"
    )
    if kind not in view.gateway_policies:
        return differs(why)
    todo = f"upgrade to {view.since(kind, MERGE_TYPE)}, or ask for it in a {kind.kind} of your own that holds both"
    return refused(f"{why}, and there is one", todo, Risk.SECURITY)


target = Target(
    name="envoy-gateway",
    summary="Gateway API with the extensions of Envoy Gateway",
    spec=named(TargetName.ENVOY_GATEWAY),
    runs_on=lambda spec: spec.envoy_gateway is not None,
    consumers={
        **standard.target.consumers,
        Cors: security.cors,
        RequestHeaders: headers.escaped,
        ResponseHeaders: headers.escaped,
        RegexRewrite: regex_rewrite,
        DirectAnswer: direct_answer,
        Timeouts: traffic.timeouts,
        Retries: traffic.retries,
        BodyLimit: traffic.body_limit,
        Affinity: traffic.affinity,
        Balancing: balancing.balancing,
        HashBy: balancing.hash_by,
        ServiceAddress: balancing.service_address,
        RateLimit: limits.rate_limit,
        Bandwidth: limits.bandwidth,
        HeaderRoom: limits.header_room,
        Mirror: mirrors.to_anywhere,
        SourceRanges: security.source_ranges,
        BasicAuth: security.basic_auth,
        ExternalAuth: security.external_auth,
        BackendClientCertificate: transport.client_certificate,
        BackendIdentity: transport.identity,
        BackendCiphers: transport.ciphers,
        ErrorAnswers: error_answers,
    },
    backend=backend,
    deny=deny,
    request_timeout="0s",
    grpc_over_http=True,
    regex_order=True,
    policies=policies,
    replaces=replaces,
    client=traffic.client,
    guard=transport.guard,
    grpc_traffic={"timeout": Timeout(http=HTTPTimeout(request_timeout="0s"))},
)
