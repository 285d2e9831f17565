"""Names and texts of new files: what a person would have called them, whole, each document under its mark."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from gatelift.manifests.shape import ObjectKey
from gatelift.sources.marks import marked
from gatelift.text.emit import dump

_INGRESS = re.compile(r"(?i)(?<![a-z])ing(?:ress(?:es)?)?(?![a-z])")
_SUFFIX = re.compile(r"\.(ya?ml|json)$")
_START = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*---[ \t]*\r?\n")
# A key alone on its line, and the dash of its first item below it.
_LIST = re.compile(
    r"(?m)^(?P<key> *(?:- +)*)(?![\s#-])[^\n#]*?:[ \t]*(?:[ \t]#[^\n]*)?\r?\n"
    r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?P<dash> *)-[ \t]"
)


class NewDocument(msgspec.Struct, frozen=True):
    """A generated document under its mark, and the object in it."""

    key: ObjectKey
    text: str


class Style(msgspec.Struct, frozen=True):
    """How a file is written: its line ends, whether it begins with ``---``, whether its lists stand further in."""

    newline: str = "\n"
    start: bool = False
    deep: bool = False


def style_of(text: str, newline: str) -> Style:
    """The style of a file. A list stands further in than its key where the first one does."""
    found = _LIST.search(text)
    deep = found is not None and len(found["dash"]) > len(found["key"])
    return Style(newline=newline, start=_START.match(text) is not None, deep=deep)


def file_text(documents: Sequence[NewDocument], style: Style, head: str = "") -> str:
    """A new file. ``head``: comments that speak of all of it; they end in a line end."""
    text = joined([item.text for item in documents])
    if text and (head or style.start):
        text = f"{head}---\n{text}"
    return text if style.newline == "\n" else text.replace("\r\n", "\n").replace("\n", style.newline)


def beside(path: str, taken: Callable[[str], bool]) -> str:
    """The file for what mirrors the Ingresses of ``path``: ``ingress.yaml`` -> ``httproute.yaml``, in the same folder.

    ``taken``: whether a path is somebody else's already.
    """
    folder, name = posixpath.split(path)
    suffix = _SUFFIX.search(name)
    end = ".yml" if suffix and suffix[1] == "yml" else ".yaml"
    stem = name[: suffix.start()] if suffix else name
    made = _INGRESS.sub("httproute", stem, count=1)
    return free(posixpath.join(folder, made if made != stem else f"{stem}-httproute"), end, taken)


def free(stem: str, end: str, taken: Callable[[str], bool]) -> str:
    """``stem`` with ``end``, numbered where that is taken."""
    candidates = [f"{stem}{end}", *(f"{stem}-{number}{end}" for number in range(2, 100))]
    return next(path for path in candidates if not taken(path))


def file_of(folder: str, name: str, what: str, taken: Callable[[str], bool]) -> str:
    """A file named after an object: ``web-httproute-patch.yaml``. Names that are no file names lose what is not."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "route"
    return free(posixpath.join("" if folder == "." else folder, f"{safe}-{what}"), ".yaml", taken)


def manifest(value: dict[str, Any], mirrors: str) -> str:
    """A new object under its mark."""
    return marked(dump(value), mirrors)


def joined(documents: Sequence[str], newline: str = "\n") -> str:
    """Documents as one file."""
    text = "---\n".join(documents)
    return text if newline == "\n" else text.replace("\n", newline)
