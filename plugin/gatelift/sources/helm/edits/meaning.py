"""What a document says, and what it would say with more entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatelift.findings import InputError
from gatelift.sources.helm.edits.style import Keys
from gatelift.text.documents import Document, split
from gatelift.text.source import Source
from gatelift.text.yaml import load


def value_of(source: Source, document: Document, older_words: bool) -> Any:
    """The value of a document, None for an empty one. Raises as the reader does."""
    loaded = load(source, document, older_words=older_words)
    return loaded.value if loaded is not None else None


def means(source: Source, index: int | None, meant: Any, count: int | None, older_words: bool) -> bool:
    """Whether a document, or the only one, says what was meant, among as many as before."""
    documents = [item for item in split(source) if index is not None or not item.empty]
    try:
        return len(documents) == (count or 1) and bool(value_of(source, documents[index or 0], older_words) == meant)
    except InputError:
        return False


def value_at(value: Any, keys: Keys) -> Any:
    """What stands at keys that are there; below a ``null``, nothing."""
    for key in keys:
        value = value[key] if value is not None else None
    return value


def with_entries(value: Any, holder: Keys, entries: Mapping[str, Any]) -> Any:
    """A value with further entries in the mapping at ``holder``, which is made where it is missing or ``null``."""
    if not holder:
        return {**(value or {}), **entries}
    key, *rest = holder
    if isinstance(value, list):
        return [
            with_entries(item, tuple(rest), entries) if number == key else item for number, item in enumerate(value)
        ]
    return {**(value or {}), key: with_entries((value or {}).get(key), tuple(rest), entries)}
