"""Annotations of controllers that are met less often: named, and answered in one sentence each."""

from __future__ import annotations

from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.annotations.unit import Result, Unit, UnitContext
from gatelift.ingress.controllers import (
    ALIBABA_MSE,
    BFE,
    CITRIX,
    EASEGRESS,
    EMISSARY,
    HIGRESS,
    NGROK,
    POMERIUM,
    SKIPPER,
    TAILSCALE,
    VOYAGER,
    Known,
)
from gatelift.intent.base import Risk

_SELF = "the field of HTTPRoute or Gateway that says the same; it serves Gateway API itself"
_NGINX_NAMES = "what gatelift makes of the same name below nginx.ingress.kubernetes.io/, of which it takes many"
_NOT_SELF = "the field of HTTPRoute or Gateway that says the same, on another implementation"
_INSTEAD = {
    EMISSARY: "the field of HTTPRoute that says the same; what a Mapping says stands in Mapping objects already",
    POMERIUM: f"{_SELF}, where who may come in is a PolicyFilter, by a filter ExtensionRef",
    SKIPPER: (
        "the filters of HTTPRoute that say the same as its filters; predicates are matches[], and what neither has "
        "stays a RouteGroup of Skipper's own"
    ),
    VOYAGER: _NOT_SELF,
    HIGRESS: f"{_NGINX_NAMES}; Higress serves Gateway API itself",
    ALIBABA_MSE: f"{_NGINX_NAMES}; the cloud's gateway serves Gateway API itself",
    BFE: "matches[].headers and weight of backendRefs, on another implementation",
    EASEGRESS: _SELF,
    CITRIX: f"{_SELF}, with policies of its own (NetScaler Kubernetes Gateway Controller)",
    NGROK: f"{_SELF}, where a traffic policy is a filter ExtensionRef",
    TAILSCALE: "nothing: it serves a name of the tailnet, which no Gateway has; keep this Ingress",
}
_SETTINGS = {
    "ingress.pomerium.io/*": Setting(
        "who may come in, and how the backend is reached", _INSTEAD[POMERIUM], restricts=True
    ),
    "zalando.org/skipper-filter": Setting("filters, which may be logins", _INSTEAD[SKIPPER], restricts=True),
    "zalando.org/skipper-predicate": Setting("further conditions of its rules", _INSTEAD[SKIPPER], restricts=True),
    "zalando.org/skipper-routes": Setting("further routes", _INSTEAD[SKIPPER], restricts=True),
    "zalando.org/ratelimit": Setting("how many requests it takes", _INSTEAD[SKIPPER], restricts=True),
    "zalando.org/backend-weights": Setting("how requests are shared among Services", "weight of backendRefs"),
    "getambassador.io/config": Setting(
        "objects of Emissary, Mappings and filters among them", _INSTEAD[EMISSARY], restricts=True
    ),
}


def _family(known: Known) -> Family:
    own = {key: setting for key, setting in _SETTINGS.items() if key.startswith(known.prefixes)}
    return Family(owner=known.name, prefixes=known.prefixes, settings=own, instead=_INSTEAD[known])


FAMILIES = tuple(map(_family, _INSTEAD))


def read(value: str, context: UnitContext) -> Result:
    """As the family of the key's beginning reads it."""
    family = next(item for item in FAMILIES if context.key.startswith(item.prefixes))
    return family.read(value, context)


_ABOUT = {name: sentence for family in FAMILIES for name, sentence in family.about().items()}

unit = Unit(
    names=tuple(_ABOUT),
    risk=Risk.SECURITY,
    read=read,
    summary="Settings of Emissary, Pomerium, Skipper, Voyager, Higress and others",
    source="https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/",
    about=_ABOUT,
    cases=(
        idle("zalando.org/backend-weights", '{"a":80,"b":20}', "weight"),
        idle("higress.io/rewrite-target", "/", "Higress"),
        idle("ingress.citrix.com/lbvserver", "{}", "NetScaler"),
        idle("bfe.ingress.kubernetes.io/balance.weight", '{"a":80}', "weight"),
        guarded("zalando.org/skipper-filter", "oauthGrant()", "logins"),
        guarded("ingress.pomerium.io/policy", "allow: {}", "who may come in"),
        guarded("higress.io/whitelist-source-range", "10.0.0.0/8", "does not know by name"),
        guarded("mse.ingress.kubernetes.io/auth-url", "http://auth/check", "MSE"),
        idle("tailscale.com/tags", "tag:web", "tailnet"),
        idle("zalando.org/skipper-filter", "", "is empty"),
    ),
)
