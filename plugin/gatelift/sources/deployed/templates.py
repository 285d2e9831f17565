"""Filling in the templates of an ApplicationSet, as far as they only name a parameter.

What calls a function or decides something stays as it is written: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gatelift.sources.deployed.fields import scalar
from gatelift.sources.deployed.placing import TAG

_FIELD = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)")
_INDEX = re.compile(rf"index\s+{_FIELD.pattern}\s+(?:(\d{{1,4}})|\"([^\"\\]*)\")")


def filled(value: Any, params: Mapping[str, Any], go: bool) -> Any:
    """A value with every template that names a known parameter replaced, in keys too; the others stay."""
    if isinstance(value, str):
        return TAG.sub(lambda tag: _answer(tag, params, go), value) if "{{" in value else value
    if isinstance(value, Mapping):
        return {filled(key, params, go): filled(item, params, go) for key, item in value.items()}
    return [filled(item, params, go) for item in value] if isinstance(value, list) else value


def _answer(tag: re.Match[str], params: Mapping[str, Any], go: bool) -> str:
    if tag[1] is None:
        return tag[0]
    found = _go(tag[1], params) if go else params.get(tag[1])
    return scalar(found) if isinstance(found, str | int | float) else tag[0]


def _go(expression: str, params: Mapping[str, Any]) -> object:
    field = _FIELD.fullmatch(expression)
    if field:
        return _walk(params, field[1])
    index = _INDEX.fullmatch(expression)
    if not index:
        return None
    holder = _walk(params, index[1])
    if index[2] is not None:
        return holder[int(index[2])] if isinstance(holder, list) and int(index[2]) < len(holder) else None
    return holder.get(index[3]) if isinstance(holder, Mapping) else None


def _walk(value: object, path: str) -> object:
    for key in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value
