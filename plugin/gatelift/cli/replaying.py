"""``--replay`` of the commands that plan: what a plan changes is replayed, and the result joins the plan's proofs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gatelift.cli.files import say
from gatelift.cli.progress import progress
from gatelift.cli.replay import Bounds, sides
from gatelift.repository.tree import Tree

if TYPE_CHECKING:
    from gatelift.cli.planning import Planned
    from gatelift.replay.model import Result
    from gatelift.replay.run import Sides
    from gatelift.replay.worlds import Cluster


def with_replay(made: Planned, bounds: Bounds, new: Tree | None = None, *, quiet: bool = False) -> Planned:
    """``made`` with a replay of every cluster that has routes in ``new`` (none: in what the plan writes, if it does).

    Raises ``EnvironmentProblem`` where a proxy cannot be started.
    """
    from gatelift.replay.evidence import joined
    from gatelift.replay.worlds import clusters

    files = {change.path: change.after for change in made.plan.files}
    tree = new or made.opened.tree.changed(files)
    asked = clusters(made.request, tree, made.plan) if files or new else ()
    found = [item for item in asked if item.changed]
    if not found:
        say("replay: nothing to replay, since nothing changes for an Ingress of ingress-nginx\n")
        return made
    settings = dict(made.request.settings.controller.settings)
    results = asyncio.run(_results(found, sides("nginx", settings), bounds, quiet))
    return replace(made, plan=joined(made.plan, zip(found, results, strict=True)))


async def _results(found: Sequence[Cluster], both: Sides, bounds: Bounds, quiet: bool) -> Sequence[Result]:
    from gatelift.replay.run import Options, replay, within

    made = []
    with progress(quiet=quiet) as tell:
        async with within(bounds.timeout, "--replay-"):
            for number, item in enumerate(found):
                tell(f"replaying {item.scope}", number, len(found))
                made.append(await replay(item.case, both, Options(requests=bounds.requests)))
    return made
