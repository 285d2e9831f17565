"""The generated parts of docs/report.md. ``python tests/unit/report/report_page.py`` writes them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from report_samples import example

from gatelift.config.page import filled
from gatelift.report.model import encode
from gatelift.report.schema import plan_schema, schema
from gatelift.report.text import render

PAGE = Path(__file__).parents[3] / "docs" / "report.md"
STRUCTS = ("Report", "Summary", "IngressReport", "LedgerEntry", "ReportedFinding")
PLAN_STRUCTS = (
    "PlanReport",
    "PlannedRoot",
    "PlannedEvidence",
    "PlannedTraffic",
    "PlannedTemplate",
    "PlannedGivenUp",
    "PlannedFile",
)


def sections() -> dict[str, str]:
    """Every generated section by name."""
    report = example()
    shown: dict[str, Any] = msgspec.json.decode(encode(report))
    shown["ingresses"] = shown["ingresses"][:1]
    shown["ledger"] = [item for item in shown["ledger"] if item["ingress"] == "shop/admin"][:2]
    text = msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()
    return {
        "report-text": f"```text\n{render(report)}```\n",
        "report-json": f"```json\n{text}\n```\n",
        "report-members": "".join(_members(schema(), STRUCTS)),
        "plan-members": "".join(_members(plan_schema(), PLAN_STRUCTS)),
    }


def _members(made: Mapping[str, Any], structs: Sequence[str]) -> Iterator[str]:
    definitions = made["$defs"]
    for name in structs:
        definition = definitions[name]
        yield f"**{name}**: {definition['description']}\n\n| Member | Always | Meaning |\n| --- | --- | --- |\n"
        for member, value in definition["properties"].items():
            always = "yes" if member in definition["required"] else "no"
            yield f"| `{member}` | {always} | {_meaning(value, definitions)} |\n"
        yield "\n"


def _meaning(value: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "description" in value:
        return str(value["description"])
    reference = value.get("$ref") or value.get("items", {}).get("$ref") or (value.get("anyOf") or [{}])[0].get("$ref")
    if not reference:
        return ""
    definition = definitions[reference.rpartition("/")[2]]
    if "enum" in definition:
        return "One of " + ", ".join(f"`{word}`" for word in definition["enum"])
    return f"See {definition['title']}"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), sections()), encoding="utf-8")
