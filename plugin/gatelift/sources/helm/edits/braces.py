"""Entries added to a mapping in braces, be it JSON or YAML, in the layout that it has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gatelift.sources.helm.edits.style import brace_padding, brace_unit, in_braces
from gatelift.text.edits import Edit
from gatelift.text.spans import Entries, Span


def brace_edit(
    text: str, holder: Span, entries: Entries, after: Span | None, added: Mapping[str, Any], newline: str
) -> Edit:
    """The edit that adds entries, behind ``after`` or as the last. Raises ``ValueError`` where no brace is found."""
    start = text.index("{", holder.start)
    if not entries.spans:
        return _into_empty(text, start, holder.end, added, newline)
    first, last = entries.spans[0], after or entries.spans[-1]
    quoted = text[first.key_start] == '"'
    lead = text[text.rfind("\n", 0, first.key_start) + 1 : first.key_start]
    if lead.strip() or "\n" not in text[start : first.key_start]:
        return Edit(last.end, last.end, "".join(f", {_entry(key, value, quoted)}" for key, value in added.items()))
    unit, padding = brace_unit(text), brace_padding(text)
    lines = (_tall(key, value, lead, unit, newline, padding, quoted) for key, value in added.items())
    return Edit(last.end, last.end, "".join(f",{newline}{lead}{line}" for line in lines))


def _into_empty(text: str, start: int, end: int, added: Mapping[str, Any], newline: str) -> Edit:
    line = text[text.rfind("\n", 0, start) + 1 : start]
    lead = line[: len(line) - len(line.lstrip())]
    json_like = text.lstrip()[:1] == "{"
    if not json_like or "\n" not in text.strip():
        return Edit(start + 1, end - 1, ", ".join(_entry(key, value, json_like) for key, value in added.items()))
    unit = brace_unit(text)
    padding = brace_padding(text)
    lines = (_tall(key, value, lead + unit, unit, newline, padding, True) for key, value in added.items())
    return Edit(start + 1, end - 1, newline + f",{newline}".join(lead + unit + each for each in lines) + newline + lead)


def _entry(key: str, value: Any, quoted: bool) -> str:
    return f"{json.dumps(key)}: {_json(value)}" if quoted else f"{in_braces(key)}: {in_braces(value)}"


def _tall(key: str, value: Any, lead: str, unit: str, newline: str, padding: str | None, quoted: bool) -> str:
    if not quoted:
        return _entry(key, value, quoted=False)
    lines = _lines(value, unit, padding)
    return f"{json.dumps(key)}: " + f"{newline}{lead}".join(lines)


def _lines(value: Any, unit: str, padding: str | None) -> list[str]:
    """A value over several lines; its innermost objects in one where the file has such, ``padding`` in their braces."""
    nested = isinstance(value, Mapping) and any(isinstance(item, Mapping | list) for item in value.values())
    if padding is None or not isinstance(value, Mapping):
        return json.dumps(value, indent=unit, ensure_ascii=False).split("\n")
    if not nested:
        return ["{" + padding + _json(value)[1:-1] + padding + "}"]
    made = ["{"]
    for key, item in value.items():
        first, *more = _lines(item, unit, padding)
        made[-1] += "," if len(made) > 1 else ""
        made += [f"{unit}{json.dumps(key)}: {first}", *(f"{unit}{line}" for line in more)]
    return [*made, "}"]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
