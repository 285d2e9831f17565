"""Where in new objects stands what mirrors a part of an Ingress."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.text.comments import Comment, Where
from gatelift.text.spans import join, split_pointer

Manifest = Mapping[str, Any]


class Target(msgspec.Struct, frozen=True):
    """A place in the object ``number``, and how a comment stands to it."""

    number: int
    pointer: str
    where: Where


def counterpart(comment: Comment, ingress: Any, objects: Sequence[Manifest]) -> Target | None:
    """Where a comment of ``ingress`` goes in ``objects``; ``None`` where nothing mirrors the part it speaks of."""
    tokens = split_pointer(comment.pointer)
    if tokens[:1] == ("metadata",) and len(tokens) > 1:
        return _alike(comment, tokens, ingress, objects)
    if tokens[:2] != ("spec", "rules") or len(tokens) < 3:
        return None
    host = _get(ingress, tokens[:3], "host")
    if len(tokens) == 3 or tokens[3] == "host":
        return _host(comment, host, objects)
    if tokens[3:5] != ("http", "paths"):
        return None
    if len(tokens) == 5:
        return _path(msgspec.structs.replace(comment, where=Where.ABOVE), ingress, (*tokens, "0"), host, objects)
    return _path(comment, ingress, tokens, host, objects)


def _alike(comment: Comment, tokens: tuple[str, ...], ingress: Any, objects: Sequence[Manifest]) -> Target | None:
    """The same value in the same place: a name, a label, an annotation that was carried over."""
    value = _get(ingress, tokens)
    if isinstance(value, str) and _get(objects[0], tokens) == value:
        return Target(0, comment.pointer, comment.where)
    return None


def _host(comment: Comment, host: Any, objects: Sequence[Manifest]) -> Target | None:
    found = _routes(host, objects)
    if not isinstance(host, str) or not found:
        return None
    number = next(
        (number for number in found if any(_list(rule, "backendRefs") for rule in _rules(objects[number]))), found[0]
    )
    entry = _list(objects[number], "spec", "hostnames").index(host)
    return Target(number, join("spec", "hostnames", entry), comment.where)


def _routes(host: Any, objects: Sequence[Manifest]) -> list[int]:
    """The routes that serve a host; ``None`` stands for any."""
    found = []
    for number, item in enumerate(objects):
        if str(item.get("kind")).endswith("Route"):
            names = _list(item, "spec", "hostnames")
            if host in names if host else not names:
                found.append(number)
    return found


def _path(
    comment: Comment, ingress: Any, tokens: tuple[str, ...], host: Any, objects: Sequence[Manifest]
) -> Target | None:
    entry = _get(ingress, tokens[:6])
    if not isinstance(entry, Mapping):
        return None
    best: tuple[int, int, int, int] | None = None
    for number in _routes(host, objects):
        for index, rule in enumerate(_rules(objects[number])):
            for place, match in enumerate(_list(rule, "matches") or [{}]):
                closeness = _closeness(entry, match, rule)
                if closeness and (best is None or closeness > best[0]):
                    best = (closeness, number, index, place)
    if best is None:
        return None
    _, number, index, place = best
    rule = _rules(objects[number])[index]
    pointer = join("spec", "rules", index)
    if comment.where is Where.BELOW or len(tokens) == 6:
        where = Where.ABOVE if comment.where is Where.BESIDE else comment.where
        return Target(number, pointer, where)
    return Target(number, *_within(comment, tokens[6:], entry, rule, pointer, place))


def _closeness(entry: Mapping[str, Any], match: Any, rule: Any) -> int:
    """How surely a match of a rule stands for a path: 0 for not at all."""
    path = _get(entry, ("path",)) or "/"
    value = _get(match, ("path", "value"))
    value = "/" if value is None else value
    if not isinstance(path, str) or not isinstance(value, str):
        return 0
    exact = path == value
    if not exact and path.rstrip("/") != value.rstrip("/") and not _is_expression_of(path, match):
        return 0
    service = _get(entry, ("backend", "service", "name"))
    served = any(_get(item, ("name",)) == service for item in _list(rule, "backendRefs"))
    return 1 + exact + 2 * served


def _is_expression_of(path: str, match: Any) -> bool:
    value = _get(match, ("path", "value"))
    return _get(match, ("path", "type")) == "RegularExpression" and len(path) > 1 and path in value


def _within(
    comment: Comment, tokens: tuple[str, ...], entry: Any, rule: Any, pointer: str, place: int
) -> tuple[str, Where]:
    """The line of a rule that says what a line of a path says; the rule itself where there is none."""
    if comment.where is not Where.BESIDE:
        inner = "/backendRefs" if tokens[0] == "backend" and _list(rule, "backendRefs") else ""
        return pointer + inner, Where.ABOVE
    for suffix, mirrored in _lines(tokens, entry, rule, place):
        if mirrored:
            return pointer + suffix, Where.BESIDE
    return pointer, Where.ABOVE


def _lines(tokens: tuple[str, ...], entry: Any, rule: Any, place: int) -> Iterator[tuple[str, bool]]:
    match = (_list(rule, "matches") or [{}])[place]
    if tokens[0] == "path":
        yield f"/matches/{place}/path/value", _get(match, ("path", "value")) is not None
    if tokens[0] == "pathType":
        yield f"/matches/{place}/path/type", _get(match, ("path", "type")) is not None
    if tokens[0] == "backend":
        service = _get(entry, ("backend", "service"))
        for number, item in enumerate(_list(rule, "backendRefs")):
            if _get(item, ("name",)) == _get(service, ("name",)):
                if tokens[2:3] == ("port",):
                    yield f"/backendRefs/{number}/port", _get(item, ("port",)) == _get(service, ("port", "number"))
                yield f"/backendRefs/{number}/name", True


def _rules(item: Manifest) -> Sequence[Any]:
    return _list(item, "spec", "rules")


def _list(value: Any, *tokens: str) -> list[Any] | tuple[Any, ...]:
    found = _get(value, tokens)
    return found if isinstance(found, list | tuple) else ()


def _get(value: Any, tokens: Sequence[str], *more: str) -> Any:
    """What stands at a pointer; ``None`` for nothing."""
    for token in (*tokens, *more):
        if isinstance(value, list | tuple):
            value = value[int(token)] if token.isdigit() and int(token) < len(value) else None
        else:
            value = value.get(token) if isinstance(value, Mapping) else None
    return value
