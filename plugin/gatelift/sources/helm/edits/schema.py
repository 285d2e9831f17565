"""``values.schema.json``: the switch is a value that the schema knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatelift.repository.tree import Tree
from gatelift.sources.helm.charts import Chart, Charts
from gatelift.sources.helm.edits.blocks import Target, laid
from gatelift.sources.helm.offer import Switch
from gatelift.text.documents import split
from gatelift.text.source import decode
from gatelift.text.spans import split_pointer
from gatelift.text.yaml import load

_MOST_REFERENCES = 50
_TYPES: Mapping[str, tuple[str, str]] = {
    "enabled": ("boolean", "Whether the routes of the Gateway API are made"),
    "name": ("string", "Name of the Gateway that serves them"),
    "namespace": ("string", "Namespace of that Gateway"),
    "sectionName": ("string", "Name of one listener of the Gateway"),
}

_Path = tuple[str, ...]


def schema(tree: Tree, chart: Chart, switch: Switch, charts: Charts | None = None) -> Mapping[str, bytes]:
    """The chart's schema with the properties of the switch, in the file's own layout.

    Only where the object that holds the switch lists its ``properties``; references within the file are followed.
    Empty where the schema says nothing of that object, knows the switch already, or there is none. With ``charts``,
    the schemas of all charts that include this one too, each of which sees the switch under that chart's key. Raises
    ``InputError``: the reader's own for what is no JSON, ``helm/edit`` where it cannot be edited.
    """
    places = [(chart.folder, ())] if charts is None else list(charts.keys(chart.folder))
    made: dict[str, bytes] = {}
    for folder, keys in places:
        here = chart if charts is None else charts.by_folder[folder]
        beside = (*keys, *switch.beside) if switch.beside else ()
        made |= _one(tree.changed(made), here, Switch((*keys, *switch.path), beside))
    return made


def _one(tree: Tree, chart: Chart, switch: Switch) -> Mapping[str, bytes]:
    if chart.schema is None:
        return {}
    source = decode(chart.schema, tree.read(chart.schema))
    documents = [document for document in split(source) if not document.empty]
    loaded = load(source, documents[0]) if len(documents) == 1 else None
    holder = _holder(loaded.value, switch.path[:-1]) if loaded is not None else None
    if loaded is None or holder is None:
        return {}
    properties = _at(loaded.value, holder)
    own = _own(properties, switch.path[-1])
    beside = switch.beside if switch.beside[:-1] == switch.path[:-1] else ()
    target = Target(keys=(*holder, switch.path[-1]), block=own, after=(*holder, *beside[-1:]) if beside else ())
    made = laid(source, documents[0].index, target)
    return {} if made is source else {chart.schema: made.encode(made.text)}


def _own(properties: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """What the schema says of the switch; with descriptions where it describes others. Less what it says already."""
    if key in properties and not isinstance(_at(properties, (key, "properties")), Mapping):
        return {}
    described = any(isinstance(item, Mapping) and "description" in item for item in properties.values())
    return {
        "type": "object",
        "properties": {
            name: {"type": kind, "description": text} if described else {"type": kind}
            for name, (kind, text) in _TYPES.items()
        },
    }


def _holder(value: Any, path: _Path) -> _Path | None:
    """Where the ``properties`` of the object at a path of values stand in the schema; None where it lists none."""
    here = _resolved(value, ())
    for key in path:
        if here is None:
            return None
        inner = (*here, "properties", key)
        here = _resolved(value, inner) if isinstance(_at(value, inner), Mapping) else None
    if here is None or not isinstance(_at(value, (*here, "properties")), Mapping):
        return None
    return (*here, "properties")


def _resolved(value: Any, here: _Path) -> _Path | None:
    """``here``, or what the ``$ref`` there leads to within the file."""
    for _ in range(_MOST_REFERENCES):
        found = _at(value, here)
        if not isinstance(found, Mapping):
            return None
        reference = found.get("$ref")
        if not isinstance(reference, str) or "properties" in found:
            return here
        try:
            here = split_pointer(reference[1:]) if reference.startswith("#") else ("$ref",)
        except ValueError:
            return None
    return None


def _at(value: Any, path: _Path) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
