"""Reading streams of manifests: files, directories, standard input; every problem a finding, the rest still read.

A document is parsed only where its bytes say that it may matter: the others pass through untouched.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.ingress.read import is_ingress
from gatelift.manifests.resource import NO_KIND, Mark, Provenance, Resource, ShapeError, resources
from gatelift.manifests.shape import EMITTED, READ
from gatelift.sources.files import files, regular_bytes, unreadable
from gatelift.sources.marks import mark_of
from gatelift.text.documents import Document, split
from gatelift.text.source import Source, decode
from gatelift.text.spans import Locator
from gatelift.text.yaml import load

STDIN = "-"
_OBJECT = re.compile(r"""["']?(apiVersion|kind)["']?[ \t]*:""")
_TOP_KIND = re.compile(r"""^kind:[ \t]+["']?([A-Za-z]+)["']?[ \t]*(?:#.*)?\r?$""", re.MULTILINE)
# A line that looks like the kind may continue a text, and the kind itself stand in quotes, escaped or not.
_NAMED = re.compile(r"Ingress|\\[uUx]")
_WANTED = frozenset(kind.kind for kind in (*EMITTED, *READ))


class Base(msgspec.Struct, frozen=True):
    """What paths in the configuration are relative to, and which of them are not to be read."""

    folder: str = "."
    ignores: Callable[[str], bool] = lambda path: False

    def relative(self, path: str) -> str:
        """``path`` (POSIX) below the folder, ``.`` for the folder itself; as it was given where it is outside."""
        real = Path(os.path.realpath(path))
        folder = Path(os.path.realpath(self.folder))
        return real.relative_to(folder).as_posix() if real.is_relative_to(folder) else Path(path).as_posix()


class Stream(msgspec.Struct, frozen=True):
    """One input: its root, its text and its documents."""

    root: str
    source: Source
    documents: tuple[Document, ...]


class Reading(msgspec.Struct, frozen=True):
    """Everything read: streams in order, the objects that may matter, and what could not be read."""

    streams: tuple[Stream, ...]
    resources: tuple[Resource, ...]
    findings: tuple[Finding, ...]
    ignored: tuple[Resource, ...] = ()
    """Ingresses of files that the configuration ignores, as far as these can be read."""

    @property
    def failed(self) -> bool:
        """Whether some input could not be read."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


class _Input(msgspec.Struct, frozen=True):
    """The bytes of one input; of an ``ignored`` one only what can be read counts."""

    root: str
    path: str
    data: bytes
    ignored: bool = False
    walked: bool = False
    """Whether it was found below a directory, and not named."""


def read(paths: Sequence[str], base: Base = Base(), stdin: Iterable[bytes] | None = None) -> Reading:  # noqa: B008 - frozen
    """Read ``paths``: files, directories (recursively, in order of name) and ``-`` for standard input."""
    streams: list[Stream] = []
    found: list[Resource] = []
    ignored: list[Resource] = []
    findings: list[Finding] = []
    for given in _inputs(paths, base, findings, stdin):
        if given.ignored:
            stream, objects = _stream(given, [])
            ignored.extend(item for item in objects if is_ingress(item))
        else:
            stream, objects = _stream(given, findings)
            found.extend(objects)
        streams.extend(stream)
    return Reading(tuple(streams), tuple(found), tuple(findings), tuple(ignored))


def parsed(root: str, path: str, data: bytes) -> Reading:
    """Bytes that were read already, as a stream of their own."""
    findings: list[Finding] = []
    streams, found = _stream(_Input(root, path, data), findings)
    return Reading(tuple(streams), tuple(found), tuple(findings))


def _stream(given: _Input, findings: list[Finding]) -> tuple[list[Stream], list[Resource]]:
    """The stream of one input, if its bytes are text, and the objects in it that may matter."""
    try:
        source = decode(given.path, given.data)
    except InputError as error:
        findings.append(error.finding)
        return [], []
    said = list(_remarks(source))
    stream = Stream(given.root, source, split(source))
    if all(document.empty for document in stream.documents):
        said.append(_empty(given.path))
    objects = [item for document in stream.documents for item in _objects(stream, document, said)]
    if given.walked and not objects and said and _is_no_manifest(source.text, said):
        findings.append(_no_manifest(given.path))
        return [], []
    findings.extend(said)
    return [stream], objects


def _is_no_manifest(text: str, said: Sequence[Finding]) -> bool:
    """Whether a file found by chance is well-formed, and none of its documents says that it is an object."""
    return all(finding.message == NO_KIND for finding in said) and not _OBJECT.search(text)


def _inputs(
    paths: Sequence[str], base: Base, findings: list[Finding], stdin: Iterable[bytes] | None
) -> Iterator[_Input]:
    seen: set[str] = set()
    for path in paths:
        if path == STDIN:
            if STDIN not in seen:
                seen.add(STDIN)
                typed = _typed(findings) if stdin is None else b"".join(stdin)
                if typed is not None:
                    yield _Input(STDIN, STDIN, typed)
            continue
        for root, name in files(Path(path), path, lambda folder: base.ignores(base.relative(folder)), findings):
            identity = os.path.realpath(name)
            if identity in seen:
                continue
            seen.add(identity)
            ignored = base.ignores(base.relative(name))
            if ignored:
                findings.append(_ignored(name))
            try:
                yield _Input(base.relative(root), name, regular_bytes(name), ignored, name != path)
            except InputError as error:
                if not ignored:
                    findings.append(error.finding)


def _typed(findings: list[Finding]) -> bytes | None:
    """Standard input, if it can be read."""
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        findings.append(unreadable(STDIN, error))
        return None


def _ignored(path: str) -> Finding:
    return Finding(
        "config/ignored", Severity.NOTE, "ignored by the configuration: it stays as it is", place=Place(path)
    )


def _objects(stream: Stream, document: Document, findings: list[Finding]) -> list[Resource]:
    if document.empty or not _matters(document.body(stream.source), document.json):
        return []
    try:
        loaded = load(stream.source, document)
    except InputError as error:
        findings.append(error.finding)
        return []
    if loaded is None:
        return []
    provenance = Provenance(stream.root, stream.source.path, document.index)
    mark: Mark | None = mark_of(document.chunk(stream.source))
    errors: list[ShapeError] = []
    found = list(resources(loaded.value, provenance, mark, errors))
    locator = Locator(stream.source, document)
    findings.extend(shape_finding(locator, error) for error in errors)
    return found


def _matters(body: str, json: bool) -> bool:
    """Whether a document must be parsed: one that plainly holds a single object of another kind need not be."""
    if json or _NAMED.search(body):
        return True
    tops = _TOP_KIND.findall(body)
    if len(tops) != 1 or tops[0] in _WANTED or tops[0].endswith("List"):
        return True
    return body.lstrip().startswith(("{", "[")) or "{{" in body.partition("kind:")[0]


def shape_finding(locator: Locator, error: ShapeError, item: str = "") -> Finding:
    """The finding for a part of the wrong type."""
    where = locator.place(item + error.pointer)
    return Finding("input/shape", Severity.ERROR, error.message, error.fix, where)


def _remarks(source: Source) -> Iterator[Finding]:
    if source.bom:
        message = "the file begins with a byte order mark; it is read past, and not written again"
        yield Finding("input/bom", Severity.WARNING, message, "save it as UTF-8 without one", Place(source.path, 1, 1))


def _empty(path: str) -> Finding:
    fix = "if a command was to write it, see why it wrote nothing; else remove it"
    return Finding("input/empty", Severity.ERROR, "there is no document in it", fix, Place(path, 1, 1))


def _no_manifest(path: str) -> Finding:
    message = "this is no manifest (neither apiVersion nor kind stands in it), and is left out"
    return Finding(
        "input/no-manifest", Severity.WARNING, message, "name the directories that hold manifests", Place(path)
    )
