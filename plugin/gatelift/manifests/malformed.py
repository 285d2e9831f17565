"""Fields of another JSON type than their kind has: no API server stores such an object, and nothing reads it right.

Only types are looked at, and only of fields that a model has: what somebody else writes may hold more than gatelift
does. A null is no value at all (https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import inspect

from gatelift.manifests.decode import models
from gatelift.manifests.labels import pointer_token
from gatelift.manifests.model import Manifest

_INT32 = range(-(1 << 31), 1 << 31)
_NAMES: Mapping[type, str] = {str: "a text", bool: "a truth value", int: "a number", float: "a number"}


def malformed(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Each field of the wrong type, as ``JSON pointer: sentence``; nothing for a kind that no model is of."""
    kind, version = manifest.get("kind"), manifest.get("apiVersion")
    model = _model(str(version).partition("/")[0], str(kind)) if isinstance(kind, str) else None
    if model is not None:
        known = {name: value for name, value in manifest.items() if name not in ("apiVersion", "kind", "status")}
        yield from _problems(known, (inspect.type_info(model),), "")


@cache
def _model(group: str, kind: str) -> type[Manifest] | None:
    """The model of a kind in whatever version: types of fields do not change between versions."""
    found = (model for (version, name), model in models().items() if (version.partition("/")[0], name) == (group, kind))
    return next(found, None)


def _problems(value: Any, types: Sequence[inspect.Type], at: str) -> Iterator[str]:
    if value is None:
        return
    arms = list(_arms(types))
    if any(isinstance(arm, inspect.AnyType | inspect.CustomType) for arm in arms):
        return
    fitting = [arm for arm in arms if _is_of(value, arm)]
    if not fitting:
        wanted = " or ".join(dict.fromkeys(_wanted(arm) for arm in arms if not isinstance(arm, inspect.NoneType)))
        yield f"{at or '/'}: is {_told(value)} where {wanted} belongs"
    elif isinstance(value, Mapping):
        yield from _of_mapping(value, fitting, at)
    elif isinstance(value, list | tuple):
        inner = [item for arm in fitting for item in _items(arm)]
        for number, item in enumerate(value):
            yield from _problems(item, inner, f"{at}/{number}")


def _of_mapping(value: Mapping[Any, Any], arms: Sequence[inspect.Type], at: str) -> Iterator[str]:
    values = [arm.value_type for arm in arms if isinstance(arm, inspect.DictType)]
    fields: dict[str, list[inspect.Type]] = {}
    for arm in arms:
        for field in arm.fields if isinstance(arm, inspect.StructType) else ():
            fields.setdefault(field.encode_name, []).append(field.type)
    for name, item in value.items():
        types = values or fields.get(name, [])
        if types:
            yield from _problems(item, types, f"{at}/{pointer_token(str(name))}")


def _arms(types: Iterable[inspect.Type]) -> Iterator[inspect.Type]:
    for item in types:
        if isinstance(item, inspect.Metadata):
            yield from _arms((item.type,))
        elif isinstance(item, inspect.UnionType):
            yield from _arms(item.types)
        else:
            yield item


def _items(arm: inspect.Type) -> Sequence[inspect.Type]:
    if isinstance(arm, inspect.TupleType):
        return arm.item_types
    return (arm.item_type,) if isinstance(arm, inspect.CollectionType) else ()


def _is_of(value: Any, arm: inspect.Type) -> bool:
    kind = _kind(arm)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and value in _INT32
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, kind)


def _kind(arm: inspect.Type) -> Any:
    """The Python type, or types, of a value of ``arm``."""
    if isinstance(arm, inspect.StructType | inspect.DictType):
        return Mapping
    if isinstance(arm, inspect.CollectionType | inspect.TupleType):
        return list | tuple
    for of, kind in ((inspect.BoolType, bool), (inspect.IntType, int), (inspect.FloatType, float)):
        if isinstance(arm, of):
            return kind
    if isinstance(arm, inspect.LiteralType):
        return type(arm.values[0])
    return type(None) if isinstance(arm, inspect.NoneType) else str


def _wanted(arm: inspect.Type) -> str:
    kind = _kind(arm)
    if kind is Mapping:
        return "a mapping"
    return _NAMES.get(kind, "a list")


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, int) and not isinstance(value, bool) and value not in _INT32:
        return "a number that does not fit"
    return "a fraction" if isinstance(value, float) else _NAMES.get(type(value), "something else")
