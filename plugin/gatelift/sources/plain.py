"""Plain manifests: the Ingresses of what was read, typed, and the inventory of what they refer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gatelift.expected.context import IngressKey, duplicates, ingress_key
from gatelift.expected.suspects import Suspect
from gatelift.findings import Finding, Place, Severity
from gatelift.ingress.model import Ingress
from gatelift.ingress.read import is_ingress, read
from gatelift.manifests.inventory import Inventory, take
from gatelift.manifests.resource import Provenance, Resource, ShapeError
from gatelift.sources.ignoring import is_ignored
from gatelift.sources.streams import Reading, shape_finding
from gatelift.sources.suspects import suspect
from gatelift.text.documents import Document
from gatelift.text.source import Source
from gatelift.text.spans import Locator


class Manifests(msgspec.Struct, frozen=True):
    """``ingresses`` in the order of the input, ``places`` of each, what they may refer to, and what was wrong."""

    ingresses: tuple[Ingress, ...]
    resources: tuple[Resource, ...]
    inventory: Inventory
    places: Mapping[IngressKey, Place]
    findings: tuple[Finding, ...]
    broken: frozenset[IngressKey]
    """Identities of Ingresses that could not be read or stand there twice; they stay as they are."""
    suspects: tuple[Suspect, ...] = ()
    """Ingresses that are there and are not converted: those that are ignored, broken, or there more than once."""

    @property
    def failed(self) -> bool:
        """Whether an object could not be read."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


class _Texts:
    """The streams by path, and the documents of which something was shown."""

    def __init__(self, reading: Reading) -> None:
        self._streams = {stream.source.path: stream for stream in reading.streams}
        self._locators: dict[tuple[str, int], Locator] = {}

    def document(self, provenance: Provenance) -> tuple[Source, Document]:
        """Where an object stands."""
        stream = self._streams[provenance.path]
        return stream.source, stream.documents[provenance.document]

    def ignored(self, provenance: Provenance) -> bool:
        """Whether a comment asks to leave an Ingress alone."""
        return is_ignored(self._streams[provenance.path], provenance.document)

    def locator(self, provenance: Provenance) -> Locator:
        """What finds places in the document of an object."""
        key = (provenance.path, provenance.document)
        if key not in self._locators:
            self._locators[key] = Locator(*self.document(provenance))
        return self._locators[key]


def manifests(reading: Reading) -> Manifests:
    """Read the Ingresses of ``reading``, and take the inventory of everything else."""
    texts = _Texts(reading)
    findings: list[Finding] = []
    read_well: list[tuple[Ingress, Resource]] = []
    others: list[Resource] = []
    suspects = [suspect(item, "it is ignored by the configuration") for item in reading.ignored]
    for resource in reading.resources:
        if not is_ingress(resource):
            others.append(resource)
            continue
        if texts.ignored(resource.provenance):
            suspects.append(suspect(resource, "it is ignored, as its own file asks"))
            findings.append(_ignored(resource, texts))
            continue
        try:
            read_well.append((read(resource), resource))
        except ShapeError as error:
            findings.append(_finding(resource, texts, error))
            suspects.append(suspect(resource, "it could not be read"))
    twice = duplicates(ingress for ingress, _ in read_well)
    for ingress, resource in read_well:
        if ingress_key(ingress) in twice:
            findings.append(_twice(ingress, texts))
            suspects.append(suspect(resource, "it stands there more than once"))
    sound = tuple(ingress for ingress, _ in read_well if ingress_key(ingress) not in twice)
    inventory = _inventory(others, texts, findings)
    places = {ingress_key(item): _place(item, texts) for item in sound}
    return Manifests(sound, reading.resources, inventory, places, tuple(findings), twice, tuple(suspects))


def _inventory(others: Sequence[Resource], texts: _Texts, findings: list[Finding]) -> Inventory:
    usable: list[Resource] = []
    for resource in others:
        try:
            take([resource])
        except ShapeError as error:
            findings.append(_finding(resource, texts, error))
        else:
            usable.append(resource)
    return take(usable)


def _finding(resource: Resource, texts: _Texts, error: ShapeError) -> Finding:
    made = shape_finding(texts.locator(resource.provenance), error, resource.provenance.item)
    return msgspec.structs.replace(made, object=str(resource))


def _place(ingress: Ingress, texts: _Texts) -> Place:
    """Where an Ingress stands: its first line; finer places are found when something is shown."""
    if ingress.provenance.item:
        return texts.locator(ingress.provenance).place(ingress.provenance.item)
    source, document = texts.document(ingress.provenance)
    return source.place(document.body_start + _first_content(document.body(source)))


def _first_content(body: str) -> int:
    """The offset of the first line that is neither blank nor a comment."""
    offset = 0
    for line in body.splitlines(keepends=True):
        if line.strip() and not line.lstrip().startswith("#"):
            return offset + len(line) - len(line.lstrip())
        offset += len(line)
    return 0


def _ignored(resource: Resource, texts: _Texts) -> Finding:
    message = "a comment asks to ignore it: it stays as it is, and Ingresses on its hosts may be withheld for that"
    place = texts.locator(resource.provenance).place(resource.provenance.item)
    return Finding("config/ignored", Severity.NOTE, message, place=place, object=str(resource))


def _twice(ingress: Ingress, texts: _Texts) -> Finding:
    return Finding(
        "input/duplicate-object",
        Severity.ERROR,
        f"Ingress {ingress.ref} stands there more than once",
        "convert the variants apart (one run for each cluster), or remove one",
        _place(ingress, texts),
        f"Ingress {ingress.ref}",
    )
