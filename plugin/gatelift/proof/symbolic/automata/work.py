"""Work that is counted, so that it ends."""

from __future__ import annotations

from gatelift.proof.symbolic.model import Undecided


class Work:
    """Steps so far, and how many there may be; ``about`` is what they are for."""

    def __init__(self, most: int, about: str = "") -> None:
        self.done = 0
        self._most = most
        self._about = about

    def more(self, steps: int) -> None:
        """Raises ``Undecided`` where that is too many."""
        self.done += steps
        if self.done > self._most:
            raise Undecided(f"it would take more than {self._most} steps to tell apart what {self._about}")
