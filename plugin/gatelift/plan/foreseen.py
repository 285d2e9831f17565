"""What becomes of all Ingresses, without asking how the sources would be written: one render, and no proof."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gatelift.findings import Finding
from gatelift.plan.begin import begin, judged
from gatelift.plan.request import Request
from gatelift.plan.roots import Roots
from gatelift.plan.survey import Survey
from gatelift.sources.worlds import World


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """The roots, and what is judged of them; ``request`` knows what the survey found."""

    request: Request
    found: Survey
    roots: Roots
    world: World
    withdrawn: Mapping[str, Finding]


def foresee(request: Request) -> Foreseen:
    """Judge everything in the tree of ``request``. Raises ``UsageError``."""
    begun = begin(request)
    return Foreseen(
        request=begun.request,
        found=begun.found,
        roots=begun.roots,
        world=judged(begun, begun.withdrawn),
        withdrawn=begun.withdrawn,
    )
