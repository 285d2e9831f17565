"""What filters do to headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gatelift.proof.symbolic.model import Headers
from gatelift.traffic.fields import at, maps, text, texts

Filters = Mapping[str, Mapping[str, Any]]
"""type -> filter"""


def filters_of(item: Mapping[str, Any]) -> Filters:
    """The filters of a rule or of a backendRef; each type is there once."""
    return {text(each.get("type")): each for each in maps(item.get("filters"))}


def to_backend(filters: Filters) -> Headers:
    """What becomes of the headers of a request."""
    return _headers(at(filters.get("RequestHeaderModifier"), "requestHeaderModifier"))


def to_client(filters: Filters) -> Headers:
    """What becomes of the headers of an answer."""
    return _headers(at(filters.get("ResponseHeaderModifier"), "responseHeaderModifier"))


def _headers(said: object) -> Headers:
    return Headers(put=_pairs(said, "set"), added=_pairs(said, "add"), removed=texts(at(said, "remove")))


def _pairs(said: object, field: str) -> tuple[tuple[str, str], ...]:
    return tuple((text(item.get("name")), _value(text(item.get("value")))) for item in maps(at(said, field)))


def _value(said: str) -> str:
    """Envoy reads a value as a format, in which a percent sign is written twice."""
    return said.replace("%%", "%")


def joined(one: Headers, other: Headers) -> Headers:
    """Both."""
    return Headers(put=one.put + other.put, added=one.added + other.added, removed=one.removed + other.removed)


def disjoint(parts: Sequence[Headers]) -> bool:
    """Whether no two of them speak of the same header."""
    names = [{each.lower() for each in _names(part)} for part in parts]
    return sum(map(len, names)) == len(set().union(*names))


def _names(part: Headers) -> tuple[str, ...]:
    return (*(name for name, _ in part.put + part.added), *part.removed)
