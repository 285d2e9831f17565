"""A result of a replay without values that look secret."""

from __future__ import annotations

from msgspec.structs import replace

from gatelift.replay.model import Disagreement, Result
from gatelift.traffic.shown.hiding import request, told


def hidden(result: Result) -> Result:
    """``result`` with nothing in its requests and answers that looks secret."""
    return replace(
        result,
        disagreements=tuple(map(_disagreement, result.disagreements)),
        deviations=tuple(map(_disagreement, result.deviations)),
    )


def _disagreement(item: Disagreement) -> Disagreement:
    before, after = told(item.attribute, item.before, item.after)
    return replace(item, request=request(item.request), before=before, after=after)
