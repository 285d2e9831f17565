"""Headers that several intents change: said once where they agree, refused where they do not.

Gateway API takes one modifier of each direction in a rule, with each name once in a list and 16 names in each (T40):
https://gateway-api.sigs.k8s.io/reference/spec/#httpheaderfilter
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import msgspec

from gatelift.manifests.filters import (
    CORSFilter,
    HTTPFilter,
    HTTPHeader,
    HTTPHeaderFilter,
    RequestHeaderModifierFilter,
    ResponseHeaderModifierFilter,
)

MOST = 16
"""Names in each list of a modifier."""
_CORS = "access-control-"
Change: TypeAlias = tuple[str, str]
"""What is done to a header: ``set``, ``add`` or ``remove``, and the value."""


class Taken(msgspec.Struct, frozen=True):
    """What filters do to headers already: (direction, lower-case name) -> the change."""

    changes: Mapping[tuple[str, str], Change] = msgspec.field(default_factory=dict)
    cors: bool = False

    def full(self) -> str:
        """The list that has become too long; empty where each fits."""
        for direction in ("request", "response"):
            for verb in ("set", "add", "remove"):
                found = [key for key, change in self.changes.items() if (key[0], change[0]) == (direction, verb)]
                if len(found) > MOST:
                    return f"the list of {direction} headers to {verb}"
        return ""


def take(
    taken: Taken, filters: Iterable[HTTPFilter], policy_cors: bool = False
) -> tuple[Taken, tuple[HTTPFilter, ...]] | str:
    """``taken`` with what ``filters`` do as well, and what is left of them to write; or why both cannot stand.

    ``policy_cors``: beside the filters a policy answers preflights and marks answers for other origins.
    """
    changes = dict(taken.changes)
    kept: list[HTTPFilter] = []
    cors = taken.cors or policy_cors
    for item in filters:
        cors = cors or isinstance(item, CORSFilter)
        direction, modifier = _modifier(item)
        if modifier is None:
            kept.append(item)
            continue
        new: list[tuple[str, str, str]] = []
        for verb, name, value in _changes(modifier):
            key = (direction, name.lower())
            before = changes.get(key)
            if before is not None and (before != (verb, value) or verb == "add"):
                return _contradiction(name, direction, before, (verb, value))
            if before is None:
                changes[key] = (verb, value)
                new.append((verb, name, value))
        kept += [_written(item, new)] if new else []
    if cors and (name := next((name for way, name in changes if way == "response" and name.startswith(_CORS)), "")):
        return f"the header {name} is written by CORS too"
    made = Taken(changes, cors)
    if full := made.full():
        return f"{full} becomes longer than the {MOST} that a route takes"
    return made, tuple(kept)


def _modifier(item: HTTPFilter) -> tuple[str, HTTPHeaderFilter | None]:
    match item:
        case RequestHeaderModifierFilter():
            return "request", item.request_header_modifier
        case ResponseHeaderModifierFilter():
            return "response", item.response_header_modifier
    return "", None


def _changes(modifier: HTTPHeaderFilter) -> Iterator[tuple[str, str, str]]:
    yield from (("set", header.name, header.value) for header in modifier.set)
    yield from (("add", header.name, header.value) for header in modifier.add)
    yield from (("remove", name, "") for name in modifier.remove)


def _written(item: HTTPFilter, changes: Iterable[tuple[str, str, str]]) -> HTTPFilter:
    listed = list(changes)
    modifier = HTTPHeaderFilter(
        set=tuple(HTTPHeader(name=name, value=value) for verb, name, value in listed if verb == "set"),
        add=tuple(HTTPHeader(name=name, value=value) for verb, name, value in listed if verb == "add"),
        remove=tuple(name for verb, name, _ in listed if verb == "remove"),
    )
    if isinstance(item, RequestHeaderModifierFilter):
        return RequestHeaderModifierFilter(request_header_modifier=modifier)
    return ResponseHeaderModifierFilter(response_header_modifier=modifier)


def _contradiction(name: str, direction: str, before: Change, now: Change) -> str:
    if before[0] == now[0] == "add":
        return f"it appends the {direction} header {name}, which is appended already, and a route appends it once"
    if before[0] == now[0] == "set":
        return f"it sets the {direction} header {name} to another value than is set already"
    return f"it has the {direction} header {name} {_DONE[now[0]]}, which is {_DONE[before[0]]} already"


_DONE = {"set": "set", "add": "appended", "remove": "removed"}
