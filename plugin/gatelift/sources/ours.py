"""What gatelift wrote before: marked documents whose Ingress is still there are made anew in each run."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.gateway.metadata import COEXIST, opt_out
from gatelift.manifests.resource import Resource
from gatelift.repository.tree import Tree
from gatelift.sources.marks import digest, mark_of
from gatelift.sources.output import appended, rewritten
from gatelift.sources.placing import NewDocument, Style, file_text
from gatelift.sources.streams import Stream, parsed
from gatelift.text.documents import split
from gatelift.text.edits import Edit, apply
from gatelift.text.source import Source, decode

_BREAKS = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_MARKER = re.compile(r"(?m)^---")
# No comment of a person stands before the mark, and none in a document of its own.
_OURS_ALONE = re.compile(r"(?:---[ \t]*(?:\r?\n|\Z)|[ \t]*\r?\n)*(?:# gatelift: mirrors |\Z)")
WORD = b"# gatelift: "
"""What every generated file holds; files without it need not be looked at."""
REFERENCES_HEAD = "# gatelift: name references"
"""How the file of name references begins; it mirrors no Ingress."""


def references_file(body: str) -> str:
    """The file of name references under its head."""
    return f"{REFERENCES_HEAD}\n# gatelift: digest {digest(body)}\n{body}"


class OurDocument(msgspec.Struct, frozen=True):
    """A marked document: its index in its file, which Ingress it mirrors, whether it is as it was written."""

    index: int
    mirrors: str
    intact: bool


class OurFile(msgspec.Struct, frozen=True):
    """A file in which gatelift wrote: its marked documents, and whether it holds anything else."""

    path: str
    documents: tuple[OurDocument, ...]
    mixed: bool = False

    @property
    def whole(self) -> bool:
        """Whether all of it is ours, as it was written."""
        return not self.mixed and not self.edited

    @property
    def edited(self) -> tuple[int, ...]:
        """The indexes of marked documents that a person changed."""
        return tuple(item.index for item in self.documents if not item.intact)


class Renewed(msgspec.Struct, frozen=True):
    """What is made anew in each run."""

    files: frozenset[str]
    """The files that are ours as a whole."""
    documents: Mapping[str, frozenset[int]]
    """Of every other file with documents that mirror what is there: those of them that nobody changed, by index."""


def our_files(tree: Tree, paths: Iterable[str]) -> Mapping[str, OurFile]:
    """The files among ``paths`` that hold marked documents."""
    found: dict[str, OurFile] = {}
    for path in paths:
        try:
            source = decode(path, tree.read(path))
        except (InputError, KeyError):
            continue
        item = _our_file(source)
        if item is not None:
            found[path] = item
    return found


def _our_file(source: Source) -> OurFile | None:
    if source.text.startswith(REFERENCES_HEAD):
        text = source.text.replace("\r\n", "\n")
        whole = text == references_file(text.split("\n", 2)[-1])
        return OurFile(source.path, () if whole else (OurDocument(0, "", False),))
    chunks = split(source)
    marks = [(item, mark_of(item.chunk(source))) for item in chunks if not item.empty]
    documents = tuple(OurDocument(item.index, mark.mirrors, mark.intact) for item, mark in marks if mark is not None)
    alone = all(_OURS_ALONE.match(item.chunk(source)) for item in chunks)
    return OurFile(source.path, documents, mixed=len(documents) < len(marks) or not alone) if documents else None


def renewed(files: Mapping[str, OurFile], present: Callable[[str], Collection[str]]) -> Renewed:
    """What is made anew: what nobody changed, and what it mirrors is still there.

    ``present``: a file -> the Ingresses near it. What mirrors an Ingress that is gone was left behind by ``retire``: it
    is all that serves those hosts, whatever Ingresses of that name there are elsewhere.
    """
    whole: set[str] = set()
    documents: dict[str, frozenset[int]] = {}
    for path, item in files.items():
        near = present(path)
        there = [each for each in item.documents if each.mirrors in near]
        if item.whole and len(there) == len(item.documents) and (near or item.documents):
            whole.add(path)
        elif there:
            documents[path] = frozenset(each.index for each in there if each.intact)
    return Renewed(frozenset(whole), documents)


def blanked(source: Source, documents: Collection[int]) -> str:
    """The text without some documents; every other keeps its index and its lines."""
    edits = []
    for document in split(source):
        if document.index in documents:
            breaks = "".join(_BREAKS.findall(document.body(source)))
            # Without its marker, an empty document at the head would be none.
            bare = not _MARKER.search(source.text, document.start, document.body_start)
            edits.append(Edit(document.body_start, document.body_end, f"---{breaks}" if bare else breaks))
    return apply(source.text, edits)


def renewed_text(path: str, data: bytes, ours: Collection[int], documents: Sequence[NewDocument]) -> bytes:
    """A file with the documents ``ours`` made anew in their places; what is new besides comes at its end.

    All other documents keep every byte.
    """
    stream = parsed(".", path, data).streams[0]
    source = stream.source
    fitted = fit(stream, ours, documents)
    text = rewritten(stream, (), fitted.gone, replaced=fitted.replaced)
    rest = file_text(fitted.rest, Style(newline=source.newline))
    return source.encode(appended(text, rest, source.newline))


class Fitted(msgspec.Struct, frozen=True):
    """New documents against those of an earlier run: what takes a place, what goes, what has no place yet."""

    replaced: Mapping[int, str]
    gone: frozenset[tuple[str, int]]
    rest: tuple[NewDocument, ...]


def fit(stream: Stream, ours: Collection[int], documents: Sequence[NewDocument]) -> Fitted:
    """Where each of ``documents`` goes, were the documents ``ours`` of the stream made anew."""
    source = stream.source
    reading = parsed(".", source.path, source.encode(source.text)) if ours else None
    places = {
        item.key: item.provenance.document
        for item in (reading.resources if reading else ())
        if item.provenance.document in ours
    }
    replaced: dict[int, str] = {}
    rest: list[NewDocument] = []
    taken: set[int] = set()
    for item in documents:
        place = places.get(item.key)
        if place is None or place in taken:
            rest.append(item)
            continue
        taken.add(place)
        document = stream.documents[place]
        if digest(document.body(source)) != digest(item.text):
            tail = source.text[document.body_end : document.end]
            head = source.text[document.start : document.body_start]
            replaced[place] = head + item.text.replace("\n", source.newline) + tail
    return Fitted(replaced, frozenset((source.path, number) for number in ours if number not in taken), tuple(rest))


def drift(files: Mapping[str, OurFile]) -> list[Finding]:
    """A note for each generated document that a person changed: it is theirs now, and never overwritten."""
    message = "somebody changed this since gatelift wrote it: it is compared by what it means, and not written again"
    fix = "leave it, or delete the file to have it written anew"
    return [
        Finding("ours/edited", Severity.NOTE, message, fix, Place(path))
        for path, item in sorted(files.items())
        if item.edited
    ]


def outliving(left: Iterable[tuple[str, Resource]]) -> list[Finding]:
    """A warning for each route that ``coexist`` wrote and whose Ingress has gone since, or is ignored now.

    ``retire`` takes the opt-out off what it leaves behind, so a route that still has it was never meant to stand alone.
    """
    fix = (
        "if the Ingress was renamed or removed, delete this and the entry that lists it, and run again; if it is "
        "ignored, decide whether the Gateway shall serve it"
    )
    return [
        Finding("ours/outliving", Severity.WARNING, _outliving(item), fix, Place(path))
        for path, item in left
        if waits(item.value.get("metadata"))
    ]


def waits(metadata: object) -> bool:
    """Whether DNS was never moved to the object with this metadata: it has the opt-out of ``coexist``."""
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    if not isinstance(annotations, Mapping):
        return False
    return any(annotations.get(key) == value for key, value in opt_out(COEXIST).items())


def _outliving(item: Resource) -> str:
    mirrors = item.mark.mirrors if item.mark is not None else ""
    return (
        f"{item.kind} {item.name} mirrors Ingress {mirrors}, which is gone or ignored: it stays as it is, nobody keeps "
        "it up to date, and whoever asks the Gateway is still served by it"
    )
