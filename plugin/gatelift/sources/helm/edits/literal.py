"""Values that stand as a text in an object (``helm.values: |``), edited line by line within that text."""

from __future__ import annotations

import msgspec

from gatelift.findings import Finding, InputError, Severity
from gatelift.sources.helm.edits.blocks import with_block
from gatelift.sources.helm.edits.style import Keys
from gatelift.sources.helm.edits.wanted import Wanted
from gatelift.text.documents import split
from gatelift.text.source import Source
from gatelift.text.spans import Locator, join
from gatelift.text.yaml import Json, load


def with_text(source: Source, index: int, keys: Keys, wanted: Wanted) -> Source:
    """A stream in which the text at ``keys`` of a document holds values of a case; all other lines keep every byte.

    Raises ``InputError``: for a text that is no YAML, as ``with_block``, and (``helm/edit``) for one that is not
    written as a literal block.
    """
    document = split(source)[index]
    span = Locator(source, document).locate(join(*keys))
    loaded = load(source, document)
    before = loaded.value if loaded is not None else None
    old = _at(before, keys)
    assert isinstance(old, str)  # noqa: S101 - the values of the case were read from it
    path = (*wanted.keys, *wanted.beside)
    new = with_block(source.path, old.encode(), wanted.keys, wanted.values, after=path).decode()
    if new == old:
        return source
    if source.text[span.start : span.start + 1] != "|":
        raise _refused(source, span.start)
    made = msgspec.structs.replace(source, text=_spliced(source, span.start, old, new))
    after = load(made, split(made)[index])
    if after is None or _at(after.value, keys) != new or _without(after.value, keys) != _without(before, keys):
        raise _refused(source, span.start)
    return made


def _spliced(source: Source, start: int, old: str, new: str) -> str:
    text = source.text
    body = text.index("\n", start) + 1
    before, after = old.splitlines(), new.splitlines()
    raw = text[body:].split("\n")[: len(before)]
    first = next((line for line in raw if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" "))]
    same = _common(before, after)
    tail = _common(before[same:][::-1], after[same:][::-1])
    end = "\r" if source.newline == "\r\n" else ""
    middle = [f"{indent}{line}{end}" if line else end for line in after[same : len(after) - tail]]
    lines = [*raw[:same], *middle, *raw[len(raw) - tail :]] if tail else [*raw[:same], *middle]
    return text[:body] + "\n".join(lines) + text[body + len("\n".join(raw)) :]


def _common(one: list[str], other: list[str]) -> int:
    """How many lines at the beginning are the same."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _at(value: Json, keys: Keys) -> Json:
    for key in keys:
        value = value[key] if value is not None else None  # type: ignore[index]  # it was found there
    return value


def _without(value: Json, keys: Keys) -> Json:
    """A document's value with nothing in the place of the text."""
    if not keys:
        return None
    if isinstance(value, list):
        return [_without(item, keys[1:]) if number == keys[0] else item for number, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: _without(item, keys[1:]) if key == keys[0] else item for key, item in value.items()}
    return value


def _refused(source: Source, offset: int) -> InputError:
    message = "the values in this text cannot be edited in place: it is not a literal block ('values: |')"
    fix = "write them as helm.valuesObject, or as a block behind '|'; then run this again"
    return InputError(Finding("helm/edit", Severity.ERROR, message, fix, source.place(offset)))
