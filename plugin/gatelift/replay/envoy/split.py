"""Two proxies as one side after: each answers for its own hosts."""

from __future__ import annotations

from contextlib import AsyncExitStack

from gatelift.replay.envoy.shows import Shown
from gatelift.replay.ground import Ground
from gatelift.replay.side import Side, Start
from gatelift.replay.wire.send import Sender
from gatelift.traffic.model import Answer, Request


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


async def joined(
    stack: AsyncExitStack, start: Start, shown: Shown, ground: Ground, plain: Side, sender: Sender
) -> tuple[Side, Split]:
    """``plain`` with Envoy beside it, started on ``stack``. Raises ``EnvironmentProblem``."""
    envoy = await stack.enter_async_context(start(shown.objects, ground))
    return shown.joined(plain, envoy), Split(sender, await stack.enter_async_context(Sender(envoy)), shown)
