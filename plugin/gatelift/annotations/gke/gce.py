"""Annotations of GKE Ingress."""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations import replacements as by
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.ingress.controllers import GKE

_ON_SERVICE = "on the Service, "
_BACKEND_CONFIG = Setting(
    "on the Service, its BackendConfig: IAP, Cloud Armor, CDN, timeouts, health checks, draining, affinity",
    "a GCPBackendPolicy for the Service (iap, securityPolicy, timeoutSec, connectionDraining, sessionAffinity) and a "
    "HealthCheckPolicy; away from GKE, authorization and oidc of a SecurityPolicy",
    restricts=True,
)
_CERTIFICATES = "the annotation networking.gke.io/certmap of the Gateway, with a map of Certificate Manager"
_WRITTEN = "nothing: GKE writes it, about this very Ingress"
SETTINGS = {
    "kubernetes.io/ingress.global-static-ip-name": Setting(
        "the reserved global address", "spec.addresses of the Gateway, of type NamedAddress"
    ),
    "kubernetes.io/ingress.regional-static-ip-name": Setting(
        "the reserved regional address", "spec.addresses of the Gateway, of type NamedAddress"
    ),
    "kubernetes.io/ingress.allow-http": Setting(
        "whether it answers by HTTP too (Contour reads it as well)",
        "parentRefs that name the HTTPS listener only, for false",
        restricts=True,
    ),
    "networking.gke.io/managed-certificates": Setting(
        "the ManagedCertificates", f"{_CERTIFICATES}: Gateways take no ManagedCertificate"
    ),
    "networking.gke.io/static-ip": Setting("the address that was reserved", _WRITTEN),
    "ingress.gcp.kubernetes.io/pre-shared-cert": Setting(
        "the certificates in Google Cloud",
        "tls.options of the HTTPS listener, with networking.gke.io/pre-shared-certs",
    ),
    "networking.gke.io/certmap": Setting("the map of Certificate Manager", _CERTIFICATES),
    "networking.gke.io/v1beta1.FrontendConfig": Setting(
        "its FrontendConfig: the redirect to HTTPS and the SSL policy",
        f"{by.TLS_REDIRECT}; and a GCPGatewayPolicy with sslPolicy",
        restricts=True,
    ),
    "networking.gke.io/internal-load-balancer-*": Setting(
        "the internal load balancer", "a Gateway of class gke-l7-rilb", restricts=True
    ),
    "networking.gke.io/load-balancer-type": Setting(
        "whether the load balancer is internal", "a Gateway of class gke-l7-rilb", restricts=True
    ),
    "cloud.google.com/backend-config": _BACKEND_CONFIG,
    "beta.cloud.google.com/backend-config": _BACKEND_CONFIG,
    "cloud.google.com/neg": Setting(f"{_ON_SERVICE}network endpoint groups", by.NOTHING),
    "cloud.google.com/neg-status": Setting(f"{_ON_SERVICE}network endpoint groups", _WRITTEN),
    "cloud.google.com/app-protocols": Setting(
        f"{_ON_SERVICE}the protocol of its ports", "appProtocol of the Service's port"
    ),
    "cloud.google.com/load-balancer-type": Setting(
        f"{_ON_SERVICE}whether the load balancer is internal", by.EXPOSURE, restricts=True
    ),
    "cloud.google.com/kubernetes-ingress-class": Setting("the class", "gatewayClassName of the Gateway"),
    "ingress.gcp.kubernetes.io/instance-groups": Setting("the instance groups behind it", _WRITTEN),
}
FAMILY = Family(
    owner=GKE.name,
    prefixes=GKE.prefixes,
    settings=SETTINGS,
    instead=(
        "listeners and addresses of a Gateway, and GCPGatewayPolicy, GCPBackendPolicy or HealthCheckPolicy "
        "(networking.gke.io); paths of type ImplementationSpecific that end in /* are PathPrefix there"
    ),
)

unit = elsewhere.unit(
    FAMILY,
    "Settings of GKE Ingress",
    "https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration",
    (
        idle("kubernetes.io/ingress.global-static-ip-name", "shop", "for GKE"),
        idle("networking.gke.io/managed-certificates", "shop", "certmap"),
        idle("ingress.gcp.kubernetes.io/pre-shared-cert", "shop", "pre-shared-certs"),
        guarded("kubernetes.io/ingress.allow-http", "false", "answers by HTTP"),
        guarded("cloud.google.com/backend-config", '{"default":"iap"}', "IAP"),
        guarded("networking.gke.io/v1beta1.FrontendConfig", "redirect", "FrontendConfig"),
        idle("networking.gke.io/new-thing", "x", "does not know by name"),
        idle("kubernetes.io/ingress.allow-http", "", "is empty"),
    ),
)
