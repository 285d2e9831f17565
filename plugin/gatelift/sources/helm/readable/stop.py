"""Giving up while a template is read."""

from __future__ import annotations


class Stop(Exception):  # noqa: N818 - no error: another strategy is next
    """The template is not understood at the offset ``at`` of its text, for the reason ``why`` (one sentence)."""

    def __init__(self, why: str, at: int) -> None:
        super().__init__(why)
        self.why = why
        self.at = at
