"""Structural schemas as the API server applies them: unknown fields refused, defaults, RE2 patterns, list types.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators
from jsonschema.protocols import Validator

from crds.catalog import Schema

# Without stubs, like jsonschema's `extend`.
re2: Any = import_module("re2")
extend: Any = validators.extend

_INTEGERS = {"int32": 31, "int64": 63}


def strict(schema: Schema, *, root: bool = True) -> Schema:
    """``schema`` for jsonschema, with unknown fields refused wherever the API server would prune them."""
    result = dict(schema)
    if "properties" in schema:
        result["properties"] = {name: strict(below, root=False) for name, below in schema["properties"].items()}
        if root:
            # The CRDs say nothing about metadata; metadata.py does.
            result["properties"]["metadata"] = {"type": "object"}
    if "items" in schema:
        result["items"] = strict(schema["items"], root=False)
    if isinstance(schema.get("additionalProperties"), dict):
        result["additionalProperties"] = strict(schema["additionalProperties"], root=False)
    elif schema.get("type") == "object" and not schema.get("x-kubernetes-preserve-unknown-fields"):
        result["additionalProperties"] = False
    if schema.get("type") == "integer":
        # JSON numbers that no int64 holds become floats on their way to the API server.
        result.setdefault("format", "int64")
    if schema.get("nullable") and "type" in schema:
        result["type"] = [schema["type"], "null"]
    return result


@cache
def _pattern(text: str) -> Any:
    return re2.compile(text)


def _re2_pattern(_validator: Validator, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _pattern(pattern).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _integer_format(_validator: Validator, name: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    bits = _INTEGERS.get(name)
    if bits and isinstance(instance, int) and not -(2**bits) <= instance < 2**bits:
        yield ValidationError(f"{instance} does not fit {name}")


# Go's regular expressions are RE2: Python's `$` also stands before a final newline and its `\w` is not ASCII only.
_StructuralValidator = extend(Draft202012Validator, {"pattern": _re2_pattern, "format": _integer_format})


def violations(schema: Schema, obj: Any) -> list[str]:
    """What ``obj`` breaks in ``schema``, which comes from :func:`strict`."""
    validator: Validator = _StructuralValidator(schema)
    return [f"{_pointer(error)}: {error.message[:300]}" for error in validator.iter_errors(obj)]


def _pointer(error: ValidationError) -> str:
    return "".join(f"/{token}" for token in error.absolute_path)


def defaulted(schema: Schema, value: Any) -> Any:
    """A copy of ``value`` with every default that the API server would write."""
    if isinstance(value, dict):
        result = dict(value)
        for name, below in schema.get("properties", {}).items():
            if name not in result and "default" in below:
                result[name] = copy.deepcopy(below["default"])
            if name in result:
                result[name] = defaulted(below, result[name])
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict):
            result = {name: defaulted(extra, item) for name, item in result.items()}
        return result
    if isinstance(value, list):
        return [defaulted(schema.get("items", {}), item) for item in value]
    return value


def repeated_items(schema: Schema, value: Any, pointer: str = "") -> Iterator[str]:
    """Lists of type ``set`` or ``map`` in which an item, or a key, occurs twice."""
    for token, below, child in nodes_below(schema, value):
        yield from repeated_items(below, child, f"{pointer}/{token}")
    if not isinstance(value, list):
        return
    keys = _keys(schema, value)
    for index, key in enumerate(keys):
        if key in keys[:index]:
            yield f"{pointer}/{index}: repeats {key}"


def _keys(schema: Schema, items: list[Any]) -> list[str]:
    match schema.get("x-kubernetes-list-type"):
        case "set":
            return [json.dumps(item, sort_keys=True) for item in items]
        case "map":
            names = schema["x-kubernetes-list-map-keys"]
            return [json.dumps([item.get(name) for name in names]) for item in items]
        case _:
            return []


def nodes_below(schema: Schema, value: Any) -> Iterator[tuple[str, Schema, Any]]:
    """The children of ``value`` that ``schema`` describes: token, schema, value."""
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        extra = schema.get("additionalProperties")
        for name, child in value.items():
            below = properties.get(name, extra)
            if isinstance(below, dict):
                yield name, below, child
    elif isinstance(value, list) and "items" in schema:
        for index, child in enumerate(value):
            yield str(index), schema["items"], child
