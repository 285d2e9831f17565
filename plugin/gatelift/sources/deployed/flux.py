"""Flux Kustomizations and HelmReleases.

Fields: https://fluxcd.io/flux/components/kustomize/kustomizations/ and .../helm/helmreleases/.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from gatelift.findings import Finding
from gatelift.repository.tree import Tree
from gatelift.sources.deployed import placing
from gatelift.sources.deployed.argo import templated
from gatelift.sources.deployed.fields import Found, flag, items, mapping, pairs, strings, text
from gatelift.sources.deployed.model import Deployer, Deployment, Image, KustomizeOptions, Metadata, PostBuild, Tool
from gatelift.sources.deployed.origin import Origin, without_credentials

KUSTOMIZE_GROUP = "kustomize.toolkit.fluxcd.io"
HELM_GROUP = "helm.toolkit.fluxcd.io"
SOURCE_GROUP = "source.toolkit.fluxcd.io"

Variables = Callable[[Found], PostBuild]


class Reader:
    """Reads Flux objects against one tree; findings gather in ``findings``."""

    __slots__ = ("_origin", "_sources", "_tree", "_variables", "findings")

    def __init__(
        self, tree: Tree, origin: Origin, sources: Mapping[tuple[str, str, str], Found], variables: Variables
    ) -> None:
        """``sources``: (kind, namespace, name) -> GitRepository, OCIRepository or Bucket of the repository."""
        self._tree = tree
        self._origin = origin
        self._sources = sources
        self._variables = variables
        self.findings: list[Finding] = []

    def kustomization(self, found: Found) -> Iterator[Deployment]:
        """The deployments of a Kustomization: one, or one for each folder that a templated path fits."""
        spec = found.spec
        for place in self._folders(found, mapping(spec, "sourceRef"), text(spec, "path"), "/spec/path"):
            tool = Tool.KUSTOMIZE if placing.kustomization(self._tree, place.path) else Tool.DIRECTORY
            yield Deployment(
                by=found.by,
                deployer=Deployer.FLUX,
                place=found.place("/spec/path"),
                path=place.path,
                tool=tool,
                namespace=text(spec, "targetNamespace"),
                cluster=text(spec, "kubeConfig", "secretRef", "name")
                or text(spec, "kubeConfig", "configMapRef", "name"),
                kustomize=kustomize_options(spec),
                post_build=self._variables(found),
                metadata=Metadata(
                    pairs(spec, "commonMetadata", "labels"), pairs(spec, "commonMetadata", "annotations")
                ),
                unsupported=tuple(_unsupported(spec)),
            )

    def helm_release(self, found: Found) -> Iterator[Deployment]:
        """The deployment of a HelmRelease: a chart of this repository where it exists, else one from elsewhere."""
        spec = found.spec
        chart = mapping(spec, "chart", "spec")
        source = mapping(chart, "sourceRef") or mapping(spec, "chartRef")
        name = text(chart, "chart") or text(source, "name")
        common = Deployment(
            by=found.by,
            deployer=Deployer.FLUX,
            place=found.place("/spec/chart/spec/chart" if chart else "/spec/chartRef"),
            tool=Tool.HELM,
            cluster=text(spec, "kubeConfig", "secretRef", "name"),
            namespace=text(spec, "targetNamespace") or found.resource.namespace,
            application=found.resource.name,
            helm=spec,
        )
        if text(source, "kind") in ("GitRepository", "Bucket"):
            for place in self._folders(found, source, name, "/spec/chart/spec/chart"):
                yield msgspec.structs.replace(common, path=place.path)
            return
        url = self._url(found, source)
        yield msgspec.structs.replace(common, chart=" ".join(part for part in (without_credentials(url), name) if part))

    def _url(self, found: Found, source: Mapping[str, Any]) -> str:
        kind, name = text(source, "kind"), text(source, "name")
        namespace = text(source, "namespace") or found.resource.namespace
        for key in ((kind, namespace, name), (kind, "", name)):
            if key in self._sources:
                return text(self._sources[key].spec, "url")
        return ""

    def _folders(self, found: Found, source: Mapping[str, Any], path: str, pointer: str) -> Iterator[placing.Match]:
        url = self._url(found, source)
        # The artifact's root is the repository's; a leading / means the same.
        path = posixpath.normpath(path.lstrip("/") or ".")
        if text(source, "kind") == "GitRepository" and self._origin.ours(url) is False:
            message = f"{path} is in another repository, {without_credentials(url)}, and is not looked at here"
            self.findings.append(found.note("elsewhere", message, "run gatelift in that repository too", pointer))
        elif placing.is_templated(path):
            places = list(placing.matching(self._tree, path))
            self.findings.append(templated(found, path, len(places), pointer))
            yield from places
        elif (folder := placing.folder(self._tree, path)) is None:
            message = f"there is no folder {path} in this repository, so nothing of it is read"
            fix = "write a path that exists, or leave it to the repository that holds it"
            self.findings.append(found.note("no-folder", message, fix, pointer))
        else:
            if text(source, "kind") in ("OCIRepository", "Bucket", "ExternalArtifact"):
                self.findings.append(_published(found, text(source, "kind"), path, pointer))
            yield placing.Match(folder, {})


def _published(found: Found, kind: str, path: str, pointer: str) -> Finding:
    message = f"it is deployed from an artifact ({kind}); {path} of this repository is taken for what is in it"
    fix = "check that the artifact is made from this repository's root"
    return found.note("artifact", message, fix, pointer)


def kustomize_options(spec: Mapping[str, Any]) -> KustomizeOptions:
    """What kustomize-controller sets into the kustomization (``fluxcd/pkg/kustomize``, generator)."""
    return KustomizeOptions(
        name_prefix=text(spec, "namePrefix"),
        name_suffix=text(spec, "nameSuffix"),
        namespace=text(spec, "targetNamespace"),
        images=tuple(
            Image(text(item, "name"), text(item, "newName"), text(item, "newTag"), text(item, "digest"))
            for item in items(spec, "images")
        ),
        patches=tuple(item for item in items(spec, "patches") if isinstance(item, Mapping)),
        strategic=tuple(json.dumps(item, ensure_ascii=False) for item in items(spec, "patchesStrategicMerge")),
        json6902=tuple(
            {"target": mapping(item, "target"), "patch": json.dumps(items(item, "patch"), ensure_ascii=False)}
            for item in items(spec, "patchesJson6902")
        ),
        components=strings(spec, "components"),
        ignore_missing_components=flag(spec, "ignoreMissingComponents"),
    )


def _unsupported(spec: Mapping[str, Any]) -> Iterator[str]:
    for component in strings(spec, "components"):
        if component.startswith("/") or "://" in component:
            yield f"the component {component} is not a relative path, which Flux refuses"
