"""What gatelift wrote before: marked documents whose Ingress is still there are made anew in each run (DESIGN 2.9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.repository.tree import Tree
from gatelift.sources.marks import digest, mark_of
from gatelift.text.documents import split
from gatelift.text.source import Source, decode

WORD = b"# gatelift: "
"""What every generated file holds; files without it need not be looked at."""
REFERENCES_HEAD = "# gatelift: name references"
"""How the file of name references begins; it mirrors no Ingress."""


def references_file(body: str) -> str:
    """The file of name references under its head."""
    return f"{REFERENCES_HEAD}\n# gatelift: digest {digest(body)}\n{body}"


class OurFile(msgspec.Struct, frozen=True):
    """A file that gatelift wrote: what it mirrors, and the documents of it that somebody changed since."""

    path: str
    mirrors: tuple[str, ...]
    whole: bool
    """Whether all of it is ours, as it was written."""
    edited: tuple[int, ...] = ()
    """The indexes of marked documents that a person changed."""


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
        return OurFile(source.path, (), whole=whole, edited=() if whole else (0,))
    marks = [(item, mark_of(item.chunk(source))) for item in split(source) if not item.empty]
    if not any(mark for _, mark in marks):
        return None
    return OurFile(
        path=source.path,
        mirrors=tuple(dict.fromkeys(mark.mirrors for _, mark in marks if mark)),
        whole=all(mark is not None and mark.intact for _, mark in marks),
        edited=tuple(item.index for item, mark in marks if mark is not None and not mark.intact),
    )


def renewable(files: Mapping[str, OurFile], present: Collection[str]) -> frozenset[str]:
    """The files that are made anew: wholly ours, and what they mirror is still there.

    What mirrors an Ingress that is gone was left behind by ``retire``: it is all that serves those hosts.
    """
    return frozenset(
        path for path, item in files.items() if item.whole and all(name in present for name in item.mirrors)
    )


def drift(files: Mapping[str, OurFile]) -> list[Finding]:
    """A note for each generated document that a person changed: it is theirs now, and never overwritten."""
    message = "somebody changed this since gatelift wrote it: it is compared by what it means, and not written again"
    fix = "leave it, or delete the file to have it written anew"
    return [
        Finding("ours/edited", Severity.NOTE, message, fix, Place(path))
        for path, item in sorted(files.items())
        if item.edited
    ]
