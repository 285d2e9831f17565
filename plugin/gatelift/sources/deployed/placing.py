"""From a path as an object writes it to folders of this repository, also where parts of it are templates."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

import msgspec
import re2

from gatelift.repository.tree import Tree
from gatelift.sources.deployed.model import Tool
from gatelift.sources.files import KUSTOMIZATIONS

TAG = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}|\$\{([^{}]*)\}")


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

    Nothing fits a path without a whole folder name that is written out: it would fit everything.
    """
    steps = posixpath.normpath(path.lstrip("/")).split("/") if not TAG.fullmatch(path) else []
    # A template may hold a slash of its own; such a path is not guessed at.
    if not any(step and not is_templated(step) and step != ".." for step in steps) or path.count("{{") > 8:
        return
    names: list[str] = []
    pattern = _pattern(path.lstrip("/").removeprefix("./").rstrip("/"), names)
    for candidate in sorted(tree.folders):
        found = pattern.fullmatch(candidate)
        if found and holds_manifests(tree, candidate):
            stands_for: dict[str, str] = {}
            for name, part in zip(names, found.groups(), strict=True):
                if stands_for.setdefault(name, part) != part:
                    break
            else:
                yield Match(candidate, stands_for)


def _pattern(path: str, names: list[str]) -> re2._Regexp[str]:
    pieces: list[str] = []
    done = 0
    for tag in TAG.finditer(path):
        pieces += (re2.escape(path[done : tag.start()]), "([^/]+)")
        names.append(tag[1] or tag[2] or "")
        done = tag.end()
    return re2.compile("".join([*pieces, re2.escape(path[done:])]))


def holds_manifests(tree: Tree, path: str) -> bool:
    """Whether a folder could be deployed by itself: it holds a kustomization, a chart, or any manifest."""
    depth = 0 if path == "." else len(path) + 1
    return any(
        "/" not in name[depth:] and (name.endswith((".yaml", ".yml", ".json")) or posixpath.basename(name) in KUSTOMIZATIONS)
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
