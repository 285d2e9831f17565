"""What there is: Ingresses where they are written, kustomizations, charts, plain folders, what is gatelift's own."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from gatelift.config.model import Config
from gatelift.findings import Finding, Place, Severity
from gatelift.manifests.resource import Resource
from gatelift.plan.charts.patched import with_patched
from gatelift.plan.charts.sources import Sources, chart_sources
from gatelift.plan.near import Near
from gatelift.plan.plain_roots import plain_roots, read_or_suspect
from gatelift.repository.tree import Tree
from gatelift.sources.deployed.model import Deployments
from gatelift.sources.deployed.read import MARKS, deployments
from gatelift.sources.ingresses import SourceFile, SourceIngress, source_files
from gatelift.sources.kinds import may_hold
from gatelift.sources.kustomize.authorship import genuine
from gatelift.sources.kustomize.graph import Graph, build_graph
from gatelift.sources.kustomize.kustomization import NAMES
from gatelift.sources.kustomize.name_references import still_referring
from gatelift.sources.kustomize.shadow import without_files
from gatelift.sources.ours import WORD, OurFile, blanked, drift, our_files, outliving
from gatelift.sources.ours import renewed as renewed_of
from gatelift.sources.streams import parsed
from gatelift.text.source import decode

Find = Callable[[Sequence[bytes]], tuple[str, ...]]
"""Words -> the YAML and JSON files that hold one of them."""

_KIND = may_hold(("Ingress", "IngressList"))
_WIDE = (b"\xff\xfe", b"\xfe\xff")
"""How a file in UTF-16 begins."""
_AROUND = (b"gateway.networking.k8s.io", b"IngressClass")
"""What a file holds that an Ingress's routes may meet."""


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """A repository before anything is rendered."""

    tree: Tree
    actual: Graph
    stripped: Tree
    """The tree without the files and documents that are made anew in each run."""
    graph: Graph
    """The graph of ``stripped``."""
    files: Mapping[str, SourceFile]
    """The files that hold Ingresses, by path; those of charts are not among them."""
    deployments: Deployments
    """What Argo CD and Flux deploy of it."""
    roots: tuple[str, ...]
    """The kustomizations that render by themselves: what nothing includes, and whatever is deployed."""
    around: frozenset[str]
    """Files with objects that an Ingress's routes meet: routes of others, Gateways, classes."""
    ours: Mapping[str, OurFile]
    renewed: frozenset[str]
    """The files that are made anew as a whole."""
    mixed: Mapping[str, frozenset[int]]
    """Every other file with documents that mirror what is there -> those of them that are made anew, by index."""
    retired: frozenset[tuple[str, str]]
    """(kind, name in the sources) of what gatelift wrote for Ingresses that are gone."""
    named: Mapping[str, frozenset[str]]
    """Every file that some kustomization names, with the folders of these."""
    charts: tuple[str, ...]
    """The folders of charts whose templates speak of Ingresses."""
    helm: Sources
    """All charts with their cases, without what is made anew."""
    stranded: tuple[SourceFile, ...]
    """Files with Ingresses beside or below a kustomization that cannot be read: nobody knows what it makes of them."""
    plain: Mapping[str, tuple[str, ...]]
    """Root -> its files that hold Ingresses and that no kustomization builds; none, where only other objects matter."""
    findings: tuple[Finding, ...]

    @property
    def written(self) -> tuple[SourceIngress, ...]:
        """Every Ingress where it is written, in a fixed order."""
        return tuple(item for path in sorted(self.files) for item in self.files[path].ingresses)


def survey(tree: Tree, find: Find, config: Config) -> Survey:
    """Look through ``tree``. Nothing is rendered, and nothing raised: what cannot be read is a finding."""
    findings: list[Finding] = []
    charts = _charts(tree)
    holding = _holding(tree, find)
    speaking = [path for path in holding((b"Ingress", *_WIDE)) if _speaks(read_or_suspect(tree, path))]
    templates = sorted({chart for path in speaking if (chart := _chart_of(path, charts))})
    candidates = [path for path in speaking if not _chart_of(path, charts) and posixpath.basename(path) not in NAMES]
    actual = build_graph(tree)
    listed = {path for paths in actual.resources.values() for path in paths}
    named = _named(tree, actual)
    files, problems = source_files(tree, candidates)
    findings += [
        item for item in problems if item.place is None or item.place.path in listed or item.place.path not in named
    ]
    files = {path: _ignoring(file, config) for path, file in files.items()}
    ours = genuine(tree, actual, our_files(tree, holding((WORD,))))
    findings += drift(ours)
    found_again = renewed_of(ours, Near(tree, actual, named, files).ingresses)
    renewed = found_again.files | _gateways(ours, config)
    mixed = {path: numbers for path, numbers in found_again.documents.items() if path not in renewed}
    staying = _staying(ours, renewed, mixed)
    left = _left_behind(tree, staying, mixed)
    findings += outliving(left)
    gone = renewed - still_referring(actual, staying, ours, named)
    stripped = without_files(tree, actual.nodes.values(), gone) if gone else tree
    stripped = stripped.changed({path: _without(tree, path, numbers) for path, numbers in mixed.items() if numbers})
    graph = build_graph(stripped) if renewed else actual
    deployed = deployments(tree, holding(MARKS), search=lambda name: find((name.encode(),)))
    findings += deployed.findings
    around = frozenset(
        path
        for path in holding(_AROUND)
        if path not in renewed and not _chart_of(path, charts) and posixpath.basename(path) not in NAMES
    )
    loose = _loose(tree, files, named, around, actual)
    stranded, plain = loose.stranded, loose.plain
    findings += loose.findings
    helm = with_patched(chart_sources(stripped, deployed, config, lambda name: find((name.encode(),))), actual)
    findings += helm.findings
    kept = {path: file for path, file in files.items() if path in listed or any(path in p for p in plain.values())}
    return Survey(
        tree=tree,
        actual=actual,
        stripped=stripped,
        graph=graph,
        files=kept,
        deployments=deployed,
        roots=deployed_roots(graph, deployed),
        around=around,
        ours=ours,
        renewed=renewed,
        mixed=mixed,
        retired=frozenset((item.kind, item.name) for _, item in left),
        named=named,
        charts=tuple(templates),
        helm=helm,
        stranded=tuple(stranded.values()),
        plain=plain,
        findings=(*actual.findings, *findings),
    )


class _Loose(msgspec.Struct, frozen=True):
    """Files that no kustomization names: beside an unreadable one, and those of plain folders, by root."""

    stranded: Mapping[str, SourceFile]
    plain: Mapping[str, tuple[str, ...]]
    findings: tuple[Finding, ...]


def _loose(
    tree: Tree,
    files: Mapping[str, SourceFile],
    named: Mapping[str, frozenset[str]],
    around: Collection[str],
    actual: Graph,
) -> _Loose:
    stranded = {path: file for path, file in files.items() if path not in named and _below_unread(path, actual)}
    loose = [path for path in files if path not in named and path not in stranded]
    plain, orphans = plain_roots(tree, loose, named)
    beside, _ = plain_roots(tree, [path for path in around if path not in named and path not in files], named)
    findings = (*(_stranded(path) for path in stranded), *(_orphan(path) for path in orphans))
    return _Loose(stranded, {**dict.fromkeys(beside, ()), **plain}, findings)


def _without(tree: Tree, path: str, documents: Collection[int]) -> bytes:
    source = decode(path, tree.read(path))
    return source.encode(blanked(source, documents))


def _staying(
    ours: Mapping[str, OurFile], renewed: frozenset[str], mixed: Mapping[str, frozenset[int]]
) -> frozenset[str]:
    """The files with generated documents that are not made anew."""
    return frozenset(
        path
        for path, item in ours.items()
        if path not in renewed and any(each.index not in mixed.get(path, ()) for each in item.documents)
    )


def _left_behind(
    tree: Tree, staying: frozenset[str], mixed: Mapping[str, frozenset[int]]
) -> tuple[tuple[str, Resource], ...]:
    """What gatelift wrote for Ingresses that are gone or ignored and nobody edited, with its file."""
    return tuple(
        (path, item)
        for path in sorted(staying)
        for item in parsed(".", path, tree.read(path)).resources
        if item.mirrors and item.provenance.document not in mixed.get(path, ())
    )


def _holding(tree: Tree, find: Find) -> Find:
    """``find`` for the words of a survey, of which the repository is asked only once."""
    hits = find((b"Ingress", WORD, *MARKS, *_AROUND, *_WIDE))

    def holding(words: Sequence[bytes]) -> tuple[str, ...]:
        return tuple(
            path for path in hits if (data := read_or_suspect(tree, path)) and any(word in data for word in words)
        )

    return holding


def _gateways(ours: Mapping[str, OurFile], config: Config) -> frozenset[str]:
    """The files of Gateways that gatelift writes, as far as they are still its own."""
    files = (item.file for item in config.gateways if item.file)
    return frozenset(path for path in files if path in ours and ours[path].whole)


def deployed_roots(graph: Graph, found: Deployments) -> tuple[str, ...]:
    """What renders by itself: what nothing includes, and whatever something deploys."""
    named = {path for path in found.paths if path in graph.nodes and not graph.nodes[path].component}
    return tuple(sorted({*graph.roots, *named}))


def _speaks(data: bytes) -> bool:
    """Whether there may be an Ingress in a file; one in UTF-16, which kubectl reads, is told of and not passed over."""
    return _KIND.search(data) is not None or (data.startswith(_WIDE) and b"I\0n\0g\0r\0e\0s\0s" in data)


def _charts(tree: Tree) -> frozenset[str]:
    return frozenset(
        posixpath.dirname(path) or "."
        for path in tree.files
        if path.endswith("Chart.yaml") and posixpath.basename(path) == "Chart.yaml"
    )


def _chart_of(path: str, charts: frozenset[str]) -> str:
    folder = posixpath.dirname(path)
    while folder:
        if folder in charts:
            return folder
        folder = posixpath.dirname(folder)
    return "." if "." in charts else ""


def _named(tree: Tree, graph: Graph) -> dict[str, frozenset[str]]:
    """Every file that some kustomization names, as a patch or otherwise, with the folders of these."""
    found: dict[str, set[str]] = {}
    for folder, node in graph.nodes.items():
        for entry in node.entries:
            target = None if entry.remote else tree.resolve(posixpath.join(folder, entry.path))
            if target is not None:
                found.setdefault(target, set()).add(folder)
    return {path: frozenset(folders) for path, folders in found.items()}


def _ignoring(file: SourceFile, config: Config) -> SourceFile:
    if not config.ignores(file.path):
        return file
    ignored = tuple(msgspec.structs.replace(item, ignored=True) for item in file.ingresses)
    return msgspec.structs.replace(file, ingresses=ignored)


def _below_unread(path: str, graph: Graph) -> bool:
    """Whether the kustomization that is next to a file, or next above it, cannot be read."""
    while path:
        path = posixpath.dirname(path)
        folder = path or "."
        if folder in graph.nodes or folder in graph.broken:
            return folder not in graph.nodes
    return False


def _orphan(path: str) -> Finding:
    message = (
        "no kustomization builds this Ingress, although one stands beside it: it is not deployed, and stays as it is"
    )
    return Finding("kustomize/orphan", Severity.NOTE, message, "list it under resources, or remove it", Place(path))


def _stranded(path: str) -> Finding:
    message = "the kustomization of this folder cannot be read, so nobody knows what becomes of this Ingress: it stays"
    fix = "correct the kustomization; Ingresses of other roots on the same hosts are withheld until then"
    return Finding("kustomize/stranded", Severity.WARNING, message, fix, Place(path))
