"""The ingress controllers that are known by name: by the controller of an IngressClass, a class, or annotations.

Sources: the documentation of each; https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gatelift.config.model import Controller


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A controller: what people call it, and what it is recognised by.

    - ``option``: what the configuration calls it (``classes: {NAME: {controller: ...}}``).
    - ``controllers``: ``spec.controller`` of its IngressClasses; one that ends in ``/`` stands for all below it.
    - ``classes``: the names of classes that nothing but this controller goes by.
    - ``prefixes``: how the keys of its annotations begin.
    """

    name: str
    option: Controller
    controllers: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


TRAEFIK = Known(
    name="Traefik",
    option=Controller.TRAEFIK,
    controllers=("traefik.io/",),
    classes=("traefik",),
    prefixes=("traefik.ingress.kubernetes.io/",),
)
HAPROXY = Known(
    name="the HAProxy Kubernetes Ingress Controller",
    option=Controller.HAPROXY,
    controllers=("haproxy.org/", "haproxy.com/"),
    classes=("haproxy",),
    prefixes=("haproxy.org/", "haproxy.com/"),
)
HAPROXY_INGRESS = Known(
    name="HAProxy Ingress",
    option=Controller.HAPROXY,
    controllers=("haproxy-ingress.github.io/",),
    classes=("haproxy",),
    prefixes=("haproxy-ingress.github.io/",),
)
KONG = Known(
    name="Kong",
    option=Controller.KONG,
    controllers=("ingress-controllers.konghq.com/", "konghq.com/"),
    classes=("kong",),
    prefixes=("konghq.com/", "configuration.konghq.com/"),
)
F5_NGINX = Known(
    name="the NGINX Ingress Controller of F5",
    option=Controller.F5_NGINX,
    controllers=("nginx.org/", "nginx.com/"),
    prefixes=("nginx.org/", "nginx.com/", "nsm.nginx.com/", "appprotect.f5.com/", "appprotectdos.f5.com/"),
)
"""No class of its own: by default its class is called nginx, as that of ingress-nginx."""
ALB = Known(
    name="the AWS Load Balancer Controller",
    option=Controller.ALB,
    controllers=("ingress.k8s.aws/", "eks.amazonaws.com/"),
    classes=("alb",),
    prefixes=("alb.ingress.kubernetes.io/",),
)
GKE = Known(
    name="GKE Ingress",
    option=Controller.GCE,
    controllers=("networking.gke.io/", "k8s.io/ingress-gce", "ingress-gce"),
    classes=("gce", "gce-internal", "gce-multi-cluster"),
    prefixes=("ingress.gcp.kubernetes.io/", "networking.gke.io/", "cloud.google.com/", "beta.cloud.google.com/"),
)
AGIC = Known(
    name="the Application Gateway Ingress Controller of Azure",
    option=Controller.AGIC,
    controllers=("azure/application-gateway",),
    classes=("azure/application-gateway", "azure-application-gateway"),
    prefixes=("appgw.ingress.kubernetes.io/", "appgw.ingress.azure.io/"),
)
AZURE_CONTAINERS = Known(
    name="Application Gateway for Containers of Azure",
    option=Controller.OTHER,
    controllers=("alb.networking.azure.io/",),
    classes=("azure-alb-external",),
    prefixes=("alb.networking.azure.io/",),
)
CONTOUR = Known(
    name="Contour",
    option=Controller.CONTOUR,
    controllers=("projectcontour.io/",),
    classes=("contour",),
    prefixes=("projectcontour.io/", "contour.heptio.com/"),
)
CILIUM = Known(
    name="Cilium",
    option=Controller.CILIUM,
    controllers=("cilium.io/",),
    classes=("cilium",),
    prefixes=("ingress.cilium.io/", "lbipam.cilium.io/", "nodeipam.cilium.io/"),
)
OPENSHIFT = Known(
    name="OpenShift's router",
    option=Controller.OTHER,
    controllers=("openshift.io/", "route.openshift.io/", "ingress.openshift.io/"),
    classes=("openshift-default",),
    prefixes=("route.openshift.io/", "haproxy.router.openshift.io/", "router.openshift.io/"),
)
APISIX = Known(
    name="APISIX",
    option=Controller.APISIX,
    controllers=("apisix.apache.org/",),
    classes=("apisix",),
    prefixes=("k8s.apisix.apache.org/",),
)
EMISSARY = Known(
    name="Emissary",
    option=Controller.OTHER,
    controllers=("getambassador.io/",),
    classes=("ambassador",),
    prefixes=("getambassador.io/",),
)
POMERIUM = Known(
    name="Pomerium",
    option=Controller.OTHER,
    controllers=("pomerium.io/",),
    classes=("pomerium",),
    prefixes=("ingress.pomerium.io/",),
)
SKIPPER = Known(name="Skipper", option=Controller.OTHER, classes=("skipper",), prefixes=("zalando.org/",))
VOYAGER = Known(
    name="Voyager",
    option=Controller.OTHER,
    controllers=("voyager.appscode.com/",),
    classes=("voyager",),
    prefixes=("ingress.appscode.com/", "voyager.appscode.com/"),
)
HIGRESS = Known(
    name="Higress",
    option=Controller.OTHER,
    controllers=("higress.io/",),
    classes=("higress",),
    prefixes=("higress.io/",),
)
ALIBABA_MSE = Known(
    name="the MSE Ingress of Alibaba Cloud",
    option=Controller.OTHER,
    controllers=("mse.alibabacloud.com/",),
    classes=("mse",),
    prefixes=("mse.ingress.kubernetes.io/",),
)
ALIBABA_ALB = Known(
    name="the ALB Ingress of Alibaba Cloud",
    option=Controller.OTHER,
    controllers=("ingress.k8s.alibabacloud/", "ingress.k8s.alibabacloud.com/"),
)
"""Its annotations begin as those of AWS do, alb.ingress.kubernetes.io/; so does the usual name of its class."""
BFE = Known(
    name="BFE",
    option=Controller.OTHER,
    controllers=("bfe-networks.com/",),
    classes=("bfe",),
    prefixes=("bfe.ingress.kubernetes.io/",),
)
EASEGRESS = Known(
    name="Easegress",
    option=Controller.OTHER,
    controllers=("megaease.com/",),
    classes=("easegress",),
    prefixes=("easegress.ingress.kubernetes.io/",),
)
CITRIX = Known(
    name="the NetScaler Ingress Controller",
    option=Controller.OTHER,
    controllers=("citrix.com/", "netscaler.com/"),
    classes=("citrix", "netscaler"),
    prefixes=("ingress.citrix.com/", "ingress.netscaler.com/"),
)
ISTIO = Known(name="Istio", option=Controller.OTHER, controllers=("istio.io/",), classes=("istio",))
NGROK = Known(
    name="ngrok",
    option=Controller.OTHER,
    controllers=("k8s.ngrok.com/",),
    classes=("ngrok",),
    prefixes=("k8s.ngrok.com/",),
)
TAILSCALE = Known(
    name="Tailscale",
    option=Controller.OTHER,
    controllers=("tailscale.com/",),
    classes=("tailscale",),
    prefixes=("tailscale.com/",),
)

RARE = (EMISSARY, POMERIUM, SKIPPER, VOYAGER, HIGRESS, ALIBABA_MSE, BFE, EASEGRESS, CITRIX, NGROK, TAILSCALE)
"""Those that are met less often, and have annotations of their own."""

KNOWN = (
    TRAEFIK,
    HAPROXY,
    HAPROXY_INGRESS,
    KONG,
    F5_NGINX,
    ALB,
    GKE,
    AGIC,
    AZURE_CONTAINERS,
    CONTOUR,
    CILIUM,
    OPENSHIFT,
    APISIX,
    *RARE,
    ALIBABA_ALB,
    ISTIO,
)


def by_controller(controller: str) -> Known | None:
    """Whose IngressClass has this ``spec.controller``."""
    for known in KNOWN:
        for name in known.controllers:
            if controller == name or (name.endswith("/") and controller.startswith(name)):
                return known
    return None


def by_class(name: str) -> tuple[Known, ...]:
    """The controllers whose class goes by ``name``; two of them share ``haproxy``."""
    return tuple(known for known in KNOWN if name in known.classes)


def by_option(option: str) -> tuple[Known, ...]:
    """The controllers that the configuration calls ``option``; none for ``other``."""
    return tuple(known for known in KNOWN if known.option == option and option != Controller.OTHER)


def by_annotations(keys: Iterable[str]) -> tuple[Known, ...]:
    """The controllers of whose annotations there are some among ``keys``."""
    given = tuple(keys)
    return tuple(known for known in KNOWN if known.prefixes and any(key.startswith(known.prefixes) for key in given))


def named(controllers: Iterable[Known]) -> str:
    """Their names as part of a sentence."""
    return " or ".join(known.name for known in controllers)
