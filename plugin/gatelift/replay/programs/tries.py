"""Programs that are started again where another one takes a port between the choice and its use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from gatelift.findings import EnvironmentProblem
from gatelift.replay.ground import Ground
from gatelift.replay.programs.ports import taken
from gatelift.replay.programs.processes import Child

_MOST = 4


def tries() -> list[bool]:
    """Whether each try is the last."""
    return [number == _MOST for number in range(1, _MOST + 1)]


async def started(
    ground: Ground,
    name: str,
    command: Sequence[str],
    ready: Callable[[], Awaitable[bool]],
    *,
    last: bool = False,
    extra: Mapping[str, str] | None = None,
) -> Child | None:
    """A program that is ready; ``None`` where a port was taken and there is another try. Raises else."""
    try:
        return await ground.session.start(name, command, ready=ready, extra=extra or {})
    except EnvironmentProblem as problem:
        if last or not taken(problem):
            raise
        return None
