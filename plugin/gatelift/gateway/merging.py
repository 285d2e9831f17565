"""Fields of a policy from several contributions, as one: an Ingress has one policy of a kind (trap T39)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from gatelift.manifests.model import Model


def joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of both; models that both give are joined field by field, and of the rest ``second`` counts."""
    result = dict(first)
    for name, value in second.items():
        mine = result.get(name)
        result[name] = type(value)(**joined(_said(mine), _said(value))) if _both(mine, value) else value
    return result


def clash(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    """The field, with dots, that both give different values; empty where they can be joined."""
    for name, value in second.items():
        mine = first.get(name)
        if mine is None or mine == value:
            continue
        below = clash(_said(mine), _said(value)) if _both(mine, value) else ""
        if below or not _both(mine, value):
            return f"{name}.{below}" if below else name
    return ""


def _both(mine: object, value: object) -> bool:
    return isinstance(mine, Model) and type(mine) is type(value)


def _said(model: Any) -> dict[str, Any]:
    values = {name: getattr(model, name) for name in model.__struct_fields__}
    return {name: value for name, value in values.items() if value is not msgspec.UNSET}
