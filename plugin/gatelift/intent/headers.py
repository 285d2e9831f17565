"""Intents about headers of requests and answers, beside the ones that other intents set on their way."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from gatelift.intent.base import Intent

CONNECTION_HEADERS = frozenset(
    {"connection", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
)
"""Headers that belong to one connection or to the message's framing, or that routes go by: no filter changes them."""


class Header(msgspec.Struct, frozen=True, order=True):
    """A header and its literal value. Names are compared without regard to case."""

    name: str
    value: str


class RequestHeaders(Intent, frozen=True, kw_only=True):
    """Change the headers that the backend sees: replace or make ``set``, take ``remove`` away. Never ``Host``.

    Each annotation brings its own; where two set one header to different values, the later one is refused.
    """

    repeatable: ClassVar[bool] = True
    lost: ClassVar[str] = "the backend would see other request headers"
    set: tuple[Header, ...] = ()
    remove: tuple[str, ...] = ()


class ResponseHeaders(Intent, frozen=True, kw_only=True):
    """Change the headers that the client sees: replace or make ``set``, append ``add``, take ``remove`` away."""

    repeatable: ClassVar[bool] = True
    lost: ClassVar[str] = "the client would see other response headers"
    set: tuple[Header, ...] = ()
    add: tuple[Header, ...] = ()
    remove: tuple[str, ...] = ()
