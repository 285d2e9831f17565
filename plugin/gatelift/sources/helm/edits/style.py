"""How a file of values is written: indentation, lists, blank lines between blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gatelift.text.emit import dump

Keys = tuple[str | int, ...]

_CHILD = re.compile(r"^( *)[^\s#-][^\n]*:[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( +)[^\s#-]", re.M)
_LIST = re.compile(r"^( *)[^\s#-][^\n]*:[ \t]*\r?\n( *)- ", re.M)
_ONE_LINE = re.compile(r"\{( ?)\"[^{}\n]*\}")
_BRACES = re.compile(r"[{\[]\r?\n([ \t]+)")


class Comments(msgspec.Struct, frozen=True):
    """Whole lines of comments, without indentation, by the keys below the block that they stand above; ``()`` is the
    block itself. ``apart``: a blank line stands between the block's entries.
    """

    lines: Mapping[Keys, tuple[str, ...]] = {}
    apart: bool = False


NONE = Comments()


class Style(msgspec.Struct, frozen=True):
    """``unit``: by how many columns a child stands further in; ``deep``: the items of a list too."""

    unit: int = 2
    deep: bool = True


def style_of(text: str, unit: int = 0) -> Style:
    """The style of a text; ``unit``, where it is known from a block nearby."""
    child = _CHILD.search(text)
    found = len(child[2]) - len(child[1]) if child else 0
    lists = [len(item[2]) > len(item[1]) for item in _LIST.finditer(text)]
    return Style(unit or (found if found > 0 else 2), sum(lists) * 2 >= len(lists))


def brace_unit(text: str) -> str:
    """What a JSON file is indented by."""
    found = _BRACES.search(text)
    return found[1] if found else "  "


def brace_padding(text: str) -> str | None:
    """What stands inside the braces of JSON objects that are written in one line; None where none is."""
    found = _ONE_LINE.search(text)
    return found[1] if found and "\n" in text.strip() else None


def block_lines(
    entries: Mapping[str, Any], pad: int, style: Style, comments: Comments, path: Keys, whole: Keys
) -> Iterator[str]:
    """The lines of entries at a column, with their comments, whose keys count from the file's own top.

    ``path``: where the entries stand; ``whole``: where the block stands that the comments speak of.
    """
    indent = " " * pad
    for number, (key, value) in enumerate(entries.items()):
        if number and comments.apart and path == whole:
            yield ""
        here = (*path, key)
        yield from (f"{indent}{line}" for line in comments.lines.get(here, ()))
        if isinstance(value, Mapping) and value:
            yield indent + dump({key: None}).removesuffix(" null\n")
            yield from block_lines(value, pad + style.unit, style, comments, here, whole)
        else:
            yield from (f"{indent}{line}" if line else "" for line in dump({key: value}, deep=style.deep).splitlines())


def in_braces(value: Any) -> str:
    """A value in one line, its keys and texts without quotes where YAML allows that."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{in_braces(key)}: {in_braces(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(in_braces, value)) + "]"
    text = dump({"x": value}).removeprefix("x: ").removesuffix("\n")
    if isinstance(value, str) and text == value and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]*", value):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text if "\n" not in text else msgspec.json.encode(value).decode()
