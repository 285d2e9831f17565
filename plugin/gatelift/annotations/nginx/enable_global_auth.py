"""Whether the controller's own authorization service is asked about this Ingress."""

from __future__ import annotations

from gatelift.annotations.nginx._external_auth import SURE
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx.settings.global_auth import SETTING, is_configured
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk

HERE = {SETTING: "http://auth.infra.svc.cluster.local/check"}
OTHER = {"hsts-max-age": "600"}
OPEN = "neither nginx nor the gateway asks anybody about this Ingress"


def read(value: str, context: UnitContext) -> Result:
    """``false`` opts out of ``global-auth-url``, whose own reading sees it; ``true`` is the default."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    own = (context.value("auth-url") or "").strip()
    if own:
        return Inert("the Ingress has an auth-url of its own, and nginx asks that one alone")
    configured, known = is_configured(context.controller), bool(context.controller.settings)
    if configured:
        return Translated() if wanted else Translated(differs=f"{OPEN}; a policy with extAuth on the Gateway would")
    if known or context.controller.config_map:
        return Inert(f"the controller has no {SETTING}")
    if wanted:
        return Refused(
            f"it asks for the controller's {SETTING}, and without the controller's ConfigMap nobody knows that service",
            "write 'nginx: {configMap: PATH}' in gatelift.yaml, or pass --nginx-configmap FILE",
        )
    why = f"{OPEN}, but others may be under the controller's {SETTING}: name its ConfigMap under nginx.configMap"
    return Translated(differs=why)


unit = Unit(
    names=("enable-global-auth",),
    risk=Risk.SECURITY,
    read=read,
    summary="Whether the controller's global authorization service is asked about this Ingress",
    source=upstream("global-external-authentication"),
    cases=(
        Case(value="false", controller=HERE, decide=SURE, expect=Translated(differs="asks anybody")),
        Case(value="true", controller=HERE, decide=SURE, expect=Translated()),
        Case(value="false", controller=OTHER, expect=Inert("no global-auth-url")),
        Case(value="true", controller=OTHER, expect=Inert("no global-auth-url")),
        Case(value="true", expect=Refused("nobody knows", "nginx-configmap")),
        Case(value="false", expect=Translated(differs="others may be")),
        Case(value="no", controller=HERE, expect=Inert("no boolean")),
        Case(
            value="false",
            controller=HERE,
            siblings={"auth-url": "http://own.infra.svc.cluster.local/check"},
            expect=Inert("of its own"),
        ),
    ),
)
