"""What lets routes and policies reach something beyond their namespace or the cluster."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from gatelift.manifests.backends import Backend, BackendEndpoint, BackendSpec, BackendTLSSettings, FQDNEndpoint
from gatelift.manifests.grants import ReferenceGrant, ReferenceGrantFrom, ReferenceGrantSpec, ReferenceGrantTo
from gatelift.manifests.model import ObjectMeta
from gatelift.manifests.names import cut
from gatelift.manifests.shape import BACKEND, SERVICE, Kind
from gatelift.targets.base import RouteView


def grant(referrer: Kind, service: str, namespace: str, suffix: str, view: RouteView) -> ReferenceGrant:
    """Lets objects of kind ``referrer`` in the Ingress's namespace point to one Service of another (T25)."""
    name = view.name(suffix)
    return ReferenceGrant(
        metadata=ObjectMeta(
            # A namespace holds no dot, so that no two Ingresses can mean the same name.
            name=cut(f"{view.namespace}.{name}", f"{view.namespace}/{name}"),
            namespace=namespace,
            labels=dict(view.labels),
        ),
        spec=ReferenceGrantSpec(
            from_=(ReferenceGrantFrom(group=referrer.group, kind=referrer.kind, namespace=view.namespace),),
            to=(ReferenceGrantTo(group=SERVICE.group, kind=SERVICE.kind, name=service),),
        ),
    )


def outside(host: str, port: int, suffix: str, view: RouteView, *, tls: bool, sni: str | UnsetType = UNSET) -> Backend:
    """A Backend for a host that is reached by its name; nginx verifies no certificate there, and nor does this."""
    return Backend(
        metadata=view.meta(suffix),
        spec=BackendSpec(
            type="Endpoints" if view.has(BACKEND, "spec/type") else UNSET,
            endpoints=(BackendEndpoint(fqdn=FQDNEndpoint(hostname=host, port=port)),),
            tls=BackendTLSSettings(insecure_skip_verify=True, sni=sni) if tls else UNSET,
        ),
    )
