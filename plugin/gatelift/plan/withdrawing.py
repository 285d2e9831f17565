"""Withdrawing what is not proved, with everything that is built from the same sources."""

from __future__ import annotations

from collections.abc import Mapping

from gatelift.config.model import root_of
from gatelift.findings import Finding, Place, Severity
from gatelift.plan.beside import in_the_way, todo, why
from gatelift.plan.model import RootKind
from gatelift.plan.proving import Proved
from gatelift.plan.roots import Roots
from gatelift.plan.survey import Survey
from gatelift.proof.evidence import Proof
from gatelift.sources.deployed.model import Deployment


def unproved(found: Survey, roots: Roots, root: str, item: Proved) -> Finding:
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
    first = next((evidence for evidence in item.evidence if not evidence.holds), None)
    text = first.text if first else ""
    fix = "convert it by hand from what 'gatelift convert' prints, or report this with the sources that show it"
    if first and first.proof is Proof.REFERENCES:
        fix = "point it at something that is there, or add what is missing; then run again"
    pair = next(iter(in_the_way(roots, item)), None)
    if pair is not None:
        text, fix = why(pair), todo(pair)
    return Finding(
        "proof/withdrawn",
        Severity.WARNING,
        f"the rewrite of this root is not proved, so its sources stay as they are: {text}",
        fix,
        place,
    )


def set_by_deployments(found: Survey, roots: Roots) -> dict[str, Finding]:
    """The plain roots that Flux makes a kustomization of, with patches and more of its own: nothing renders that here.

    What it sets may close what the files leave open.
    """
    result: dict[str, Finding] = {}
    for root in found.plain:
        for item in found.deployments.items:
            if root in roots.full and _meets(root, item.path) and item.path not in found.actual.nodes and _sets(item):
                result[root] = _set(root, item)
    return result


def _sets(item: Deployment) -> bool:
    """Whether it may change what an Ingress means: a namespace, images and labels of all objects alike do not."""
    options = item.kustomize
    patched = options.patches or options.strategic or options.json6902 or options.components
    return bool(patched or options.annotations or item.metadata.annotations)


def _meets(root: str, path: str) -> bool:
    below = root.startswith(f"{path}/") or path.startswith(f"{root}/")
    return bool(path) and (root == path or "." in (root, path) or below)


def _set(root: str, item: Deployment) -> Finding:
    message = f"{item.by} sets more into these manifests than their files say, and that is not rendered: they stay"
    fix = "add a kustomization.yaml beside the manifests that lists them, so that what is deployed can be built"
    return Finding("deployed/plain-folder", Severity.WARNING, message, fix, Place(root))


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


def unsettled(found: Survey, root: str) -> Finding:
    """That a root is withdrawn because so many others had to be, one after the other."""
    return Finding(
        "proof/unsettled",
        Severity.WARNING,
        "one root after the other could not be proved, each because of the one before, so nothing is written at all",
        "see what is said about the others first, then run this again",
        Place(_file(found, root)),
    )
