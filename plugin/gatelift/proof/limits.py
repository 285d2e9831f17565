"""Would the API server take every object that a run writes?"""

from __future__ import annotations

from collections.abc import Sequence

from gatelift.manifests.decode import manifest_problems
from gatelift.proof.evidence import Evidence, Proof
from gatelift.proof.forms import Manifest
from gatelift.proof.written import written


def limits(root: str, before: Sequence[Manifest], after: Sequence[Manifest]) -> Evidence:
    """Holds every object of ``after`` that is new or changed against its model, names with their prefixes included.

    ``before`` is the old render: what stood there already is its owner's business.
    """
    objects = written(before, after)
    for key, item in sorted(objects, key=lambda pair: pair[0]):
        problems = manifest_problems(item)
        if problems:
            text = f"the API server would reject {key}: {problems[0]}"
            return Evidence(proof=Proof.LIMITS, root=root, holds=False, text=text)
    text = f"the API server takes all {len(objects)} written objects"
    return Evidence(proof=Proof.LIMITS, root=root, holds=True, text=text)
