"""Whether the backend's certificate is checked."""

from __future__ import annotations

from gatelift.annotations.nginx._proxy_ssl import SOURCE, secret, without_authority
from gatelift.annotations.nginx.backend_protocol import INSECURE, OPTION
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.tls import BackendIdentity

_PLACEHOLDER = "upstream_balancer"
"""The name that nginx looks for on the certificate where ``proxy-ssl-name`` says none: that of its own upstream."""


def read(value: str, context: UnitContext) -> Result:
    """``on`` or ``off``; nginx finds no certificate good without ``proxy-ssl-name``."""
    if value not in ("on", "off"):
        return Inert(f"{shown(value)} is neither on nor off, and ingress-nginx falls back to off", fallback=True)
    if value == "off":
        return Inert("off is the default")
    if (asleep := without_authority(context)) is not None:
        return asleep
    name = secret(context)
    if isinstance(name, Refused):
        return Refused("it is checked with the Secret of proxy-ssl-secret, which is refused", "see proxy-ssl-secret")
    decided = context.decide.get(OPTION.name)
    if decided == INSECURE:
        why = f"'decide: {{{OPTION.name}: {INSECURE}}}' would end a check that ingress-nginx makes here"
        return Refused(why, f"remove that decision, or write 'decide: {{{OPTION.name}: configmap/NAME}}'")
    verified = (BackendIdentity(verify=True),)
    if context.value("proxy-ssl-name"):
        return Translated(verified)
    if decided is not None:
        why = (
            f"without proxy-ssl-name nginx looks for the name {_PLACEHOLDER} on the certificate today; the gateway "
            "looks for SERVICE.NAMESPACE.svc"
        )
        return Translated(verified, differs=why)
    return Refused(
        f"without proxy-ssl-name nginx looks for the name {_PLACEHOLDER} on the backend's certificate, and answers "
        "502 unless it stands there",
        "write the name on the certificate into proxy-ssl-name, and see that the backend answers",
    )


TLS = {"backend-protocol": "HTTPS", "proxy-ssl-secret": "shop/backend"}
NAMED = {**TLS, "proxy-ssl-name": "api.internal"}
VERIFIED = Translated((BackendIdentity(verify=True),))

unit = Unit(
    names=("proxy-ssl-verify",),
    risk=Risk.SECURITY,
    read=read,
    summary="Whether the backend's certificate is checked",
    source=SOURCE,
    cases=(
        Case(value="on", siblings=NAMED, expect=VERIFIED),
        Case(value="on", siblings=NAMED, decide={"backendTLS": "configmap/shop-ca"}, expect=VERIFIED),
        Case(
            value="on",
            siblings=TLS,
            decide={"backendTLS": "configmap/shop-ca"},
            expect=Translated((BackendIdentity(verify=True),), differs="upstream_balancer"),
        ),
        Case(value="on", siblings=TLS, expect=Refused("502", "write")),
        Case(value="on", siblings=NAMED, decide={"backendTLS": "insecure"}, expect=Refused("would end", "remove")),
        Case(value="on", siblings={**NAMED, "proxy-ssl-secret": "infra/x"}, expect=Refused("refused", "see")),
        Case(
            value="on",
            siblings=NAMED,
            secrets={"shop/backend": frozenset({"tls.crt", "tls.key"})},
            expect=Inert("no key ca.crt"),
        ),
        Case(value="on", siblings={"backend-protocol": "HTTPS"}, expect=Inert("without proxy-ssl-secret")),
        Case(value="on", siblings={"proxy-ssl-secret": "shop/backend"}, expect=Inert("without TLS")),
        Case(value="off", siblings=NAMED, expect=Inert("default")),
        Case(value="true", siblings=NAMED, expect=Inert("neither on nor off")),
    ),
)
