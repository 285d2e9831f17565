"""Values that a kustomization fills in: kept as what they are, where a patch would make literals of them.

A replacement into an Ingress gets a target for each object that mirrors the same value; a variable in the text of an
Ingress stands in what is written beside it as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.gateway.normal import key_of

Manifest = Mapping[str, Any]


class Mirrored(msgspec.Struct, frozen=True):
    """An Ingress as a level builds it, its name in the sources, and the objects that mirror it there."""

    name: str
    ingress: Manifest
    objects: tuple[Manifest, ...]


class Target(msgspec.Struct, frozen=True):
    """A target for the replacement with this index."""

    index: int
    value: Mapping[str, Any]


def replacement_targets(replacements: Sequence[object], mirrored: Sequence[Mirrored]) -> Iterator[Target]:
    """The targets that replacements into Ingresses need for the objects that mirror these."""
    for index, item in enumerate(replacements):
        targets = item.get("targets") if isinstance(item, Mapping) else None
        for target in targets if isinstance(targets, list) else ():
            for each in mirrored:
                if isinstance(target, Mapping) and _selects(target.get("select"), each):
                    yield from (Target(index, value) for value in _targets(target, each))


def _selects(select: object, each: Mirrored) -> bool:
    if not isinstance(select, Mapping) or select.get("kind") != "Ingress":
        return False
    name = select.get("name")
    return name is None or str(name) in (each.name, each.ingress["metadata"]["name"])


def _targets(target: Mapping[str, Any], each: Mirrored) -> Iterator[dict[str, Any]]:
    paths = [path for path in target.get("fieldPaths") or () if isinstance(path, str)]
    for item in each.objects:
        fields = list(dict.fromkeys(found for path in paths for found in _fields(path, each.ingress, item)))
        if fields:
            key = key_of(item)
            made: dict[str, Any] = {"select": {"kind": key.kind, "name": key.name}, "fieldPaths": fields}
            if "options" in target:
                made["options"] = {name: value for name, value in target["options"].items() if name != "create"}
            yield made


def _fields(path: str, ingress: Manifest, item: Manifest) -> Iterator[str]:
    """The fields of ``item`` that hold what the Ingress has at a path, where both mean the same thing."""
    values = {value for value in _values(ingress, path.split(".")) if isinstance(value, str | int)}
    spec = item["spec"]
    if path.endswith(".host"):
        names = spec.get("hostnames") or ()
        yield from (f"spec.hostnames.{number}" for number, name in enumerate(names) if name in values)
        listeners = spec.get("listeners") or ()
        for number, listener in enumerate(listeners):
            if listener.get("hostname") in values:
                yield f"spec.listeners.{number}.hostname"
    for end, field in ((".service.name", "name"), (".serviceName", "name"), (".port.number", "port")):
        if path.endswith(end):
            yield from _in_backends(spec, field, values)


def _in_backends(spec: Mapping[str, Any], field: str, values: set[str | int]) -> Iterator[str]:
    for number, rule in enumerate(spec.get("rules") or ()):
        for index, backend in enumerate(rule.get("backendRefs") or ()):
            if backend.get(field) in values:
                yield f"spec.rules.{number}.backendRefs.{index}.{field}"


def _values(value: Any, path: Sequence[str]) -> Iterator[Any]:
    """What stands at a field path of Kustomize: numbers, ``*``, and names."""
    if not path:
        yield value
        return
    head, rest = path[0], path[1:]
    if isinstance(value, list):
        chosen = value if head == "*" else value[int(head) : int(head) + 1] if head.isdigit() else ()
        for item in chosen:
            yield from _values(item, rest)
    elif isinstance(value, Mapping) and head in value:
        yield from _values(value[head], rest)


def as_in_source(item: dict[str, Any], written: Manifest, built: Manifest, *, elsewhere: bool) -> dict[str, Any]:
    """``item`` with ``$(NAME)`` again where its Ingress is written with it, and a build has put a value there.

    ``elsewhere``: whether ``built`` is from a level above the Ingress's own; then hosts are those of the Ingress as it
    is written too, and the level above says what it makes of them, as it does for the Ingress.
    """
    pairs = list(_filled(written.get("spec"), built.get("spec"), elsewhere))
    known = dict(pairs)
    if any(known[value] != text for value, text in pairs):
        return item
    return {**item, "spec": _restored(item["spec"], known)} if known else item


def _filled(written: Any, built: Any, hosts: bool, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(written, str) and isinstance(built, str):
        if written != built and ("$(" in written or (hosts and key in ("host", "hosts"))):
            yield built, written
    elif isinstance(written, Mapping) and isinstance(built, Mapping):
        for name in sorted(written.keys() & built.keys()):
            yield from _filled(written[name], built[name], hosts, name)
    elif isinstance(written, list) and isinstance(built, list):
        for one, other in zip(written, built, strict=False):
            yield from _filled(one, other, hosts, key)


def _restored(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return known.get(value, value)
    if isinstance(value, Mapping):
        return {key: _restored(item, known) for key, item in value.items()}
    return [_restored(item, known) for item in value] if isinstance(value, list) else value
