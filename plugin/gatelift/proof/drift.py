"""Does the API server store every written object as it is written, so that no GitOps tool sees a difference?"""

from __future__ import annotations

import json
from collections.abc import Sequence

from gatelift.manifests.defaults import left_out
from gatelift.proof.evidence import Evidence, Proof
from gatelift.proof.forms import Manifest
from gatelift.proof.written import written


def drift(root: str, before: Sequence[Manifest], after: Sequence[Manifest]) -> Evidence:
    """Whether filling in the API server's defaults changes nothing in what is new or changed in ``after``."""
    objects = written(before, after)
    for key, item in sorted(objects, key=lambda pair: pair[0]):
        added = next(left_out(item), None)
        if added is not None:
            pointer, value = added
            text = (
                f"{key}: {pointer} is left out, and the API server writes {json.dumps(value)} there: "
                "a tool that compares would see a difference for ever"
            )
            return Evidence(proof=Proof.DRIFT, root=root, holds=False, text=text)
    text = f"the API server's defaults change nothing in {len(objects)} written objects"
    return Evidence(proof=Proof.DRIFT, root=root, holds=True, text=text)
