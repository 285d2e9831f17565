"""Settings that act on every Ingress and have a translation: which reader takes each, and in what order.

A reader is a pure function like a unit's: value, context of one Ingress -> what it means for that Ingress.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import msgspec

from gatelift.annotations.nginx.settings import blocks, global_auth, global_headers
from gatelift.annotations.nginx.settings.table import said
from gatelift.annotations.unit import Result, UnitContext
from gatelift.intent.base import Risk

Read: TypeAlias = Callable[[str, UnitContext], Result]


class Reader(msgspec.Struct, frozen=True):
    """How a setting is read for one Ingress, and what its refusal blocks."""

    read: Read
    risk: Risk


READERS: Mapping[str, Reader] = {
    "block-cidrs": Reader(blocks.read, Risk.SECURITY),
    "global-auth-url": Reader(global_auth.url, Risk.SECURITY),
    "global-auth-method": Reader(global_auth.method, Risk.SECURITY),
    "global-auth-signin": Reader(global_auth.signin, Risk.SECURITY),
    "global-auth-signin-redirect-param": Reader(global_auth.redirect_param, Risk.SECURITY),
    "global-auth-response-headers": Reader(global_auth.response_headers, Risk.SECURITY),
    "global-auth-request-redirect": Reader(global_auth.request_redirect, Risk.SECURITY),
    "global-auth-snippet": Reader(global_auth.snippet, Risk.SECURITY),
    "global-auth-cache-key": Reader(global_auth.cache_key, Risk.TRAFFIC),
    "global-auth-cache-duration": Reader(global_auth.cache_duration, Risk.TRAFFIC),
    "global-auth-always-set-cookie": Reader(global_auth.always_set_cookie, Risk.SECURITY),
    "no-auth-locations": Reader(global_auth.no_auth, Risk.SECURITY),
    "proxy-set-headers": Reader(global_headers.request, Risk.ROUTING),
    "add-headers": Reader(global_headers.response, Risk.ROUTING),
    "hide-headers": Reader(global_headers.hidden, Risk.ROUTING),
}


def readings(context: UnitContext) -> Iterator[tuple[str, str, Reader, Result]]:
    """(setting, value, reader, result) of every such setting that the controller has."""
    for name, value in said(context.controller).items():
        reader = READERS.get(name)
        if reader is not None:
            yield name, value, reader, reader.read(value, context)
