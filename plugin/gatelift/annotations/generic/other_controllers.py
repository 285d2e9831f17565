"""Settings of other ingress controllers, on an Ingress that ingress-nginx serves.

ingress-nginx does not read them, so a route without them answers as ingress-nginx does, and they are inert. But
where the key speaks of who may come in, the reader of the manifest counts on it, and another controller may serve the
Ingress too: it is refused by name, and withholds the route until somebody removes or accepts it.
"""

from __future__ import annotations

import re

from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext
from gatelift.intent.base import Risk

OWNERS = {
    "traefik.ingress.kubernetes.io/": "Traefik",
    "haproxy.org/": "the HAProxy Kubernetes Ingress Controller",
    "haproxy-ingress.github.io/": "HAProxy Ingress",
    "ingress.kubernetes.io/": "ingress-nginx before 2018, HAProxy Ingress or Voyager",
    "nginx.ingress.kubernetes.io/": "an ingress-nginx with the default --annotations-prefix",
    "nginx.org/": "the NGINX Ingress Controller of F5",
    "nginx.com/": "the NGINX Ingress Controller of F5",
    "appprotect.f5.com/": "the NGINX Ingress Controller of F5",
    "appprotectdos.f5.com/": "the NGINX Ingress Controller of F5",
    "konghq.com/": "Kong",
    "configuration.konghq.com/": "Kong",
    "alb.ingress.kubernetes.io/": "the AWS Load Balancer Controller",
    "appgw.ingress.kubernetes.io/": "the Application Gateway Ingress Controller of Azure",
    "alb.networking.azure.io/": "Application Gateway for Containers of Azure",
    "projectcontour.io/": "Contour",
    "contour.heptio.com/": "Contour",
    "ingress.cilium.io/": "Cilium",
    "route.openshift.io/": "OpenShift",
    "haproxy.router.openshift.io/": "OpenShift",
    "k8s.apisix.apache.org/": "APISIX",
    "ingress.gcp.kubernetes.io/": "GKE",
    "networking.gke.io/": "GKE",
    "cloud.google.com/": "GKE",
    "kubernetes.io/ingress.global-static-ip-name": "GKE",
    "kubernetes.io/ingress.regional-static-ip-name": "GKE",
    "kubernetes.io/ingress.allow-http": "GKE",
    "getambassador.io/": "Emissary",
    "ingress.pomerium.io/": "Pomerium",
    "voyager.appscode.com/": "Voyager",
    "zalando.org/": "Skipper",
    "mse.ingress.kubernetes.io/": "the MSE Ingress of Alibaba Cloud",
    "higress.io/": "Higress",
    "bfe.ingress.kubernetes.io/": "BFE",
    "easegress.ingress.kubernetes.io/": "Easegress",
}
ACCESS = re.compile(
    r"auth|allow|deny|white|black|block|cidr|source-range|ip-?list|acl|waf|shield|secur|secret|limit|throttl|jwt|oidc|oauth"
    r"|iap|mtls|mutual|client-?c|verify|middleware|plugin|polic|filter|snippet|config-|scheme|private|internal|frontend|backend-config"
)
"""Words in keys that speak of who may come in, or that name an object which may."""


def read(value: str, context: UnitContext) -> Result:
    """Inert or refused under the name of its owner; the value, which may be anything, is not shown."""
    prefix = next((prefix for prefix in sorted(OWNERS, key=len, reverse=True) if context.key.startswith(prefix)), "")
    name = context.key[len(prefix) :]
    owner = OWNERS.get(prefix, "another ingress controller")
    if ACCESS.search(name.lower()) is None:
        return Inert(f"it is for {owner}, and this ingress-nginx does not read it")
    return Refused(
        f"it is for {owner} and speaks of who may come in; this ingress-nginx does not read it, so it is either left "
        "over, or another controller serves this Ingress too",
        f"remove it if it is left over; if nobody counts on it, name {context.key} under accept: with the reason",
        Risk.SECURITY,
    )


def _names() -> tuple[str, ...]:
    return tuple(f"{prefix}*" if prefix.endswith("/") else prefix for prefix in OWNERS)


unit = Unit(
    names=_names(),
    risk=Risk.SECURITY,
    read=read,
    summary="Settings of ingress controllers other than ingress-nginx",
    source="https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/",
    cases=(
        Case(
            name="traefik.ingress.kubernetes.io/router.middlewares",
            value="shop-auth@kubernetescrd",
            expect=Refused("for Traefik", "remove", Risk.SECURITY),
        ),
        Case(
            name="traefik.ingress.kubernetes.io/router.entrypoints",
            value="websecure",
            expect=Inert("for Traefik"),
        ),
        Case(
            name="alb.ingress.kubernetes.io/scheme",
            value="internal",
            expect=Refused("AWS Load Balancer", "remove", Risk.SECURITY),
        ),
        Case(name="ingress.kubernetes.io/ssl-redirect", value="true", expect=Inert("2018")),
        Case(name="ingress.kubernetes.io/proxy-body-size", value="0", expect=Inert("2018")),
        Case(name="nginx.org/client-max-body-size", value="0", expect=Inert("F5")),
        Case(
            name="ingress.kubernetes.io/whitelist-source-range",
            value="10.0.0.0/8",
            expect=Refused("who may come in", "accept", Risk.SECURITY),
        ),
        Case(name="kubernetes.io/ingress.global-static-ip-name", value="shop", expect=Inert("for GKE")),
        Case(
            name="nginx.ingress.kubernetes.io/auth-url",
            value="http://auth.infra.svc.cluster.local/check",
            flags=("--annotations-prefix=edge.example.com",),
            expect=Refused("--annotations-prefix", "remove", Risk.SECURITY),
        ),
    ),
)
