"""``docs/support-matrix.md`` and ``docs/annotations/``, written from the units: what they say and what they become.

``python -m gatelift.report.matrix_pages docs`` writes them again; a test holds the pages against the code.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from gatelift.annotations import registry
from gatelift.annotations.catalogue import Known, Row
from gatelift.annotations.registry import NGINX_FAMILY
from gatelift.annotations.unit import NGINX, Unit
from gatelift.config.target import COMPILED, Channel, TargetName, TargetSpec, named
from gatelift.report.matrix import NEWEST, Line, Word, matrix
from gatelift.report.matrix_example import Example, after, example
from gatelift.report.matrix_since import since_rows
from gatelift.report.matrix_subjects import headings, subject
from gatelift.text.markdown import code, table

COMMAND = "python -m gatelift.report.matrix_pages docs"

COLUMNS: Mapping[str, TargetSpec] = {
    str(name): named(name)
    for name in (
        TargetName.STANDARD,
        TargetName.ENVOY_GATEWAY,
        TargetName.CALICO_3_30,
        TargetName.CALICO_3_31,
        TargetName.CALICO_3_32,
    )
} | {f"Envoy Gateway {NEWEST.envoy_gateway}": NEWEST}
"""Title of a column -> the versions that it is about."""

_HEAD = f"<!-- Written by: {COMMAND} -->\n"
_MANY = 4


def pages() -> dict[str, str]:
    """Path below ``docs`` -> text, of every page that is written from the units."""
    units = tuple(registry.everything())
    lines = matrix(units, tuple(COLUMNS.values()))
    found = {"support-matrix.md": _matrix_page(lines) + _upgrades(units), "annotations/README.md": _index(lines, units)}
    for family, module, unit in units:
        own = [line for line in lines if (line.row.family, line.row.module) == (family, module)]
        found[f"annotations/{page_name(family, module)}"] = _unit_page(family, module, unit, own)
    return found


def write(docs: Path) -> None:
    """Write the pages below ``docs``, and take away those in ``annotations/`` of units that are gone."""
    made = pages()
    folder = docs / "annotations"
    folder.mkdir(exist_ok=True)
    for path in sorted(folder.glob("*.md")):
        if f"annotations/{path.name}" not in made:
            path.unlink()
    for name, text in made.items():
        (docs / name).write_text(text, encoding="utf-8")


def page_name(family: str, module: str) -> str:
    """The file of a unit's page in ``docs/annotations``."""
    name = module.strip("_").replace("_", "-")
    return f"{name}.md" if family == NGINX_FAMILY else f"{family.replace('_', '-')}.{name}.md"


_ABOUT_MATRIX = """\
A word for each annotation and target, found by converting examples of its values. The report of a run says what became
of the value that you wrote. `gatelift annotations --target TARGET` prints this table for any combination of versions,
and `gatelift explain KEY --target TARGET` tells more of one annotation.

"""
_SOME = """
*Some* stands where other values end differently: values that no Gateway can express, or that keep ingress-nginx itself
from loading the Ingress today.

"""
_ABOUT_INDEX = """\
One page for each annotation: what it does today, what it becomes, what to check. What all of them become on each target
is one table, [the support matrix](../support-matrix.md).

"""


def _matrix_page(lines: Sequence[Line]) -> str:
    parts = [
        _HEAD,
        "# What becomes of each annotation\n\n",
        _ABOUT_MATRIX,
        _words(),
        _SOME,
        table(("Column", "Gateway API", "Channel", "Envoy Gateway"), map(_versions, COLUMNS.items())),
        "\n",
    ]
    for heading in headings([line.row for line in lines]):
        own = [line for line in lines if subject(line.row) == heading]
        parts += [f"## {heading}\n\n", table(("Annotation", *COLUMNS), _rows(own)), "\n"]
    parts += ["## Since when\n\n", _SINCE, table(("What", "Since", "Below that"), since_rows())]
    return "".join(parts)


_SINCE = """\
Not every release has every field. gatelift asks before it writes one, and what a release would drop or reject is never
written. A target sees the older of two versions of Gateway API: the one that is installed, and the one that its Envoy
Gateway was made with.

"""


_UPGRADES = """
## What an upgrade of Envoy Gateway changes

Each release with the Gateway API that it was made with, experimental channel, beside the one before it. An annotation
that is not named becomes the same on both.

"""


def _upgrades(units: Known) -> str:
    """The annotations of ingress-nginx whose word changes from one release to the next."""
    ours = [item for item in units if item[0] == NGINX_FAMILY]
    specs = [
        TargetSpec(gateway_api=api, channel=Channel.EXPERIMENTAL, envoy_gateway=release)
        for release, api in sorted(COMPILED.items())
    ]
    lines = matrix(ours, specs)
    rows = [
        (f"{spec.envoy_gateway}", spec.gateway_api, "; ".join(_changes(lines, place)) or "nothing")
        for place, spec in enumerate(specs)
        if place
    ]
    return _UPGRADES + table(("Envoy Gateway", "Gateway API", "Changes"), rows)


def _changes(lines: Sequence[Line], place: int) -> Iterable[str]:
    found: dict[str, list[str]] = {}
    for line in lines:
        before, now = (line.verdicts[index].short for index in (place - 1, place))
        if before != now:
            found.setdefault(f"{before} → {now}", []).append(_short(line.row))
    return (f"{change}: {', '.join(keys)}" for change, keys in sorted(found.items()))


def _versions(item: tuple[str, TargetSpec]) -> tuple[str, ...]:
    title, spec = item
    return title, spec.gateway_api, spec.channel, spec.envoy_gateway or "none"


def _words() -> str:
    return table(("Word", "Means"), ((code(word), word.meaning) for word in Word))


def _rows(lines: Sequence[Line], folder: str = "annotations/") -> Iterable[tuple[str, ...]]:
    """A row for each annotation; keys of one unit of another family share a row where their words are the same."""
    shared: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        alone = line.row.key if line.row.family == NGINX_FAMILY else ""
        shared.setdefault((line.row.family, line.row.module, alone, *map(str, line.verdicts)), []).append(line)
    for found in shared.values():
        row = found[0].row
        page = f"{folder}{page_name(row.family, row.module)}"
        yield (_linked([_short(line.row) for line in found], page), *map(str, found[0].verdicts))


def _short(row: Row) -> str:
    """The key, for a cell: of ingress-nginx without its prefix."""
    return f"`{row.key.removeprefix(NGINX) if row.family.startswith(NGINX_FAMILY) else row.key}`"


def _linked(keys: Sequence[str], page: str) -> str:
    more = f" and {len(keys) - _MANY} more" if len(keys) > _MANY + 1 else ""
    return f"[{', '.join(keys[:_MANY] if more else keys)}]({page}){more}"


def _index(lines: Sequence[Line], units: Known) -> str:
    summaries = {(family, module): unit.summary for family, module, unit in units}
    parts = [_HEAD, "# Annotations\n\n", _ABOUT_INDEX]
    for heading in headings([line.row for line in lines]):
        pages: dict[tuple[str, str], list[str]] = {}
        for line in lines:
            if subject(line.row) == heading:
                pages.setdefault((line.row.family, line.row.module), []).append(_short(line.row))
        cells = [(_linked(keys, page_name(*unit)), summaries[unit]) for unit, keys in pages.items()]
        parts += [f"## {heading}\n\n", table(("Annotation", "What it sets"), cells), "\n"]
    return "".join(parts).rstrip("\n") + "\n"


def _unit_page(family: str, module: str, unit: Unit, lines: Sequence[Line]) -> str:
    name = unit.names[0]
    shown = example(unit, name)
    parts = [
        _HEAD,
        registry.document(family, module).rstrip("\n"),
        "\n\n## On each target\n\n",
        table(("Annotation", *COLUMNS), _rows(lines, "")),
        _about(unit),
        _decide(unit),
        "\n## Before and after\n\n",
        shown.before,
        *(f"\n### {titles}\n\n{text}" for titles, text in _grouped(shown)),
        f"\nSource: <{unit.source}>\n",
    ]
    return "".join(parts)


def _about(unit: Unit) -> str:
    if not unit.about:
        return ""
    return "\n## Its keys\n\n" + table(("Key", "What it is"), ((code(key), text) for key, text in unit.about.items()))


def _decide(unit: Unit) -> str:
    if not unit.decide:
        return ""
    rows = ((code(option.name), option.accepted(code), option.doc) for option in unit.decide)
    return "\n## Options under `decide:`\n\n" + table(("Option", "Values", "Meaning"), rows)


def _grouped(shown: Example) -> list[tuple[str, str]]:
    """The targets whose result reads the same, with that result."""
    found: dict[str, list[str]] = {}
    for title, spec in COLUMNS.items():
        found.setdefault(after(shown.scene, spec), []).append(title)
    return [(", ".join(titles), text) for text, titles in found.items()]


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
