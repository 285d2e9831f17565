"""Withdrawing what is not proved, with everything that is built from the same sources."""

from __future__ import annotations

from collections.abc import Mapping

from gatelift.config.model import root_of
from gatelift.findings import Finding, Place, Severity
from gatelift.plan.model import RootKind
from gatelift.plan.proving import Proved
from gatelift.plan.roots import Roots
from gatelift.plan.survey import Survey


def unproved(found: Survey, root: str, item: Proved) -> Finding:
    """Why a root is withdrawn."""
    place = Place(_file(found, root))
    if item.partial and all(evidence.holds for evidence in item.evidence):
        return Finding(
            "proof/partial",
            Severity.WARNING,
            f"what this renders cannot be proved as a whole, because of {', '.join(item.partial)}: it stays as it is",
            "bring into the repository what is missing, or write 'allowPartial: true' if no Ingress comes from there",
            place,
        )
    text = next((evidence.text for evidence in item.evidence if not evidence.holds), "")
    return Finding(
        "proof/withdrawn",
        Severity.WARNING,
        f"the rewrite of this root is not proved, so its sources stay as they are: {text}",
        "convert it by hand from what 'gatelift convert' prints, or report this with the sources that show it",
        place,
    )


def _file(found: Survey, root: str) -> str:
    folder = root_of(root)
    return found.graph.nodes[folder].path if folder in found.graph.nodes else folder


def families(found: Survey, roots: Roots, failing: Mapping[str, Finding]) -> dict[str, Finding]:
    """What fails takes along every root that is built from the same kustomizations."""
    result = dict(failing)
    kustomizations = [root for root, kind in roots.kinds.items() if kind is RootKind.KUSTOMIZATION]
    below = {root: set(found.graph.below(root_of(root))) for root in kustomizations}
    waiting = [root for root in failing if root in below]
    while waiting:
        root = waiting.pop()
        for other in kustomizations:
            if other not in result and below[root] & below[other]:
                result[other] = _along(found, other, root)
                waiting.append(other)
    return result


def _along(found: Survey, root: str, other: str) -> Finding:
    return Finding(
        "proof/shared",
        Severity.WARNING,
        f"it shares sources with {other}, whose rewrite is not proved, so its sources stay as they are",
        f"see what is said about {other}",
        Place(_file(found, root)),
    )
