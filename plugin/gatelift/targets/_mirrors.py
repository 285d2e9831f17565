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
            "use the target envoy-gateway, or accept under accept: that no copies are sent",
            Risk.TRAFFIC,
        )
    return _service(intent, endpoint, view)


def to_anywhere(intent: Mirror, view: RouteView) -> Contribution | Note:
    """Envoy Gateway: a host outside, and TLS that is not verified, stand behind a Backend, as nginx treats them."""
    endpoint = _settled(intent)
    if isinstance(endpoint, Note):
        return endpoint
    if endpoint.namespace is not None:
        return _service(intent, endpoint, view)
    if endpoint.scheme == "https" and not view.has(BACKEND, _TLS):
        release = view.since(BACKEND, _TLS)
        why = f"a Backend cannot be spoken to over TLS before {release}"
        return refused(why, f"upgrade to {release}, or send the copies over plain HTTP", Risk.TRAFFIC)
    made = _backend(endpoint, view)
    why = (
        f"copies go to {endpoint.host} through a Backend, for which Envoy Gateway needs extensionApis.enableBackend"
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
            "remove mirror-request-body if the target may see what clients send; else accept under accept: that no "
            "copies are sent",
            Risk.TRAFFIC,
        )
    return intent.endpoint


def _service(intent: Mirror, endpoint: MirrorEndpoint, view: RouteView) -> Contribution:
    namespace = endpoint.namespace or ""
    away = namespace != view.namespace
    reference = BackendObjectReference(
        group=SERVICE.group,
        kind=SERVICE.kind,
        namespace=namespace if away else UNSET,
        name=endpoint.host,
        port=endpoint.port,
    )
    allowed = reach.grant(HTTP_ROUTE, endpoint.host, namespace, "mirror", view)
    return _made(intent, endpoint, reference, (allowed,) if away and view.namespace else (), view)


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
