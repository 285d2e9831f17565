"""Two proxies as one side after: each answers for its own hosts."""

from __future__ import annotations

from gatelift.replay.envoy.shows import Shown
from gatelift.replay.model import Answer, Request
from gatelift.replay.send import Sender


class Split:
    """Sends what Envoy answers for to Envoy, and all else to Traefik."""

    def __init__(self, plain: Sender, envoy: Sender, shown: Shown) -> None:
        self._plain = plain
        self._envoy = envoy
        self._shown = shown

    async def send(self, request: Request) -> Answer:
        """The answer to one request."""
        sender = self._envoy if self._shown.answers(request) else self._plain
        return await sender.send(request)
