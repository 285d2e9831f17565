"""An intent about room for what backends send."""

from __future__ import annotations

from typing import ClassVar

from gatelift.intent.base import Intent, Risk


class HeaderRoom(Intent, frozen=True, kw_only=True):
    """Take answers with up to ``size`` bytes of headers."""

    risk: ClassVar[Risk] = Risk.TRAFFIC
    lost: ClassVar[str] = "answers with large headers may become errors"
    size: int
