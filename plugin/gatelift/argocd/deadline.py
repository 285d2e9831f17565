"""An end of our own before Argo CD's: past its deadline it kills the plugin, and shows a message that says nothing."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from gatelift.render.process import stop_all

_SPARE = 0.5
"""Seconds kept to end an engine and say so."""
_AGAIN = 2.0
"""Seconds after which it is said again: Python drops what is raised within a finaliser or a callback."""


class Ended(BaseException):
    """Time is up, or (``asked``) somebody wants the end. No handler of mistakes is to catch it."""

    def __init__(self, *, asked: bool) -> None:
        super().__init__()
        self.asked = asked


@contextmanager
def deadline(seconds: float) -> Iterator[Callable[[], float]]:
    """Within, ``Ended`` is raised after ``seconds``, or on SIGTERM; what is yielded says how many are left to engines.

    To be used from the main thread, where Python handles signals.
    """
    end = time.monotonic() + seconds
    asked = False

    def ended(number: int, _: FrameType | None) -> None:
        nonlocal asked
        asked = asked or number == signal.SIGTERM
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)
        stop_all()
        raise Ended(asked=asked)

    before = {number: signal.signal(number, ended) for number in (signal.SIGALRM, signal.SIGTERM)}
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield lambda: max(end - time.monotonic() - _SPARE, 0.1)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
