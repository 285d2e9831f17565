"""What a strategy is given of one template with Ingresses, and what it answers.

A strategy proposes; whoever plans renders every case with the switch off and on, and keeps what is proved.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from gatelift.config.gateway import GatewayRef
from gatelift.config.model import Phase
from gatelift.expected.expected import Change
from gatelift.findings import Place
from gatelift.ingress.read import CLASS_ANNOTATION
from gatelift.manifests.resource import Resource
from gatelift.repository.tree import Tree
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.charts import Chart, Charts

Manifest = Mapping[str, Any]
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
"""What may follow a dot (https://pkg.go.dev/text/template#hdr-Arguments)."""

Ask = Callable[[Sequence[Manifest]], tuple[Change, ...]]
"""Objects of one made-up application -> what ``expected()`` makes of each Ingress among them, in their order."""


class Strategy(StrEnum):
    """How a template's Ingresses become routes, in the order in which it is tried (DESIGN 7)."""

    OWN = "own"
    """The chart has a template for routes: its values are written."""
    READABLE = "readable"
    """A template that a maintainer would have written."""
    WRAPPED = "wrapped"
    """The rendered Ingress is converted while the chart renders."""
    FOREIGN = "foreign"
    """A chart from elsewhere, of which nothing is edited."""


VALUED = frozenset((Strategy.OWN, Strategy.FOREIGN))
"""Strategies that write values and no template: what they turn on is the chart's own."""


class Switch(msgspec.Struct, frozen=True):
    """Where the switch stands in the chart's own values: ``("server", "gateway")`` beside ``("server", "ingress")``.

    ``beside`` is empty where the template's values have no block of their own.
    """

    path: tuple[str, ...]
    beside: tuple[str, ...] = ()

    @property
    def expression(self) -> str:
        """The switch as a template names it: ``$.Values.server.gateway``, ``(index $.Values "my-app").gateway``."""
        return self.reach()

    def reach(self, *more: str, root: str = "$.Values", bare: bool = False) -> str:
        """What stands under ``more`` keys of the switch. ``bare``: the blocks around it may not be there at all."""
        found = root
        for number, key in enumerate((*self.path, *more)):
            if not _IDENTIFIER.fullmatch(key):
                found = f"(index {f'({found} | default dict)' if bare and number else found} {json.dumps(key)})"
            else:
                found = f"({found}).{key}" if bare and number else f"{found}.{key}"
        return found

    def block(self, parent: GatewayRef | None, *, on: bool | None) -> dict[str, Any]:
        """What stands under it: ``enabled``, ``name``, ``namespace`` and ``sectionName``, empty where unknown.

        ``on`` is None where routes follow the guard of an Ingress that is gone, and nothing is switched.
        """
        return {
            **({} if on is None else {"enabled": on}),
            "name": parent.name if parent else "",
            "namespace": parent.namespace if parent else "",
            "sectionName": (parent.section_name or "") if parent else "",
        }


def written_class(rendered: Resource) -> str:
    """The class that an Ingress names, by its field or its annotation; empty for none."""
    spec = rendered.value.get("spec") or {}
    annotations = (rendered.value.get("metadata") or {}).get("annotations") or {}
    return str(spec.get("ingressClassName") or annotations.get(CLASS_ANNOTATION) or "")


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One case as the template renders it.

    ``keys``: the keys under which the chart's values stand in the case's (of an umbrella); ``values``: the chart's own
    values in it, defaults included. ``ingresses``: what this template renders, in order; ``changes``: what becomes of
    each, at the same index, None for one that cannot be judged. ``services``: the Services of the case.
    """

    case: Case
    keys: tuple[str, ...] = ()
    values: Manifest = {}
    ingresses: tuple[Resource, ...] = ()
    changes: tuple[Change | None, ...] = ()
    services: tuple[Manifest, ...] = ()

    @property
    def converts(self) -> bool:
        """Whether each Ingress becomes routes."""
        return all(item is not None and item.withheld is None and not item.left for item in self.changes)

    @property
    def unserved(self) -> bool:
        """Whether some Ingress names a class that nobody is known to serve, and was judged under another one."""
        return any(
            change is not None and written_class(rendered) not in ("", change.ingress.class_name)
            for rendered, change in zip(self.ingresses, self.changes, strict=True)
        )


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One template of a chart whose rendering holds Ingresses.

    ``tree`` is without what gatelift itself wrote; ``template`` and ``services`` (the templates that render Services)
    are paths of the repository. ``prefix``: what the names of the chart's helpers begin with.
    """

    tree: Tree
    charts: Charts
    chart: Chart
    template: str
    switch: Switch
    seen: tuple[Seen, ...]
    services: tuple[str, ...] = ()
    phase: Phase = Phase.COEXIST
    prefix: str = ""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a strategy would write: new bytes by path (None: the file goes), the chart's helpers aside.

    ``helpers``: whether it uses them. ``values``: for ``OWN``, by the name of the case, what its values become where
    the switch is on; the switch of this strategy is the chart's own.
    """

    strategy: Strategy
    files: Mapping[str, bytes | None] = {}
    moved: frozenset[str] = frozenset()
    """Those of ``files`` that are the chart's own under another name, and so bear no head."""
    helpers: bool = True
    values: Mapping[str, Manifest] = {}
    note: str = ""


class GivenUp(msgspec.Struct, frozen=True):
    """Why a strategy has nothing to offer, and at which place of the template."""

    why: str
    place: Place | None = None
