"""Parts that sample objects share."""

from __future__ import annotations

from gatelift.manifests import gateway_api as gw
from gatelift.manifests import shape
from gatelift.manifests.meta import ObjectMeta

META = ObjectMeta(name="web", namespace="shop", labels={"app.kubernetes.io/name": "web"}, annotations={"Team/x": "é"})
HEADERS = gw.HTTPHeaderFilter(
    set=(gw.HTTPHeader(name="X-Set", value="1"),),
    add=(gw.HTTPHeader(name="X-Add", value="2"),),
    remove=("X-Gone",),
)
SECRET = gw.SecretObjectReference(group="", kind="Secret", namespace="infra", name="users")
CONFIG_MAP = gw.LocalObjectReference(group="", kind="ConfigMap", name="page")
ROUTES = (gw.target_of(shape.HTTP_ROUTE, "web", section_name="api"), gw.target_of(shape.HTTP_ROUTE, "web-2"))


def path(value: str, kind: gw.PathMatchType = "PathPrefix") -> gw.HTTPRouteMatch:
    return gw.HTTPRouteMatch(path=gw.HTTPPathMatch(type=kind, value=value))


def backend(name: str = "api", weight: int = 1) -> gw.HTTPBackendRef:
    return gw.HTTPBackendRef(group="", kind="Service", name=name, port=8080, weight=weight)


def mirror(**share: object) -> gw.RequestMirrorFilter:
    to = gw.BackendObjectReference(group="", kind="Service", namespace="dev", name="copy", port=80)
    if "percent" in share:
        return gw.RequestMirrorFilter(request_mirror=gw.HTTPRequestMirror(backend_ref=to, percent=5))
    fraction = gw.Fraction(numerator=1, denominator=1000)
    return gw.RequestMirrorFilter(request_mirror=gw.HTTPRequestMirror(backend_ref=to, fraction=fraction))
