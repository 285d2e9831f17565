"""A document changed by span, and read again: what does not mean exactly what was intended is not written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gatelift.expected.expected import Change
from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.sources.annotations import Changes, annotation_edits
from gatelift.sources.items import Leaving, cuts, drop, leaving
from gatelift.text.documents import Document, split
from gatelift.text.edits import Edit, apply
from gatelift.text.source import Source
from gatelift.text.spans import Locator
from gatelift.text.yaml import Json, load


def edited(
    source: Source,
    document: Document,
    changes: Sequence[Change],
    leave: Callable[[str], bool] | None = None,
) -> str | None:
    """The chunk of ``document`` without the Ingresses that leave its lists, and with the annotations that change.

    ``leave``: whether a comment right above an item that leaves goes with it. ``None`` where nothing would be left of
    the document. Raises ``InputError`` (``input/edit``) where the text cannot be changed so that these objects change
    and nothing else.
    """
    locator = Locator(source, document)
    staying = [change for change in changes if change.keep and change.annotations]
    edits: list[Edit] = []
    for change in staying:
        try:
            edits += annotation_edits(source, locator, _item(change), change.annotations)
        except ValueError as error:
            raise _refused(locator, change, str(error)) from None
    try:
        gone = leaving(locator, [_item(change) for change in changes if not change.keep])
        if gone is None:
            return None
        edits += cuts(source.text, locator, gone, leave)
        chunk = _applied(source, document, edits)
    except (ValueError, LookupError) as error:
        raise _refused(locator, changes[0], str(error)) from None
    return _checked(source, document, chunk, gone, changes, staying)


def _item(change: Change) -> str:
    return change.ingress.provenance.item


def _applied(source: Source, document: Document, edits: Sequence[Edit]) -> str:
    start = document.start
    return apply(document.chunk(source), [Edit(edit.start - start, edit.end - start, edit.text) for edit in edits])


def _checked(
    source: Source,
    document: Document,
    chunk: str,
    gone: Leaving,
    changes: Sequence[Change],
    staying: Sequence[Change],
) -> str:
    """``chunk``, if it means what was intended."""
    before = load(source, document)
    assert before is not None  # noqa: S101 - an Ingress was found in it
    intended = before.value
    for change in staying:
        _annotate(_at(intended, _item(change)), change.annotations)
    wanted = {change.ingress.provenance: _at(intended, _item(change)) for change in staying}
    drop(intended, gone)
    after = _value(Source(source.path, chunk, False, source.newline))
    if after == intended:
        return chunk
    # A list that an item left counts anew, so only the first difference of a document without removals has an owner.
    differing = (c for c in staying if not gone and _at(after, _item(c)) != wanted[c.ingress.provenance])
    culprit = next(differing, staying[0] if staying else changes[0])
    raise _refused(Locator(source, document), culprit, "other values would change with it")


def _annotate(value: Any, changes: Changes) -> None:
    metadata = value["metadata"]
    annotations = dict(metadata.get("annotations") or {})
    for key, text in changes.items():
        if text is None:
            annotations.pop(key, None)
        else:
            annotations[key] = text
    if annotations:
        metadata["annotations"] = annotations
    elif metadata.get("annotations"):
        del metadata["annotations"]


def _at(value: Any, pointer: str) -> Any:
    """The object at the pointer of an item; ``None`` where there is none."""
    for token in pointer.split("/")[1:]:
        try:
            value = value[int(token)] if isinstance(value, list) else value[token]
        except (LookupError, TypeError, ValueError):
            return None
    return value if isinstance(value, Mapping) else None


def _value(source: Source) -> Json:
    """The value of the one document of ``source``; ``None`` where it is not one."""
    try:
        loaded = [load(source, item) for item in split(source) if not item.empty]
    except InputError:
        return None
    return loaded[0].value if len(loaded) == 1 and loaded[0] is not None else None


def _refused(locator: Locator, change: Change, why: str) -> InputError:
    what = (
        "the annotations of this Ingress cannot be changed in place"
        if change.keep
        else "this Ingress cannot be taken out of its list"
    )
    fix = "write it out plainly, one key a line, without anchors, aliases and merge keys; then run this again"
    place: Place = locator.place(_item(change))
    return InputError(
        Finding("input/edit", Severity.ERROR, f"{what}: {why}", fix, place, f"Ingress {change.ingress.ref}")
    )
