"""What ``expected()`` answers about a made-up Ingress, taken apart by host, with slots in place of its names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gatelift.expected.expected import Change
from gatelift.sources.helm.offer import Ask
from gatelift.sources.helm.runtime.sentinels import LABELS, SLOT, Probe, Slots
from gatelift.sources.helm.runtime.tables import Beside, Data

ROUTE = "HTTPRoute"
_OTHERS = ("GRPCRoute", "TLSRoute", "Gateway", "ListenerSet", "XListenerSet", "ReferenceGrant", "ClientTrafficPolicy")
"""Kinds that a helper does not write: what becomes one of these stays with whoever asked."""


class Unknown(Exception):  # noqa: N818 - no error: the tables do not hold it, and the helper says so when it is met
    """Why the tables do not hold something."""


class HostAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one host becomes. ``rules`` are those of its main route."""

    api_version: str
    parents: tuple[Data, ...]
    hostnames: tuple[str, ...]
    rules: tuple[Data, ...]
    beside: tuple[Beside, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one Ingress becomes: its hosts, what stands beside all of them, and the annotations of its routes."""

    hosts: tuple[HostAnswer, ...]
    objects: tuple[Data, ...]
    annotations: Mapping[str, str]


def answers(ask: Ask, probes: Sequence[Probe]) -> list[Answer | Unknown]:
    """What becomes of each, asked about together, but for those without hosts, which would meet one another."""
    together = [probe for probe in probes if probe.kind != "none"]
    found = dict(zip((probe.number for probe in together), _asked(ask, together), strict=True))
    for probe in probes:
        if probe.kind == "none":
            found[probe.number] = _asked(ask, [probe])[0]
    return [_taken(probe, found[probe.number]) for probe in probes]


def _asked(ask: Ask, probes: Sequence[Probe]) -> tuple[Change, ...]:
    found = iter(ask([item for probe in probes for item in probe.objects]) if probes else ())
    firsts = []
    for probe in probes:
        firsts.append(next(found))
        if probe.companion is not None:
            next(found)
    return tuple(firsts)


def _taken(probe: Probe, change: Change) -> Answer | Unknown:
    try:
        return _apart(probe, change)
    except Unknown as unknown:
        return unknown
    except ValueError as error:
        return Unknown(str(error))


def _apart(probe: Probe, change: Change) -> Answer:
    if change.left:
        raise Unknown("nobody says that ingress-nginx serves it")
    if change.withheld is not None:
        raise Unknown(_why(probe, change))
    routes = [item for item in change.emitted if item["kind"] == ROUTE]
    others = [item for item in change.emitted if item["kind"] != ROUTE]
    wrong = next((str(item["kind"]) for item in others if item["kind"] in _OTHERS), "")
    if wrong:
        raise Unknown(f"it becomes a {wrong}, which the helpers do not write")
    known = [_host(probe, index, routes) for index in range(probe.hosts)]
    if sum(1 + len(item.beside) for item in known) != len(routes):
        raise Unknown("not every route belongs to one of its hosts")
    mains = [item for index in range(probe.hosts) for item in _mains(probe, index, routes)]
    objects = tuple(_object(probe, item, [str(_meta(main)["name"]) for main in mains]) for item in others)
    return Answer(hosts=tuple(known), objects=objects, annotations=_annotations(routes))


def _why(probe: Probe, change: Change) -> str:
    """The refusal, for the person who renders the chart; without it where it might repeat an annotation's value."""
    note = change.withheld
    assert note is not None  # noqa: S101 - the caller looked
    text = f"{note.text}. What to do: {note.todo}"
    values = (value for value in probe.annotations.values() if len(value) > 1)
    if any(value in text for value in values) or "{:" in text:
        return "it cannot become a route"
    return re.sub(r"\{:(service|port|path|above)\d*:\}", r"its \1", Slots(probe).text(text)).replace(
        "its above", "its path"
    )


def _meta(item: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = item["metadata"]
    if found.get("labels", {}) != LABELS:
        raise Unknown("what it becomes has labels of its own")
    return found


def _annotations(routes: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    found: list[Mapping[str, str]] = [_meta(item).get("annotations", {}) for item in routes]
    if any(item != found[0] for item in found):
        raise Unknown("its routes have different annotations")
    return found[0] if found else {}


def _hostnames(route: Mapping[str, Any]) -> list[str]:
    found: list[str] = route["spec"].get("hostnames", [])
    return found


def _ours(probe: Probe, index: int, routes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The routes of a host: its own, and its twin's with or without www."""
    host = probe.host(index)
    bare = host.removeprefix("www.").removeprefix("*.")
    if not host:
        return [item for item in routes if not _hostnames(item)]
    return [item for item in routes if any(bare in name for name in _hostnames(item))]


def _mains(probe: Probe, index: int, routes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    name = min((str(_meta(item)["name"]) for item in _ours(probe, index, routes)), key=len, default="")
    return [item for item in _ours(probe, index, routes) if _meta(item)["name"] == name]


def _host(probe: Probe, index: int, routes: Sequence[Mapping[str, Any]]) -> HostAnswer:
    mains = _mains(probe, index, routes)
    slots = Slots(probe, index)
    if len(mains) != 1:
        raise Unknown("it becomes no route of its own")
    main = mains[0]
    spec: Data = slots.put(main["spec"])
    name = str(_meta(main)["name"])
    if name != probe.name and not index:
        raise Unknown("its first route does not bear its name")
    beside = [item for item in _ours(probe, index, routes) if item is not main]
    return HostAnswer(
        api_version=str(main["apiVersion"]),
        parents=tuple(_parent(item) for item in spec["parentRefs"]),
        hostnames=tuple(spec.get("hostnames", ())),
        rules=tuple(spec["rules"]),
        beside=tuple(_beside(item, slots, shared=probe.companion is not None) for item in beside),
    )


def _beside(item: Mapping[str, Any], slots: Slots, *, shared: bool) -> Beside:
    name = str(_meta(item)["name"])
    suffix = slots.text(name).rpartition(SLOT % "slug")[2].removeprefix(SLOT % "name").removeprefix("-")
    if not suffix or "{:" in suffix:
        raise Unknown("a route beside the first has a name of its own")
    spec: Data = slots.put(item["spec"])
    if not shared and any(f"{{:{slot}" in canonical(spec) for slot in ("service", "path", "above")):
        raise Unknown("a host has more rules than a route takes, or its paths are redirected apart")
    return Beside(suffix, {**spec, "parentRefs": [_parent(i) for i in spec["parentRefs"]]})


def _parent(item: Mapping[str, Any]) -> Data:
    return {**item, "name": SLOT % "gateway", "namespace": SLOT % "home"}


def _object(probe: Probe, item: Mapping[str, Any], mains: Sequence[str]) -> Data:
    """An object beside the routes, without what every one has; ``{:routes:}`` for references to all main routes."""
    name = str(_meta(item)["name"])
    if not name.startswith(probe.name):
        raise Unknown(f"its {item['kind']} does not bear its name")
    slots = Slots(probe)
    found: Data = slots.put({key: value for key, value in item.items() if key != "metadata"})
    targets = item.get("spec", {}).get("targetRefs", ())
    aimed = [target.get("name") for target in targets if target.get("kind") == ROUTE]
    if aimed and aimed == list(mains) and len(targets) == len(mains):
        found["spec"]["targetRefs"] = SLOT % "routes"
    elif aimed:
        raise Unknown(f"its {item['kind']} is for some of its routes only")
    return {"name": slots.text(name), "object": found}


def canonical(value: Any) -> str:
    """A text by which two values are compared."""
    return json.dumps(value, sort_keys=True)
