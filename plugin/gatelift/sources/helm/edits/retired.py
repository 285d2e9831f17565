"""Where routes follow the old guard, the flag of the switch decides nothing: it leaves the chart's own values.

The Gateway must be known from them then, so what an earlier run left empty is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from gatelift.findings import Finding, InputError, Severity
from gatelift.sources.helm.edits.ends import line_end
from gatelift.sources.helm.edits.meaning import value_of
from gatelift.sources.helm.edits.style import Comments
from gatelift.text.documents import split
from gatelift.text.edits import Edit, apply
from gatelift.text.emit import dump
from gatelift.text.source import Source
from gatelift.text.spans import Locator, join

FLAG = "enabled"
_EMPTY = ('""', "''")


def without_flag(source: Source, path: tuple[str, ...], comments: Comments) -> Source:
    """A file of values without the flag of the switch at ``path``, and without the comment that came with it.

    ``source`` itself where there is none, or where it is all that the switch holds. Raises ``InputError``
    (``helm/edit``) where it cannot be taken out.
    """
    document = next((item for item in split(source) if not item.empty), None)
    locator = Locator(source, document) if document is not None else None
    entries = locator.entries(join(*path)) if locator is not None else None
    span = next((item for item in entries.spans if item.pointer == join(*path, FLAG)), None) if entries else None
    if document is None or entries is None or span is None or len(entries.spans) == 1:
        return source
    start, end = source.text.rfind("\n", 0, span.key_start) + 1, line_end(source.text, span.end, len(source.text))
    if source.text[start : span.key_start].strip():
        raise _refused(source, span.key_start)
    ours = comments.lines.get((FLAG,), ())
    while (above := source.text.rfind("\n", 0, max(start - 1, 0)) + 1) < start:
        if source.text[above:start].strip() not in ours:
            break
        start = above
    if comments.apart and not source.text[end : line_end(source.text, end, len(source.text))].strip():
        end = line_end(source.text, end, len(source.text))
    made = msgspec.structs.replace(source, text=apply(source.text, [Edit(start, end, "")]))
    after = next((item for item in split(made) if not item.empty), None)
    if after is None or _value(made) != _less(_value(source), path):
        raise _refused(source, span.key_start)
    return made


def with_names(source: Source, path: tuple[str, ...], block: Mapping[str, Any]) -> Source:
    """A file of values in which each empty text of the switch at ``path`` is what ``block`` says.

    What is not empty stays, and so does a text that cannot be replaced alone.
    """
    document = next((item for item in split(source) if not item.empty), None)
    if document is None:
        return source
    known = value_of(source, document, older_words=True)
    for key in path:
        known = known.get(key) if isinstance(known, Mapping) else None
    locator = Locator(source, document)
    edits = [
        Edit(span.start, span.end, dump({"x": value}).removeprefix("x: ").removesuffix("\n"))
        for key, value in block.items()
        if isinstance(known, Mapping) and known.get(key) == "" and value
        for span in (locator.locate(join(*path, key)),)
        if source.text[span.start : span.end] in _EMPTY
    ]
    return msgspec.structs.replace(source, text=apply(source.text, edits)) if edits else source


def _value(source: Source) -> object:
    return value_of(source, next(item for item in split(source) if not item.empty), older_words=True)


def _less(value: object, path: tuple[str, ...]) -> object:
    if not isinstance(value, dict):
        return value
    if not path:
        return {key: item for key, item in value.items() if key != FLAG}
    return {key: _less(item, path[1:]) if key == path[0] else item for key, item in value.items()}


def _refused(source: Source, offset: int) -> InputError:
    message = "the flag of the switch decides nothing any more, and cannot be taken out here"
    finding = Finding("helm/edit", Severity.ERROR, message, "take it out by hand", source.place(offset))
    return InputError(finding)
