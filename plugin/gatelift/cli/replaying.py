"""``--replay`` of the commands that plan: what a plan changes is replayed, and the result joins the plan's proofs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gatelift.cli.files import say
from gatelift.cli.replay import Bounds, sides
from gatelift.cli.replay_results import results_of
from gatelift.repository.tree import Tree

if TYPE_CHECKING:
    from gatelift.cli.planning import Planned


def with_replay(made: Planned, bounds: Bounds, new: Tree | None = None, *, quiet: bool = False) -> Planned:
    """``made`` with a replay of every cluster that has routes in ``new`` (none: in what the plan writes, if it does).

    Raises ``EnvironmentProblem`` where a proxy cannot be started.
    """
    from gatelift.cli.clusters import given_of
    from gatelift.plan.clusters import clusters
    from gatelift.replay.case import Options
    from gatelift.replay.evidence import joined

    files = {change.path: change.after for change in made.plan.files}
    tree = new or made.opened.tree.changed(files)
    there = clusters(made.request, tree, made.plan) if files or new else ()
    found = [item for item in there if item.changed]
    if not found:
        say("replay: nothing to replay, since nothing changes for an Ingress of ingress-nginx\n")
        return made
    given = given_of(made.request.settings, found)
    options, both = Options(requests=bounds.requests), sides("nginx", given.settings)
    asked = results_of(given, both, options, bounds.timeout, prefix="--replay-", quiet=quiet)
    results = asyncio.run(asked)
    return replace(made, plan=joined(made.plan, zip(found, results, strict=True)))
