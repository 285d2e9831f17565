"""Whether what restricts access today still does: read from annotations and emitted objects, without gatelift's code.

For an annotation whose unit is of Risk.SECURITY one of these must hold where it is not refused:

- ``inert`` with a reason, and nothing here knows better: a limit above nothing, a list of addresses, a password and a
  service to ask are at work unless the Ingress has no route of its own to a backend;
- an object that restricts as the annotation says stands on *every* route of the Ingress that forwards;
- it was named under ``accept``;
- nothing here knows the annotation: then it said what differs, or its value asks for nothing, or the emitted objects
  would be others without it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from gatelift.annotations import registry
from gatelift.annotations.unit import Unit
from gatelift.expected.expected import Change
from gatelift.expected.ledger import Entry
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Disposition
from support.conversion import Conversion
from support.doors import (
    ASKS_NOTHING,
    CANARY_KEYS,
    TRUE,
    Asked,
    Door,
    doors,
    forwards,
    is_at_work,
    place,
    proof_of,
    targets,
)

Json = Any
Without: TypeAlias = Callable[[str, str], Conversion]


def unproved(found: Conversion, without: Without, prefix: str) -> Iterator[str]:
    """Each setting of Risk.SECURITY that is gone without evidence, without a reason and without a refusal.

    ``without``: an Ingress and a key -> the conversion of the same input without that annotation.
    """
    for change in found.result.changes:
        if change.left or change.withheld is not None:
            continue
        yield from _open_doors(change)
        for asked, entry in _subjects(change, found, prefix):
            problem = _problem(asked, entry, change, found, without)
            if problem:
                said = f"{entry.disposition} ({entry.text})"
                yield f"{entry.ingress} {asked.name}: {asked.value[:60]!r} is {said}, {problem}"


def _subjects(change: Change, found: Conversion, prefix: str) -> Iterator[tuple[Asked, Entry]]:
    """Annotations of Risk.SECURITY with what the ledger says of them, and settings of the controller that restrict."""
    ingress, setup = change.ingress, found.setup
    own = {key.removeprefix(prefix): value for key, value in ingress.annotations.items()}
    host = next((host for host in ingress.hosts if host), "")
    entries = {entry.pointer: entry for entry in change.entries}
    said = {
        key: entries["/metadata/annotations/" + key.replace("~", "~0").replace("/", "~1")]
        for key in ingress.annotations
    }
    for key, entry in said.items():
        unit = registry.find(key, prefix.rstrip("/"))
        if unit is not None and unit.risk is Risk.SECURITY:
            value = ingress.annotations[key]
            yield Asked(key.removeprefix(prefix), key, value, own, setup.settings, setup.decide, host), entry
    for name, value in setup.settings.items():
        unit = registry.find(prefix + name, prefix.rstrip("/"))
        stands_in = unit is not None and unit.setting == name and unit.risk is Risk.SECURITY
        if not value or not (stands_in or proof_of(name)) or _is_outranked(unit, said, prefix):
            continue
        # What is translated and the same leaves no entry.
        found_entry = entries.get(f"configmap:{name}", Entry("", str(ingress.ref), name, Disposition.EXACT))
        yield Asked(name, name, value, own, setup.settings, setup.decide, host), found_entry


def _is_outranked(unit: Unit | None, said: Mapping[str, Entry], prefix: str) -> bool:
    """Whether the Ingress has an annotation of its own that ingress-nginx can read."""
    names = (*unit.names, *unit.aliases) if unit else ()
    entries = [said[prefix + name] for name in names if prefix + name in said]
    return any("falls back" not in entry.text and "empty" not in entry.text for entry in entries)


def _problem(asked: Asked, entry: Entry, change: Change, found: Conversion, without: Without) -> str:
    canary = asked.annotations.get("canary") in TRUE and not asked.name.startswith(CANARY_KEYS)
    standing = list(doors(change, found.emitted))
    if entry.disposition is Disposition.REFUSED:
        return "and its Ingress has a route to a backend" if standing else ""
    if entry.disposition is Disposition.DIFFERS and _is_accepted(entry, asked, found):
        return ""
    if entry.disposition is Disposition.INERT:
        if not entry.text:
            return "and nobody says why"
        return "and it is at work today" if standing and not canary and is_at_work(asked) else ""
    verdict = _verdict(asked, standing)
    if verdict is not None:
        return verdict
    if entry.disposition is Disposition.DIFFERS:
        return "" if entry.text else "and nobody says how it differs"
    if "/" not in asked.name and asked.value.strip() in ASKS_NOTHING:
        return ""
    same = _plain(found.emitted) == _plain(without(entry.ingress, asked.key).emitted)
    return "and the emitted objects are the same without it" if same else ""


OF_THE_SERVICE = frozenset(
    {
        "auth-always-set-cookie",
        "auth-keepalive",
        "auth-keepalive-requests",
        "auth-keepalive-share-vars",
        "auth-keepalive-timeout",
    }
)
"""What says how the service of auth-url is asked, and restricts nobody by itself."""


def _is_accepted(entry: Entry, asked: Asked, found: Conversion) -> bool:
    """By name; or it does nothing without one that is, and says so, or only says how the service of one is asked."""
    names = [key.rpartition("/")[2] for key in found.setup.accept]
    if asked.name in OF_THE_SERVICE and "auth-url" in names:
        return True
    return "accepted" in entry.text and (asked.key in found.setup.accept or any(name in entry.text for name in names))


def _verdict(asked: Asked, standing: list[Door]) -> str | None:
    """Which routes lack what is asked for; ``None`` where nobody here knows what it is."""
    proof = proof_of(asked.name)
    verdicts = [proof(asked, door) for door in standing] if proof else [None]
    lacking = [door.route for door, verdict in zip(standing, verdicts, strict=False) if verdict is False]
    if lacking:
        return f"and the routes {', '.join(lacking)} lack it"
    return None if None in verdicts else ""


def _plain(items: Sequence[Mapping[str, Json]]) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True) for item in items)


def _open_doors(change: Change) -> Iterator[str]:
    """A policy of an Ingress is attached to every route of it that forwards: there is no way round."""
    routes = [route for route in change.emitted if route["kind"] in ("HTTPRoute", "GRPCRoute") and forwards(route)]
    wanted = {place(route) for route in routes}
    for item in change.emitted:
        if item["kind"] in ("SecurityPolicy", "BackendTrafficPolicy") and not wanted <= targets(item):
            yield f"{change.ingress.ref}: {item['kind']} leaves out {sorted(wanted - targets(item))}"
