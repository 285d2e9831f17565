"""Whether one of several access checks is enough."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, parse_bool, shown
from gatelift.intent.base import Risk

_LISTS = ("allowlist-source-range", "whitelist-source-range", "denylist-source-range")
_SETTINGS = ("whitelist-source-range", "denylist-source-range")


def read(value: str, context: UnitContext) -> Result:
    """``any`` cannot be written where there are two checks to choose from; with one it changes nothing."""
    wanted = value.strip()
    if wanted == "all":
        return Translated()
    if wanted != "any":
        return Inert(f"{shown(wanted)} is neither any nor all to ingress-nginx, which falls back to all", fallback=True)
    found = checks(context)
    if len(found) < 2:
        what = f"only {found[0]}" if found else "no access check"
        return Inert(f"there is {what} here, so there is nothing to choose")
    return Refused(
        f"either of {' and '.join(found)} lets a client in today; a gateway asks for all of them",
        "decide which check stays and remove the others, or let the authorization service look at the client's address",
    )


def checks(context: UnitContext) -> tuple[str, ...]:
    """The kinds of access check that nginx would choose from; its address lists are one kind together."""
    lists = any(context.value(name) for name in _LISTS) or any(context.controller.setting(name) for name in _SETTINGS)
    opted_out = parse_bool(context.value("enable-global-auth") or "") is False
    everywhere = context.controller.setting("global-auth-url") is not None and not opted_out
    return tuple(
        name
        for name, here in (
            ("the address list", lists),
            ("basic authentication", context.value("auth-type") is not None),
            ("the authorization service", context.value("auth-url") is not None or everywhere),
        )
        if here
    )


unit = Unit(
    names=("satisfy",),
    risk=Risk.SECURITY,
    read=read,
    summary="Whether all access checks must pass, or any one of them",
    source=upstream("satisfy"),
    cases=(
        Case(value="all", expect=Translated()),
        Case(value="any", expect=Inert("no access check")),
        Case(
            value="any",
            siblings={"allowlist-source-range": "10.0.0.0/8", "denylist-source-range": "10.1.0.0/16"},
            expect=Inert("only the address list"),
        ),
        Case(
            value="any",
            siblings={"whitelist-source-range": "10.0.0.0/8", "auth-type": "basic", "auth-secret": "users"},
            expect=Refused("address list and basic authentication", "decide"),
        ),
        Case(
            value="any",
            siblings={"auth-url": "http://auth.shop.svc.cluster.local/check"},
            controller={"whitelist-source-range": "10.0.0.0/8"},
            expect=Refused("authorization service", "decide"),
        ),
        Case(
            value="any",
            siblings={"auth-type": "basic", "enable-global-auth": "false"},
            controller={"global-auth-url": "http://auth.infra.svc.cluster.local/check"},
            expect=Inert("only basic"),
        ),
        Case(value="Any", expect=Inert("falls back to all")),
    ),
)
