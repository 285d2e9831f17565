"""The part of a request that decides which endpoint gets it."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._balancing import overruled
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.balancing import HashBy, KeyKind
from gatelift.intent.base import Risk

NAME = "upstream-hash-by"
_ACCEPTED = re.compile(r"[A-Za-z0-9_${}-]*")
_VARIABLE = re.compile(r"\$(?:(?P<bare>[A-Za-z0-9_]+)|\{(?P<braced>[A-Za-z0-9_]+)\})")
_ADDRESSES = frozenset({"remote_addr", "binary_remote_addr"})
_PREFIXES = {"http_": KeyKind.HEADER, "arg_": KeyKind.QUERY, "cookie_": KeyKind.COOKIE}
_NOT_HEADERS = frozenset({"http_host", "http_connection", "http_upgrade"})
_WHAT = {KeyKind.HEADER: "header", KeyKind.QUERY: "query parameter", KeyKind.COOKIE: "cookie"}
_TODO = (
    "hash by one header ($http_NAME), query parameter ($arg_NAME), cookie ($cookie_NAME) or by $remote_addr, "
    "or accept under accept: that requests with one key may reach different endpoints"
)
MOVES = "every key gets a new endpoint once, when traffic moves to the gateway"


def read(value: str, context: UnitContext) -> Result:
    """One variable that a gateway can hash as well; text, and several variables, cannot be hashed together."""
    if context.key == NAME:
        return Inert("ingress-nginx has the setting in its ConfigMap, and never asks for it")
    if not _ACCEPTED.fullmatch(value.replace(" ", "")):
        return not_loaded(value, "made of letters, digits, - and variables")
    if (other := overruled(context)) is not None:
        return other
    found = _VARIABLE.fullmatch(value.strip())
    key = _key((found["bare"] or found["braced"]).lower()) if found else None
    if key is None:
        return Refused(f"a gateway cannot hash {shown(value.strip())}", _TODO)
    return Translated((key,), differs=_differs(key))


def _key(variable: str) -> HashBy | None:
    if variable in _ADDRESSES:
        return HashBy(kind=KeyKind.ADDRESS)
    prefix = next((item for item in _PREFIXES if variable.startswith(item)), "")
    name = variable.removeprefix(prefix)
    if not prefix or not name or variable in _NOT_HEADERS:
        return None
    kind = _PREFIXES[prefix]
    return HashBy(kind=kind, name=name.replace("_", "-") if kind is KeyKind.HEADER else name)


def _differs(key: HashBy) -> str:
    if key.kind is KeyKind.ADDRESS:
        return f"{MOVES}; the address is the one that the gateway sees"
    what = f"{_WHAT[key.kind]} {key.name}"
    return f"{MOVES}; requests without the {what} reach any endpoint, where nginx sends them all to one"


def _header(name: str) -> Translated:
    return Translated((HashBy(kind=KeyKind.HEADER, name=name),), differs=f"without the header {name}")


unit = Unit(
    names=(NAME,),
    risk=Risk.TRAFFIC,
    read=read,
    setting=NAME,
    summary="The part of a request that decides which endpoint gets it",
    source=upstream("custom-nginx-upstream-hashing"),
    cases=(
        Case(value="$remote_addr", expect=Translated((HashBy(kind=KeyKind.ADDRESS),), differs="gateway sees")),
        Case(value="${binary_remote_addr}", expect=Translated((HashBy(kind=KeyKind.ADDRESS),), differs="gateway")),
        Case(value="$http_x_user_id", expect=_header("x-user-id")),
        Case(value=" $HTTP_X_User ", expect=_header("x-user")),
        Case(value="$arg_tenant", expect=Translated((HashBy(kind=KeyKind.QUERY, name="tenant"),), differs="query")),
        Case(
            value="$cookie_session_id",
            expect=Translated((HashBy(kind=KeyKind.COOKIE, name="session_id"),), differs="cookie session_id"),
        ),
        Case(value="$request_uri", expect=Refused("cannot hash", "one header")),
        Case(value="$request_uri$host", expect=Refused("cannot hash", "one header")),
        Case(value="${http_x_user}-v2", expect=Refused("cannot hash", "one header")),
        Case(value="$http_host", expect=Refused("cannot hash", "one header")),
        Case(value="$arg_", expect=Refused("cannot hash", "one header")),
        Case(value="fixed", expect=Refused("cannot hash", "one header")),
        Case(value="$request_uri;", expect=Refused("does not load", "correct")),
        Case(value="$remote_addr", siblings={"affinity": "cookie"}, expect=Inert("affinity: cookie")),
        Case(value="$remote_addr", siblings={"service-upstream": "true"}, expect=Inert("service-upstream")),
        Case(value="$remote_addr", siblings={"canary": "true"}, expect=Translated(differs="main Ingress's rule")),
    ),
)
