"""The JSON Schema of the report (draft 2020-12), made from the types of ``model``.

``python -m gatelift.report.schema`` writes docs/schemas/report.schema.json again; a test holds the file against this.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from gatelift.report.model import Report

FILE = Path("docs/schemas/report.schema.json")


def schema() -> dict[str, Any]:
    """The JSON Schema of what ``model.encode`` writes."""
    made: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gatelift report, version 1",
        **msgspec.json.schema(Report),
    }
    for definition in made["$defs"].values():
        for member in definition.get("properties", {}).values():
            # A member that says nothing is left out, so a default would describe a report that is never written.
            member.pop("default", None)
    return made


def encoded() -> bytes:
    """The published file's bytes."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n"


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded())
