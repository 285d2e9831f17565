"""Names and texts of new files: what a person would have called them, whole, each document under its mark."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from typing import Any

from gatelift.sources.marks import marked
from gatelift.text.emit import dump

_INGRESS = re.compile(r"(?i)(?<![a-z])ing(?:ress(?:es)?)?(?![a-z])")
_SUFFIX = re.compile(r"\.(ya?ml|json)$")


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


def document(body: str, mirrors: str) -> str:
    """One generated document under its mark."""
    return marked(body, mirrors)


def manifest(value: dict[str, Any], mirrors: str) -> str:
    """A new object under its mark."""
    return marked(dump(value), mirrors)


def joined(documents: Sequence[str], newline: str = "\n") -> str:
    """Documents as one file."""
    text = "---\n".join(documents)
    return text if newline == "\n" else text.replace("\n", newline)
