"""Values that an Argo CD Application, an ApplicationSet or a Flux HelmRelease holds itself, edited in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.manifests.resource import Provenance, resources
from gatelift.repository.tree import Tree
from gatelift.sources.deployed import flux
from gatelift.sources.deployed.fields import at, items, mapping, text
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.edits.blocks import Target, laid
from gatelift.sources.helm.edits.literal import with_text
from gatelift.sources.helm.edits.style import Keys
from gatelift.sources.helm.edits.wanted import Wanted, leaves, parameter
from gatelift.sources.helm.values import parsed_values
from gatelift.sources.kustomize.entries import Addition, with_items
from gatelift.text.documents import Document, split
from gatelift.text.emit import dump
from gatelift.text.source import Source, decode
from gatelift.text.spans import Locator, join, split_pointer
from gatelift.text.yaml import load


class Form(StrEnum):
    """How an object holds values, by the field."""

    OBJECT = "helm.valuesObject"
    TEXT = "helm.values"
    PARAMETERS = "helm.parameters"
    FLUX = "spec.values"


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where a case is deployed from: a ``source`` of Argo CD, or the ``spec`` of a HelmRelease.

    ``base``: its keys in the document ``index`` of ``path``; ``value``: what stands there; ``generated``: it is part of
    a template from which several Applications are made.
    """

    path: str
    index: int
    base: Keys
    value: Mapping[str, Any]
    form: Form
    generated: bool = False

    @property
    def values(self) -> Any:
        """The values that it holds now. Raises ``InputError`` for a text that is none."""
        if self.form is Form.TEXT:
            return parsed_values(self.path, text(self.value, "helm", "values").encode())
        if self.form is Form.PARAMETERS:
            return {}
        return at(self.value, *self.form.value.removeprefix("spec.").split("."))


def spot_of(tree: Tree, case: Case) -> Spot | None:
    """Where the object of a case says which chart it renders; None for a case of a file, or where it is not found."""
    if not case.by or not tree.is_file(case.place.path):
        return None
    try:
        source = decode(case.place.path, tree.read(case.place.path))
        for document in split(source):
            # A file may hold hundreds of Applications, of which only one is read for its place.
            if source.place(document.start).line <= case.place.line <= source.place(document.end).line:
                found = _in_document(source, document, case.place)
                if found is not None:
                    return found
    except InputError:
        return None
    return None


def _in_document(source: Source, document: Document, place: Place) -> Spot | None:
    loaded = load(source, document)
    if loaded is None:
        return None
    locator = Locator(source, document)
    for resource in resources(loaded.value, Provenance("", source.path, document.index), None, []):
        head = resource.provenance.item
        if resource.group == flux.HELM_GROUP:
            chart = at(resource.value, "spec", "chart", "spec", "chart")
            named = "/spec/chart/spec/chart" if chart is not None else "/spec/chartRef"
            if locator.place(head + named) == place:
                base = _keys(loaded.value, f"{head}/spec")
                return Spot(
                    path=source.path,
                    index=document.index,
                    base=base,
                    value=mapping(resource.value, "spec"),
                    form=Form.FLUX,
                )
        for pointer, value in _sources(resource.value):
            if locator.place(f"{head}{pointer}/path") == place:
                return Spot(
                    path=source.path,
                    index=document.index,
                    base=_keys(loaded.value, head + pointer),
                    value=value,
                    form=_form(mapping(value, "helm")),
                    generated=pointer.startswith("/spec/template/"),
                )
    return None


def _sources(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for above in (("spec",), ("spec", "template", "spec")):
        if mapping(value, *above, "source"):
            yield join(*above, "source"), mapping(value, *above, "source")
        for number, item in enumerate(items(value, *above, "sources")):
            if isinstance(item, Mapping):
                yield join(*above, "sources", number), item


def _form(helm: Mapping[str, Any]) -> Form:
    if mapping(helm, "valuesObject"):
        return Form.OBJECT
    if text(helm, "values").strip():
        return Form.TEXT
    return Form.PARAMETERS if items(helm, "parameters") and not items(helm, "valueFiles") else Form.OBJECT


def _keys(value: Any, pointer: str) -> Keys:
    """A pointer as keys, the numbers of items as such."""
    keys: list[str | int] = []
    for token in split_pointer(pointer):
        key = int(token) if isinstance(value, list) else token
        keys.append(key)
        value = value[key]
    return tuple(keys)


def written(spot: Spot, data: bytes, wanted: Wanted) -> bytes:
    """The file of a spot with the values of a case. Raises ``InputError`` where they cannot be written in place."""
    source = decode(spot.path, data)
    if spot.form is Form.TEXT:
        made = with_text(source, spot.index, (*spot.base, "helm", "values"), wanted)
    elif spot.form is Form.PARAMETERS and not _has_lists(wanted):
        made = _with_parameters(source, spot, wanted)
    else:
        above = ("values",) if spot.form is Form.FLUX else ("helm", "valuesObject")
        target = Target(
            base=spot.base,
            keys=(*above, *wanted.keys),
            block=wanted.values,
            after=(*above, *wanted.keys, *wanted.beside),
        )
        made = laid(source, spot.index, target)
    return data if made is source else made.encode(made.text)


def _has_lists(wanted: Wanted) -> bool:
    return any(isinstance(value, list | tuple) for _, value in leaves(wanted.values))


def _with_parameters(source: Source, spot: Spot, wanted: Wanted) -> Source:
    known = [item for item in items(spot.value, "helm", "parameters") if isinstance(item, Mapping)]
    # Numbers and booleans of --set are what they look like, so a text that looks like one is marked as text.
    added = [
        {"name": parameter(path), "value": _shown(value), **({"forceString": True} if _misread(value) else {})}
        for path, value in leaves(wanted.whole)
        if parameter(path) not in {text(item, "name") for item in known}
    ]
    document = split(source)[spot.index]
    alone = Source(source.path, document.chunk(source), False, source.newline)
    field = "/".join(map(str, (*spot.base, "helm", "parameters")))
    try:
        made = with_items(alone, [Addition(field, item) for item in added])
    except InputError as error:
        message = "the parameters of this Application cannot be added to in place"
        finding = Finding("helm/edit", Severity.ERROR, message, error.finding.fix, source.place(document.start))
        raise InputError(finding) from None
    if made is alone:
        return source
    return msgspec.structs.replace(source, text=source.text[: document.start] + made.text + source.text[document.end :])


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else dump({"x": value}).removeprefix("x: ").removesuffix("\n")


def _misread(value: Any) -> bool:
    return isinstance(value, str) and dump({"x": value}).startswith('x: "')


def is_overridden(tree: Tree, case: Case, spot: Spot) -> bool:
    """Whether a file beside the chart replaces the field that would be edited (``.argocd-source*.yaml``)."""
    field = spot.form.value.removeprefix("helm.")
    for name in (".argocd-source.yaml", f".argocd-source-{case.release}.yaml"):
        path = f"{case.chart}/{name}" if case.chart != "." else name
        if spot.form is Form.FLUX or not tree.is_file(path):
            continue
        try:
            if field in mapping(parsed_values(path, tree.read(path)), "helm"):
                return True
        except InputError:
            return True
    return False
