"""Adding to and taking from the lists of a kustomization by span, so that every other byte stays.

Each result is read again and compared with what was meant: what does not mean exactly that is refused.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.sources.kustomize.cuts import is_all, is_block, lines_of, taken_out
from gatelift.sources.kustomize.kustomization import Field
from gatelift.text.documents import split
from gatelift.text.edits import Edit, apply
from gatelift.text.emit import dump
from gatelift.text.source import Source
from gatelift.text.spans import Locator, Span
from gatelift.text.yaml import load

_COMMENT = re.compile(r"(?:\r?\n)?[ \t]+#[^\r\n]*")

Item = str | Mapping[str, Any]
"""An item of a list: a path, or a mapping such as a patch with its target."""


class Addition(msgspec.Struct, frozen=True):
    """An item for the list in ``field``, or for one within it, as ``replacements/0/targets``.

    It goes right behind the item that equals ``after``, if there is one, else to the end.
    """

    field: str
    item: Item
    after: Item | None = None


def with_items(source: Source, additions: Sequence[Addition]) -> Source:
    """``source`` with the items that are not in their lists yet. Raises ``InputError`` (``kustomize/edit``)."""
    together = _together(source, additions) if len(additions) > 1 else None
    if together is not None:
        return together
    for addition in additions:
        source = _added(source, addition)
    return source


def _together(source: Source, additions: Sequence[Addition]) -> Source | None:
    """All additions to one list of a block in one edit, for lists of hundreds; ``None`` where that is not so plain."""
    value, locator = _read(source)
    field = additions[0].field
    found = value.get(field)
    items: list[Any] = found if isinstance(found, list) else []
    spans = locator.items(f"/{field}")
    plain = bool(items) and len(spans) == len(items) and is_block(source.text, spans)
    if not plain or any(each.field != field or each.item in items for each in additions):
        return None
    if not source.text[: lines_of(source.text, spans[-1])[1]].endswith("\n"):
        return None
    behind: dict[int, list[Item]] = {}
    for each in additions:
        behind.setdefault(items.index(each.after) + 1 if each.after in items else len(items), []).append(each.item)
    new: list[Any] = list(behind.get(0, ()))
    for number, item in enumerate(items, 1):
        new += (item, *behind.get(number, ()))
    try:
        edits = [_insertion(source, locator, field, items, at, item) for at, group in behind.items() for item in group]
        return _checked(source, apply(source.text, edits), {**value, field: new}, field)
    except (ValueError, LookupError):
        return None


def without_items(source: Source, field: str, indexes: Sequence[int]) -> Source:
    """``source`` without some items of a list; a list that would be empty goes, unless it is all there is.

    ``field`` may be a list within a list, as ``replacements/0/targets``; such a one keeps some of its items.
    Raises ``InputError`` (``kustomize/edit``).
    """
    if not indexes:
        return source
    value, locator = _read(source)
    meant = copy.deepcopy(value)
    holder, name = _holder(meant, field)
    items = holder[name]
    assert isinstance(items, list)  # noqa: S101 - the caller counted its items
    holder[name] = [item for number, item in enumerate(items) if number not in set(indexes)]
    spans = locator.items(f"/{field}")
    if len(spans) != len(items):
        raise _refused(source, field, "its items cannot be told apart in the text")
    try:
        edits = taken_out(source.text, value, locator, field, sorted(set(indexes)))
        text = apply(source.text, edits)
    except (ValueError, LookupError):
        raise _refused(source, field, "what is to go is written in more than one place") from None
    if not holder[name] and not is_all(value, field):
        del meant[field]
    return _checked(source, text, meant, field)


def _added(source: Source, addition: Addition) -> Source:
    value, locator = _read(source)
    field, item = addition.field, addition.item
    meant = copy.deepcopy(value)
    holder, name = _holder(meant, field)
    items = holder.get(name) or [] if isinstance(holder, dict) else None
    if not isinstance(items, list):
        raise _refused(source, field, "it is no list")
    if item in items:
        return source
    at = items.index(addition.after) + 1 if addition.after in items else len(items)
    holder[name] = [*items[:at], item, *items[at:]]
    try:
        edit = _insertion(source, locator, field, items, at, item)
    except (ValueError, LookupError) as error:
        raise _refused(source, field, str(error)) from None
    return _checked(source, apply(source.text, [edit]), meant, field)


def _holder(value: Any, field: str) -> tuple[Any, str]:
    """The mapping that holds a list, and the list's key in it."""
    *above, name = field.split("/")
    for token in above:
        value = value[int(token)] if isinstance(value, list) else value.get(token)
    return value, name


def _insertion(source: Source, locator: Locator, field: str, items: Sequence[Any], at: int, item: Item) -> Edit:
    text, newline = source.text, source.newline
    spans = locator.items(f"/{field}")
    if len(spans) != len(items):
        raise ValueError("its items cannot be told apart in the text")
    if not spans:
        return _first(source, locator, field, item)
    if not is_block(text, spans):
        if at < len(spans):
            return Edit(spans[at].start, spans[at].start, f"{_flow(item)},{_gap(text, spans[at], newline)}")
        return Edit(spans[-1].end, spans[-1].end, f",{_gap(text, spans[-1], newline)}{_flow(item)}")
    neighbour = spans[max(at - 1, 0)]
    start, end = lines_of(text, neighbour)
    indent = text[start : neighbour.start].partition("-")[0]
    gap = text[start + len(indent) + 1 : neighbour.start]
    flow = any(isinstance(each, Mapping) and _flowing(locator, field, n) for n, each in enumerate(items))
    lines = _block(item, indent, gap if gap.strip(" ") == "" and gap else " ", newline, flow=flow)
    if at and not text[start:end].endswith(("\n", "\r")):
        # No newline at the end of the file: it keeps its absence.
        return Edit(end, end, newline + lines.removesuffix(newline))
    return Edit(end, end, lines) if at else Edit(start, start, lines)


def _gap(text: str, span: Span, newline: str) -> str:
    """What stands between the items of a list in brackets: a line of its own for each, where this one has one."""
    before = text[text.rfind("\n", 0, span.start) + 1 : span.start]
    return " " if before.strip() or not text[: span.start].count("\n") else f"{newline}{before}"


def _first(source: Source, locator: Locator, field: str, item: Item) -> Edit:
    """The first item of a list that is not there, or is empty."""
    text, newline = source.text, source.newline
    holder = locator.entries("")
    if holder is None:
        raise ValueError("the kustomization cannot be divided into its fields")
    present = next((span for span in holder.spans if span.pointer == f"/{field}"), None)
    if holder.flow:
        return _first_in_flow(text, locator, holder.spans, present, field, item)
    indent = _list_indent(text, locator, holder.spans)
    lines = _block(item, indent, " ", newline)
    if present is not None:
        start = text.index(":", present.key_end) + 1
        end = text.find("\n", max(present.end, start))
        end = len(text.rstrip("\r")) if end < 0 else end - (text[end - 1] == "\r")
        # What stood there was no more than an empty list; the comments around it stay.
        kept = "".join(found.group() for found in _COMMENT.finditer(text, start, end))
        return Edit(start, end, kept + newline + lines.removesuffix(newline))
    last = (_head(holder.spans) if field == Field.RESOURCES else None) or holder.spans[-1]
    end = text.find("\n", last.end)
    apart = newline if _spaced(text, holder.spans) else ""
    if end < 0:
        return Edit(len(text), len(text), f"{newline}{apart}{field}:{newline}{lines.removesuffix(newline)}")
    return Edit(end + 1, end + 1, f"{apart}{field}:{newline}{lines}")


def _first_in_flow(
    text: str, locator: Locator, spans: Sequence[Span], present: Span | None, field: str, item: Item
) -> Edit:
    if present is not None:
        return Edit(present.start, present.end, f"[{_flow(item)}]")
    added = f'"{field}": [{_flow(item)}]'
    if not spans:
        at = text.index("{", locator.locate("").start) + 1
        return Edit(at, at, added)
    return Edit(spans[-1].end, spans[-1].end, f", {added}")


def _head(spans: Sequence[Span]) -> Span | None:
    """The last of the fields that say what the file is; what it builds is told right behind them."""
    said = [span for span in spans if span.pointer in ("/apiVersion", "/kind", "/metadata")]
    return said[-1] if said and list(spans[: len(said)]) == said else None


def _spaced(text: str, spans: Sequence[Span]) -> bool:
    """Whether a blank line stands before the last field, or before the comment that stands above it."""
    lines = text[: text.rfind("\n", 0, spans[-1].key_start) + 1].splitlines()
    while lines and lines[-1].startswith("#"):
        lines.pop()
    return len(spans) > 1 and bool(lines) and not lines[-1].strip()


def _list_indent(text: str, locator: Locator, spans: Sequence[Span]) -> str:
    """How the lists of this file are indented: as most writers do, at their key's column, where there is none."""
    for span in spans:
        items = locator.items(span.pointer)
        if items and is_block(text, items):
            start = text.rfind("\n", 0, items[0].start) + 1
            return text[start : items[0].start].partition("-")[0]
    return ""


def _flowing(locator: Locator, field: str, index: int) -> bool:
    """Whether an item, or its target, is written in braces."""
    return any(
        entries is not None and entries.flow
        for pointer in (f"/{field}/{index}", f"/{field}/{index}/target")
        if (entries := locator.entries(pointer)) is not None
    )


def _in_braces(item: Mapping[str, Any]) -> str:
    """A patch as people write it who like braces: ``path: x``, and its target in one line."""
    lines = []
    for key, value in item.items():
        if isinstance(value, Mapping):
            pairs = ", ".join(dump({name: text}).rstrip("\n") for name, text in value.items())
            lines.append(f"{key}: {{{pairs}}}\n")
        else:
            lines.append(dump({key: value}))
    first, *rest = "".join(lines).splitlines()
    return "\n".join([f"- {first}", *(f"  {line}" for line in rest), ""])


def _block(item: Item, indent: str, gap: str, newline: str, *, flow: bool = False) -> str:
    body = dump({"x": [item]}).split("\n", 1)[1]
    if flow and isinstance(item, Mapping):
        body = _in_braces(item)
    pad = indent + " " * (len(gap) - 1)
    lines = body.splitlines()
    first = f"{indent}-{gap}{lines[0][2:]}"
    return newline.join([first, *(f"{pad}{line}" for line in lines[1:]), ""])


def _flow(item: Item) -> str:
    return msgspec.json.encode(item).decode()


def _read(source: Source) -> tuple[dict[str, Any], Locator]:
    document = next((item for item in split(source) if not item.empty), None)
    loaded = load(source, document) if document else None
    if document is None or loaded is None or not isinstance(loaded.value, dict):
        raise _refused(source, "kustomization", "it is empty")
    return loaded.value, Locator(source, document)


def _checked(source: Source, text: str, meant: Mapping[str, Any], field: str) -> Source:
    made = msgspec.structs.replace(source, text=text)
    try:
        after, _ = _read(made)
    except InputError:
        raise _refused(source, field, "the result would not be readable") from None
    if after != meant:
        raise _refused(source, field, "other values would change with it")
    return made


def _refused(source: Source, field: str, why: str) -> InputError:
    fix = f"write {field} as a plain list, one item a line, without anchors; then run this again"
    message = f"{field} of this kustomization cannot be changed in place: {why}"
    return InputError(Finding("kustomize/edit", Severity.ERROR, message, fix, Place(source.path, 1, 1)))
