"""Plain folders of manifests: read, judged, and routes written beside each Ingress."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from gatelift.config.model import RouteFile
from gatelift.expected.expected import Change
from gatelift.findings import Finding, InputError
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import EMITTED, READ, ObjectKey
from gatelift.plan.request import Request
from gatelift.plan.shared import gateway_files
from gatelift.plan.survey import Survey
from gatelift.repository.tree import Tree
from gatelift.sources.files import SUFFIXES
from gatelift.sources.ingresses import SourceIngress, place_of
from gatelift.sources.kinds import may_hold
from gatelift.sources.kustomize.differences import Everywhere
from gatelift.sources.kustomize.kustomization import NAMES
from gatelift.sources.kustomize.written import as_written, ingress_documents
from gatelift.sources.ours import renewed_text
from gatelift.sources.placing import beside
from gatelift.sources.streams import parsed
from gatelift.sources.worlds import Rendered, of_root

_KINDS = may_hold({kind.kind for kind in (*EMITTED, *READ)} | {r"\w*List"})


def read_plain(
    found: Survey, tree: Tree, root: str, before: Sequence[Resource] | None = None
) -> tuple[list[Resource], list[Finding]]:
    """The objects of a plain root that matter, from the files below it that no kustomization and no chart claims.

    ``before``: what was read of the tree without gatelift's own; what did not change since is not read again.
    """
    resources: list[Resource] = []
    findings: list[Finding] = []
    known: dict[str, list[Resource]] = {}
    for item in before or ():
        known.setdefault(item.provenance.path, []).append(item)
    for path in _files(found, tree, root):
        if before is not None and tree.keeps(path, found.stripped):
            resources += known.get(path, ())
            continue
        if path in found.files and tree.keeps(path, found.tree):
            reading = found.files[path].reading
        else:
            try:
                data = tree.read(path)
            except InputError as error:
                findings.append(error.finding)
                continue
            if not _KINDS.search(data):
                continue
            reading = parsed(root, path, data)
        resources += (of_root(item, root) for item in reading.resources)
        if path in found.files:
            findings += reading.findings
    return resources, findings


def _files(found: Survey, tree: Tree, root: str) -> Iterable[str]:
    claimed = [folder for folder in (*found.actual.nodes, *found.charts) if folder != root]
    prefixes = tuple(f"{folder}/" for folder in claimed if folder != ".")
    for path in tree.below(root):
        name = posixpath.basename(path)
        manifest = path.endswith(SUFFIXES) and name not in ("gatelift.yaml", "Chart.yaml", *NAMES)
        if manifest and not path.startswith(prefixes) and path not in found.named:
            yield path


def render_plain(found: Survey, root: str) -> tuple[Rendered, list[Finding]]:
    """A plain root as the judge wants it, without what gatelift wrote before."""
    resources, findings = read_plain(found, found.stripped, root)
    resources = [item for item in resources if item.provenance.path not in found.renewed]
    left: set[ObjectKey] = set()
    places = {}
    for item in resources:
        written = _written(found, item)
        if written is not None:
            places[item.key] = place_of(found.files[written.path], written)
            if written.ignored:
                left.add(item.key)
    rendered = Rendered(root=root, resources=tuple(resources), left=frozenset(left), places=places)
    return rendered, findings


def _written(found: Survey, resource: Resource) -> SourceIngress | None:
    file = found.files.get(resource.provenance.path)
    where = (resource.provenance.document, resource.provenance.item)
    if file is None or resource.kind != "Ingress":
        return None
    return next((item for item in file.ingresses if (item.document, item.item) == where), None)


class PlainResult(msgspec.Struct, frozen=True):
    """New bytes by path, and what could not be written."""

    changes: Mapping[str, bytes | None]
    failed: Finding | None = None


def rewrite_plain(request: Request, found: Survey, root: str, changes: Sequence[Change]) -> PlainResult:
    """What the files of a plain root become."""
    by_place = {
        (c.ingress.provenance.path, c.ingress.provenance.document, c.ingress.provenance.item): c for c in changes
    }
    made: dict[str, bytes | None] = {}
    mine = found.renewed - found.named.keys() - set(gateway_files(request.settings.config).values())
    mixed = {path: items for path, items in found.mixed.items() if path not in found.named and path not in found.files}

    def change_of(item: SourceIngress) -> Change | None:
        return by_place.get((item.path, item.document, item.item))

    def taken(path: str) -> bool:
        return made.get(path) is not None or (path not in mine and path not in mixed and found.tree.occupied(path))

    same = request.settings.config.route_file is RouteFile.SAME
    try:
        for path in found.plain[root]:
            file = found.files[path]
            written = ingress_documents(
                file,
                lambda item: _objects(change_of(item)),
                change_of,
                same=same,
                ours=found.mixed.get(path, ()),
            )
            source = file.stream.source
            text = written.text
            if text is None:
                made[path] = None
            elif text != source.text:
                made[path] = source.encode(text)
            if written.documents:
                target = beside(path, taken)
                made[target] = (
                    renewed_text(target, found.tree.read(target), mixed[target], written.documents)
                    if target in mixed
                    else written.beside().encode()
                )
    except InputError as error:
        return PlainResult({}, error.finding)
    for path in mine:
        if path not in made and _below(path, root):
            made[path] = None
    for path, numbers in mixed.items():
        if path not in made and numbers and _below(path, root):
            made[path] = renewed_text(path, found.tree.read(path), numbers, ())
    return PlainResult({path: data for path, data in made.items() if not _same(found.tree, path, data)})


def _objects(change: Change | None) -> list[dict[str, object]]:
    if change is None:
        return []
    return [as_written(item, change, None, Everywhere()) for item in change.emitted]


def _below(path: str, root: str) -> bool:
    return root == "." or path.startswith(f"{root}/")


def _same(tree: Tree, path: str, data: bytes | None) -> bool:
    there = tree.is_file(path)
    return (data is None and not there) or (data is not None and there and tree.read(path) == data)
