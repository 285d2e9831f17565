"""Dashboards that find applications by annotations on Ingresses, and tools that people expect to act on them."""

from __future__ import annotations

from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.metadata import CarriedAnnotation, Carrier

HOMEPAGE = "gethomepage.dev/"
LINKS = "link.argocd.argoproj.io/"
INGRESS_ONLY = {
    "forecastle.stakater.com/": "Forecastle looks for it on Ingresses; a ForecastleApp object with its url says it too",
    "hajimari.io/": "Hajimari looks for it on Ingresses; an entry of its customApps says it too",
}
WORKLOADS = {
    "reloader.stakater.com/": "Reloader reads it on Deployments and their like, and never on an Ingress",
    "secret.reloader.stakater.com/": "Reloader reads it on Deployments and their like, and never on an Ingress",
    "configmap.reloader.stakater.com/": "Reloader reads it on Deployments and their like, and never on an Ingress",
}
ON_ROUTES = "Homepage reads it on a route only where its kubernetes.yaml says gateway: true"


def read(value: str, context: UnitContext) -> Result:
    """To every route as written, with what has to be changed so that it is found there."""
    key = context.key
    for beginning, why in WORKLOADS.items():
        if key.startswith(beginning):
            return Inert(why)
    if key.startswith(LINKS):
        return _carried(key, value)
    if key.startswith(HOMEPAGE):
        return _carried(key, value, ON_ROUTES)
    return _carried(key, value, next(why for beginning, why in INGRESS_ONLY.items() if key.startswith(beginning)))


def _carried(key: str, value: str, differs: str = "") -> Translated:
    return Translated((CarriedAnnotation(carrier=Carrier.ROUTE, key=key, value=value),), differs=differs)


unit = Unit(
    names=(*(f"{beginning}*" for beginning in (HOMEPAGE, LINKS, *INGRESS_ONLY, *WORKLOADS)),),
    risk=Risk.METADATA,
    read=read,
    summary="What dashboards show of an application: Homepage, Forecastle, Hajimari, links of Argo CD",
    source="https://gethomepage.dev/configs/kubernetes/",
    cases=(
        Case(name=f"{HOMEPAGE}enabled", value="true", expect=_carried(f"{HOMEPAGE}enabled", "true", "gateway: true")),
        Case(
            name=f"{LINKS}external-link",
            value="https://shop.example.com",
            expect=_carried(f"{LINKS}external-link", "https://shop.example.com"),
        ),
        Case(
            name="forecastle.stakater.com/expose",
            value="true",
            expect=_carried("forecastle.stakater.com/expose", "true", "ForecastleApp"),
        ),
        Case(name="hajimari.io/enable", value="", expect=_carried("hajimari.io/enable", "", "customApps")),
        Case(name="reloader.stakater.com/auto", value="true", expect=Inert("Deployments")),
        Case(name="secret.reloader.stakater.com/reload", value="tls", expect=Inert("never on an Ingress")),
        Case(name="reloader.stakater.com/match", value="", expect=Inert("Deployments")),
    ),
)
