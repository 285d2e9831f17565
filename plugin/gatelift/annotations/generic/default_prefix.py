"""``nginx.ingress.kubernetes.io/`` where this controller was started with another ``--annotations-prefix``.

Then the usual prefix is another ingress-nginx's. What it restricts is told by the unit of the same name.
"""

from __future__ import annotations

from gatelift.annotations.controller import ANNOTATIONS_PREFIX
from gatelift.annotations.elsewhere import ACCESS
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext
from gatelift.intent.base import Risk

PREFIX = f"{ANNOTATIONS_PREFIX}/"
_FLAG = "--annotations-prefix=edge.example.com"


def read(value: str, context: UnitContext) -> Result:
    """Inert, or refused where the name speaks of who may come in."""
    if not value:
        return Inert("an empty value means that the annotation is not set")
    name = context.key.removeprefix(PREFIX)
    own = context.controller.annotations_prefix + name
    said = (
        f"it is for an ingress-nginx with the default --annotations-prefix; this one reads {own}, and does nothing "
        "about this key"
    )
    if not _restricts(name):
        return Inert(said)
    return Refused(
        f"{said}, though it speaks of who may come in: it is either left over, or another ingress-nginx serves this "
        "Ingress too",
        f"if it is left over, remove it; if it is wanted, write {own}; if nobody counts on it, name {context.key} "
        "under accept: with the reason",
        Risk.SECURITY,
    )


def _restricts(name: str) -> bool:
    from gatelift.annotations.registry import nginx_unit  # the registry finds this module

    unit = nginx_unit(name)
    return ACCESS.search(name) is not None if unit is None else unit.risk is Risk.SECURITY


unit = Unit(
    names=(f"{PREFIX}*",),
    risk=Risk.SECURITY,
    read=read,
    summary="Settings of an ingress-nginx that has another prefix than this one",
    source="https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/",
    cases=(
        Case(
            name=f"{PREFIX}auth-url",
            value="http://auth.infra.svc.cluster.local/check",
            flags=(_FLAG,),
            expect=Refused("--annotations-prefix", "edge.example.com/auth-url", Risk.SECURITY),
        ),
        Case(
            name=f"{PREFIX}allowlist-source-range",
            value="10.0.0.0/8",
            flags=(_FLAG,),
            expect=Refused("who may come in", "remove", Risk.SECURITY),
        ),
        Case(name=f"{PREFIX}use-regex", value="true", flags=(_FLAG,), expect=Inert("edge.example.com/use-regex")),
        Case(name=f"{PREFIX}proxy-body-size", value="8m", flags=(_FLAG,), expect=Inert("does nothing")),
        Case(name=f"{PREFIX}auth-url", value="", flags=(_FLAG,), expect=Inert("empty")),
    ),
)
