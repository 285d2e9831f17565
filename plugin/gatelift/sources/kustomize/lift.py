"""Lifting: what the sources of all kustomizations must say so that each level renders what is wanted of it.

Children first. A document gets its routes beside it, as the lowest level that builds it needs them; every level above
gets the smallest patch, new file or deletion for what its own build then still lacks (kustomize.md 2).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from gatelift.config.model import RouteFile
from gatelift.expected.expected import Change
from gatelift.findings import Finding, InputError
from gatelift.gateway.normal import key_of
from gatelift.manifests.resource import Provenance, Resource, resources
from gatelift.manifests.shape import ObjectKey
from gatelift.repository.tree import Tree
from gatelift.sources.ingresses import SourceFile, SourceIngress
from gatelift.sources.kustomize.components import (
    Included,
    agree,
    in_order,
    included,
    speaks_of_ingresses,
    up_to,
    weight,
)
from gatelift.sources.kustomize.differences import (
    Differences,
    Everywhere,
    differences,
    everywhere_of,
    is_ours,
    without_ingresses,
)
from gatelift.sources.kustomize.draft import Draft
from gatelift.sources.kustomize.foresight import foreseen, is_plain
from gatelift.sources.kustomize.graph import Graph
from gatelift.sources.kustomize.kustomization import Field
from gatelift.sources.kustomize.name_references import left_behind, path_of, text_for
from gatelift.sources.kustomize.parameters import Mirrored, as_in_source, replacement_targets
from gatelift.sources.kustomize.patches import Patch, deletion, namespace_for, patches
from gatelift.sources.kustomize.rendering import Rendering
from gatelift.sources.kustomize.retire import gone_in, retire_patches, retire_replacements
from gatelift.sources.kustomize.written import Written, as_written, ingress_documents
from gatelift.sources.marks import marked
from gatelift.sources.placing import NewDocument, Style, beside, file_of, file_text
from gatelift.text.emit import dump

Manifest = Mapping[str, Any]


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """One kustomization before the rewrite, in the names of its sources, and what is wanted of it."""

    before: Rendering
    wanted: tuple[Manifest, ...]
    changes: tuple[Change, ...]
    origins: Mapping[ObjectKey, SourceIngress]
    """Rendered Ingress -> where it is written."""

    def change_of(self, ingress: SourceIngress) -> Change | None:
        """What becomes of a written Ingress here, where it is built."""
        keys = [key for key, origin in self.origins.items() if origin == ingress]
        return next((change for change in self.changes if keys and _is(change, keys)), None)

    def built(self, change: Change) -> Manifest:
        """The Ingress of a change as it is built here."""
        ref = change.ingress.ref
        return next(
            item.value
            for item in self.before.resources
            if item.kind == "Ingress" and (item.namespace, item.name) == (ref.namespace, ref.name)
        )

    def mirrored(self) -> Iterator[Mirrored]:
        """The written Ingresses with what mirrors them."""
        for change in self.changes:
            origin = next((o for k, o in self.origins.items() if _is(change, [k])), None)
            if origin is not None and change.emitted:
                yield Mirrored(origin.ref.name, self.built(change), change.emitted)


def _is(change: Change, keys: Sequence[ObjectKey]) -> bool:
    ref = change.ingress.ref
    return any((key.namespace, key.name) == (ref.namespace, ref.name) for key in keys)


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """All that a lift starts from."""

    tree: Tree
    actual: Graph
    """The graph of the tree as it is."""
    graph: Graph
    """The graph without what is made anew."""
    files: Mapping[str, SourceFile]
    levels: Mapping[str, Level]
    roots: frozenset[str]
    renewed: frozenset[str]
    mixed: Mapping[str, frozenset[int]] = msgspec.field(default_factory=dict)
    """Files in which not all is ours -> the documents that are made anew, by index."""
    foresee: bool = False
    """Whether to tell without building what can be told; the proof shows whether that was right."""
    stage: Stage
    route_file: RouteFile = RouteFile.BESIDE


Build = Callable[[Tree, Sequence[str]], Mapping[str, Rendering | str]]
"""Builds folders of a tree, in the names of the sources: a rendering each, or why there is none."""


Stage = Callable[[Mapping[str, Sequence[str]]], Mapping[str, Level]]
"""Kustomizations and the components they are built with: the level that each is then, where that can be known."""


class Lifted(msgspec.Struct, frozen=True, kw_only=True):
    """What is written, and the folders for which that cannot be known, each with the reason."""

    changes: Mapping[str, bytes | None]
    failed: Mapping[str, Finding]


def lift(situation: Situation, build: Build) -> Lifted:
    """Write what every level needs."""
    work = _Work(situation, build)
    work.documents()
    work.replacements()
    work.retire()
    for folders in _heights(situation):
        work.levels(folders)
    work.keep_references()
    work.draft.finish()
    return Lifted(changes=dict(work.draft.changes), failed=work.failed)


def _heights(situation: Situation) -> list[list[str]]:
    """The levels, children first; those of one height do not depend on each other."""
    heights: dict[str, int] = {}

    def height(folder: str) -> int:
        if folder not in heights:
            below = [item for item in situation.graph.below(folder)[:-1] if item in situation.levels]
            heights[folder] = 1 + max((height(item) for item in below), default=0)
        return heights[folder]

    found: dict[int, list[str]] = {}
    for folder in sorted(situation.levels):
        found.setdefault(height(folder), []).append(folder)
    return [found[number] for number in sorted(found)]


class _Work:
    def __init__(self, situation: Situation, build: Build) -> None:
        self.situation = situation
        self.build = build
        self.draft = Draft(
            situation.tree,
            situation.actual,
            situation.renewed,
            {path: items for path, items in situation.mixed.items() if path not in situation.files},
        )
        self.failed: dict[str, Finding] = {}
        self.chosen: dict[tuple[str, str], SourceIngress] = {}
        """(kind, name) of what stands beside a written Ingress -> that Ingress."""

    def documents(self) -> None:
        """The routes of every document that holds Ingresses, and what changes in the document itself."""
        for path in sorted(self.situation.files):
            file = self.situation.files[path]
            users = self._users(path)
            if not users:
                continue
            try:
                written = ingress_documents(
                    file,
                    lambda item, users=users: self._choice(item, users),  # type: ignore[misc]  # bound here
                    self._agreed,
                    same=self.situation.route_file is RouteFile.SAME,
                    ours=self.situation.mixed.get(path, ()),
                )
                self._document(file, users, written)
            except InputError as error:
                self._fail(users, error.finding)

    def retire(self) -> None:
        """What was for Ingresses that leave, in every kustomization below the roots that build them."""
        leaving = {item for item in self._written() if (change := self._agreed(item)) and not change.keep}
        if not leaving:
            return
        for folder in sorted(self._active()):
            near = {item for item in self._written() if self._builds(folder, item)}
            gone = gone_in({item.ref.name for item in near & leaving}, {item.ref.name for item in near - leaving})
            if near & leaving and folder in self.situation.actual.nodes:
                try:
                    retire_patches(self.draft, self.situation.actual, folder, gone)
                    retire_replacements(self.draft, folder, gone, partial(self._route, folder))
                except InputError as error:
                    self._fail([folder], error.finding)

    def replacements(self) -> None:
        """Replacements into Ingresses reach what mirrors them too."""
        for folder in sorted(self._active()):
            node = self.situation.actual.nodes.get(folder)
            if node is None or not node.items(Field.REPLACEMENTS):
                continue
            level = self._nearest(folder)
            if level is None:
                continue
            mirrored = tuple(level.mirrored())
            for target in replacement_targets(node.items(Field.REPLACEMENTS), mirrored):
                try:
                    self.draft.item(folder, f"replacements/{target.index}/targets", target.value)
                except InputError as error:
                    self._fail([folder], error.finding)

    def _route(self, folder: str, name: str, rule: int) -> str | None:
        """The name of the route that serves the host of a rule of the Ingress ``name``."""
        level = self._nearest(folder)
        for each in level.mirrored() if level else ():
            rules = each.ingress["spec"].get("rules") or ()
            if name in (each.name, each.ingress["metadata"]["name"]) and rule < len(rules):
                host = rules[rule].get("host")
                routes = (item for item in each.objects if item["kind"] == "HTTPRoute")
                found = (item["metadata"]["name"] for item in routes if item["spec"].get("hostnames", [""])[0] == host)
                return next(found, None)
        return None

    def _nearest(self, folder: str) -> Level | None:
        """The level of a kustomization, or of the first that includes a component."""
        above = sorted(self.situation.graph.above(folder) & self.situation.levels.keys())
        return self.situation.levels.get(folder) or next((self.situation.levels[item] for item in above), None)

    def _written(self) -> list[SourceIngress]:
        return [item for path in sorted(self.situation.files) for item in self.situation.files[path].ingresses]

    def _active(self) -> set[str]:
        return {folder for root in self.situation.roots for folder in self.situation.graph.below(root)}

    def _builds(self, folder: str, ingress: SourceIngress) -> bool:
        """Whether a root above ``folder`` builds a written Ingress, or takes out again what it builds of it."""
        graph = self.situation.graph
        above = graph.above(folder) & self.situation.roots & self.situation.levels.keys()
        return any(ingress.path in graph.resources.get(item, ()) for root in above for item in graph.below(root))

    def _document(self, file: SourceFile, users: Sequence[str], written: Written) -> None:
        if written.text is None:
            self.draft.remove(file.path)
        elif written.text != file.stream.source.text:
            self.draft.changes[file.path] = file.stream.source.encode(written.text)
        if written.documents:
            target = beside(file.path, self.draft.closed)
            self.draft.enter(target, written.documents, written.beside())
            for folder in users:
                after = file.path if written.text is not None else ""
                self.draft.add(folder, Field.RESOURCES, target, after=after)
        if written.documents or written.within:
            for folder in users:
                self._references(folder)

    def _users(self, path: str) -> list[str]:
        """The kustomizations and components that list a file, as far as they are part of this."""
        graph = self.situation.graph
        return sorted(
            folder
            for folder, paths in graph.resources.items()
            if path in paths and graph.above(folder) & self.situation.levels.keys()
        )

    def _choice(self, ingress: SourceIngress, users: Sequence[str]) -> tuple[Manifest, ...]:
        """What mirrors a written Ingress: as the lowest level needs it that has an open route for it."""
        graph = self.situation.graph
        near = [folder for folder in users if folder in self.situation.levels]
        if not self._asked_for(ingress, users) or any(self._has_nothing(folder, ingress) for folder in near):
            return ()
        parents = [folder for user in users for folder in graph.parents.get(user, ())]
        others = sorted(folder for user in users for folder in graph.above(user) & self.situation.levels.keys())
        second: tuple[Manifest, ...] = ()
        for folder in dict.fromkeys((*near, *parents, *others)):
            level = self.situation.levels.get(folder)
            change = level.change_of(ingress) if level else None
            if level is None or change is None or not change.emitted:
                continue
            source = self.situation.files[ingress.path].resource(ingress)
            made = tuple(
                as_in_source(
                    as_written(item, change, source, self._everywhere(folder), placed=not source.namespace),
                    source.value,
                    level.built(change),
                    elsewhere=folder not in users,
                )
                for item in change.emitted
            )
            if change.withheld is None:
                second = made
                break
            second = second or made
        self.chosen.update({(item["kind"], item["metadata"]["name"]): ingress for item in second})
        return second

    def _asked_for(self, ingress: SourceIngress, users: Sequence[str]) -> bool:
        """Whether some root has objects for a written Ingress."""
        levels = self.situation.levels
        roots = {root for user in users for root in self.situation.graph.above(user)} & self.situation.roots
        return any((change := levels[root].change_of(ingress)) and change.emitted for root in roots if root in levels)

    def _has_nothing(self, folder: str, ingress: SourceIngress) -> bool:
        """Whether an Ingress asks for nothing at this level, so that what it becomes is written where it does."""
        change = self.situation.levels[folder].change_of(ingress)
        if change is None or change.emitted:
            return False
        empty = not change.ingress.rules and change.ingress.default_backend is None
        return empty or (change.withheld is None and not change.obsolete)

    def _agreed(self, ingress: SourceIngress) -> Change | None:
        """What changes on the Ingress itself, where all roots that build it agree."""
        found = [
            change
            for folder in sorted(self.situation.roots)
            if (level := self.situation.levels.get(folder)) and (change := level.change_of(ingress))
        ]
        if not found or any(
            (c.keep, dict(c.annotations)) != (found[0].keep, dict(found[0].annotations)) for c in found
        ):
            return None
        return found[0]

    def _everywhere(self, folder: str) -> Everywhere:
        graph = self.situation.graph
        return everywhere_of(graph.nodes[item].value for item in graph.below(folder) if item in graph.nodes)

    def _here(self, folder: str) -> Everywhere:
        """What is put on an object that ``folder`` itself lists: by itself and by its components, by nothing below."""
        graph = self.situation.graph
        found = {folder: None}
        for item in (child for child in graph.children.get(folder, ()) if graph.nodes[child].component):
            found.update(dict.fromkeys(each for each in graph.below(item) if graph.nodes[each].component))
        return everywhere_of(graph.nodes[item].value for item in found)

    def levels(self, folders: Sequence[str]) -> None:
        """What some levels still lack, all of one height."""
        open_ones = [folder for folder in folders if folder not in self.failed]
        self._components(open_ones)
        guessed = {folder: told for folder in open_ones if (told := self._foreseen(folder)) is not None}
        unknown = [folder for folder in open_ones if folder not in guessed]
        built: dict[str, Rendering | str] = {**self.build(self.draft.shadow(), unknown), **guessed}
        for folder in open_ones:
            made = built[folder]
            if isinstance(made, str):
                # The proof of the root says so in full; nothing can be learnt here.
                continue
            try:
                self._level(folder, self.situation.levels[folder], made)
            except InputError as error:
                self._fail([folder], error.finding)

    def _foreseen(self, folder: str) -> Rendering | None:
        """What a level will render, where that can be told from the one level below it."""
        situation = self.situation
        node, level = situation.actual.nodes.get(folder), situation.levels[folder]
        below = [item for item in situation.graph.children.get(folder, ()) if item in situation.levels]
        if not situation.foresee or node is None or len(below) != 1 or not is_plain(node):
            return None
        if any(situation.graph.nodes[item].component for item in situation.graph.children[folder]):
            return None
        if any(not change.keep or change.annotations for change in level.changes):
            # An Ingress that changes where it is written is not what is built today.
            return None
        if any(situation.graph.nodes[item].value.get("vars") for item in situation.graph.below(folder)):
            return None
        own = set(situation.graph.resources.get(folder, ()))
        if own & situation.files.keys() or below[0] in self.failed:
            return None
        under = situation.levels[below[0]]
        made = foreseen(node, [item.value for item in level.before.resources], _emitted(under))
        return msgspec.structs.replace(level.before, resources=tuple(_as_resource(item, folder) for item in made))

    def _components(self, folders: Sequence[str]) -> None:
        """What components do is written into them, where everybody who includes one lacks the very same."""
        graph, tree = self.situation.actual, self.situation.tree
        chains = {
            folder: {item.folder: item for item in found}
            for folder in folders
            if (found := included(tree, graph.nodes[folder]))
        }
        for component in in_order({folder: list(chain) for folder, chain in chains.items()}):
            witnesses = {folder: chain[component] for folder, chain in chains.items() if component in chain}
            others = set(graph.parents.get(component, ())) - witnesses.keys()
            if others & self.situation.levels.keys() or any(graph.nodes[item].component for item in others):
                continue
            if speaks_of_ingresses(tree, graph, component):
                self._component(component, witnesses, alone=not others)

    def _component(self, component: str, witnesses: Mapping[str, Included], *, alone: bool) -> None:
        """``alone``: whether there is nobody else to whom a new object in the component would go."""
        lacking = self._lacking_up_to({folder: item.entries for folder, item in witnesses.items()})
        if lacking is None or all(found.nothing for _, found in lacking.values()):
            return
        earlier = self._lacking_up_to({folder: item.before for folder, item in witnesses.items()})
        if earlier is None or not all(found.nothing for _, found in earlier.values()):
            return
        levels, found = zip(*lacking.values(), strict=True)
        if not agree(found, [_mirrors(level) for level in levels]) or (found[0].missing and not alone):
            return
        before, kept = self._weights(witnesses), dict(self.draft.changes)
        try:
            self._mend(component, levels[0], found[0])
        except InputError:
            self.draft.changes = kept
            return
        after = self._weights(witnesses)
        if any((left := after[folder]) is None or left > (before[folder] or 0) for folder in witnesses):
            self.draft.changes = kept

    def _lacking_up_to(self, kept: Mapping[str, Sequence[str]]) -> dict[str, tuple[Level, Differences]] | None:
        """What kustomizations lack that are built up to some component; ``None`` where one cannot be."""
        levels = self.situation.stage(kept)
        built = self.build(up_to(self.draft.shadow(), self.situation.actual, kept), list(kept))
        result: dict[str, tuple[Level, Differences]] = {}
        for folder, made in built.items():
            if isinstance(made, str) or folder not in levels:
                return None
            result[folder] = (levels[folder], self._lacking(folder, levels[folder], made))
        return result

    def _weights(self, folders: Iterable[str]) -> dict[str, int | None]:
        """How many objects each of some levels has to mend; ``None`` for what does not build."""
        built = self.build(self.draft.shadow(), list(folders))
        return {
            folder: None
            if isinstance(made, str)
            else weight(self._lacking(folder, self.situation.levels[folder], made))
            for folder, made in built.items()
        }

    def _level(self, folder: str, level: Level, made: Rendering) -> None:
        found = self._lacking(folder, level, made)
        if folder not in self.situation.roots:
            found = without_ingresses(found, level.origins.keys())
        if not found.nothing:
            self._mend(folder, level, found)

    def _lacking(self, folder: str, level: Level, made: Rendering) -> Differences:
        return differences(level.wanted, [item.value for item in made.resources], self._everywhere(folder))

    def _mend(self, folder: str, level: Level, found: Differences) -> None:
        mirrors = _mirrors(level)
        surplus = [
            item
            for item in found.surplus
            if (is_ours(key_of(item)) and not self._is_mended_above(folder, level, item))
            or key_of(item) in level.origins
        ]
        present = [key_of(item) for item in (*level.wanted, *found.surplus)]
        for item in patches(found.changed, mirrors, present):
            self._patch(folder, item, "patch")
        for gone in surplus:
            key = key_of(gone)
            follows = mirrors.get(key, f"Ingress {key.name}")
            self._patch(folder, Patch(deletion(gone), (key,), follows, namespace_for(key, present)), "delete")
        self._missing(folder, level, found.missing)

    def _is_mended_above(self, folder: str, level: Level, item: Manifest) -> bool:
        """Whether a route may stand in a level that nobody deploys, though its Ingress cannot be judged there."""
        ingress = self.chosen.get((item["kind"], item["metadata"]["name"]))
        change = level.change_of(ingress) if ingress is not None and folder not in self.situation.roots else None
        return change is not None and change.withheld is not None

    def _patch(self, folder: str, item: Patch, what: str) -> None:
        kind = item.targets[0].kind.lower()
        path = file_of(folder, item.targets[0].name, f"{kind}-{what}", self.draft.taken)
        mirrors = item.mirrors or f"Ingress {item.targets[0].name}"
        self.draft.write(path, marked(item.body, mirrors))
        self.draft.patch(folder, path, item.target)

    def _missing(self, folder: str, level: Level, missing: Sequence[Manifest]) -> None:
        """New files for what no lower level has."""
        wanted = {key_of(item) for item in missing}
        for change in level.changes:
            mine = [item for item in change.emitted if key_of(item) in wanted]
            if not mine:
                continue
            wanted -= {key_of(item) for item in mine}
            origin = next((o for k, o in level.origins.items() if _is(change, [k])), None)
            source = self.situation.files[origin.path].resource(origin) if origin else None
            placed = self.situation.graph.nodes[folder].value.get("namespace") == change.ingress.ref.namespace
            texts = [as_written(item, change, source, self._here(folder), placed=placed) for item in mine]
            name = f"Ingress {origin.ref if origin else change.ingress.ref}"
            by_kind: dict[str, list[Manifest]] = {}
            for text in texts:
                by_kind.setdefault(text["kind"], []).append(text)
            for kind, items in by_kind.items():
                path = file_of(folder, items[0]["metadata"]["name"], kind.lower(), self.draft.closed)
                documents = [NewDocument(key_of(item), marked(dump(item), name)) for item in items]
                self.draft.enter(path, documents, file_text(documents, Style()))
                self.draft.add(folder, Field.RESOURCES, path)
            self._references(folder)

    def _references(self, folder: str) -> None:
        """The file that makes Kustomize follow names in routes, where some build changes names.

        Kustomize merges such files of all levels into every build above, so one somewhere below is enough.
        """
        graph = self.situation.graph
        concerned = {item for above in graph.above(folder) for item in graph.below(above)}
        if not any(graph.nodes[item].renames for item in concerned if item in graph.nodes):
            return
        builds = graph.above(folder) & self.situation.levels.keys()
        if builds and all(any(path_of(at) in self.draft.changes for at in graph.below(item)) for item in builds):
            return
        path = path_of(folder)
        if not self.draft.taken(path):
            variables = any(graph.nodes[item].value.get("vars") for item in concerned if item in graph.nodes)
            self.draft.write(path, text_for(self._kinds(), self._left_behind(folder), variables=variables))
        self.draft.add(folder, Field.CONFIGURATIONS, path)

    def _left_behind(self, folder: str) -> str:
        """The file of name references that an earlier run wrote here, where documents of that run still need it."""
        path, tree = path_of(folder), self.situation.tree
        if path not in self.situation.renewed or not left_behind(
            tree, self.situation.actual, folder, self.situation.renewed
        ):
            return ""
        return tree.read(path).decode()

    def keep_references(self) -> None:
        """Name references that nothing of this run needs, and something of an earlier one does."""
        for path in sorted(self.situation.renewed):
            folder = posixpath.dirname(path) or "."
            if path == path_of(folder) and self.draft.changes.get(path) is None and (text := self._left_behind(folder)):
                self.draft.write(path, text)

    def _kinds(self) -> frozenset[tuple[str, str]]:
        """Every kind that is written somewhere, so that the file says the same wherever it stands."""
        changes = (change for level in self.situation.levels.values() for change in level.changes)
        keys = (key_of(item) for change in changes for item in change.emitted)
        return frozenset((key.group, key.kind) for key in keys)

    def _fail(self, folders: Sequence[str], finding: Finding) -> None:
        for folder in folders:
            for above in self.situation.graph.above(folder):
                self.failed.setdefault(above, finding)


def _emitted(level: Level) -> list[Manifest]:
    return [item for change in level.changes for item in change.emitted]


def _as_resource(item: Manifest, folder: str) -> Resource:
    return next(resources(item, Provenance(folder, folder)))


def _mirrors(level: Level) -> dict[ObjectKey, str]:
    """Object -> the Ingress that it follows, in the words of its source."""
    found: dict[ObjectKey, str] = {}
    for change in level.changes:
        origin = next((o for k, o in level.origins.items() if _is(change, [k])), None)
        name = f"Ingress {origin.ref if origin else change.ingress.ref}"
        for item in change.emitted:
            found[key_of(item)] = name
    for key, origin in level.origins.items():
        found[key] = f"Ingress {origin.ref}"
    return found
