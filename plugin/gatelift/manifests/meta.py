"""Identity, metadata and the plain form of an object."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import structs

from gatelift.manifests.checks import InvalidObject, checked
from gatelift.manifests.model import Manifest, ObjectMeta
from gatelift.manifests.shape import ObjectKey

__all__ = ["InvalidObject", "Manifest", "ObjectKey", "ObjectMeta", "checked", "to_manifest"]


def to_manifest(obj: Manifest, version: str = "") -> dict[str, Any]:
    """``obj`` as plain dictionaries, lists and scalars, in the order ``apiVersion``, ``kind``, ``metadata``, ``spec``.

    ``version`` is another version of its kind that says the same (``manifests/availability.py``).

    Raises :class:`InvalidObject` where the API server would reject it: there is no way around the checks into a file.
    """
    sound = checked(obj)
    kind = structs.replace(sound.KIND, version=version) if version else sound.KIND
    head = {"apiVersion": kind.api_version, "kind": kind.kind}
    return head | {name: _plain(value) for name, value in msgspec.to_builtins(sound).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
