"""The parts of the documentation that code knows better: tables between ``<!-- generated: NAME -->`` markers.

``python -m gatelift.config.page docs`` writes them again; a test holds the pages against them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path

from msgspec import NODEFAULT, UnsetType, inspect

from gatelift.config.check import bare, describe, fields
from gatelift.config.decide import DecideOption
from gatelift.config.outrank import VARIABLES
from gatelift.config.target import TargetName, named
from gatelift.config.words import flow
from gatelift.findings import PRECEDENCE, Exit
from gatelift.text.markdown import code, table

_Row = tuple[str, str, str, str]

_SECTION = re.compile(r"(<!-- generated: ([a-z-]+) -->\n)(.*?)(<!-- /generated -->)", re.DOTALL)

MEANINGS = {
    Exit.DONE: ("Done.", "Nothing."),
    Exit.WOULD_CHANGE: ("`--check`: a run would change something.", "Run without `--check`, review, commit."),
    Exit.REFUSED: (
        "Done, but something was refused or withdrawn.",
        "Read the report. `--allow-refused` turns this into 0.",
    ),
    Exit.USAGE: ("A wrong argument, environment variable or `gatelift.yaml`.", "Correct what the message points at."),
    Exit.UNREADABLE: ("An input cannot be read.", "Correct the file, or leave it out with `ignore`."),
    Exit.DISAGREES: (
        "A proof of `verify` or `prove` disagrees, or real proxies (`replay`, `--replay`) do, and nothing says why.",
        "Do not merge. The report shows the first difference, or the request.",
    ),
    Exit.ENVIRONMENT: (
        "An engine is missing, the tree has changes, another run holds the lock, or output cannot be written.",
        "Provide it.",
    ),
    Exit.FAULT: ("A fault of gatelift.", "Report it, with the message."),
    Exit.INTERRUPTED: ("Interrupted.", "Run again: nothing is left half written."),
}


def render_keys_table(decide_options: Mapping[str, DecideOption] | None = None) -> str:
    """Every key of ``gatelift.yaml`` with its value, default and meaning, as a Markdown table.

    With ``decide_options``, each of them gets a row of its own below ``decide``.
    """
    rows: list[_Row] = []
    described: dict[type, str] = {}
    for field in fields():
        rows.extend(_rows(field, "", described))
        if field.encode_name == "decide":
            options = sorted((decide_options or {}).items())
            rows.extend((f"`decide.{name}`", option.accepted(code), "none", option.doc) for name, option in options)
    return table(("Key", "Value", "Default", "Meaning"), rows)


def render_targets_table() -> str:
    """The named targets with their versions, as a Markdown table."""
    specs = [named(name) for name in TargetName]
    rows = [(f"`{each.name}`", each.gateway_api, each.channel, each.envoy_gateway or "none") for each in specs]
    return table(("Target", "Gateway API", "Channel", "Envoy Gateway"), rows)


def render_environment_table() -> str:
    """Every environment variable with the flag that outranks it, as a Markdown table."""
    rows = [(f"`{each.name}`", f"`{each.flag}`", each.doc) for each in VARIABLES]
    return table(("Variable", "Flag", "Meaning"), rows)


def render_exits_table() -> str:
    """Every exit code with its meaning and what to do, as a Markdown table."""
    rows = [(str(int(code)), *MEANINGS[code]) for code in Exit]
    return table(("Code", "Meaning", "What to do"), rows)


def render_precedence() -> str:
    """Which exit code wins where several apply, as a sentence."""
    return f"Where several apply, the first of {', '.join(str(int(code)) for code in PRECEDENCE)} wins.\n"


def sections(decide_options: Mapping[str, DecideOption] | None = None) -> dict[str, str]:
    """Every generated section by the name that its marker bears."""
    return {
        "keys": render_keys_table(decide_options),
        "targets": render_targets_table(),
        "environment": render_environment_table(),
        "exits": render_exits_table(),
        "precedence": render_precedence(),
    }


def filled(page: str, made: Mapping[str, str]) -> str:
    """``page`` with the sections named in ``made`` written again; other generated sections stay as they are."""

    def section(found: re.Match[str]) -> str:
        begin, name, old, end = found.groups()
        return f"{begin}{made.get(name, old)}{end}"

    return _SECTION.sub(section, page)


def write(docs: Path, decide_options: Mapping[str, DecideOption] | None = None) -> None:
    """Write the generated sections of every page directly in the folder ``docs``."""
    made = sections(decide_options)
    for path in sorted(docs.glob("*.md")):
        page = path.read_text(encoding="utf-8")
        if (new := filled(page, made)) != page:
            path.write_text(new, encoding="utf-8")


def _rows(field: inspect.Field, prefix: str, described: dict[type, str]) -> Iterator[_Row]:
    path = prefix + field.encode_name
    kind = field.type
    doc = ""
    if isinstance(kind, inspect.Metadata):
        doc = (kind.extra_json_schema or {}).get("description", "")
    value = describe(kind).removeprefix("a ")
    inner = list(_inner(kind))
    # A struct that several keys share (a Gateway) is described where it comes first.
    value += "".join(f", as `{described[struct.cls]}`" for _, struct in inner if struct.cls in described)
    yield (f"`{path}`", value, _default(field), doc)
    for suffix, struct in inner:
        if struct.cls not in described:
            described[struct.cls] = path
            for each in struct.fields:
                yield from _rows(each, f"{path}{suffix}.", described)


def _inner(kind: inspect.Type) -> Iterator[tuple[str, inspect.StructType]]:
    kind = bare(kind)
    match kind:
        case inspect.StructType():
            yield "", kind
        case inspect.DictType(value_type=inner):
            yield from ((f".NAME{suffix}", struct) for suffix, struct in _inner(inner))
        case inspect.VarTupleType(item_type=inner):
            yield from ((f"[]{suffix}", struct) for suffix, struct in _inner(inner))
        case inspect.UnionType(types=types):
            for each in types:
                yield from _inner(each)
        case _:
            pass


def _default(field: inspect.Field) -> str:
    if field.required:
        return "required"
    value = field.default
    if value is NODEFAULT or isinstance(value, UnsetType) or value in ((), ""):
        return "none"
    return f"`{flow(value.value if isinstance(value, Enum) else value)}`"


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
