"""What is held against each other: all objects of one cluster and one class, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from gatelift.config.gateway import GatewayRef
from gatelift.config.model import Config
from gatelift.expected.expected import Change
from gatelift.expected.ledger import Entry
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import GATEWAY
from gatelift.traffic.fields import at, group, mapping_at, maps, name
from gatelift.traffic.gateway.age import aged
from gatelift.traffic.gateway.elsewhere import elsewhere, on_their_own
from gatelift.traffic.model import Manifest, Request


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """``before`` has the Ingresses that ingress-nginx serves, and no others. ``entries``: the ledger. ``withheld``:
    ``namespace/name`` of an Ingress that got no route -> why.
    """

    before: tuple[Manifest, ...]
    after: tuple[Manifest, ...]
    entries: tuple[Entry, ...] = ()
    withheld: Mapping[str, str] = msgspec.field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    """What is known to be left out before anything is asked."""
    limited: frozenset[str] = frozenset()
    """Ingresses with limits, which no side of a replay applies."""
    witnesses: tuple[Request, ...] = ()
    """Requests that a replay sends before all others."""

    @property
    def objects_after(self) -> tuple[Manifest, ...]:
        """``after`` with ages, and with the Services that only ``before`` has: two files need not both have them.

        A Gateway that only ``before`` has is gone, and listens no more; nothing may stand in for it.
        """
        there = {name(item) for item in self.after if item.get("kind") == "Service"}
        services = (item for item in self.before if item.get("kind") == "Service" and name(item) not in there)
        return aged(self.before, (*self.after, *services, *self._gone()))

    def _gone(self) -> Iterator[Manifest]:
        there = {name(item) for item in self.after if item.get("kind") == GATEWAY.kind}
        for item in self.before:
            if (item.get("kind"), group(item)) == (GATEWAY.kind, GATEWAY.group) and name(item) not in there:
                yield {**item, "spec": {**mapping_at(item, "spec"), "listeners": []}}


def cases_of(
    before: Sequence[Resource], after: Sequence[Manifest], changes: Sequence[Change], config: Config
) -> dict[str, Case]:
    """Class -> what is held against each other: each class is a controller of its own, and knows no other.

    So do the routes, on the Gateways that ``config`` names for the class.
    """
    by_class: dict[str, list[Change]] = {}
    ours = [change for change in changes if not change.left]
    # An Ingress without a class is served by whoever takes those, which is one of the controllers that are there.
    usual = next((change.ingress.class_name for change in ours if change.ingress.class_name), "")
    for change in ours:
        by_class.setdefault(change.ingress.class_name or usual, []).append(change)
    gateways = {
        name_of_class: {item.whole for change in own for item in _gateways(change, config) if item is not None}
        for name_of_class, own in by_class.items()
    }
    strange = elsewhere(after, frozenset().union(*gateways.values()))
    made = {}
    for name_of_class, own in by_class.items():
        served = {_identity(change) for change in own}
        made[name_of_class] = Case(
            before=tuple(item.value for item in before if item.kind != "Ingress" or _named(item) in served),
            after=tuple(on_their_own(after, gateways[name_of_class])),
            entries=tuple(replace(entry, ingress=_called(change)) for change in own for entry in change.entries),
            withheld=withheld(own),
            assumed=strange,
        )
    return made


def _gateways(change: Change, config: Config) -> Iterator[GatewayRef | None]:
    """The Gateway of an Ingress; where its class is left to an IngressClass that is the default, any that is named."""
    root = change.ingress.provenance.root
    yield config.gateway_for(change.ingress.class_name, root)
    if not change.ingress.class_name:
        yield from (config.gateway_for(item.name, root) for item in config.classes)


def _called(change: Change) -> str:
    """``namespace/name`` as places have it: what a manifest leaves to whoever applies it is ``default`` here."""
    ref = change.ingress.ref
    return name({"metadata": {"namespace": ref.namespace, "name": ref.name}})


def _identity(change: Change) -> tuple[str, str]:
    return change.ingress.ref.namespace, change.ingress.ref.name


def _named(item: Resource) -> tuple[str, str]:
    return item.namespace, item.name


def is_common(item: Manifest) -> bool:
    """Whether an object is part of every cluster: a Gateway, a policy on one, or what lets it read certificates."""
    spec = item.get("spec")
    refs = [*maps(at(spec, "targetRefs")), *maps([at(spec, "targetRef")])]
    return item.get("kind") in ("Gateway", "ReferenceGrant") or any(ref.get("kind") == "Gateway" for ref in refs)


def with_gateways(objects: Sequence[Manifest], more: Iterable[Manifest]) -> list[Manifest]:
    """``objects`` with those of ``more`` that count for every cluster and are not among them."""
    there = {(item.get("kind"), name(item)) for item in objects}
    new = (item for item in more if is_common(item) and (item.get("kind"), name(item)) not in there)
    return [*objects, *new]


def withheld(changes: Iterable[Change]) -> dict[str, str]:
    """Ingresses that got no route, by ``namespace/name``, with the reason."""
    return {_called(item): item.withheld.text for item in changes if item.withheld is not None}
