"""Replacements and variables that read from an Ingress which leaves: they read from its route instead.

Left without a source, either fails the build.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from gatelift.manifests.shape import GATEWAY_API
from gatelift.text.documents import split
from gatelift.text.edits import Edit, apply
from gatelift.text.emit import dump
from gatelift.text.source import Source
from gatelift.text.spans import Locator
from gatelift.text.yaml import load

RouteOf = Callable[[str, int], str | None]
"""The name of an Ingress as it is written, the number of one of its rules -> the name of the route for that host."""

_HOST = re.compile(r"spec\.rules(?:\.|\[)(\d+)\]?\.host")


def repointed(source: Source, route_of: RouteOf) -> Source:
    """A kustomization whose replacements and variables read hosts from routes. What reads anything else is left.

    Raises ``InputError`` where the file cannot be read.
    """
    document = next((item for item in split(source) if not item.empty), None)
    loaded = load(source, document) if document else None
    if document is None or loaded is None or not isinstance(loaded.value, dict):
        return source
    changes = dict(_replacements(loaded.value, route_of)) | dict(_variables(loaded.value, route_of))
    locator = Locator(source, document)
    edits = [
        Edit(span.start, span.end, _quoted_as(source.text[span.start], text))
        for pointer, text in changes.items()
        if (span := locator.locate(pointer)).found
    ]
    return msgspec.structs.replace(source, text=apply(source.text, edits)) if edits else source


def _quoted_as(first: str, text: str) -> str:
    """``text`` in the quotes of what it takes the place of; JSON stays JSON. Plain text that is no text gets some."""
    if first == '"':
        return f'"{text}"'
    return f"'{text}'" if first == "'" else dump({"x": text}).removeprefix("x: ").rstrip("\n")


def _replacements(value: Mapping[str, Any], route_of: RouteOf) -> Iterator[tuple[str, str]]:
    for index, item in enumerate(_list(value, "replacements")):
        source = item.get("source") if isinstance(item, Mapping) else None
        if not isinstance(source, Mapping) or source.get("kind") != "Ingress":
            continue
        found = _HOST.fullmatch(str(source.get("fieldPath", "")))
        route = route_of(str(source.get("name", "")), int(found[1])) if found else None
        if route is not None:
            at = f"/replacements/{index}/source"
            yield f"{at}/kind", "HTTPRoute"
            yield f"{at}/name", route
            yield f"{at}/fieldPath", "spec.hostnames.0"
            yield f"{at}/group", GATEWAY_API
            yield f"{at}/version", "v1"


def _variables(value: Mapping[str, Any], route_of: RouteOf) -> Iterator[tuple[str, str]]:
    for index, item in enumerate(_list(value, "vars")):
        objref = item.get("objref") if isinstance(item, Mapping) else None
        fieldref = item.get("fieldref") if isinstance(item, Mapping) else None
        if not isinstance(objref, Mapping) or objref.get("kind") != "Ingress" or not isinstance(fieldref, Mapping):
            continue
        found = _HOST.fullmatch(str(fieldref.get("fieldpath", "")))
        route = route_of(str(objref.get("name", "")), int(found[1])) if found else None
        if route is not None:
            at = f"/vars/{index}"
            yield f"{at}/objref/kind", "HTTPRoute"
            yield f"{at}/objref/name", route
            yield f"{at}/objref/apiVersion", f"{GATEWAY_API}/v1"
            yield f"{at}/fieldref/fieldpath", "spec.hostnames[0]"


def _list(value: Mapping[str, Any], name: str) -> list[Any]:
    found = value.get(name)
    return found if isinstance(found, list) else []
