"""Does the API server store every written object as it is written, so that no GitOps tool sees a difference?"""

from __future__ import annotations

import json
from collections.abc import Sequence

from gatelift.config.target import TargetSpec
from gatelift.manifests.defaults import left_out
from gatelift.proof.evidence import Evidence, Proof
from gatelift.proof.forms import Manifest
from gatelift.proof.written import written


def drift(
    root: str, before: Sequence[Manifest], after: Sequence[Manifest], target: TargetSpec | None = None
) -> Evidence:
    """Whether the defaults of ``target``'s API server change nothing in what is new or changed in ``after``.

    ``None`` is a server that has every field.
    """
    objects = written(before, after)
    for key, item in sorted(objects, key=lambda pair: pair[0]):
        added = next(left_out(item, target), None)
        if added is not None:
            pointer, value = added
            text = (
                f"{key}: {pointer} is left out, and the API server writes {json.dumps(value)} there: "
                "a tool that compares would see a difference for ever"
            )
            return Evidence(proof=Proof.DRIFT, root=root, holds=False, text=text)
    text = f"the API server's defaults change nothing in {len(objects)} written objects"
    return Evidence(proof=Proof.DRIFT, root=root, holds=True, text=text)
