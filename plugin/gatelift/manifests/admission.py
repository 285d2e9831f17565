"""From which namespaces a listener takes routes (trap T21).

https://gateway-api.sigs.k8s.io/reference/spec/#allowedroutes: ``Same`` is the default, ``Selector`` goes by the labels
of namespaces. Of those the API server itself sets one, which is the namespace's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

NAME_LABEL = "kubernetes.io/metadata.name"


class Admission(msgspec.Struct, frozen=True):
    """``said``: ``All``, ``Same``, ``Selector`` or ``None``. ``names``: what a selector by name alone chooses."""

    said: str = "Same"
    names: frozenset[str] | None = None

    def takes(self, namespace: str, home: str) -> bool:
        """Whether routes of ``namespace`` may attach to a listener in ``home``.

        Where nobody knows (a namespace that is not written, labels that are not looked at) they may.
        """
        if self.said == "All" or not namespace:
            return True
        if self.said == "Selector":
            return self.names is None or namespace in self.names
        return self.said != "None" and (not home or namespace == home)

    def __str__(self) -> str:
        if self.said == "Same":
            return "its own namespace"
        if self.said == "None" or not self.names:
            return "no namespace"
        return f"namespace {', '.join(sorted(self.names))}"


def admission(listener: Mapping[str, Any]) -> Admission:
    """What a listener says under ``allowedRoutes.namespaces``."""
    namespaces = _part(_part(listener, "allowedRoutes"), "namespaces")
    said = namespaces.get("from") or "Same"
    if said not in ("All", "Same", "Selector", "None"):
        return Admission("Selector")
    return Admission(said, _names(_part(namespaces, "selector")) if said == "Selector" else None)


def _names(selector: Mapping[str, Any]) -> frozenset[str] | None:
    """The namespaces that ``selector`` leaves by their names; ``None`` where it does not go by names."""
    labels = selector.get("matchLabels")
    found: list[frozenset[str]] = []
    if isinstance(labels, Mapping) and NAME_LABEL in labels:
        found.append(frozenset((str(labels[NAME_LABEL]),)))
    expressions = selector.get("matchExpressions")
    for item in expressions if isinstance(expressions, list) else ():
        by_name = isinstance(item, Mapping) and item.get("key") == NAME_LABEL and item.get("operator") == "In"
        if by_name and isinstance(item.get("values"), list):
            found.append(frozenset(map(str, item["values"])))
    return frozenset.intersection(*found) if found else None


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = value.get(name)
    return part if isinstance(part, Mapping) else {}
