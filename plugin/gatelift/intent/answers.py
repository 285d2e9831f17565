"""Intents about answers that the gateway gives by itself, without asking a backend."""

from __future__ import annotations

from typing import ClassVar

from gatelift.intent.base import Intent, Risk


class DirectAnswer(Intent, frozen=True, kw_only=True):
    """Answer every request with ``status`` and ``body``; an empty ``content_type`` says nothing about the body."""

    # A 403 is how a snippet shuts a place: without the answer its requests would reach the backend.
    risk: ClassVar[Risk] = Risk.SECURITY
    lost: ClassVar[str] = "requests that are answered at once today would reach the backend"
    remedy: ClassVar[str] = (
        "choose the target envoy-gateway, or let the application give that answer and remove the directive"
    )
    status: int
    body: str = ""
    content_type: str = ""


class WholeHost(Intent, frozen=True, kw_only=True):
    """What the same annotation asks for holds for every path of the host, whichever Ingress serves it (T15)."""

    risk: ClassVar[Risk] = Risk.SECURITY
    lost: ClassVar[str] = "other Ingresses of the host would be left out"
