"""Copies of requests: the filter RequestMirror, what it points to, and what allows that.

https://gateway-api.sigs.k8s.io/reference/spec/#httprequestmirrorfilter
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from gatelift.config.target import EnvoyGateway
from gatelift.intent.base import Risk, known
from gatelift.intent.mirroring import Mirror, MirrorEndpoint
from gatelift.intent.outcome import Note, differs, refused
from gatelift.manifests.backends import Backend
from gatelift.manifests.filters import HTTPRequestMirror, RequestMirrorFilter
from gatelift.manifests.model import Manifest
from gatelift.manifests.references import BackendObjectReference
from gatelift.manifests.shape import BACKEND, HTTP_ROUTE, SERVICE
from gatelift.targets import _reach as reach
from gatelift.targets.base import Contribution, RouteView

_NO_COPIES = "accept under accept: that no copies are sent"
_TLS = "spec/tls"
_SNI = "spec/tls/sni"


def to_service(intent: Mirror, view: RouteView) -> Contribution | Note:
    """Plain Gateway API: a copy goes to a Service."""
    endpoint = _settled(intent)
    if isinstance(endpoint, Note):
        return endpoint
    if endpoint.namespace is None:
        return refused(
            f"Gateway API sends copies over plain HTTP to a Service, and {endpoint.scheme}://{endpoint.host} is none",
            f"use the target envoy-gateway, or {_NO_COPIES}",
            Risk.TRAFFIC,
        )
    return _service(intent, endpoint, endpoint.namespace, view)


def to_anywhere(intent: Mirror, view: RouteView) -> Contribution | Note:
    """Envoy Gateway: a host outside, and TLS that is not verified, stand behind a Backend, as nginx treats them."""
    endpoint = _settled(intent)
    if isinstance(endpoint, Note):
        return endpoint
    if endpoint.namespace is not None:
        return _service(intent, endpoint, endpoint.namespace, view)
    if endpoint.scheme == "https" and not view.has(BACKEND, _TLS):
        release = view.since(BACKEND, _TLS)
        why = f"a Backend cannot be spoken to over TLS before {release}"
        return refused(why, f"upgrade to {release}, or send the copies over plain HTTP", Risk.TRAFFIC)
    made = _backend(endpoint, view)
    why = (
        f"copies go to {endpoint.host} through a Backend, for which Envoy Gateway needs extensionApis.enableBackend, "
        "or every request ends with 500"
        + ("; its certificate is not verified, as today" if endpoint.scheme == "https" else "")
    )
    reference = BackendObjectReference(
        group=BACKEND.group, kind=BACKEND.kind, name=made.metadata.name, port=endpoint.port
    )
    return _made(intent, endpoint, reference, (made,), view, differs(why))


def _settled(intent: Mirror) -> MirrorEndpoint | Note:
    """Where the copies go, if they may: whoever keeps bodies from the target may have to (passwords, personal data)."""
    if not isinstance(intent.endpoint, MirrorEndpoint):
        return refused("where the copies go is not settled", "see what is said about mirror-target", Risk.TRAFFIC)
    if intent.body is False:
        return refused(
            "the copies would carry the body of the request, which mirror-request-body: off leaves out today",
            f"remove mirror-request-body if the target may see what clients send; else {_NO_COPIES}",
            Risk.TRAFFIC,
        )
    return intent.endpoint


def _service(intent: Mirror, endpoint: MirrorEndpoint, namespace: str, view: RouteView) -> Contribution | Note:
    if (problem := _risky(endpoint, namespace, view)) is not None:
        return problem
    away = namespace != view.namespace
    reference = BackendObjectReference(
        group=SERVICE.group,
        kind=SERVICE.kind,
        namespace=namespace if away else UNSET,
        name=endpoint.host,
        port=endpoint.port,
    )
    allowed = (reach.grant(HTTP_ROUTE, endpoint.host, namespace, "mirror", view),) if away else ()
    seen = f"{namespace}/{endpoint.host}" in view.services
    unseen = differs(
        f"Service {namespace}/{endpoint.host} was not seen: while it is missing, the gateway may answer every request "
        "with an error, where nginx only drops the copies"
    )
    return _made(intent, endpoint, reference, allowed, view, *(() if seen else (unseen,)))


def _risky(endpoint: MirrorEndpoint, namespace: str, view: RouteView) -> Note | None:
    """A mirror that cannot be set up takes the route along: Envoy Gateway answers 500 then, also to the clients."""
    where = f"Service {namespace}/{endpoint.host}"
    service = view.services.get(f"{namespace}/{endpoint.host}")
    release = view.spec.envoy_gateway
    why, todo = "", ""
    if not view.namespace:
        why = f"the Ingress has no namespace in its manifest, so who may send copies to {where} cannot be said"
        todo = "write metadata.namespace"
    elif release is not None and release < EnvoyGateway.V1_8:
        # https://github.com/envoyproxy/gateway/pull/8675
        why = f"before Envoy Gateway 1.8 every request is answered with 500 while {where} has no endpoints"
        todo = f"upgrade to Envoy Gateway 1.8, or {_NO_COPIES}"
    elif service is not None and (service.external_name or service.port(endpoint.port) is None):
        missing = "is an ExternalName" if service.external_name else f"has no port {endpoint.port}"
        why = f"{where} {missing}, so the gateway would answer every request with an error"
        todo = f"correct mirror-target, or {_NO_COPIES}"
    return refused(why, todo, Risk.TRAFFIC) if why else None


def _made(
    intent: Mirror,
    endpoint: MirrorEndpoint,
    reference: BackendObjectReference,
    objects: tuple[Manifest, ...],
    view: RouteView,
    *more: Note,
) -> Contribution:
    mirror = RequestMirrorFilter(request_mirror=HTTPRequestMirror(backend_ref=reference))
    notes = [*(("endpoint", note) for note in more), *_notes(intent, endpoint, view)]
    return Contribution(filters=(mirror,), objects=objects, notes=tuple(notes))


def _notes(intent: Mirror, endpoint: MirrorEndpoint, view: RouteView) -> Iterator[tuple[str, Note]]:
    if (said := _host(intent, endpoint, view)) is not None:
        yield "host" if known(intent.host) else "endpoint", differs(said)


def _host(intent: Mirror, endpoint: MirrorEndpoint, view: RouteView) -> str | None:
    """The Host header of a copy is the request's; nginx sends another one unless it is told to send the same."""
    full = endpoint.host if endpoint.namespace is None else f"{endpoint.host}.{endpoint.namespace}.svc…"
    today = intent.host if isinstance(intent.host, str) else full
    suffix = ""
    if view.spec.envoy_gateway is not None and view.spec.envoy_gateway < EnvoyGateway.V1_6:
        suffix = " with -shadow behind it"
    hosts = {host for host in view.ingress.hosts if host}
    same = today in ("$host", "$http_host", "${host}", "${http_host}") or {today} == hosts
    if same and not suffix:
        return None
    return f"the copies have the Host header of the request{suffix}, where nginx sends {today}"


def _backend(endpoint: MirrorEndpoint, view: RouteView) -> Backend:
    tls = endpoint.scheme == "https"
    # Without a name of its own the connection would ask for the certificate of the request's Host.
    sni = endpoint.host if tls and view.has(BACKEND, _SNI) else UNSET
    return reach.outside(endpoint.host, endpoint.port, "mirror", view, tls=tls, sni=sni)
