"""The rules for labels and annotations.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set and
https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]")
_PREFIX = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_ANNOTATIONS_LIMIT = 256 * 1024


def pointer_token(key: str) -> str:
    """``key`` as one token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _valid_key(key: str) -> bool:
    prefix, slash, name = key.rpartition("/")
    if slash and not (len(prefix) <= 253 and _PREFIX.fullmatch(prefix)):
        return False
    return _NAME.fullmatch(name) is not None


def label_problems(labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Keys and values that the API server refuses as labels."""
    for key, value in labels.items():
        if not _valid_key(key):
            yield f"/labels/{pointer_token(key)}", "is no valid label key"
        if value and not _NAME.fullmatch(value):
            yield f"/labels/{pointer_token(key)}", f"{value!r} is no valid label value"


def annotation_problems(annotations: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Annotation keys that the API server refuses, and more text than it takes."""
    for key in annotations:
        # The API server folds the case of annotation keys, not of label keys, before it judges them.
        if not _valid_key(key.lower()):
            yield f"/annotations/{pointer_token(key)}", "is no valid annotation key"
    size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
    if size > _ANNOTATIONS_LIMIT:
        yield "/annotations", f"{size} bytes of annotations are more than the {_ANNOTATIONS_LIMIT} allowed"
