"""Response headers from a ConfigMap."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gatelift.annotations.nginx._links import DENIED, upstream
from gatelift.annotations.nginx._values import URL_PATH
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, csv, shown
from gatelift.intent.base import Risk
from gatelift.intent.headers import Header, ResponseHeaders

ALLOWED = "global-allowed-response-headers"
_CHECKED = re.compile(rf"[{URL_PATH}]*")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_VALUE = re.compile(r"[A-Za-z0-9_ :;.,\\/\"'?!(){}\[\]@<>=\-+*#$&`|~^%]+")
"""What internal/ingress/annotations/customheaders of ingress-nginx lets through."""


def read(value: str, context: UnitContext) -> Result:
    """The headers of the ConfigMap; one that the controller does not allow closes the place (T42)."""
    name = value.strip()
    if not _CHECKED.fullmatch(value.replace(" ", "")):
        return Inert(f"{shown(name)} is no name of a ConfigMap to ingress-nginx, which sets no header then")
    if name.count("/") != 1:
        why = f"{shown(name)} is not NAMESPACE/NAME of a ConfigMap, and {DENIED} (T42)"
        return Refused(why, "write it as NAMESPACE/NAME, and see that the Ingress works before it is converted")
    seen = _as_written(name, context)
    found = context.header_maps.get(seen)
    if found is None:
        return _unknown(name, context.config_maps.get(seen))
    return _broken(name, found) or _undecided(context) or _forbidden(found, context) or _headers(found)


def _as_written(name: str, context: UnitContext) -> str:
    """The name under which the ConfigMap was seen: manifests may leave the namespace to whoever applies them."""
    bare = name.partition("/")[2]
    alike = not context.ingress.ref.namespace and name not in context.config_maps and bare in context.config_maps
    return bare if alike else name


def _unknown(name: str, keys: frozenset[str] | None) -> Result:
    if keys is None:
        return Refused(
            f"the headers stand in ConfigMap {shown(name)}, which is not among the manifests, so nobody knows them",
            f"put ConfigMap {shown(name)} into the repository, or beside the Ingress that is converted",
        )
    if not keys:
        return Inert("the ConfigMap holds no header")
    return _denied(f"ConfigMap {shown(name)} holds something that is no header", "leave only headers in it")


def _broken(name: str, found: Mapping[str, str]) -> Refused | None:
    bad = next((key for key, text in found.items() if not _NAME.fullmatch(key) or not _VALUE.fullmatch(text)), None)
    if bad is None:
        return None
    return _denied(f"ingress-nginx does not take {shown(bad)} of ConfigMap {shown(name)} as a header", "correct it")


def _undecided(context: UnitContext) -> Refused | None:
    """Without the controller's ConfigMap nobody knows whether the place is open today."""
    if context.controller.config_map or context.controller.settings:
        return None
    return Refused(
        f"ingress-nginx answers 503 here unless its own ConfigMap lists these headers in {ALLOWED}, and that ConfigMap "
        "is not known",
        "name the controller's ConfigMap: 'nginx: {configMap: PATH}' in gatelift.yaml, or --nginx-configmap PATH",
    )


def _forbidden(found: Mapping[str, str], context: UnitContext) -> Refused | None:
    allowed = csv(context.controller.setting(ALLOWED) or "")
    bad = next((key for key in sorted(found) if key not in allowed), None)
    if bad is None:
        return None
    why = f"the controller's {ALLOWED} does not list {bad}"
    return _denied(why, f"add {bad} there, spelled alike, or take it out of the ConfigMap")


def _denied(why: str, todo: str) -> Refused:
    return Refused(f"{why}, and {DENIED} (T42)", f"{todo}, and see that the Ingress works before it is converted")


def _headers(found: Mapping[str, str]) -> Result:
    if len({key.lower() for key in found}) < len(found):
        return Refused("the ConfigMap names one header twice", "leave one of the two in it")
    # Space around the value is no part of it (https://www.rfc-editor.org/rfc/rfc9110#section-5.5).
    blank = next((key for key in sorted(found) if not found[key].strip()), None)
    if blank is not None:
        return Refused(f"{blank} is blank, which takes the header away today", "give it a value, or leave it out")
    headers = tuple(Header(key, text.strip()) for key, text in sorted(found.items()))
    return Translated(
        (ResponseHeaders(set=headers),),
        differs="the headers are written into the route: a change of the ConfigMap needs another run of gatelift; "
        "answers that the gateway makes itself (redirects to HTTPS, errors) go without them",
    )


_MAP = {"shop/headers": {"X-Frame-Options": "DENY", "Cache-Control": "no-store, max-age=0"}}
_LIST = {ALLOWED: "Cache-Control, X-Frame-Options"}

unit = Unit(
    names=("custom-headers",),
    risk=Risk.ROUTING,
    read=read,
    summary="ConfigMap with headers to set on every answer",
    source=upstream("custom-headers"),
    cases=(
        Case(
            value="shop/headers",
            config_maps=_MAP,
            controller=_LIST,
            expect=Translated(
                (
                    ResponseHeaders(
                        set=(Header("Cache-Control", "no-store, max-age=0"), Header("X-Frame-Options", "DENY"))
                    ),
                ),
                "needs another run",
            ),
        ),
        Case(
            value=" shop/headers ",
            config_maps={"shop/headers": {"X-Load": "90%"}},
            controller={ALLOWED: "X-Load"},
            expect=Translated((ResponseHeaders(set=(Header("X-Load", "90%"),)),), "needs another run"),
        ),
        Case(value="shop/headers", config_maps=_MAP, expect=Refused("is not known", "--nginx-configmap")),
        Case(
            value="shop/headers",
            config_maps=_MAP,
            controller={ALLOWED: "Cache-Control,x-frame-options"},
            expect=Refused("does not list X-Frame-Options", "add X-Frame-Options there"),
        ),
        Case(value="shop/headers", controller=_LIST, expect=Refused("not among the manifests", "repository")),
        Case(
            value="shop/headers",
            config_maps={"shop/headers": {}},
            controller=_LIST,
            expect=Refused("holds something that is no header", ""),
        ),
        Case(
            value="shop/headers",
            config_maps={"shop/headers": {"X-Frame-Options": "DENY", "X.Dot": "a"}},
            controller=_LIST,
            expect=Refused("'X.Dot'", ""),
        ),
        Case(
            value="shop/headers",
            config_maps={"shop/headers": {"X-A": "a", "x-a": "b"}},
            controller={ALLOWED: "X-A,x-a"},
            expect=Refused("twice", ""),
        ),
        Case(
            value="shop/headers",
            config_maps={"shop/headers": {"X-A": " "}},
            controller={ALLOWED: "X-A"},
            expect=Refused("blank", ""),
        ),
        Case(value="headers", config_maps=_MAP, controller=_LIST, expect=Refused("not NAMESPACE/NAME", "")),
        Case(value="shop/{headers}", expect=Inert("no name of a ConfigMap")),
    ),
)
