"""``validate``: would the API server of a profile accept an object? ``defaults_change_nothing``: as it stands?"""

from __future__ import annotations

from functools import cache
from typing import Any

from crds.catalog import DEFAULT, Profile, Schema, schema_of
from crds.cel import ShapeCache, broken_rules
from crds.metadata import metadata_violations
from crds.structural import defaulted, repeated_items, strict, violations

SHAPES = ShapeCache()
"""Shared by every test of a process."""


@cache
def _strict(profile: Profile, api_version: str, kind: str) -> Schema:
    return strict(schema_of(profile, api_version, kind))


def structure_violations(obj: dict[str, Any], profile: Profile = DEFAULT) -> list[str]:
    """What ``obj`` breaks, CEL aside: schema, unknown fields, list types, metadata."""
    schema = schema_of(profile, obj["apiVersion"], obj["kind"])
    complete = defaulted(schema, obj)
    found = violations(_strict(profile, obj["apiVersion"], obj["kind"]), complete)
    found = found or list(repeated_items(schema, complete))
    return found + list(metadata_violations(obj.get("metadata", {})))


def validate(obj: dict[str, Any], profile: Profile = DEFAULT, shapes: ShapeCache = SHAPES) -> list[str]:
    """Everything for which an API server with the CRDs of ``profile`` would reject ``obj``; empty where it accepts."""
    # Rules are about values of the right type; the API server, too, asks no more of an object with broken structure.
    found = structure_violations(obj, profile)
    if found:
        return found
    schema = schema_of(profile, obj["apiVersion"], obj["kind"])
    return list(broken_rules(schema, defaulted(schema, obj), shapes))


def defaults_change_nothing(obj: dict[str, Any], profile: Profile = DEFAULT) -> bool:
    """Whether ``obj`` says explicitly all that the API server would write by default; a status is its own business."""
    complete = defaulted(schema_of(profile, obj["apiVersion"], obj["kind"]), obj)
    return bool({key: value for key, value in complete.items() if key != "status"} == obj)
