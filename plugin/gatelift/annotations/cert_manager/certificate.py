"""What cert-manager reads to make a certificate: on Gateways and ListenerSets as on Ingresses, on routes never.

Names from pkg/apis/certmanager/v1/types.go and pkg/controller/certificate-shim in cert-manager.
"""

from __future__ import annotations

from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.metadata import CarriedAnnotation, Carrier

UNKNOWN = "gatelift does not know this key of cert-manager, nor whether it is read on a Gateway"
PREFIX = "cert-manager.io/"
OLD = "certmanager.k8s.io/"
KNOWN = tuple(
    PREFIX + name
    for name in (
        "issuer",
        "cluster-issuer",
        "issuer-kind",
        "issuer-group",
        "common-name",
        "alt-names",
        "ip-sans",
        "uri-sans",
        "email-sans",
        "subject-organizations",
        "subject-organizationalunits",
        "subject-countries",
        "subject-provinces",
        "subject-localities",
        "subject-postalcodes",
        "subject-streetaddresses",
        "subject-serialnumber",
        "duration",
        "renew-before",
        "renew-before-percentage",
        "usages",
        "revision-history-limit",
        "private-key-algorithm",
        "private-key-encoding",
        "private-key-size",
        "private-key-rotation-policy",
        "secret-template",
    )
)


def read(value: str, context: UnitContext) -> Result:
    """To the Gateway or ListenerSet as written; cert-manager's first prefix has not been read since 2019."""
    if context.key.startswith(OLD):
        return Inert("cert-manager has not read this prefix since version 0.11")
    return _moved(context.key, value, "" if context.key in KNOWN else UNKNOWN)


def _moved(key: str, value: str, differs: str = "") -> Translated:
    return Translated((CarriedAnnotation(carrier=Carrier.GATEWAY, key=key, value=value),), differs=differs)


unit = Unit(
    names=(*KNOWN, f"{PREFIX}*", f"{OLD}*"),
    risk=Risk.METADATA,
    read=read,
    summary="The certificate that cert-manager makes: issuer, names, key, lifetime",
    source="https://cert-manager.io/docs/usage/gateway/#supported-annotations",
    cases=(
        Case(
            name="cert-manager.io/cluster-issuer",
            value="letsencrypt",
            expect=_moved("cert-manager.io/cluster-issuer", "letsencrypt"),
        ),
        Case(name="cert-manager.io/duration", value="2160h", expect=_moved("cert-manager.io/duration", "2160h")),
        Case(
            name="cert-manager.io/new-thing",
            value="x",
            expect=_moved("cert-manager.io/new-thing", "x", differs="does not know"),
        ),
        Case(name="certmanager.k8s.io/cluster-issuer", value="letsencrypt", expect=Inert("0.11")),
        Case(name="certmanager.k8s.io/acme-challenge-type", value="http01", expect=Inert("0.11")),
    ),
)
