"""Finding the objects of Argo CD and Flux in a repository, and what they deploy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.manifests.resource import Provenance, ShapeError, resources
from gatelift.repository.tree import Tree
from gatelift.sources.deployed import applicationset, argo, flux
from gatelift.sources.deployed.fields import Found
from gatelift.sources.deployed.model import Deployment, Deployments, sorted_deployments
from gatelift.sources.deployed.origin import Origin
from gatelift.sources.deployed.variables import Search, Variables
from gatelift.text.documents import split
from gatelift.text.source import decode
from gatelift.text.spans import Locator
from gatelift.text.yaml import load

#: What a file must hold to be a candidate, for whoever greps.
MARKS = (b"argoproj.io", b"toolkit.fluxcd.io")
_KIND = re.compile(
    r"""kind["']?[ \t]*:[ \t]*["']?(?:Application|ApplicationSet|Kustomization|HelmRelease"""
    r"""|GitRepository|HelmRepository|OCIRepository|Bucket|[A-Za-z]*List)\b"""
)
_SUFFIXES = (".yaml", ".yml", ".json")


def deployments(
    tree: Tree, candidates: Iterable[str], remotes: frozenset[str] = frozenset(), search: Search | None = None
) -> Deployments:
    """What the Argo CD and Flux objects of a repository deploy of it.

    ``candidates``: the files that may hold such objects (:data:`MARKS`); ``remotes``: the URLs of this repository,
    without which every path that exists counts as this repository's; ``search``: a faster way than reading every file
    to those that hold the name of a ConfigMap. What cannot be read or expanded is a note, never an error.
    """
    findings: list[Finding] = []
    objects = [found for path in sorted(set(candidates)) for found in _objects(tree, path, findings)]
    origin = Origin(remotes)
    argo_reader = argo.Reader(tree, origin)
    variables = Variables(tree, search)
    sources = {
        (found.resource.kind, found.resource.namespace, found.resource.name): found
        for found in objects
        if found.resource.group == flux.SOURCE_GROUP
    }
    flux_reader = flux.Reader(tree, origin, sources, variables.of)
    items: list[Deployment] = []
    for found in objects:
        match (found.resource.group, found.resource.kind):
            case (argo.GROUP, "Application"):
                items += argo_reader.application(found)
            case (argo.GROUP, "ApplicationSet"):
                made, notes = applicationset.deployments(found, tree, origin, argo_reader)
                items += made
                findings += notes
            case (flux.KUSTOMIZE_GROUP, "Kustomization"):
                items += flux_reader.kustomization(found)
            case (flux.HELM_GROUP, "HelmRelease"):
                items += flux_reader.helm_release(found)
    findings += [*argo_reader.findings, *flux_reader.findings, *variables.findings]
    unique = {_same(finding): finding for finding in findings}
    return Deployments(sorted_deployments(items), tuple(sorted(unique.values(), key=Finding.sort_key)))


def _same(finding: Finding) -> tuple[object, ...]:
    return (*finding.sort_key(), finding.severity)


def _objects(tree: Tree, path: str, findings: list[Finding]) -> Iterator[Found]:
    if not path.endswith(_SUFFIXES):
        return
    try:
        data = tree.read(path)
        if not any(mark in data for mark in MARKS):
            return
        source = decode(path, data)
    except KeyError:
        return
    except InputError as error:
        findings.append(_unreadable(path, error))
        return
    for document in split(source):
        body = document.body(source)
        if not any(mark.decode() in body for mark in MARKS) or not _KIND.search(body):
            continue
        try:
            loaded = load(source, document)
        except InputError as error:
            findings.append(_unreadable(path, error))
            continue
        if loaded is None:
            continue
        errors: list[ShapeError] = []
        locator = Locator(source, document)
        for resource in resources(loaded.value, Provenance("", path, document.index), None, errors):
            yield Found(resource, locator)


def _unreadable(path: str, error: InputError) -> Finding:
    """A template of Helm looks like this, and is no object before it is rendered."""
    message = f"objects of Argo CD or Flux here are not read: {error.finding.message}"
    fix = "nothing, if this is a template; else correct it, so that its deployments are known"
    return Finding("deployed/unreadable", Severity.NOTE, message, fix, error.finding.place or Place(path))
