"""A deployment as data: what deploys a path of the repository, with which options, into which cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from gatelift.findings import Finding, Place


class Tool(StrEnum):
    """What renders the path."""

    KUSTOMIZE = "kustomize"
    HELM = "helm"
    DIRECTORY = "directory"
    """The manifests as they stand."""
    UNKNOWN = "unknown"
    """A plugin, or several tools at once: what comes out cannot be told from here."""


class Deployer(StrEnum):
    """Who deploys, which decides how options reach the kustomization."""

    ARGOCD = "argocd"
    FLUX = "flux"


class Image(msgspec.Struct, frozen=True, omit_defaults=True):
    """An entry of a kustomization's ``images``; ``*`` as a new name or tag keeps what stands there."""

    name: str
    new_name: str = ""
    new_tag: str = ""
    digest: str = ""


class KustomizeOptions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is set into the root's own kustomization before it is built; empty values set nothing.

    ``patches``, ``strategic`` and ``json6902`` are entries as a kustomization holds them, appended to its
    ``patches``, ``patchesStrategicMerge`` and ``patchesJson6902``; ``components`` are relative to the root.
    """

    name_prefix: str = ""
    name_suffix: str = ""
    namespace: str = ""
    labels: Mapping[str, str] = {}
    force_labels: bool = False
    labels_without_selector: bool = False
    labels_in_templates: bool = False
    annotations: Mapping[str, str] = {}
    force_annotations: bool = False
    images: tuple[Image, ...] = ()
    replicas: Mapping[str, int] = {}
    patches: tuple[Mapping[str, Any], ...] = ()
    strategic: tuple[str, ...] = ()
    json6902: tuple[Mapping[str, Any], ...] = ()
    components: tuple[str, ...] = ()
    ignore_missing_components: bool = False


class DirectoryOptions(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which files of a folder Argo CD applies: below it too, and the patterns of names (empty: no pattern)."""

    recurse: bool = False
    include: str = ""
    exclude: str = ""


class PostBuild(msgspec.Struct, frozen=True, omit_defaults=True):
    """Flux's substitution: the variables whose values are known, and the sources that could not be read.

    Values of Secrets are never read; a variable that a Secret of the repository is seen to set is not in
    ``variables``, even where a ConfigMap sets it too.
    """

    variables: Mapping[str, str] = {}
    unread: tuple[str, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether Flux substitutes at all."""
        return bool(self.variables or self.unread)


class Metadata(msgspec.Struct, frozen=True, omit_defaults=True):
    """Labels and annotations that Flux sets on every object after the build, over what stands there."""

    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}


class Deployment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One path, or one chart from elsewhere, as one object deploys it.

    ``by``: ``Kind namespace/name``. ``path``: relative to the repository's root, normalised; empty where a chart
    comes from elsewhere (``chart``, without credentials). ``cluster``: its name or server, ``in-cluster`` for the one
    that Argo CD itself runs in, empty where it cannot be told. ``helm``: the stanza as it stands, for rendering the
    chart. ``application``: the Application's own name, which Argo CD gives the release, empty where it is made from a
    template that nobody fills in here; ``refs``: what ``$NAME/`` in a values file stands for, each with whether it is
    this repository; ``variables``: of Argo CD's build environment. ``unsupported``: sentences on what changes the
    render and is not reproduced.
    """

    by: str
    deployer: Deployer
    place: Place
    path: str = ""
    chart: str = ""
    tool: Tool
    cluster: str = ""
    namespace: str = ""
    kustomize: KustomizeOptions = KustomizeOptions()
    directory: DirectoryOptions = DirectoryOptions()
    helm: Mapping[str, Any] = {}
    application: str = ""
    refs: Mapping[str, bool] = {}
    variables: Mapping[str, str] = {}
    post_build: PostBuild = PostBuild()
    metadata: Metadata = Metadata()
    unsupported: tuple[str, ...] = ()

    @property
    def load_restrictor(self) -> bool:
        """Whether files beyond the root's folder are out of bounds: Flux allows all of the repository."""
        return self.deployer is not Deployer.FLUX


class Deployments(msgspec.Struct, frozen=True):
    """All deployments, sorted by path and object, and what a person should know of those that are missing."""

    items: tuple[Deployment, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path of the repository that something deploys, sorted."""
        return tuple(sorted({item.path for item in self.items if item.path}))

    def of(self, path: str) -> tuple[Deployment, ...]:
        """The deployments of exactly this path."""
        return tuple(item for item in self.items if item.path == path)


def sorted_deployments(items: Iterable[Deployment]) -> tuple[Deployment, ...]:
    """By path, object and place, so that the order of files does not matter."""
    return tuple(sorted(items, key=lambda item: (item.path, item.chart, item.by, item.place, item.cluster)))
