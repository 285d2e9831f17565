"""The routes of every document that holds Ingresses, beside it, as the lowest level that builds it needs them."""

from __future__ import annotations

from collections.abc import Sequence

from gatelift.config.model import RouteFile
from gatelift.findings import InputError
from gatelift.sources.ingresses import SourceFile, SourceIngress
from gatelift.sources.kustomize.ground import Ground
from gatelift.sources.kustomize.level import Manifest
from gatelift.sources.kustomize.parameters import as_in_source
from gatelift.sources.kustomize.referring import References
from gatelift.sources.kustomize.written import Written, as_written, ingress_documents
from gatelift.sources.placing import beside


class Documents:
    """Writes what stands beside each written Ingress, and what changes on the Ingress itself."""

    def __init__(self, ground: Ground, references: References) -> None:
        self.ground = ground
        self.references = references
        self.listed: dict[str, list[tuple[str, str]]] = {}
        """Folder -> the new files that it lists, and the file behind whose entry each goes."""
        self.gone: list[str] = []

    def write(self) -> None:
        """The routes of every document that holds Ingresses, and what changes in the document itself."""
        for path in sorted(self.ground.situation.files):
            file = self.ground.situation.files[path]
            users = self.ground.users(path)
            if not users:
                continue
            try:
                written = ingress_documents(
                    file,
                    lambda item, users=users: self._choice(item, users),  # type: ignore[misc]  # bound here
                    self.ground.agreed,
                    same=self.ground.situation.route_file is RouteFile.SAME,
                    ours=self.ground.situation.mixed.get(path, ()),
                )
                self._document(file, users, written)
            except InputError as error:
                self.ground.fail(users, error.finding)
        # All at once: a list of hundreds would else be read again for each.
        for folder, files in sorted(self.listed.items()):
            try:
                self.ground.draft.list_files(folder, files)
                self.references.needed(folder)
            except InputError as error:
                self.ground.fail([folder], error.finding)
        try:
            self.ground.draft.remove(self.gone)
        except InputError as error:
            self.ground.fail([user for path in self.gone for user in self.ground.users(path)], error.finding)

    def _document(self, file: SourceFile, users: Sequence[str], written: Written) -> None:
        if written.text is None:
            self.gone.append(file.path)
        elif written.text != file.stream.source.text:
            self.ground.draft.changes[file.path] = file.stream.source.encode(written.text)
        if written.documents:
            target = beside(file.path, self.ground.draft.closed)
            self.ground.draft.enter(target, written.documents, written.beside())
            for folder in users:
                self.listed.setdefault(folder, []).append((target, file.path))
        elif written.within:
            for folder in users:
                self.references.needed(folder)

    def _choice(self, ingress: SourceIngress, users: Sequence[str]) -> tuple[Manifest, ...]:
        """What mirrors a written Ingress: as the lowest level needs it that has an open route for it."""
        graph = self.ground.situation.graph
        near = [folder for folder in users if folder in self.ground.situation.levels]
        if not self._asked_for(ingress, users) or any(self._has_nothing(folder, ingress) for folder in near):
            return ()
        parents = [folder for user in users for folder in graph.parents.get(user, ())]
        others = sorted(folder for user in users for folder in graph.above(user) & self.ground.situation.levels.keys())
        second: tuple[Manifest, ...] = ()
        for folder in dict.fromkeys((*near, *parents, *others)):
            level = self.ground.situation.levels.get(folder)
            change = level.change_of(ingress) if level else None
            if level is None or change is None or not change.emitted:
                continue
            source = self.ground.situation.files[ingress.path].resource(ingress)
            made = tuple(
                as_in_source(
                    as_written(item, change, source, self.ground.everywhere(folder), placed=not source.namespace),
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
        self.ground.chosen.update({(item["kind"], item["metadata"]["name"]): ingress for item in second})
        return second

    def _asked_for(self, ingress: SourceIngress, users: Sequence[str]) -> bool:
        """Whether some root has objects for a written Ingress."""
        levels = self.ground.situation.levels
        roots = {
            root for user in users for root in self.ground.situation.graph.above(user)
        } & self.ground.situation.roots
        return any((change := levels[root].change_of(ingress)) and change.emitted for root in roots if root in levels)

    def _has_nothing(self, folder: str, ingress: SourceIngress) -> bool:
        """Whether an Ingress asks for nothing at this level, so that what it becomes is written where it does."""
        change = self.ground.situation.levels[folder].change_of(ingress)
        if change is None or change.emitted:
            return False
        empty = not change.ingress.rules and change.ingress.default_backend is None
        return empty or (change.withheld is None and not change.obsolete)
