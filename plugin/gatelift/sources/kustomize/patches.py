"""From a difference to the smallest readable patch (kustomize.md 2b): operations, or a strategic merge patch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jsonpatch
import msgspec

from gatelift.gateway.normal import key_of
from gatelift.manifests.shape import ObjectKey
from gatelift.text.emit import dump

Manifest = Mapping[str, Any]


class Patch(msgspec.Struct, frozen=True):
    """A patch: its text, and the objects that it is for, all of one kind."""

    body: str
    targets: tuple[ObjectKey, ...]
    mirrors: str = ""
    """``Kind namespace/name`` of what it follows."""

    @property
    def target(self) -> dict[str, str]:
        """The target as a kustomization names it. Names are regular expressions, anchored; a dot is no dot."""
        first = self.targets[0]
        names = "|".join(key.name.replace(".", "\\.") for key in self.targets)
        found = {"group": first.group, "kind": first.kind, "name": names}
        return found if first.group else {"kind": first.kind, "name": names}


def patch(got: Manifest, wanted: Manifest) -> str:
    """The text of the patch that makes ``wanted`` out of ``got``: whichever form takes fewer lines."""
    merge = dump({**_head(got), **_merged(got, wanted)})
    operations = _operations(got, wanted)
    if operations is None:
        return merge
    text = dump({"x": operations}).split("\n", 1)[1]
    return text if text.count("\n") <= merge.count("\n") else merge


def deletion(got: Manifest) -> str:
    """The text of the patch that takes an object away."""
    head = _head(got)
    return dump({"$patch": "delete", **head})


def patches(pairs: Sequence[tuple[Manifest, Manifest]], mirrors: Mapping[ObjectKey, str]) -> list[Patch]:
    """The patches for (got, wanted) pairs; objects of one kind and one origin that need the very same share one."""
    found: dict[tuple[str, str, str, str], list[ObjectKey]] = {}
    for got, wanted in pairs:
        key = key_of(got)
        body = patch(got, wanted)
        # A strategic merge patch names its object, so only operations are shared.
        shared = "" if body.startswith("- ") else key.name
        found.setdefault((key.group, key.kind, body, shared or mirrors.get(key, "")), []).append(key)
    return [Patch(body, tuple(keys), mirrors.get(keys[0], "")) for (_, _, body, _), keys in found.items()]


def _head(item: Manifest) -> dict[str, Any]:
    return {
        "apiVersion": item["apiVersion"],
        "kind": item["kind"],
        "metadata": {"name": item["metadata"]["name"]},
    }


def _operations(got: Manifest, wanted: Manifest) -> list[dict[str, Any]] | None:
    """RFC 6902 operations; ``None`` where a strategic merge patch is safer.

    Operations on labels fail where there are none yet, and a ``move`` says nothing to a reader (kustomize.md 1b).
    """
    # The order of operations follows that of keys, which a build sorts and a guess does not.
    found: list[dict[str, Any]] = jsonpatch.make_patch(_ordered(got), _ordered(wanted)).patch
    for item in found:
        if item["op"] not in ("add", "remove", "replace") or item["path"].startswith("/metadata"):
            return None
    return [{key: item[key] for key in ("op", "path", "value") if key in item} for item in found]


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value)}
    return [_ordered(item) for item in value] if isinstance(value, list | tuple) else value


def _merged(got: Manifest, wanted: Manifest) -> dict[str, Any]:
    changes = _merge(got, wanted)
    metadata = {"name": got["metadata"]["name"], **changes.pop("metadata", {})}
    return {"metadata": metadata, **changes}


def _merge(got: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What a merge patch says: lists as a whole, ``null`` for what goes."""
    changes: dict[str, Any] = {}
    for key, value in wanted.items():
        if key not in got:
            changes[key] = value
        elif isinstance(value, Mapping) and isinstance(got[key], Mapping):
            below = _merge(got[key], value)
            if below:
                changes[key] = below
        elif value != got[key]:
            changes[key] = value
    changes.update({key: None for key in got if key not in wanted})
    return changes
