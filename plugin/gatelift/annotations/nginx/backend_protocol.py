"""How the controller speaks to the backend."""

from __future__ import annotations

from gatelift.annotations.nginx._proxy_ssl import ENCRYPTED, secret, verifies
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.config.decide import DecideOption
from gatelift.intent.base import Risk
from gatelift.intent.traffic import BackendProtocol

OPTION = DecideOption(
    "backendTLS",
    "How the certificate of an HTTPS backend is checked: insecure does not, as ingress-nginx; system asks the system's "
    "authorities; configmap/NAME asks those under ca.crt in a ConfigMap beside the Ingress.",
    values=("insecure", "system"),
    pattern=r"^configmap/[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
)
INSECURE = "insecure"
_LOST = {
    "FCGI": ("no gateway speaks FastCGI", "put a web server in front of the backend, and route to that"),
    "AUTO_HTTP": (
        "it takes HTTP or HTTPS to the backend after the client's own scheme, and a route takes one of them",
        "write HTTP or HTTPS, whichever the backend speaks on this port",
    ),
    "AJP": (
        "no gateway speaks AJP, and the last releases of ingress-nginx take it for HTTP",
        "route to an HTTP port of the backend, and remove the annotation",
    ),
}


def read(value: str, context: UnitContext) -> Result:
    """The protocol, in any case; one that ingress-nginx does not know is HTTP."""
    protocol = value.strip().upper()
    if protocol == "HTTP":
        return Inert("HTTP is the default")
    if protocol in _LOST:
        return Refused(*_LOST[protocol])
    if protocol in ENCRYPTED:
        return _encrypted(protocol, context)
    if protocol == "GRPC":
        return Translated((BackendProtocol(protocol=protocol),))
    return Inert(f"{shown(value)} is no protocol that ingress-nginx knows, so it speaks HTTP")


def _encrypted(protocol: str, context: UnitContext) -> Result:
    decided = context.decide.get(OPTION.name)
    if verifies(context) and decided in (None, INSECURE):
        # Not insecure: ingress-nginx checks the certificate here, with the authority in the same Secret.
        name = secret(context)
        if isinstance(name, Refused):
            return Refused("it goes with proxy-ssl-secret, which is refused", "see proxy-ssl-secret", Risk.SECURITY)
        return Translated((BackendProtocol(protocol=protocol, trust=f"secret/{name}"),))
    return Translated((BackendProtocol(protocol=protocol, trust=decided or INSECURE),))


_VERIFIED = {"proxy-ssl-secret": "shop/ca", "proxy-ssl-verify": "on", "backend-protocol": "HTTPS"}

unit = Unit(
    names=("backend-protocol",),
    risk=Risk.ROUTING,
    read=read,
    decide=(OPTION,),
    summary="Protocol spoken to the backend",
    source="https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#backend-protocol",
    cases=(
        Case(value="HTTPS", expect=Translated((BackendProtocol(protocol="HTTPS"),))),
        Case(
            value="https",
            decide={"backendTLS": "system"},
            expect=Translated((BackendProtocol(protocol="HTTPS", trust="system"),)),
        ),
        Case(
            value="GRPCS",
            decide={"backendTLS": "configmap/shop-ca"},
            siblings=_VERIFIED,
            expect=Translated((BackendProtocol(protocol="GRPCS", trust="configmap/shop-ca"),)),
        ),
        Case(value="grpc", expect=Translated((BackendProtocol(protocol="GRPC"),))),
        Case(value="HTTP", expect=Inert("default")),
        Case(value="HTTP2", expect=Inert("speaks HTTP")),
        Case(value="FCGI", expect=Refused("FastCGI", "")),
        Case(value="AUTO_HTTP", expect=Refused("scheme", "")),
        Case(value="ajp", expect=Refused("AJP", "")),
        Case(
            value="HTTPS",
            siblings=_VERIFIED,
            expect=Translated((BackendProtocol(protocol="HTTPS", trust="secret/ca"),)),
        ),
        Case(
            value="HTTPS",
            siblings={**_VERIFIED, "proxy-ssl-secret": "infra/ca"},
            expect=Refused("proxy-ssl-secret", "", Risk.SECURITY),
        ),
    ),
)
