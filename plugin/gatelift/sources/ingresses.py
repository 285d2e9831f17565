"""Where the Ingresses of a repository are written: every document that holds one, whatever renders it later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from gatelift.findings import Finding, Place
from gatelift.ingress.model import IngressRef
from gatelift.ingress.read import is_ingress
from gatelift.manifests.resource import Resource
from gatelift.repository.tree import Tree
from gatelift.sources.ignoring import is_ignored
from gatelift.sources.streams import Reading, Stream, parsed


class SourceIngress(msgspec.Struct, frozen=True):
    """One Ingress as it is written: its file, the index of its document there, the item's pointer in a ``List``."""

    path: str
    document: int
    item: str
    ref: IngressRef
    ignored: bool = False
    """Whether ``# gatelift: ignore`` stands beside it or on top of its file."""


class SourceFile(msgspec.Struct, frozen=True):
    """A file that holds Ingresses, and what is in it."""

    path: str
    reading: Reading
    ingresses: tuple[SourceIngress, ...]

    @property
    def stream(self) -> Stream:
        """Its text and documents."""
        return self.reading.streams[0]

    def resource(self, ingress: SourceIngress) -> Resource:
        """The object as it is written."""
        return next(
            item
            for item in self.reading.resources
            if (item.provenance.document, item.provenance.item) == (ingress.document, ingress.item) and is_ingress(item)
        )


def source_files(tree: Tree, paths: Iterable[str]) -> tuple[Mapping[str, SourceFile], tuple[Finding, ...]]:
    """The files among ``paths`` that hold an Ingress; what cannot be read of the others is a finding."""
    found: dict[str, SourceFile] = {}
    findings: list[Finding] = []
    for path in sorted(paths):
        reading = parsed(".", path, tree.read(path))
        findings.extend(reading.findings)
        if reading.streams and any(is_ingress(item) for item in reading.resources):
            ingresses = tuple(_ingresses(reading))
            found[path] = SourceFile(path, reading, ingresses)
    return found, tuple(findings)


def _ingresses(reading: Reading) -> Iterator[SourceIngress]:
    stream = reading.streams[0]
    for resource in reading.resources:
        if not is_ingress(resource):
            continue
        where = resource.provenance
        yield SourceIngress(
            where.path,
            where.document,
            where.item,
            IngressRef(resource.namespace, resource.name),
            ignored=is_ignored(stream, where.document),
        )


def place_of(file: SourceFile, ingress: SourceIngress) -> Place:
    """Where an Ingress begins, for messages."""
    from gatelift.text.spans import Locator

    source = file.stream.source
    return Locator(source, file.stream.documents[ingress.document]).place(ingress.item)
