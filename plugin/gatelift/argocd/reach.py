"""Whether all that a kustomization includes was sent, before anything is built: a message with a place says more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatelift.findings import Finding, InputError, Severity
from gatelift.repository.tree import Tree, join
from gatelift.sources.kustomize.kustomization import CONFIGURES, INCLUDES, Entry, Field, Kustomization, file_in, read

# Kustomize fetches such a path, whether or not a file of that name is there (api/internal/loader, fileloader.go).
_FETCHED = re.compile(r"https?://", re.IGNORECASE)
NOT_SENT = (
    "where it is in the repository, Argo CD did not send it: widen the Application's annotation "
    "argocd.argoproj.io/manifest-generate-paths"
)


def out_of_reach(tree: Tree, folder: str) -> Iterator[Finding]:
    """A finding for everything remote, rendered by Helm, or outside of ``tree`` that building ``folder`` asks for."""
    waiting = [folder]
    seen = {folder}
    while waiting:
        here = waiting.pop()
        path = file_in(tree, here)
        node = _read(tree, path) if path else None
        for entry in node.entries if node else ():
            assert node is not None  # noqa: S101 - it has an entry
            found = _problem(tree, node, entry)
            if found is not None:
                yield found
            elif entry.field in (*INCLUDES, *CONFIGURES):
                below = tree.resolve(join(node.folder, entry.path))
                if below is not None and below not in seen and tree.is_folder(below):
                    seen.add(below)
                    waiting.append(below)


def _read(tree: Tree, path: str) -> Kustomization | None:
    """A kustomization; None for one that the engine will complain of in its own words."""
    try:
        return read(tree, path)
    except InputError:
        return None


def _problem(tree: Tree, node: Kustomization, entry: Entry) -> Finding | None:
    place = node.place(entry.pointer)
    if entry.field is Field.CHART:
        message = (
            f"this kustomization renders a Helm chart ({entry.path!r} in helmCharts), which the plugin does not do"
        )
        fix = "render the chart in an application of its own"
        return Finding("plugin/chart", Severity.ERROR, message, fix, place)
    local = join(node.folder, entry.path)
    here = tree.is_file(local) or tree.is_folder(local)
    if entry.remote and (_FETCHED.match(entry.path) or not here):
        message = f"{entry.path!r} in {entry.field} is not in this repository, and the plugin fetches nothing"
        return Finding("plugin/remote", Severity.ERROR, message, "copy it into the repository", place)
    if entry.path.startswith("/") or tree.resolve(local) is None:
        message = f"{entry.path!r} in {entry.field} leads out of what Argo CD sent, and nothing there is read"
        return Finding("plugin/outside", Severity.ERROR, message, NOT_SENT, place)
    return None
