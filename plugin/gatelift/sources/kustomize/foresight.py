"""What a level will render, told without building it: for the many overlays that only patch, name and place.

A guess spares a build. Where it is wrong the proof of the root fails, and the level is built after all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gatelift.gateway.normal import key_of
from gatelift.manifests.shape import EMITTED
from gatelift.sources.kustomize.differences import is_ours, touched
from gatelift.sources.kustomize.kustomization import Kustomization

Manifest = Mapping[str, Any]

_PLAIN = frozenset(
    {
        "apiVersion",
        "kind",
        "metadata",
        "resources",
        "bases",
        "patches",
        "patchesStrategicMerge",
        "patchesJson6902",
        "images",
        "replicas",
        "namespace",
        "namePrefix",
        "nameSuffix",
        "configMapGenerator",
        "secretGenerator",
        "generatorOptions",
    }
)
"""The fields that leave a route as it is, but for its names and its namespace."""
_OURS = frozenset(kind.kind for kind in EMITTED)
_WORD = re.compile(r"[A-Za-z]+")


def is_plain(node: Kustomization) -> bool:
    """Whether a kustomization does nothing to routes that nobody spelt out for routes."""
    if not node.value.keys() <= _PLAIN:
        return False
    targets = [item.get("target") for item in node.items("patches") if isinstance(item, Mapping)]
    return all(target is None or _is_narrow(target) for target in targets)


def _is_narrow(target: object) -> bool:
    """Whether a target's kind is one word, and none of ours."""
    kind = target.get("kind") if isinstance(target, Mapping) else None
    if not isinstance(kind, str) or not _WORD.fullmatch(kind):
        return False
    return kind not in _OURS


def foreseen(node: Kustomization, here: Sequence[Manifest], below: Sequence[Manifest]) -> list[Manifest]:
    """The touched objects of a plain level: its own as they are built today, and those written for the level below."""
    found = [item for item in here if touched(item)]
    known = {key_of(item) for item in found}
    namespace = node.value.get("namespace")
    for item in below:
        made = _placed(item, namespace) if namespace else item
        if is_ours(key_of(made)) and key_of(made) not in known:
            found.append(made)
    return found


def _placed(item: Manifest, namespace: str) -> Manifest:
    return {**item, "metadata": {**item["metadata"], "namespace": namespace}}
