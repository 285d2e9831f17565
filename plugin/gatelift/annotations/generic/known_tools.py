"""What tools that deliver manifests read on every object, and what they write on it."""

from __future__ import annotations

from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.metadata import CarriedAnnotation, Carrier

READ = (
    "argocd.argoproj.io/*",
    "argocd-image-updater.argoproj.io/*",
    "meta.helm.sh/*",
    "helm.sh/*",
    "kustomize.toolkit.fluxcd.io/*",
    "kustomize.config.k8s.io/*",
    "helm.toolkit.fluxcd.io/*",
    "fluxcd.io/*",
    "kapp.k14s.io/*",
    "config.kubernetes.io/*",
    "config.k8s.io/*",
    "configmanagement.gke.io/*",
    "field.cattle.io/*",
    "kubernetes.io/description",
)
WRITTEN = {
    "argocd.argoproj.io/tracking-id": "Argo CD names this very Ingress in it, and writes it on each object itself",
    "argocd.argoproj.io/installation-id": "Argo CD writes it on each object itself",
    "kustomize.toolkit.fluxcd.io/checksum": "Flux writes it on each object itself",
    "fluxcd.io/sync-checksum": "Flux writes it on each object itself",
    "kapp.k14s.io/identity": "kapp names this very Ingress in it, and writes it on each object itself",
    "config.kubernetes.io/origin": "Kustomize writes where this very Ingress comes from",
    "alpha.config.kubernetes.io/transformations": "Kustomize writes what became of this very Ingress",
    "internal.config.kubernetes.io/*": "Kustomize keeps its own notes in it while it builds",
    "config.k8s.io/owning-inventory": "the tool that applies this Ingress writes it on each object itself",
    "configmanagement.gke.io/token": "Config Sync writes it on each object itself",
    "configmanagement.gke.io/source-path": "Config Sync writes where this very Ingress comes from",
    "configmanagement.gke.io/declared-fields": "Config Sync keeps its own copy of this Ingress in it",
    "configsync.gke.io/resource-id": "Config Sync names this very Ingress in it",
    "field.cattle.io/publicEndpoints": "Rancher writes the addresses of this very Ingress into it",
    "field.cattle.io/ingressState": "Rancher keeps its own notes about this Ingress in it",
}


def read(value: str, context: UnitContext) -> Result:
    """Exactly as written to every route, but for what a tool wrote about the Ingress itself."""
    key = context.key
    if (why := WRITTEN.get(key)) is not None:
        return Inert(why)
    if key.startswith("internal.config.kubernetes.io/"):
        return Inert(WRITTEN["internal.config.kubernetes.io/*"])
    return Translated((CarriedAnnotation(carrier=Carrier.ROUTE, key=key, value=value),))


def _carried(key: str, value: str) -> Translated:
    return Translated((CarriedAnnotation(carrier=Carrier.ROUTE, key=key, value=value),))


unit = Unit(
    names=(*READ, *WRITTEN),
    risk=Risk.METADATA,
    read=read,
    summary="What Argo CD, Flux, Helm, Kustomize and their kin read on every object",
    source="https://argo-cd.readthedocs.io/en/stable/user-guide/annotations-and-labels/",
    cases=(
        Case(
            name="argocd.argoproj.io/sync-wave",
            value="5",
            expect=_carried("argocd.argoproj.io/sync-wave", "5"),
        ),
        Case(name="helm.sh/resource-policy", value="keep", expect=_carried("helm.sh/resource-policy", "keep")),
        Case(
            name="kustomize.toolkit.fluxcd.io/prune",
            value="disabled",
            expect=_carried("kustomize.toolkit.fluxcd.io/prune", "disabled"),
        ),
        Case(
            name="kustomize.config.k8s.io/behavior",
            value="merge",
            expect=_carried("kustomize.config.k8s.io/behavior", "merge"),
        ),
        Case(
            name="argocd.argoproj.io/tracking-id",
            value="shop:networking.k8s.io/Ingress:shop/web",
            expect=Inert("this very Ingress"),
        ),
        Case(name="field.cattle.io/publicEndpoints", value="[]", expect=Inert("Rancher")),
        Case(name="internal.config.kubernetes.io/path", value="a.yaml", expect=Inert("Kustomize")),
        Case(name="config.kubernetes.io/origin", value="path: a.yaml", expect=Inert("comes from")),
    ),
)
