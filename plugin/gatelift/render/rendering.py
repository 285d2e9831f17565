"""A chart with one set of values as the objects that came of it, or as the reason why none did.

Both engines end here: what ``helm template`` prints, and the files that the library returns, are read as one stream.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.findings import Finding, Place
from gatelift.render.helm import Release
from gatelift.render.kustomize import Cause
from gatelift.render.objects import RenderedDocument, documents

NOTES = "NOTES.txt"
HOOK = "helm.sh/hook"
_EVENTS = frozenset(
    f"{when}-{what}" for when in ("pre", "post") for what in ("install", "delete", "upgrade", "rollback")
) | {"test", "test-success"}
_SEPARATOR = re.compile(r"(?:^|\s*\n)---\s*")
_ORIGIN = re.compile(r"(?:\A|\n)---\n# Source: ([^\n]+)(?:\n|\Z)")
# releaseutil.InstallOrder of Helm 3 and 4; kinds that are not in it follow, by name.
_ORDER = (
    "PriorityClass", "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodSecurityPolicy",
    "PodDisruptionBudget", "ServiceAccount", "Secret", "SecretList", "ConfigMap", "StorageClass",
    "PersistentVolume", "PersistentVolumeClaim", "CustomResourceDefinition", "ClusterRole", "ClusterRoleList",
    "ClusterRoleBinding", "ClusterRoleBindingList", "Role", "RoleList", "RoleBinding", "RoleBindingList",
    "Service", "DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment",
    "HorizontalPodAutoscaler", "StatefulSet", "Job", "CronJob", "IngressClass", "Ingress", "APIService",
)  # fmt: skip
_RANK = {kind: rank for rank, kind in enumerate(_ORDER)}


class ChartJob(msgspec.Struct, frozen=True, kw_only=True):
    """One chart with one set of values.

    ``root`` is the absolute path of a scratch copy, ``folder`` the chart in it; ``values`` what is laid over the
    chart's own; ``crds`` and ``notes`` whether these are wanted. ``shown`` maps what Helm calls a chart (``shop``,
    ``shop/charts/db``) to its folder in the repository.
    """

    name: str
    root: str
    folder: str
    release: Release
    values: Mapping[str, Any] = {}
    sets: tuple[str, ...] = ()
    """Expressions of ``--set`` that ``values`` hold already: only they hand a large number to a template as it is
    written. A file's is a float there, and 1234567 is printed as 1.234567e+06."""
    set_strings: tuple[str, ...] = ()
    crds: bool = True
    notes: bool = True
    check: bool = True
    """Whether the library also does what only an installation does: see that each object is YAML, and that Kubernetes
    and dependencies fit. May be left out where the same chart was checked with the same values."""
    shown: Mapping[str, str] = {}


class RenderedObject(msgspec.Struct, frozen=True):
    """One object, and the template that it comes from, as Helm names it: ``shop/templates/ingress.yaml``."""

    document: RenderedDocument
    origin: str


class Rendering(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a job. ``findings`` hold an error exactly where there are no objects to speak of (``failed``).

    ``objects`` stand in Helm's order of installing, hooks with them; ``notes`` is the chart's own ``NOTES.txt``.
    """

    objects: tuple[RenderedObject, ...] = ()
    notes: str = ""
    findings: tuple[Finding, ...] = ()
    cause: Cause = Cause.NONE
    seconds: float = 0.0
    confined: bool = True

    @property
    def failed(self) -> bool:
        """Whether the chart does not render with these values."""
        return self.cause is not Cause.NONE


def stream(files: Mapping[str, str], crds: Iterable[Sequence[str]] = ()) -> str:
    """Rendered files, by the name of their template, as ``helm template`` prints them."""
    pieces = [f"---\n# Source: {path}\n{text}\n" for path, text in crds]
    for path in sorted(files):
        if path.endswith(NOTES) or path.rpartition("/")[2].startswith("_"):
            continue
        for document in _SEPARATOR.split(files[path].strip()):
            if document:
                pieces.append(f"---\n# Source: {path}\n{document}\n")
    return "".join(pieces)


def rendered_objects(text: str, name: str) -> tuple[RenderedObject, ...]:
    """The objects of a printed stream; ``name`` is what messages call it.

    Documents without a value are dropped, and so is what Helm itself drops: a hook for an event that it does not know.
    Raises ``InputError`` for a document that is no YAML.
    """
    found: list[RenderedObject] = []
    origin = ""
    for item in documents(text, name):
        head = _ORIGIN.search(item.document.chunk(item.source))
        origin = head[1].strip() if head else origin
        if not _unknown_hook(item):
            found.append(RenderedObject(item, origin))
    return tuple(sorted(found, key=_position))


def _position(item: RenderedObject) -> tuple[int, str, str]:
    kind = item.document.kind
    rank = _RANK.get(kind, len(_RANK))
    return rank, kind if rank == len(_RANK) else "", item.origin


def _unknown_hook(item: RenderedDocument) -> bool:
    if HOOK not in item.text:
        return False
    metadata = item.value.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    events = annotations.get(HOOK) if isinstance(annotations, Mapping) else None
    if not isinstance(events, str) or not events:
        return False
    return any(event.strip().lower() not in _EVENTS for event in events.split(","))


_PLACES = re.compile(r"([\w.@+-]+(?:/[^\s:()\"']+)+):(\d+)(?::(\d+))?")
_ON_FILE = re.compile(r"YAML parse error on ([^\s:]+): ")


def place_of(message: str, shown: Mapping[str, str]) -> Place | None:
    """Where a message of Helm points to: the innermost line of a template that it names, else the file.

    ``shown``: the name that Helm gives a chart -> its folder in the repository. Columns of Go count bytes from 0.
    """
    told: Place | None = None
    for found in _PLACES.finditer(message):
        path = repository_path(found[1], shown)
        if path is not None:
            told = Place(path, int(found[2]), int(found[3]) + 1 if found[3] else 1)
    if told is None and (file := _ON_FILE.search(message)):
        path = repository_path(file[1], shown)
        # The line that such a message names is one of the rendered text, and not of the template.
        told = Place(path) if path is not None else None
    return told


def repository_path(origin: str, shown: Mapping[str, str]) -> str | None:
    """The file that Helm names by its template's path; None for one of a chart that is not in ``shown``."""
    fitting = [name for name in shown if origin.startswith(f"{name}/")]
    if not fitting:
        return None
    longest = max(fitting, key=len)
    folder, rest = shown[longest], origin[len(longest) + 1 :]
    return rest if folder == "." else f"{folder}/{rest}"
