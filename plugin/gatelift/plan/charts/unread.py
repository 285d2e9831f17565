"""What a chart renders and gatelift cannot read: what it asks for is not known, so nothing is written beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gatelift.findings import Finding, Place, Severity
from gatelift.manifests.shape import EMITTED, INGRESS, INGRESS_CLASS
from gatelift.render.rendering import RenderedObject, repository_path

_DECIDING = frozenset((kind.group, kind.kind) for kind in (*EMITTED, INGRESS, INGRESS_CLASS))
"""Kinds of which one that is missed changes what others may be written as."""


def joined(objects: Iterable[RenderedObject]) -> str:
    """The objects of a rendering as one stream."""
    return "".join(_piece(item) for item in objects)


def unread(
    case: str, objects: Sequence[RenderedObject], findings: Iterable[Finding], shown: Mapping[str, str]
) -> tuple[Finding, ...]:
    """``findings`` about ``joined(objects)``, each told of the template; ``shown`` as of ``Charts.shown``."""
    ends = list(_ends(objects))
    found = []
    for finding in findings:
        line = finding.place.line if finding.place else 0
        item = next((each for each, end in zip(objects, ends, strict=True) if line <= end), None)
        if finding.severity is Severity.ERROR and item is not None:
            found.append(_told(case, item, finding, shown))
    return tuple(found)


def _told(case: str, item: RenderedObject, finding: Finding, shown: Mapping[str, str]) -> Finding:
    document = item.document
    # Others are missed as if they were not in the repository, which every one that refers to them is told of.
    deciding = (document.group, document.kind) in _DECIDING or not document.kind or document.kind.endswith("List")
    name = f"{document.kind or 'object'} {document.name}".strip()
    path = repository_path(item.origin, shown)
    return Finding(
        "helm/unread",
        Severity.ERROR if deciding else Severity.WARNING,
        f"{name}, which {item.origin} renders in {case}, cannot be read, so nobody knows what it asks for: "
        f"{finding.message}",
        "see what 'helm template' prints there, and correct the template or the values",
        Place(path, 1, 1) if path is not None else None,
        name,
    )


def _piece(item: RenderedObject) -> str:
    return f"---\n{item.document.text.rstrip()}\n"


def _ends(objects: Iterable[RenderedObject]) -> Iterator[int]:
    line = 0
    for item in objects:
        line += _piece(item).count("\n")
        yield line
