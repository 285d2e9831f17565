"""Listeners that choose namespaces by labels, where the manifests of these namespaces need not be there (trap T21)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gatelift.manifests.admission import NAME_LABEL
from gatelift.traffic.fields import at, mapping_at, maps, name, namespace, of_kind, text
from gatelift.traffic.model import Manifest

_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute")


def by_name(gateways: Iterable[Manifest], objects: Sequence[Manifest]) -> tuple[tuple[Manifest, ...], tuple[str, ...]]:
    """``gateways`` whose listeners choose namespaces by name, and what that assumes.

    A namespace with a manifest has the labels that this says. Of one without nobody knows them: all that the listener
    asks for besides the name are taken to be there.
    """
    given = {text(at(item, "metadata", "name")): _labels(item) for item in of_kind(objects, "Namespace")}
    used = sorted({namespace(item) for item in of_kind(objects, *_ROUTES)} - {""})
    assumed: set[str] = set()
    made = []
    for gateway in gateways:
        listeners = [
            _chosen(item, used, given, name(gateway), assumed) for item in maps(at(gateway, "spec", "listeners"))
        ]
        made.append({**gateway, "spec": {**mapping_at(gateway, "spec"), "listeners": listeners}})
    return tuple(made), tuple(sorted(assumed))


def _labels(item: Manifest) -> Mapping[str, Any]:
    found = at(item, "metadata", "labels")
    return found if isinstance(found, Mapping) else {}


def _chosen(
    listener: Mapping[str, Any],
    used: Sequence[str],
    given: Mapping[str, Mapping[str, Any]],
    gateway: str,
    assumed: set[str],
) -> Mapping[str, Any]:
    allowed = at(listener, "allowedRoutes", "namespaces")
    selector = at(allowed, "selector")
    if at(allowed, "from") != "Selector" or not isinstance(selector, Mapping) or _by_name_alone(selector):
        return listener
    chosen, guessed = [], []
    for each in used:
        known = {**given.get(each, {}), NAME_LABEL: each}
        if all(_holds(*asked, known, sure=each in given) for asked in _asked(selector)):
            chosen.append(each)
            guessed += [] if each in given else [each]
    if guessed:
        assumed.add(
            f"listener {listener.get('name')} of Gateway {gateway} chooses namespaces by labels; without a manifest of "
            f"theirs these are taken to be chosen: {', '.join(guessed)}"
        )
    named = {"matchExpressions": [{"key": NAME_LABEL, "operator": "In", "values": chosen or ["-"]}]}
    namespaces = {"from": "Selector", "selector": named}
    return {**listener, "allowedRoutes": {**listener["allowedRoutes"], "namespaces": namespaces}}


def _asked(selector: Mapping[str, Any]) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    """Key, operator and values of everything that a selector asks for."""
    labels = selector.get("matchLabels")
    for key, value in labels.items() if isinstance(labels, Mapping) else ():
        yield str(key), "In", (str(value),)
    for item in maps(selector.get("matchExpressions")):
        values = item.get("values")
        yield (
            text(item.get("key")),
            text(item.get("operator")),
            tuple(map(str, values if isinstance(values, list) else ())),
        )


def _by_name_alone(selector: Mapping[str, Any]) -> bool:
    return all(key == NAME_LABEL for key, _, _ in _asked(selector))


def _holds(key: str, operator: str, values: tuple[str, ...], labels: Mapping[str, Any], sure: bool) -> bool:
    """https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"""
    if not sure and key != NAME_LABEL:
        return True
    value = labels.get(key)
    match operator:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case _:
            return operator == "DoesNotExist" and value is None
