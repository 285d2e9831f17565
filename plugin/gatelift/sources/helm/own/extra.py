"""Where a chart takes whole objects from its values, under whatever name: ``extraManifests``, ``extraDeploy``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import structs

from gatelift.findings import InputError
from gatelift.sources.helm.offer import Manifest, Part
from gatelift.sources.helm.own.members import escaped
from gatelift.sources.helm.own.reading import written
from gatelift.sources.helm.own.values import NoFitError, Path, Values
from gatelift.sources.helm.own.wanted import slug
from gatelift.sources.helm.template.build import lay
from gatelift.sources.helm.template.find import loops, splices
from gatelift.sources.helm.template.origin import ELEMENT
from gatelift.sources.helm.template.parse import parse
from gatelift.sources.helm.template.scoping import Scopes
from gatelift.sources.helm.template.skeleton import Document, Spliced
from gatelift.text.source import decode


class Extra(msgspec.Struct, frozen=True):
    """A list or a map of whole objects. ``tpl``: what stands in braces in them is evaluated."""

    path: Path
    template: str
    tpl: bool = False
    versions: tuple[tuple[str, str], ...] = ()
    """The chart's versions, each with what a template calls it: labels tell them, and they change."""

    def ages(self, objects: Sequence[Manifest]) -> str:
        """A label of these objects that the next version of the chart would make wrong; empty where none would be."""
        if self.tpl:
            return ""
        labels = [
            (key, str(value)) for item in objects for key, value in (item["metadata"].get("labels") or {}).items()
        ]
        return next((key for key, value in labels for version, _ in self.versions if version in value), "")

    def add(self, values: Values, objects: Sequence[Manifest]) -> None:
        """Have these objects be written too. Raises ``NoFitError`` for values of another form."""
        ready = [_with_versions(escaped(item), self.versions) if self.tpl else item for item in objects]
        there: Any = values.get(self.path)
        if isinstance(there, dict) and there:
            keys = [slug(f"{item['kind']}-{item['metadata']['name']}") for item in objects]
            values.put(self.path, {**there, **dict(zip(keys, ready, strict=True))})
        elif there is None or isinstance(there, list | dict):
            values.put(self.path, [*(there or ()), *ready])
        else:
            raise NoFitError("its values for further objects are text in this case")


def _with_versions(item: Any, versions: tuple[tuple[str, str], ...]) -> Any:
    labels = item["metadata"].get("labels") or {}
    made = {}
    for key, value in labels.items():
        for version, name in versions:
            if version in str(value):
                value = str(value).replace(version, f"{{{{ {name} }}}}")
                break
        made[key] = value
    return {**item, "metadata": {**item["metadata"], "labels": made}} if labels else item


def extras_of(part: Part, own: str = "") -> Extra | None:
    """The first place of the chart's values whose items are written as objects, each as it is."""
    for path in part.chart.templates:
        if path in (own, part.chart.notes) or not path.endswith((".yaml", ".yml", ".tpl")):
            continue
        try:
            text = decode(path, part.tree.read(path))
        except InputError:
            continue
        if "range" not in text.text or "kind:" in text.text:
            continue
        template = parse(text)
        scopes = Scopes(template)
        for document in lay(template).documents:
            found = _items(document, scopes, path)
            if found is not None:
                version = part.chart.version
                return structs.replace(found, versions=((version, ".Chart.Version"),) if version else ())
    return None


def _items(document: Document, scopes: Scopes, template: str) -> Extra | None:
    if not isinstance(document.root, Spliced):
        return None
    for splice in splices(document.root):
        around = loops(splice.path)
        clause = around[0].clause if len(around) == 1 else None
        node = splice.expression
        found = written(scopes, node) if node is not None else None
        if clause is None or clause.pipeline is None or found is None or not found.yaml:
            continue
        loop = scopes.at(clause.pipeline.start).bind(clause.pipeline).origin
        if loop is not None and loop.is_values and ELEMENT not in loop.steps and found.origin == loop.then(ELEMENT):
            return Extra(loop.steps[1:], template, found.tpl)
    return None
