"""Into which clusters a root is deployed, as far as the repository tells."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping

from gatelift.sources.deployed.model import Deployer, Deployment, Deployments, Tool

Reached = Callable[[str], Iterable[str]]
"""A root -> the files that it is made of."""


def clusters_of(
    deployments: Deployments, roots: Iterable[str], reached: Reached | None = None
) -> Mapping[str, frozenset[str]]:
    """Root -> the names of all clusters that deploy it; roots of which nothing tells are left out.

    A name is a destination's name or server (``in-cluster`` for the one that Argo CD runs in), for Flux the path of
    the Kustomization that everything else comes from, such as ``clusters/prod``, with the Secret of a remote cluster
    after it. ``reached`` finds out whose files a deployed folder is made of, beyond those below it, so that
    Kustomizations in a base that two clusters include belong to both.
    """
    owners = _Owners(deployments, reached)
    result: dict[str, set[str]] = {}
    for root in roots:
        for item in deployments.items:
            if _covers(item, root):
                result.setdefault(root, set()).update(owners.clusters(item))
    return {root: frozenset(names) for root, names in result.items() if names}


def clusters_by_deployment(
    deployments: Deployments, reached: Reached | None = None
) -> Callable[[Deployment], frozenset[str]]:
    """What tells the clusters of one deployment, by the names of ``clusters_of``; none where nothing tells."""
    return _Owners(deployments, reached).clusters


def _covers(item: Deployment, root: str) -> bool:
    if item.path == root:
        return True
    # A folder without a kustomization is applied with all that stands below it.
    if not item.path or item.tool is not Tool.DIRECTORY:
        return False
    deep = item.deployer is Deployer.FLUX or item.directory.recurse
    return deep and (item.path == "." or root.startswith(f"{item.path}/"))


class _Owners:
    """Which deployment brings the object of another one into a cluster."""

    __slots__ = ("_files", "_flux", "_known")

    def __init__(self, deployments: Deployments, reached: Reached | None) -> None:
        self._flux = [item for item in deployments.items if item.deployer is Deployer.FLUX and item.path]
        self._files = {item.path: frozenset(reached(item.path)) if reached else frozenset() for item in self._flux}
        self._known: dict[tuple[str, str], frozenset[str]] = {}

    def clusters(self, item: Deployment) -> frozenset[str]:
        """The clusters of one deployment; none where nothing tells."""
        if item.deployer is Deployer.ARGOCD:
            return frozenset({item.cluster} - {""})
        places = self._entries(item.place.path, item.by)
        return frozenset(f"{place}:{item.cluster}" if item.cluster else place for place in places)

    def _entries(self, file: str, by: str) -> frozenset[str]:
        key = (file, by)
        if key not in self._known:
            # Circles end at the folder of whoever stands in them.
            self._known[key] = frozenset()
            parents = [
                item for item in self._flux if (item.by, item.place.path) != (by, file) and self._brings(item, file)
            ]
            nearest = max((len(item.path) for item in parents), default=0)
            above = {
                entry
                for item in parents
                if len(item.path) == nearest or file in self._files[item.path]
                for entry in self.clusters(item)
            }
            self._known[key] = frozenset(above) or frozenset({self._entry(file, by)})
        return self._known[key]

    def _brings(self, item: Deployment, file: str) -> bool:
        return item.path == "." or file.startswith(f"{item.path}/") or file in self._files[item.path]

    def _entry(self, file: str, by: str) -> str:
        """The folder of a cluster: what the Kustomization that stands in its own path deploys, else its own folder."""
        own = next(
            (item.path for item in self._flux if (item.by, item.place.path) == (by, file) and self._brings(item, file)),
            None,
        )
        return own if own is not None and own != "." else posixpath.dirname(file) or "."
