"""The files of a folder that Argo CD applies as they stand (``spec.source.directory``)."""

from __future__ import annotations

import posixpath
import re

from gatelift.repository.tree import Tree
from gatelift.sources.deployed.model import Deployment

_SKIP = b"+argocd:skip-file-rendering"
_MANIFEST = re.compile(r".*\.(?:ya?ml|json)", re.DOTALL)


def manifests(tree: Tree, deployment: Deployment) -> tuple[str, ...]:
    """The manifests that a deployment of the tool ``directory`` applies: sorted paths; Jsonnet is left out."""
    options = deployment.directory
    depth = 0 if deployment.path == "." else len(deployment.path) + 1
    found: list[str] = []
    for file in tree.below(deployment.path):
        inside = file[depth:]
        if ("/" in inside and not options.recurse) or not _MANIFEST.fullmatch(posixpath.basename(file)):
            continue
        if options.exclude and fits(options.exclude, inside):
            continue
        if options.include and not fits(options.include, inside):
            continue
        if _SKIP not in tree.read(file):
            found.append(file)
    return tuple(found)


def fits(pattern: str, path: str) -> bool:
    """Argo CD's globs: ``*`` crosses folders, ``?`` is one character, ``{a,b}`` one of several, ``[!a]`` classes.

    A pattern that is not closed fits nothing, as one that Argo CD cannot compile.
    """
    # RE2 takes time in proportion to the text, whatever the repository's pattern is.
    import re2

    expression = _expression(pattern)
    if expression is None:
        return False
    try:
        return re2.compile(expression).fullmatch(path) is not None
    except (re2.error, UnicodeEncodeError):
        return False


def _expression(pattern: str) -> str | None:
    pieces = ["(?s)"]
    depth = 0
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "[":
            end = pattern.find("]", at + 2)
            if end < 0:
                return None
            inner = pattern[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            pieces.append(f"[^{inner[1:]}]" if inner[0] == "!" else f"[{inner}]")
            at = end + 1
            continue
        depth += (char == "{") - (char == "}" and depth > 0)
        pieces.append(_piece(char, depth, pattern[at + 1 : at + 2]))
        at += 2 if char == "\\" else 1
    return "".join(pieces) if depth == 0 else None


def _piece(char: str, depth: int, following: str) -> str:
    special = {"*": ".*", "?": ".", "{": "(?:", "}": ")"}
    if char in special:
        return special[char]
    if char == "," and depth:
        return "|"
    return re.escape(following if char == "\\" else char)
