"""The JSON Schemas of the report, of a plan and of a proof (draft 2020-12), made from the types that are written.

``python -m gatelift.report.schema`` writes docs/schemas/ again; tests hold the files against this.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from gatelift.report.model import Report

FOLDER = Path("docs/schemas")


def schema() -> dict[str, Any]:
    """The JSON Schema of what ``model.encode`` writes."""
    return of_struct(Report, "gatelift report, version 1")


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of what ``planned.encode`` writes."""
    # What only converts reads no plans.
    from gatelift.report.planned import PlanReport

    return of_struct(PlanReport, "gatelift plan, version 1")


def prove_schema() -> dict[str, Any]:
    """The JSON Schema of what ``proved.encode`` writes."""
    from gatelift.report.proved import ProveReport

    return of_struct(ProveReport, "gatelift prove, version 1")


def of_struct(of: type[msgspec.Struct], title: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **msgspec.json.schema(of),
    }
    for definition in made["$defs"].values():
        for member in definition.get("properties", {}).values():
            # A member that says nothing is left out, so a default would describe a report that is never written.
            member.pop("default", None)
    return made


def encoded(made: dict[str, Any]) -> bytes:
    """The published file's bytes."""
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"


def published() -> dict[str, bytes]:
    """Every published file by its name."""
    return {
        "report.schema.json": encoded(schema()),
        "plan.schema.json": encoded(plan_schema()),
        "prove.schema.json": encoded(prove_schema()),
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in published().items():
        (folder / name).write_bytes(data)
