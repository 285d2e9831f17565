"""From a difference to the smallest readable patch: operations, or a strategic merge patch."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import jsonpatch
import msgspec

from gatelift.gateway.normal import key_of
from gatelift.manifests.resource import escape
from gatelift.manifests.shape import ObjectKey
from gatelift.text.emit import dump

Manifest = Mapping[str, Any]

_META = re.compile(r"[][.*+?^${}()|\\]")
"""What means something in a regular expression; a name may hold a variable, ``${NAME}``."""
_MAPS = ("labels", "annotations")


class Patch(msgspec.Struct, frozen=True):
    """A patch: its text, and the objects that it is for, all of one kind."""

    body: str
    targets: tuple[ObjectKey, ...]
    mirrors: str = ""
    """``Kind namespace/name`` of what it follows."""
    namespace: str = ""
    """Where its objects stand, if objects of their names stand elsewhere too."""

    @property
    def target(self) -> dict[str, str]:
        """The target as a kustomization names it. Names are regular expressions, anchored; a dot is no dot."""
        first = self.targets[0]
        names = "|".join(dict.fromkeys(_META.sub(r"\\\g<0>", key.name) for key in self.targets))
        found = {"group": first.group, "kind": first.kind, "name": names, "namespace": self.namespace}
        return {key: text for key, text in found.items() if text}


def patch_texts(got: Manifest, wanted: Manifest) -> list[str]:
    """The texts of the patches that make ``wanted`` out of ``got``: one in most cases, the form with fewer lines.

    There are two where a label or annotation comes and a merge cannot say the rest: an operation fails where there is
    no map of labels yet, and whether there is one at the moment of a patch is not known.
    """
    if _takes_metadata_away(got, wanted) or not _merges(_bare(got), _bare(wanted)):
        return list(_divided(got, wanted))
    merge = _merge_text(got, wanted)
    operations = _made(got, wanted)
    if operations is None or any(item["path"].startswith("/metadata") for item in operations):
        return [merge]
    text = _operations_text(operations)
    return [text if text.count("\n") <= merge.count("\n") else merge]


def _divided(got: Manifest, wanted: Manifest) -> Iterator[str]:
    """What only a merge can say, then what only operations can."""
    away = _takes_metadata_away(got, wanted)
    merged = [name for name in _MAPS if _pairs(got, name) != _pairs(wanted, name) and not (away and _pairs(got, name))]
    if merged:
        yield _merge_text(got, _with_maps(got, wanted, merged))
    found = _metadata_operations(got, wanted, [name for name in _MAPS if name not in merged])
    found += _body_operations(_bare(got), _bare(wanted))
    if found:
        yield _operations_text(found)


def _with_maps(got: Manifest, wanted: Manifest, names: Sequence[str]) -> dict[str, Any]:
    """``got`` with the labels or annotations of ``wanted``."""
    return {**got, "metadata": {**got["metadata"], **{name: _pairs(wanted, name) for name in names}}}


def _operations_text(operations: Sequence[Mapping[str, Any]]) -> str:
    return dump({"x": list(operations)}).split("\n", 1)[1]


def _merge_text(got: Manifest, wanted: Manifest) -> str:
    return dump({**_head(got), **_merged(got, wanted)})


def deletion(got: Manifest) -> str:
    """The text of the patch that takes an object away."""
    head = _head(got)
    return dump({"$patch": "delete", **head})


def patches(
    pairs: Sequence[tuple[Manifest, Manifest]],
    mirrors: Mapping[ObjectKey, str],
    present: Collection[ObjectKey] = (),
) -> list[Patch]:
    """The patches for (got, wanted) pairs; objects of one kind and one origin that need the very same share one.

    ``present``: what else the patches could hit.
    """
    found: dict[tuple[str, str, str, str, str], list[ObjectKey]] = {}
    for got, wanted in pairs:
        key = key_of(got)
        where = namespace_for(key, present)
        for body in patch_texts(got, wanted):
            # A strategic merge patch names its object, so only operations are shared.
            shared = "" if body.startswith("- ") else key.name
            found.setdefault((key.group, key.kind, where, body, shared or mirrors.get(key, "")), []).append(key)
    return [Patch(body, tuple(keys), mirrors.get(keys[0], ""), where) for (_, _, where, body, _), keys in found.items()]


def namespace_for(key: ObjectKey, present: Collection[ObjectKey]) -> str:
    """The namespace that a target must name, because ``present`` has an object of the same name in another one."""
    same = (each for each in present if (each.group, each.kind, each.name) == (key.group, key.kind, key.name))
    return key.namespace if any(each.namespace != key.namespace for each in same) else ""


def _head(item: Manifest) -> dict[str, Any]:
    return {
        "apiVersion": item["apiVersion"],
        "kind": item["kind"],
        "metadata": {"name": item["metadata"]["name"]},
    }


def _body_operations(got: Manifest, wanted: Manifest) -> list[dict[str, Any]]:
    found = _made(got, wanted)
    return [{"op": "replace", "path": "/spec", "value": wanted["spec"]}] if found is None else found


def _merges(got: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a strategic merge patch can say the difference.

    Kustomize merges no value into one of another form (``wrong node kind``), and takes ``null`` for an order to remove;
    seen with 5.5.0 and 5.8.1.
    """
    for key, value in wanted.items():
        if key not in got:
            if _holds_null(value):
                return False
        elif value != got[key]:
            both = (got[key], value)
            if all(isinstance(each, Mapping) for each in both):
                if not _merges(got[key], value):
                    return False
            elif _form(got[key]) is not _form(value) or _holds_null(list(both)):
                return False
    return True


def _form(value: Any) -> type:
    return dict if isinstance(value, Mapping) else list if isinstance(value, list | tuple) else str


def _holds_null(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_null(item) for item in value.values())
    return any(map(_holds_null, value)) if isinstance(value, list | tuple) else value is None


def _made(got: Manifest, wanted: Manifest) -> list[dict[str, Any]] | None:
    """RFC 6902 operations between two objects; ``None`` where one is a ``move``, which says nothing to a reader.

    Their order follows that of keys, which a build sorts and a guess does not; so both are sorted, and only what an
    operation writes stands in the order of ``wanted``.
    """
    found: list[dict[str, Any]] = jsonpatch.make_patch(_sorted(got), _sorted(wanted)).patch
    if any(item["op"] not in ("add", "remove", "replace") for item in found):
        return None
    return [
        {key: _as_in(wanted, item) if key == "value" else item[key] for key in ("op", "path", "value") if key in item}
        for item in found
    ]


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list | tuple) else value


def _as_in(wanted: Manifest, operation: Mapping[str, Any]) -> Any:
    """The value of an operation as it stands in ``wanted``, if it is there that the operation writes it."""
    there = jsonpatch.JsonPointer(operation["path"]).resolve(wanted, None)
    return there if there == operation["value"] else operation["value"]


def _bare(item: Manifest) -> dict[str, Any]:
    """An object without its labels and annotations."""
    rest = {key: value for key, value in item["metadata"].items() if key not in _MAPS}
    return {**item, "metadata": rest}


def _takes_metadata_away(got: Manifest, wanted: Manifest) -> bool:
    """Whether a label or annotation goes.

    A strategic merge patch that has a target makes the text "null" of a label or annotation that is ``null`` in it, and
    passes over ``annotations: null`` (seen with Kustomize 5.5.0 and 5.8.1): only operations say it.
    """
    return any(_pairs(got, name).keys() - _pairs(wanted, name).keys() for name in _MAPS)


def _metadata_operations(got: Manifest, wanted: Manifest, names: Sequence[str]) -> list[dict[str, Any]]:
    """Operations on single labels and annotations; a whole map would take along what Kustomize keeps in it."""
    found: list[dict[str, Any]] = []
    for name in names:
        left, right = _pairs(got, name), _pairs(wanted, name)
        found += [{"op": "remove", "path": _pointer(name, key)} for key in left if key not in right]
        found += [
            {"op": "replace" if key in left else "add", "path": _pointer(name, key), "value": value}
            for key, value in right.items()
            if left.get(key) != value
        ]
    return found


def _pairs(item: Manifest, name: str) -> Mapping[str, str]:
    return item["metadata"].get(name) or {}


def _pointer(name: str, key: str) -> str:
    return f"/metadata/{name}/{escape(key)}"


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
