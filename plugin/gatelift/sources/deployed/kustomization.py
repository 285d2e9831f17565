"""The kustomization that is really built: the root's own, with what Argo CD or Flux sets into it.

Neither puts a layer on top. Argo CD runs ``kustomize edit`` on the root's file and appends patches; Flux reads the
file, sets fields and writes it back. So both act within one kustomization, in the order in which Kustomize itself
applies its fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.repository.tree import Tree, join
from gatelift.sources.deployed.fields import at, items, mapping, text
from gatelift.sources.deployed.model import Deployer, Deployment, Image, KustomizeOptions, Tool
from gatelift.sources.deployed.placing import kustomization
from gatelift.sources.files import KUSTOMIZATIONS
from gatelift.text.documents import split
from gatelift.text.emit import dump
from gatelift.text.source import decode
from gatelift.text.yaml import load


class Applied(msgspec.Struct, frozen=True):
    """A kustomization's bytes with a deployment's options in it, and what of them could not be reproduced."""

    text: bytes
    unsupported: tuple[str, ...] = ()


class Shadow(msgspec.Struct, frozen=True):
    """What is built in place of a root: a file to lay over the tree, and what could not be reproduced."""

    path: str
    text: bytes
    unsupported: tuple[str, ...] = ()


def shadow(tree: Tree, deployment: Deployment) -> Shadow | None:
    """The kustomization that is built for a deployment; None where none is (charts, plain directories of Argo CD).

    It is for rendering only, and never written. Raises ``InputError`` where the root's own cannot be read.
    """
    found = kustomization(tree, deployment.path) if deployment.path else None
    if deployment.tool is Tool.DIRECTORY and deployment.deployer is Deployer.FLUX:
        found, own = join(deployment.path, KUSTOMIZATIONS[0]), generated(tree, deployment.path)
    elif deployment.tool is Tool.KUSTOMIZE and found is not None:
        own = tree.read(found)
    else:
        return None
    done = applied(own, deployment, found, lambda component: tree.is_folder(join(deployment.path, component)))
    return Shadow(found, done.text, done.unsupported)


def applied(
    own: bytes, deployment: Deployment, path: str = "kustomization.yaml", exists: Callable[[str], bool] | None = None
) -> Applied:
    """The root's kustomization as it is built when it is deployed; the same bytes where nothing is set.

    ``own``: the file as it stands; ``path``: its name in messages; ``exists``: whether a component (as it is written,
    relative to the root) is there, for ``ignoreMissingComponents``. Raises ``InputError`` where ``own`` cannot be read.
    """
    options = deployment.kustomize
    if options == KustomizeOptions():
        return Applied(own, deployment.unsupported)
    value = _read(own, path)
    unsupported = list(deployment.unsupported)
    _set_scalars(value, options)
    _set_images(value, options.images, asterisks=deployment.deployer is Deployer.ARGOCD)
    _set_replicas(value, options.replicas)
    _add_labels(value, options, unsupported)
    _add_pairs(value, "commonAnnotations", options.annotations, options.force_annotations, unsupported)
    for key, added in (
        ("patches", options.patches),
        ("patchesStrategicMerge", options.strategic),
        ("patchesJson6902", options.json6902),
    ):
        if added:
            value[key] = [*items(value, key), *added]
    _add_components(value, options, exists, deployment.deployer)
    return Applied(dump(value).encode(), tuple(unsupported))


def generated(tree: Tree, folder: str) -> bytes:
    """The kustomization that Flux generates for a folder without one: folders with a kustomization, else all manifests.

    It is for rendering only, and never written.
    """
    depth = 0 if folder == "." else len(folder) + 1
    resources: list[str] = []
    closed: set[str] = set()
    for file in tree.below(folder):
        inside = file[depth:].split("/")[:-1]
        heads = ["/".join(inside[:count]) for count in range(1, len(inside) + 1)]
        nested = next((head for head in heads if head in closed or _is_kustomization(tree, file[:depth] + head)), None)
        if nested is not None:
            if nested not in closed:
                closed.add(nested)
                resources.append(f"./{nested}")
        elif file.endswith((".yaml", ".yml")):
            resources.append(f"./{file[depth:]}")
    value: dict[str, Any] = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
    # Without resources Kustomize refuses the file; Flux gives it this namespace, which no object gets.
    value.update({"resources": resources} if resources else {"namespace": "_placeholder"})
    return dump(value).encode()


def _is_kustomization(tree: Tree, folder: str) -> bool:
    return kustomization(tree, folder) is not None


def _read(own: bytes, path: str) -> dict[str, Any]:
    source = decode(path, own)
    documents = split(source)
    # Kustomize reads the first document, and drops others without a word.
    loaded = load(source, documents[0]) if documents else None
    if loaded is None:
        return {}
    if not isinstance(loaded.value, dict):
        message = "a kustomization is a mapping, and this is none"
        raise InputError(Finding("input/shape", Severity.ERROR, message, "write it as key: value", Place(path, 1, 1)))
    return dict(loaded.value)


def _set_scalars(value: dict[str, Any], options: KustomizeOptions) -> None:
    for key, setting in (
        ("namePrefix", options.name_prefix),
        ("nameSuffix", options.name_suffix),
        ("namespace", options.namespace),
    ):
        if setting:
            value[key] = setting


def _set_images(value: dict[str, Any], images: tuple[Image, ...], *, asterisks: bool) -> None:
    if not images:
        return
    entries = [item for item in items(value, "images") if isinstance(item, Mapping)]
    for image in images:
        before: Mapping[str, Any] = next((item for item in entries if item.get("name") == image.name), {})
        entry = {"name": image.name, "newName": image.new_name, "newTag": image.new_tag, "digest": image.digest}
        if asterisks:
            kept = {key: text(before, key) for key, written in entry.items() if written == "*"}
            entry.update(kept)
        entry = {key: written for key, written in entry.items() if written}
        entries = [entry if item is before else item for item in entries] if before else [*entries, entry]
    value["images"] = entries


def _set_replicas(value: dict[str, Any], replicas: Mapping[str, int]) -> None:
    if replicas:
        kept = [item for item in items(value, "replicas") if at(item, "name") not in replicas]
        value["replicas"] = [*kept, *({"name": name, "count": count} for name, count in replicas.items())]


def _add_labels(value: dict[str, Any], options: KustomizeOptions, unsupported: list[str]) -> None:
    if not options.labels:
        return
    if not options.labels_without_selector:
        _add_pairs(value, "commonLabels", options.labels, options.force_labels, unsupported)
        return
    entries = [dict(item) for item in items(value, "labels") if isinstance(item, Mapping)]
    templates = options.labels_in_templates
    entry = next((item for item in entries if _same_reach(item, templates)), None)
    if entry is None:
        entry = {"includeSelectors": False, **({"includeTemplates": True} if templates else {})}
        entries.append(entry)
    _add_pairs(entry, "pairs", options.labels, options.force_labels, unsupported)
    value["labels"] = entries


def _same_reach(entry: Mapping[str, Any], templates: bool) -> bool:
    return not entry.get("includeSelectors") and bool(entry.get("includeTemplates")) is templates


def _add_pairs(value: dict[str, Any], key: str, added: Mapping[str, str], force: bool, unsupported: list[str]) -> None:
    """Adds as ``kustomize edit add`` does, which refuses what stands there already unless it is forced."""
    if not added:
        return
    before = mapping(value, key)
    for name in added:
        if name in before and not force:
            unsupported.append(
                f"{name} stands in {key} of the kustomization already, so that Argo CD does not render it"
            )
    value[key] = {**before, **added}


def _add_components(
    value: dict[str, Any], options: KustomizeOptions, exists: Callable[[str], bool] | None, deployer: Deployer
) -> None:
    before = list(items(value, "components"))
    for component in options.components:
        if options.ignore_missing_components and exists is not None and not exists(component):
            continue
        # `kustomize edit add component` skips what is there; Flux appends.
        if deployer is Deployer.FLUX or component not in before:
            before.append(component)
    if before:
        value["components"] = before
