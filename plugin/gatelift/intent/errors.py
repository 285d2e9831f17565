"""Intents about answers in place of errors."""

from __future__ import annotations

from typing import ClassVar

from gatelift.intent.base import Intent, Risk


class ErrorAnswers(Intent, frozen=True, kw_only=True):
    """Answer errors of these ``statuses`` with the text in a ConfigMap of the Ingress's namespace.

    ``own_only``: only errors that the gateway makes itself; the backend's reach the client as they are.
    """

    risk: ClassVar[Risk] = Risk.TRAFFIC
    lost: ClassVar[str] = "errors would reach the client as they are"
    remedy: ClassVar[str] = "write 'decide: {customHttpErrors: omit}', or choose the target envoy-gateway"
    statuses: tuple[int, ...]
    config_map: str
    own_only: bool = False
