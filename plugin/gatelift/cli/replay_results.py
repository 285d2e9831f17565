"""Every cluster replayed, one after the other: for ``gatelift replay`` and for ``--replay`` alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gatelift.cli.progress import progress

if TYPE_CHECKING:
    from gatelift.cli.clusters import Given
    from gatelift.replay.case import Options, Sides
    from gatelift.replay.model import Result


_MOST = 200
"""So many of its requests: what differs in one way differs on every host."""


async def results_of(
    given: Given, both: Sides, options: Options, seconds: float, *, prefix: str = "--", quiet: bool = False
) -> Sequence[Result]:
    """What each cluster's replay found, all within so many ``seconds``; ``prefix``: how options of it begin.

    What the symbolic proof finds to differ is sent before all else: so the proxies judge its models, too.
    """
    from gatelift.proof.symbolic.case import prove_case
    from gatelift.replay.run import replay, within

    made = []
    with progress(quiet=quiet) as tell:
        async with within(seconds, prefix):
            for number, item in enumerate(given.clusters):
                tell(f"replaying {item.scope}", number, len(given.clusters))
                outcome = prove_case(item.case, given.settings, envoy_gateway=given.envoy_gateway)
                witnesses = tuple(dict.fromkeys(each.request for each in outcome.found))[:_MOST]
                made.append(await replay(replace(item.case, witnesses=witnesses), both, options))
    return made
