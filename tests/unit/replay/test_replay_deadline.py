"""A replay ends when its time is up, in whatever it is then, and leaves no process and no folder behind."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from gatelift.findings import EnvironmentProblem
from gatelift.render.process import descendants
from gatelift.replay.case import Options, Sides
from gatelift.replay.ground import Ground
from gatelift.replay.model import Judge
from gatelift.replay.nginx.run import nginx
from gatelift.replay.run import replay, within
from gatelift.replay.side import Side
from gatelift.traffic.case import Case
from gatelift.traffic.model import Manifest
from support.judging import ingress, prefix
from support.replaying import route, to


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_nothing_is_left_of_a_replay_that_takes_too_long() -> None:
    folders: set[Path] = set()
    before = frozenset(descendants(os.getpid()))
    running: set[int] = set()

    def stuck(objects: Sequence[Manifest], here: Ground) -> AbstractAsyncContextManager[Side]:
        @asynccontextmanager
        async def side() -> AsyncIterator[Side]:
            running.update(set(descendants(os.getpid())) - before)
            folders.add(Path(here.session.folder))
            never: asyncio.Future[Side] = asyncio.get_running_loop().create_future()
            yield await never

        return side()

    case = Case(before=(ingress("web", prefix("a.io")),), after=(route("web", "a.io", [to("/", "web")]),))
    sides = Sides(judges={Judge.NGINX: nginx}, after=stuck)

    async def main() -> None:
        async with within(5):
            await replay(case, sides, Options(requests=10))

    began = time.monotonic()
    with pytest.raises(EnvironmentProblem, match="had not ended after 5 seconds") as caught:
        asyncio.run(main())

    assert caught.value.finding.fix
    assert running
    assert folders
    assert time.monotonic() - began < 30
    assert not set(descendants(os.getpid())) & running
    assert not any(folder.exists() for folder in folders)


def test_a_timeout_of_something_else_is_not_taken_for_it() -> None:
    async def main() -> None:
        async with within(30):
            raise TimeoutError("another one")

    with pytest.raises(TimeoutError, match="another one"):
        asyncio.run(main())
