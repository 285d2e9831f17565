"""Gateway API and nothing else: what every conformant implementation can be asked for.

https://gateway-api.sigs.k8s.io/reference/spec/
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType, structs

from gatelift.config.target import GatewayAPI, TargetName, named
from gatelift.intent.balancing import Balancing, ServiceAddress
from gatelift.intent.base import Risk, known
from gatelift.intent.buffers import HeaderRoom
from gatelift.intent.headers import RequestHeaders, ResponseHeaders
from gatelift.intent.mirroring import Mirror
from gatelift.intent.outcome import Note, differs, refused
from gatelift.intent.redirects import Hsts
from gatelift.intent.route import ServiceBackend
from gatelift.intent.routing import ForwardedPrefix, FullPathRewrite, PrefixRewrite, UpstreamHost
from gatelift.intent.tls import BackendClientCertificate, BackendIdentity
from gatelift.intent.traffic import BackendProtocol, Cors
from gatelift.manifests.backend_tls import BackendTLSPolicy, BackendTLSPolicySpec, BackendTLSPolicyValidation
from gatelift.manifests.filters import (
    HTTPCORS,
    CORSFilter,
    HTTPHeader,
    HTTPHeaderFilter,
    HTTPPathModifier,
    HTTPURLRewrite,
    ReplaceFullPath,
    ReplacePrefixMatch,
    RequestHeaderModifierFilter,
    ResponseHeaderModifierFilter,
    URLRewriteFilter,
)
from gatelift.manifests.model import ObjectMeta
from gatelift.manifests.names import cut
from gatelift.manifests.references import LocalObjectReference, target_of
from gatelift.manifests.shape import CONFIG_MAP, HTTP_ROUTE, SECRET, SERVICE
from gatelift.targets import _headers as headers
from gatelift.targets import _implementation as implementation
from gatelift.targets import _mirrors as mirrors
from gatelift.targets.base import BackendPlan, Contribution, RouteView, Target

CORS_METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS")
CORS_HEADERS = (
    "DNT",
    "Keep-Alive",
    "User-Agent",
    "X-Requested-With",
    "If-Modified-Since",
    "Cache-Control",
    "Content-Type",
    "Range",
    "Authorization",
)
CORS_MAX_AGE = 1728000
"""ingress-nginx's defaults: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#enable-cors"""


class CorsAnswer(msgspec.Struct, frozen=True):
    """What preflights are answered with, once ingress-nginx's defaults are written out; ``max_age`` in seconds."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    expose: tuple[str, ...]
    credentials: bool
    max_age: int


def cors_answer(intent: Cors) -> CorsAnswer:
    """What the Ingress leaves to ingress-nginx's defaults is filled in (trap T27, 1.8)."""
    origins = intent.origins if isinstance(intent.origins, tuple) else ("*",)
    return CorsAnswer(
        origins=origins,
        methods=intent.methods if isinstance(intent.methods, tuple) else CORS_METHODS,
        headers=intent.headers if isinstance(intent.headers, tuple) else CORS_HEADERS,
        expose=intent.expose if isinstance(intent.expose, tuple) else (),
        # T27: with every origin allowed, browsers refuse ingress-nginx's credentials; a gateway would grant them.
        credentials="*" not in origins and intent.credentials is not False,
        max_age=intent.max_age if isinstance(intent.max_age, int) else CORS_MAX_AGE,
    )


PREFLIGHTS = differs("only real preflights are answered by the gateway; nginx answers every OPTIONS request with 204")
_CORS = "spec/rules/*/filters/*/type=CORS"


def cors(intent: Cors, view: RouteView) -> Contribution | Note:
    """The CORS filter, where it is there."""
    if not view.has(HTTP_ROUTE, _CORS):
        why = f"routes have CORS since {view.since(HTTP_ROUTE, _CORS)}: {intent.lost}"
        return refused(why, "upgrade, or let the application answer for other origins", Risk.ROUTING)
    if view.spec.understood >= GatewayAPI.V1_4:
        return cors_filter(intent)
    return _first_cors(intent)


def _first_cors(intent: Cors) -> Contribution | Note:
    """Gateway API 1.3 takes no ``*`` for an origin, and of credentials only that they are allowed."""
    answer = cors_answer(intent)
    if "*" in answer.origins:
        todo = "upgrade to Gateway API 1.4, or name the origins in cors-allow-origin"
        return refused("before Gateway API 1.4 a CORS filter cannot let in every origin", todo, Risk.ROUTING)
    return cors_filter(intent, UNSET if not answer.credentials else True)


def cors_filter(intent: Cors, credentials: bool | UnsetType | None = None) -> Contribution:
    """CORS as a filter of each rule; ``credentials`` as it is to be written, ``None`` as the intent says."""
    answer = cors_answer(intent)
    filter_ = HTTPCORS(
        allow_origins=answer.origins,
        allow_credentials=answer.credentials if credentials is None else credentials,
        allow_methods=answer.methods,  # type: ignore[arg-type]  # the unit checked them, and the object is checked again
        allow_headers=answer.headers,
        expose_headers=answer.expose,
        max_age=answer.max_age,
    )
    return Contribution(filters=(CORSFilter(cors=filter_),), notes=(("enabled", PREFLIGHTS),))


def hsts(intent: Hsts, view: RouteView) -> Contribution:
    """The header that ingress-nginx sends on HTTPS (trap T18)."""
    header = HTTPHeader(name="Strict-Transport-Security", value=intent.value)
    modifier = HTTPHeaderFilter(set=(header,))
    return Contribution(filters=(ResponseHeaderModifierFilter(response_header_modifier=modifier),))


def forwarded_prefix(intent: ForwardedPrefix, view: RouteView) -> Contribution:
    """A request header."""
    modifier = HTTPHeaderFilter(set=(HTTPHeader(name="X-Forwarded-Prefix", value=intent.value),))
    return Contribution(filters=(RequestHeaderModifierFilter(request_header_modifier=modifier),))


def upstream_host(intent: UpstreamHost, view: RouteView) -> Contribution:
    """``URLRewrite.hostname``: a header modifier for ``Host`` is refused by Envoy Gateway."""
    return Contribution(filters=(URLRewriteFilter(url_rewrite=HTTPURLRewrite(hostname=intent.host)),))


def _path_filter(path: HTTPPathModifier) -> Contribution:
    return Contribution(filters=(URLRewriteFilter(url_rewrite=HTTPURLRewrite(path=path)),))


def full_path_rewrite(intent: FullPathRewrite, view: RouteView) -> Contribution:
    """The whole path, by a literal one."""
    return _path_filter(ReplaceFullPath(replace_full_path=intent.path))


def prefix_rewrite(intent: PrefixRewrite, view: RouteView) -> Contribution:
    """The matched prefix."""
    return _path_filter(ReplacePrefixMatch(replace_prefix_match=intent.prefix))


def backend(ref: ServiceBackend, protocol: BackendProtocol, view: RouteView) -> BackendPlan | Note:
    """A Service. HTTPS needs a BackendTLSPolicy, which always verifies (trap T37)."""
    service = view.service(ref.service)
    if service is not None and service.external_name:
        return refused(
            f"Service {ref.service} is an ExternalName, which Gateway API lets implementations refuse (T24)",
            "give it endpoints of its own, or use the target envoy-gateway",
            Risk.ROUTING,
        )
    plan = BackendPlan(kind=SERVICE, name=ref.service, port=int(ref.port))
    if protocol.protocol not in ("HTTPS", "GRPCS"):
        return plan
    if protocol.trust == "insecure":
        return unverified()
    if protocol.trust.startswith(SECRET_TRUST):
        return _authority_in_a_secret(protocol.trust.removeprefix(SECRET_TRUST), ref.namespace)
    return verified(plan, ref, protocol, view)


SECRET_TRUST = "secret/"  # noqa: S105 - a kind, no value


def _authority_in_a_secret(name: str, namespace: str) -> Note:
    """Gateway API asks implementations to read authorities from ConfigMaps; a Secret is an extension."""
    where = f"--namespace {namespace} " if namespace else ""
    return refused(
        f"ingress-nginx checks the backend's certificate with ca.crt of the Secret {name}, and Gateway API reads "
        "authorities from ConfigMaps",
        f"run `kubectl get secret {name} {where}-o jsonpath='{{.data.ca\\.crt}}' | base64 -d > ca.crt` and `kubectl "
        f"create configmap {name}-ca {where}--from-file=ca.crt`, then write "
        f"'decide: {{backendTLS: configmap/{name}-ca}}'",
        Risk.SECURITY,
    )


def unverified() -> Note:
    """Where no object speaks TLS without looking at the certificate."""
    return refused(
        "ingress-nginx does not verify the backend's certificate, and the target only speaks verified TLS (T37)",
        "write 'decide: {backendTLS: system}', or 'decide: {backendTLS: configmap/NAME}' with its authority",
        Risk.ROUTING,
    )


def verified(plan: BackendPlan, ref: ServiceBackend, protocol: BackendProtocol, view: RouteView) -> BackendPlan | Note:
    """``plan`` with the BackendTLSPolicy that verifies it. It holds for every route to the Service's port."""
    if not ref.namespace:
        return refused(
            f"Service {ref.service} has no namespace in its manifest, so the name on its certificate is not known",
            "write metadata.namespace",
            Risk.ROUTING,
        )
    service = view.service(ref.service)
    port = service.port(ref.port) if service else None
    policy = BackendTLSPolicy(
        # Named after the Service, and without the Ingress's labels: Ingresses that share the Service share the policy.
        metadata=ObjectMeta(name=cut(f"{ref.service}-{ref.port}-tls", ref.service), namespace=ref.namespace),
        spec=BackendTLSPolicySpec(
            target_refs=(target_of(SERVICE, ref.service, section_name=port.name if port and port.name else UNSET),),
            validation=_validation(identity(ref, protocol), protocol.trust),
        ),
    )
    note = differs("the backend's certificate is verified now, and for every route to this port of the Service (T37)")
    return structs.replace(plan, objects=(*plan.objects, policy), notes=(*plan.notes, note))


def identity(ref: ServiceBackend, protocol: BackendProtocol) -> str:
    """The name that the backend's certificate must bear."""
    return protocol.upstream.name or f"{ref.service}.{ref.namespace}.svc"


def authority(trust: str) -> LocalObjectReference | None:
    """The object beside the Ingress that holds the authority, under ``ca.crt``; ``None``: the system's authorities."""
    if trust == "system":
        return None
    kind, _, name = trust.partition("/")
    found = SECRET if kind == "secret" else CONFIG_MAP
    return LocalObjectReference(group=found.group, kind=found.kind, name=name)


def _validation(hostname: str, trust: str) -> BackendTLSPolicyValidation:
    reference = authority(trust)
    if reference is None:
        return BackendTLSPolicyValidation(hostname=hostname, well_known_ca_certificates="System")
    return BackendTLSPolicyValidation(hostname=hostname, ca_certificate_refs=(reference,))


def client_certificate(intent: BackendClientCertificate, view: RouteView) -> Note:
    """One for the whole Gateway is all that Gateway API has."""
    return refused(
        "Gateway API has no client certificate for one backend, only one that the whole Gateway shows to every backend",
        "set spec.tls.backend.clientCertificateRef of the Gateway (since Gateway API 1.5) to a Secret in the Gateway's "
        "namespace, then name this annotation under accept: with that as the reason; or use the target envoy-gateway",
        Risk.SECURITY,
    )


def backend_identity(intent: BackendIdentity, view: RouteView) -> Contribution:
    """Said by the policy on the backend; a name that is checked is also sent."""
    sends = known(intent.sends_name) or intent.verify is not True
    why = "the gateway also sends the name that it checks in the TLS handshake"
    return Contribution(notes=() if sends else (("name", differs(why)),))


def deny(view: RouteView) -> Contribution:
    """A rule without a backend: Gateway API asks for an error status, whatever the implementation."""
    return Contribution()


target = Target(
    name="standard",
    summary="Gateway API alone, on any implementation",
    spec=named(TargetName.STANDARD),
    runs_on=lambda spec: spec.envoy_gateway is None,
    consumers={
        Cors: cors,
        Hsts: hsts,
        ForwardedPrefix: forwarded_prefix,
        RequestHeaders: headers.plain,
        ResponseHeaders: headers.plain,
        UpstreamHost: upstream_host,
        BackendClientCertificate: client_certificate,
        BackendIdentity: backend_identity,
        FullPathRewrite: full_path_rewrite,
        PrefixRewrite: prefix_rewrite,
        Mirror: mirrors.to_service,
        Balancing: implementation.balancing,
        ServiceAddress: implementation.service_address,
        HeaderRoom: implementation.header_room,
    },
    backend=backend,
    deny=deny,
    request_timeout=None,
    grpc_over_http=False,
)
