"""Every cluster replayed, one after the other: for ``gatelift replay`` and for ``--replay`` alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gatelift.cli.progress import progress

if TYPE_CHECKING:
    from gatelift.replay.case import Options, Sides
    from gatelift.replay.model import Result
    from gatelift.replay.worlds import Cluster


async def results_of(
    found: Sequence[Cluster], both: Sides, options: Options, seconds: float, *, prefix: str = "--", quiet: bool = False
) -> Sequence[Result]:
    """What each cluster's replay found, all within so many ``seconds``; ``prefix``: how options of it begin."""
    from gatelift.replay.run import replay, within

    made = []
    with progress(quiet=quiet) as tell:
        async with within(seconds, prefix):
            for number, item in enumerate(found):
                tell(f"replaying {item.scope}", number, len(found))
                made.append(await replay(item.case, both, options))
    return made
