"""Values as Helm puts them together: files in order, the chart's own below them, ``null`` to take a default away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatelift.findings import Finding, InputError, Severity
from gatelift.repository.tree import Tree
from gatelift.text.documents import split
from gatelift.text.source import decode
from gatelift.text.yaml import load

Values = Mapping[str, Any]


def merged(below: Values, above: Values) -> dict[str, Any]:
    """Two files of values, the later one above: mappings merge, all else is replaced, ``null`` stays to be seen.

    ``mergeMaps`` of Helm's ``pkg/cli/values``.
    """
    result = dict(below)
    for key, value in above.items():
        known = result.get(key)
        result[key] = merged(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return result


def coalesced(given: Values, defaults: Values) -> dict[str, Any]:
    """What templates of the chart see: what is given over the chart's own values; a given ``null`` removes one.

    ``CoalesceValues`` of Helm for one chart. A mapping over a default that is none, and the other way round, is left
    as it is given; Helm warns of it.
    """
    result: dict[str, Any] = {}
    for key, value in given.items():
        default = defaults.get(key)
        if value is None and key in defaults:
            continue
        if isinstance(value, Mapping) and isinstance(default, Mapping):
            value = coalesced(value, default)
        result[key] = value
    for key, value in defaults.items():
        if key not in given:
            result[key] = value
    return result


def read_values(tree: Tree, path: str) -> dict[str, Any]:
    """The values of a file; an empty file has none.

    Raises ``InputError`` (``helm/values``, or one of the reader's own) for what Helm would not take: not one mapping,
    or no YAML. ``KeyError`` where there is no such file.
    """
    return parsed_values(path, tree.read(path))


def parsed_values(path: str, data: bytes) -> dict[str, Any]:
    """As ``read_values``; ``path`` is what messages show."""
    source = decode(path, data)
    documents = [document for document in split(source) if not document.empty]
    if not documents:
        return {}
    if len(documents) > 1:
        message = "this file holds several documents: Helm 3 reads the first, and Helm 4 lays all over each other"
        place = source.place(documents[1].start)
        raise InputError(Finding("helm/values", Severity.ERROR, message, "keep one of them", place))
    loaded = load(source, documents[0], older_words=True)
    value = loaded.value if loaded is not None else None
    if value is None:
        return {}
    if not isinstance(value, dict):
        message = "values are a mapping at the top, and this file holds something else: Helm takes none of it"
        place = source.place(documents[0].body_start)
        raise InputError(Finding("helm/values", Severity.ERROR, message, "write keys with their values", place))
    return value
