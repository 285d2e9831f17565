"""From a path as an object writes it to folders of this repository, also where parts of it are templates."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from gatelift.repository.tree import Tree
from gatelift.sources.deployed.model import Tool
from gatelift.sources.files import KUSTOMIZATIONS

TAG = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}|\$\{([^{}]*)\}")
_SLASHES = re.compile("/+")


class Match(msgspec.Struct, frozen=True):
    """A folder that fits a path with templates, and what each template stands for in it."""

    path: str
    stands_for: Mapping[str, str]


def folder(tree: Tree, path: str) -> str | None:
    """The folder of the repository, normalised and with links followed; None where there is none."""
    if path.startswith("/") or "\0" in path:
        return None
    found = tree.resolve(path or ".")
    return found if found is not None and tree.is_folder(found) else None


def is_templated(path: str) -> bool:
    """Whether a text holds ``{{..}}`` or ``${..}``."""
    return TAG.search(path) is not None


def matching(tree: Tree, path: str) -> Iterator[Match]:
    """The folders with manifests that fit a templated path; a template stands for a part of one folder's name.

    Nothing fits a path without a whole folder name that is written out (it would fit everything), nor one with more
    than two templates in a name (it could be cut up in many ways).
    """
    steps = posixpath.normpath(_SLASHES.sub("/", TAG.sub(_without_slashes, path)).lstrip("/")).split("/")
    if not any(step != ".." and not is_templated(step) for step in steps):
        return
    names: list[str] = []
    patterns = [_pattern(step, names) for step in steps]
    if None in patterns:
        return
    for candidate in sorted(tree.folders):
        parts = candidate.split("/")
        if len(parts) != len(steps):
            continue
        found = [pattern.fullmatch(part) for pattern, part in zip(patterns, parts, strict=True) if pattern]
        values = [value for match in found if match for value in match.groups()]
        if None not in found and _agree(names, values) and holds_manifests(tree, candidate):
            yield Match(candidate, dict(zip(names, values, strict=True)))


def _without_slashes(tag: re.Match[str]) -> str:
    """A template may hold a slash of its own, which separates no folders."""
    return f"{{{{{(tag[1] or tag[2] or '').replace('/', ' ')}}}}}"


def _pattern(step: str, names: list[str]) -> re.Pattern[str] | None:
    pieces: list[str] = []
    done = 0
    for count, tag in enumerate(TAG.finditer(step)):
        if count == 2:
            return None
        pieces += (re.escape(step[done : tag.start()]), "(.+)")
        names.append(tag[1] or tag[2] or "")
        done = tag.end()
    return re.compile("".join([*pieces, re.escape(step[done:])]), re.DOTALL)


def _agree(names: Sequence[str], values: Sequence[str]) -> bool:
    """Whether a template that stands there twice stands for one value."""
    return all(values[names.index(name)] == value for name, value in zip(names, values, strict=True))


def holds_manifests(tree: Tree, path: str) -> bool:
    """Whether a folder could be deployed by itself: it holds a kustomization, a chart, or any manifest."""
    depth = 0 if path == "." else len(path) + 1
    return any(
        "/" not in name[depth:]
        and (name.endswith((".yaml", ".yml", ".json")) or posixpath.basename(name) in KUSTOMIZATIONS)
        for name in tree.below(path)
    )


def kustomization(tree: Tree, path: str) -> str | None:
    """The kustomization file of a folder, if it has one."""
    for name in KUSTOMIZATIONS:
        found = name if path == "." else f"{path}/{name}"
        if tree.is_file(found):
            return found
    return None


def detected(tree: Tree, path: str) -> Tool:
    """The tool that Argo CD finds by itself: a chart before a kustomization before plain files."""
    if tree.is_file(posixpath.normpath(f"{path}/Chart.yaml")):
        return Tool.HELM
    return Tool.KUSTOMIZE if kustomization(tree, path) else Tool.DIRECTORY
