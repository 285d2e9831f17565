"""An end in time, also where Python drops what is raised."""

from __future__ import annotations

import os
import signal
import time

import pytest

from gatelift.argocd import deadline as module
from gatelift.argocd.deadline import Ended, deadline


class Careless:
    """Busy in its finaliser, where Python tells of what is raised and goes on."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __del__(self) -> None:
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_was_dropped_is_raised_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AGAIN", 0.2)
    began = time.monotonic()

    def work() -> None:
        thing = Careless(0.3)
        del thing
        while time.monotonic() - began < 20:
            pass

    with pytest.raises(Ended), deadline(0.2):
        work()
    assert time.monotonic() - began < 10


def test_asked_to_end_stays_asked_to_end() -> None:
    def ask() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(20)

    with pytest.raises(Ended) as raised, deadline(30):
        ask()
    assert raised.value.asked
    with pytest.raises(Ended) as raised, deadline(0.05):
        time.sleep(20)
    assert not raised.value.asked


def test_afterwards_signals_do_what_they_did() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGALRM)
    with deadline(30) as left:
        assert 29 < left() < 30
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGALRM)) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
