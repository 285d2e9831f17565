"""Header modifiers of Gateway API: what may stand in one, and how ``%`` is written.

https://gateway-api.sigs.k8s.io/reference/spec/#httpheaderfilter
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from gatelift.intent.headers import CONNECTION_HEADERS, Header, RequestHeaders, ResponseHeaders
from gatelift.intent.outcome import Note, refused
from gatelift.manifests.fields import HEADER_NAME, LONGEST_HEADER_VALUE
from gatelift.manifests.filters import (
    HTTPHeader,
    HTTPHeaderFilter,
    RequestHeaderModifierFilter,
    ResponseHeaderModifierFilter,
)
from gatelift.targets.base import Contribution, RouteView

Headers: TypeAlias = RequestHeaders | ResponseHeaders

VALUE = re.compile(r"[!-~]+(?:[\t ]?[!-~]+)*")
"""Visible ASCII in words with one space between them: Envoy Gateway turns a route with any other value down."""


def plain(intent: Headers, view: RouteView) -> Contribution | Note:
    """Values as they are. ``%`` begins a command on some implementations, so that no spelling is right on all."""
    found = next((header for header in _written(intent) if "%" in header.value), None)
    if found is not None:
        why = f"the value of {found.name} contains %, which some implementations fill in and others send as it is"
        return refused(why, "choose the target envoy-gateway, or send a value without %", intent.risk)
    return _bad(intent) or _modifier(intent, str)


def escaped(intent: Headers, view: RouteView) -> Contribution | Note:
    """Envoy fills in what stands between ``%``; doubled it is the character
    (https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#custom-request-response-headers).
    """
    return _bad(intent) or _modifier(intent, lambda value: value.replace("%", "%%"))


def _written(intent: Headers) -> tuple[Header, ...]:
    return (*intent.set, *intent.add) if isinstance(intent, ResponseHeaders) else intent.set


def _bad(intent: Headers) -> Note | None:
    """Why the headers cannot stand in a route; nothing where they can."""
    written = _written(intent)
    names = (*(header.name for header in written), *intent.remove)
    if any(name.lower() == "host" for name in names):
        why = "no header modifier may change Host: Envoy Gateway turns the whole route down"
        return refused(why, "write the annotation upstream-vhost", intent.risk)
    steering = next((name for name in names if name.lower() in CONNECTION_HEADERS), None)
    if steering is not None:
        why = f"{steering} belongs to the connection, or says where a message ends: no route may change it"
        return refused(why, f"leave {steering} out: the gateway writes it itself", intent.risk)
    name = next((name for name in names if not HEADER_NAME.fullmatch(name)), None)
    if name is not None:
        return refused(f"{name!r} is no name of a header", "correct the name", intent.risk)
    bad = next(
        (item for item in written if not VALUE.fullmatch(item.value) or len(item.value) > LONGEST_HEADER_VALUE), None
    )
    if bad is None:
        return None
    why = f"the value of {bad.name} is empty, too long, or more than plain text with single spaces"
    return refused(why, "write visible ASCII characters, with single spaces between words", intent.risk)


def _modifier(intent: Headers, spell: Callable[[str], str]) -> Contribution:
    if isinstance(intent, RequestHeaders):
        request = HTTPHeaderFilter(set=_listed(intent.set, spell), remove=intent.remove)
        return Contribution(filters=(RequestHeaderModifierFilter(request_header_modifier=request),))
    response = HTTPHeaderFilter(set=_listed(intent.set, spell), add=_listed(intent.add, spell), remove=intent.remove)
    return Contribution(filters=(ResponseHeaderModifierFilter(response_header_modifier=response),))


def _listed(headers: Sequence[Header], spell: Callable[[str], str]) -> tuple[HTTPHeader, ...]:
    return tuple(HTTPHeader(name=header.name, value=spell(header.value)) for header in headers)
