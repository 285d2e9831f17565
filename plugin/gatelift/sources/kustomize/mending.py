"""What a level still lacks: the smallest patches, new files and deletions."""

from __future__ import annotations

from collections.abc import Sequence

from gatelift.gateway.normal import key_of
from gatelift.sources.kustomize.differences import Differences, differences, is_ours
from gatelift.sources.kustomize.ground import Ground
from gatelift.sources.kustomize.kustomization import Field
from gatelift.sources.kustomize.level import Level, Manifest, is_of, mirrors_of
from gatelift.sources.kustomize.patches import Patch, deletion, namespace_for, patches
from gatelift.sources.kustomize.referring import References
from gatelift.sources.kustomize.rendering import Rendering
from gatelift.sources.kustomize.written import as_written
from gatelift.sources.marks import marked
from gatelift.sources.placing import NewDocument, Style, file_of, file_text
from gatelift.text.emit import dump


class Mending:
    """Writes what levels lack."""

    def __init__(self, ground: Ground, references: References) -> None:
        self.ground = ground
        self.references = references

    def lacking(self, folder: str, level: Level, made: Rendering) -> Differences:
        """What the build ``made`` of a level lacks."""
        return differences(level.wanted, [item.value for item in made.resources], self.ground.everywhere(folder))

    def mend(self, folder: str, level: Level, found: Differences) -> None:
        """Write it. Raises ``InputError`` where a kustomization cannot be changed."""
        mirrors = mirrors_of(level)
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
        ingress = self.ground.chosen.get((item["kind"], item["metadata"]["name"]))
        change = level.change_of(ingress) if ingress is not None and folder not in self.ground.situation.roots else None
        return change is not None and change.withheld is not None

    def _patch(self, folder: str, item: Patch, what: str) -> None:
        kind = item.targets[0].kind.lower()
        path = file_of(folder, item.targets[0].name, f"{kind}-{what}", self.ground.draft.taken)
        mirrors = item.mirrors or f"Ingress {item.targets[0].name}"
        self.ground.draft.write(path, marked(item.body, mirrors))
        self.ground.draft.patch(folder, path, item.target)

    def _missing(self, folder: str, level: Level, missing: Sequence[Manifest]) -> None:
        """New files for what no lower level has."""
        wanted = {key_of(item) for item in missing}
        for change in level.changes:
            mine = [item for item in change.emitted if key_of(item) in wanted]
            if not mine:
                continue
            wanted -= {key_of(item) for item in mine}
            origin = next((o for k, o in level.origins.items() if is_of(change, [k])), None)
            source = self.ground.situation.files[origin.path].resource(origin) if origin else None
            placed = self.ground.situation.graph.nodes[folder].value.get("namespace") == change.ingress.ref.namespace
            texts = [as_written(item, change, source, self.ground.here(folder), placed=placed) for item in mine]
            name = f"Ingress {origin.ref if origin else change.ingress.ref}"
            by_kind: dict[str, list[Manifest]] = {}
            for text in texts:
                by_kind.setdefault(text["kind"], []).append(text)
            for kind, items in by_kind.items():
                path = file_of(folder, items[0]["metadata"]["name"], kind.lower(), self.ground.draft.closed)
                documents = [NewDocument(key_of(item), marked(dump(item), name)) for item in items]
                self.ground.draft.enter(path, documents, file_text(documents, Style()))
                self.ground.draft.add(folder, Field.RESOURCES, path)
            self.references.needed(folder)
