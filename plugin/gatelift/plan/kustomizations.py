"""The kustomizations of a plan: rendered, judged in the names of their sources, lifted, rendered again."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from gatelift.expected.expected import Change
from gatelift.findings import Finding, Place, Severity, UsageError
from gatelift.ingress.scopes import Scopes
from gatelift.plan.building import Builder, Failed
from gatelift.plan.request import Request
from gatelift.plan.shared import gateway_files
from gatelift.plan.survey import Survey
from gatelift.repository.tree import Tree, join
from gatelift.sources.deployed.model import Deployments
from gatelift.sources.ingresses import place_of, source_files
from gatelift.sources.kustomize.components import up_to
from gatelift.sources.kustomize.graph import Graph, closure
from gatelift.sources.kustomize.level import Level, Lifted, Situation
from gatelift.sources.kustomize.lift import lift
from gatelift.sources.kustomize.names import declared, names_of, renamed
from gatelift.sources.kustomize.rendering import Rendering, rendering
from gatelift.sources.kustomize.shadow import marked, marked_generated, stubbed
from gatelift.sources.wanted import wanted
from gatelift.sources.worlds import Rendered, World, judge_world, of_root

_ALONE = Scopes({})


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """The kustomizations that build Ingresses, as they are."""

    builder: Builder
    full: Mapping[str, Rendering]
    """In the names of the build."""
    bare: Mapping[str, Rendering]
    """In the names of the sources; those of ``full`` where these are the same."""
    broken: Mapping[str, str]
    partial: Mapping[str, tuple[str, ...]]
    """Folder -> the addresses below it that were left out."""
    renaming: frozenset[str]
    """The folders whose builds change names."""

    @property
    def nothing(self) -> bool:
        """Whether no kustomization builds an Ingress."""
        return not self.full and not self.broken


def render_before(request: Request, found: Survey) -> Before:
    """Build every kustomization that builds one of the written Ingresses."""
    graph = found.graph
    shared = {posixpath.dirname(path) or "." for path in gateway_files(request.settings.config).values()}
    folders = [folder for folder in sorted(graph.nodes) if _concerned(found, folder, shared)]
    broken = {folder: graph.broken[item] for folder in folders for item in graph.below(folder) if item in graph.broken}
    buildable = [folder for folder in folders if folder not in broken]
    _, left_out = stubbed(found.stripped, graph)
    files = {
        folder: {
            *read_for(found.stripped, graph, found.deployments, folder),
            *read_for(found.tree, found.actual, found.deployments, folder),
        }
        for folder in buildable
    }
    free = {item.path for item in found.deployments.items if item.path and not item.load_restrictor}
    free |= {folder for folder in buildable if not request.settings.config.restricts(folder)}
    builder = Builder(request.render, files, free, request.known)
    built = builder.build(old_tree(found), buildable)
    full: dict[str, Rendering] = {}
    bare: dict[str, Rendering] = {}
    renaming = frozenset(f for f in buildable if any(graph.nodes[item].renames for item in graph.below(f)))
    for folder, text in built.items():
        if isinstance(text, Failed):
            broken[folder] = str(text)
            continue
        made = rendering(folder, text)
        full[folder] = made
        bare[folder] = _bare(found, folder, made, renaming)
    partial = {
        folder: tuple(address for item in graph.below(folder) for address in left_out.get(item, ()))
        for folder in buildable
    }
    return Before(
        builder=builder,
        full=full,
        bare=bare,
        broken=broken,
        partial={folder: items for folder, items in partial.items() if items},
        renaming=renaming,
    )


def read_for(tree: Tree, graph: Graph, deployments: Deployments, folder: str) -> frozenset[str]:
    """The files that building ``folder`` may read, those of components among them that only deployments add."""
    components = (name for item in deployments.of(folder) for name in item.kustomize.components)
    added = {target for name in components if (target := tree.resolve(join(folder, name))) in graph.nodes}
    return frozenset(path for each in (folder, *added) if each is not None for path in closure(tree, graph, each))


def old_tree(found: Survey) -> Tree:
    """The sources before the rewrite as they are built: nothing remote, nothing of ours, Ingresses with markers."""
    stubs, _ = stubbed(found.stripped, found.graph)
    loose = {path for paths in found.plain.values() for path in paths}
    files = {path: file for path, file in found.files.items() if path not in loose}
    return marked(stubs, files, {item: number for number, item in enumerate(found.written)})


def _concerned(found: Survey, folder: str, shared: AbstractSet[str]) -> bool:
    """Whether a kustomization builds Ingresses; a root also where it builds what their routes meet, or will."""
    graph = found.graph
    if graph.nodes[folder].component:
        return False
    built = {path for item in graph.below(folder) for path in graph.resources.get(item, ())}
    meets = not built.isdisjoint(found.around) or not shared.isdisjoint(graph.below(folder))
    return not built.isdisjoint(found.files) or (folder in found.roots and meets)


def _bare(found: Survey, folder: str, made: Rendering, renaming: frozenset[str]) -> Rendering:
    if folder not in renaming:
        return made
    names = names_of(made, found.written, declared(found.graph.nodes[item] for item in found.graph.below(folder)))
    return renamed(made, names) or made


def rendered(found: Survey, made: Rendering, root: str) -> Rendered:
    """A build as the judge wants it, under the name of its root."""
    sources = made.sources(found.written)
    return Rendered(
        root=root,
        resources=tuple(of_root(item, root) for item in made.resources),
        others=made.others,
        left=frozenset(key for key, item in sources.items() if item.ignored),
        places={key: place_of(found.files[item.path], item) for key, item in sources.items()},
    )


def broken_findings(found: Survey, before: Before) -> list[Finding]:
    """A finding for every root that does not build today."""
    return [broken_finding(found, f, before.broken[f]) for f in sorted(set(before.broken) & set(found.roots))]


def broken_finding(found: Survey, folder: str, why: str) -> Finding:
    """That a root does not build today, and stays as it is."""
    message = f"this kustomization cannot be built as it is, so it stays as it is: {why}"
    fix = f"see what 'kustomize build {shlex.quote(folder)}' says; nothing of it was changed"
    return Finding("kustomize/broken", Severity.WARNING, message, fix, Place(found.graph.nodes[folder].path, 1, 1))


def levels(request: Request, found: Survey, before: Before, world: World) -> dict[str, Level]:
    """Every kustomization with what is wanted of it; ``world`` is that of the roots, in the names of the sources."""
    made: dict[str, Level] = {}
    for folder, item in before.bare.items():
        origins = item.sources(found.written)
        inner = [before.bare[each] for each in found.graph.below(folder) if each in before.bare]
        if not any(each.sources(found.written) for each in inner):
            continue
        judged = rendered(found, item, folder)
        changes = world.by_root.get(folder) or _alone(request, found, item, folder)
        made[folder] = Level(before=item, wanted=tuple(wanted(judged, changes)), changes=changes, origins=origins)
    return made


def _alone(request: Request, found: Survey, made: Rendering, folder: str) -> tuple[Change, ...]:
    """What an inner level would become by itself: a beginning, from which each root is mended."""
    above = sorted(found.graph.above(folder) & set(found.roots))
    for name in (folder, *above):
        item = rendered(found, made, name)
        try:
            return judge_world([item], request.settings, _ALONE, {}).by_root.get(name, ())
        except UsageError:
            continue
    return ()


def lifted(
    request: Request,
    found: Survey,
    before: Before,
    made: Mapping[str, Level],
    roots: Iterable[str],
    *,
    foresee: bool = False,
) -> Lifted:
    """Write what the kustomizations ``made`` need."""
    roots = frozenset(roots)
    active = {folder for root in roots for folder in found.actual.below(root)}
    gateways = set(gateway_files(request.settings.config).values())
    situation = Situation(
        tree=found.tree,
        actual=found.actual,
        graph=found.graph,
        files={path: file for path, file in found.files.items() if not any(path in p for p in found.plain.values())},
        levels=made,
        roots=roots,
        foresee=foresee,
        renewed=frozenset(path for path in found.renewed if found.named.get(path, frozenset()) & active) - gateways,
        mixed={path: items for path, items in found.mixed.items() if found.named.get(path, frozenset()) & active},
        route_file=request.settings.config.route_file,
        stage=lambda kept: _stages(request, found, before, kept),
    )

    def build(tree: Tree, folders: Sequence[str]) -> Mapping[str, Rendering | str]:
        built = before.builder.build(_marked_new(found, before, tree, folders), folders)
        results: dict[str, Rendering | str] = {}
        for folder, text in built.items():
            if isinstance(text, Failed):
                results[folder] = str(text)
            else:
                results[folder] = _bare(found, folder, rendering(folder, text), before.renaming)
        return results

    return lift(situation, build)


def _stages(request: Request, found: Survey, before: Before, kept: Mapping[str, Sequence[str]]) -> Mapping[str, Level]:
    """What is wanted of kustomizations that are built with some of their components, and do nothing more."""
    stubs, _ = stubbed(found.stripped, found.graph)
    numbers = {item: number for number, item in enumerate(found.written)}
    tree = up_to(marked(stubs, found.files, numbers), found.graph, kept)
    made: dict[str, Level] = {}
    for folder, text in before.builder.build(tree, list(kept)).items():
        if isinstance(text, Failed):
            continue
        item = _bare(found, folder, rendering(folder, text), before.renaming)
        changes = _alone(request, found, item, folder)
        judged = rendered(found, item, folder)
        origins = item.sources(found.written)
        made[folder] = Level(before=item, wanted=tuple(wanted(judged, changes)), changes=changes, origins=origins)
    return made


def _marked_new(found: Survey, before: Before, tree: Tree, folders: Sequence[str]) -> Tree:
    """The new sources as they are built on the way: without what is remote, and with origins where names change."""
    stubs, _ = stubbed(tree, found.actual)
    if not before.renaming.intersection(folders):
        return stubs
    numbers = {(item.path, item.ref, item.item): number for number, item in enumerate(found.written)}
    files, _ = source_files(tree, [path for path in found.files if tree.is_file(path)])
    known = {
        item: number
        for file in files.values()
        for item in file.ingresses
        if (number := numbers.get((item.path, item.ref, item.item))) is not None
    }
    return marked(marked_generated(stubs), files, known)
