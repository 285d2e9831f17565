"""How cert-manager answers an ACME challenge through an Ingress, which it cannot do through a route in this way.

Refused rather than inert: today the settings decide whether a certificate can be renewed, and the way out is a change
of the Issuer, which the Ingress does not show. Nothing is withheld for it, for it changes no answer to a client.
"""

from __future__ import annotations

from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext, parse_bool
from gatelift.intent.base import Risk

SOLVER = "acme.cert-manager.io/"
IN_PLACE = f"{SOLVER}http01-edit-in-place"
TEMPORARY = "cert-manager.io/issue-temporary-certificate"
ADVICE = (
    "before the Ingress goes, give the Issuer a solver for Gateway API (http01.gatewayHTTPRoute with the parentRefs of "
    "the HTTP listener) or one by DNS, then remove this annotation"
)


def read(value: str, context: UnitContext) -> Result:
    """What the Issuer must take over; the values that change nothing are inert."""
    if context.key in (IN_PLACE, TEMPORARY) and value != "true":
        quiet = parse_bool(value) is False or not value
        return Inert("false is the default" if quiet else "cert-manager takes only 'true'")
    if context.key == TEMPORARY:
        return Refused(
            "cert-manager makes a temporary certificate for an Ingress only, "
            "and a new listener has none until the real one is issued",
            "let the certificate be issued before DNS moves, or write the Certificate out with this annotation on it",
        )
    return Refused("cert-manager answers ACME challenges through the Ingress by this, which a route cannot do", ADVICE)


unit = Unit(
    names=(
        IN_PLACE,
        f"{SOLVER}http01-ingress-class",
        f"{SOLVER}http01-ingress-ingressclassname",
        f"{SOLVER}http01-override-ingress-name",
        f"{SOLVER}*",
        TEMPORARY,
    ),
    risk=Risk.METADATA,
    read=read,
    summary="How an ACME challenge is answered through the Ingress",
    source="https://cert-manager.io/docs/usage/ingress/#supported-annotations",
    cases=(
        Case(name=IN_PLACE, value="true", expect=Refused("ACME challenges", "gatewayHTTPRoute")),
        Case(name=IN_PLACE, value="false", expect=Inert("default")),
        Case(
            name=f"{SOLVER}http01-ingress-class", value="nginx", expect=Refused("ACME challenges", "gatewayHTTPRoute")
        ),
        Case(name=f"{SOLVER}new-solver", value="x", expect=Refused("ACME challenges", "gatewayHTTPRoute")),
        Case(name=TEMPORARY, value="true", expect=Refused("temporary", "before DNS")),
        Case(name=TEMPORARY, value="", expect=Inert("default")),
        Case(name=TEMPORARY, value="yes", expect=Inert("only 'true'")),
    ),
)
