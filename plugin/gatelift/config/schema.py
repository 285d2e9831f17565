"""The JSON Schema of ``gatelift.yaml``, generated from the types of ``file.py``.

Draft 2020-12 (https://json-schema.org/draft/2020-12/schema). Editors use it; gatelift itself checks a file with
``check.py``, which reads the same types and also knows what a schema cannot say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from gatelift.config.decide import DecideOption
from gatelift.config.file import ConfigFile

Schema = dict[str, Any]


def schema(decide_options: Mapping[str, DecideOption] | None = None) -> Schema:
    """The JSON Schema of the configuration.

    With ``decide_options``, ``decide`` admits exactly these options and their values; without, any.
    """
    made: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gatelift.yaml",
        **msgspec.json.schema(ConfigFile),
    }
    for definition in made["$defs"].values():
        for entry in definition.get("properties", {}).values():
            # An editor that fills in an empty default would write what means nothing, or is even refused.
            if entry.get("default") in ({}, [], ""):
                del entry["default"]
    if decide_options is not None:
        _close(made["$defs"][ConfigFile.__name__]["properties"]["decide"], decide_options)
    return made


def _close(entry: Schema, options: Mapping[str, DecideOption]) -> None:
    entry.pop("propertyNames", None)
    entry["additionalProperties"] = False
    entry["properties"] = {name: _option(options[name]) for name in sorted(options)}


def _option(option: DecideOption) -> Schema:
    # Numbers stand for their text, as in the file.
    allowed: list[Schema] = [
        {"const": int(value) if numeric else value}
        for value in option.values
        for numeric in ((False, True) if value.isascii() and value.isdigit() else (False,))
    ]
    if option.pattern:
        allowed.append({"type": "string", "pattern": option.pattern})
        allowed.append({"type": "integer"})
    return {"description": option.doc, "anyOf": allowed}
