"""The context: configuration, host facts of the scope, Services; computed once from all old objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from gatelift.annotations.evaluate import Evaluation, Rulings, evaluate
from gatelift.annotations.nginx.host import NO_HOST, HostFacts, certificates, fold
from gatelift.config.gateway import GatewayRef
from gatelift.config.model import Config, Phase
from gatelift.expected.facts import Facts, key, union
from gatelift.expected.prerequisites import check
from gatelift.expected.retired import Retired, retired
from gatelift.expected.seating import Ground, SeatingKey, seatings
from gatelift.expected.served import verdicts_on
from gatelift.expected.unnamed import Unnamed
from gatelift.gateway.listeners import Seating
from gatelift.gateway.naming import Naming
from gatelift.ingress.classes import NOBODY, ClassVerdict, Service
from gatelift.ingress.model import Ingress
from gatelift.ingress.scopes import Scopes, scopes
from gatelift.intent.outcome import Disposition, Note
from gatelift.manifests.inventory import Inventory
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import EMITTED, ObjectKey
from gatelift.targets.base import Target

IngressKey = tuple[str, str]
"""(root, ``namespace/name``)."""


def ingress_key(ingress: Ingress) -> IngressKey:
    """Names an Ingress among all roots."""
    return (ingress.provenance.root, str(ingress.ref))


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that ``expected`` depends on besides the objects and the phase."""

    config: Config
    rulings: Rulings
    target: Target
    inventory: Inventory
    scopes: Scopes
    facts: Facts
    complete: bool
    """Whether the facts of all applications were given, not only those seen here."""
    classes: Mapping[IngressKey, ClassVerdict]
    evaluations: Mapping[IngressKey, Evaluation]
    names: Mapping[str, tuple[str, ...]]
    """Namespace -> the names of its Ingresses."""
    existing: Mapping[tuple[str, ObjectKey], Resource]
    """The objects of the kinds that gatelift writes, as they are today, by scope."""
    mirrors: Mapping[tuple[str, str], tuple[Resource, ...]] = msgspec.field(default_factory=dict)
    """(scope, ``namespace/name`` of an Ingress) -> the untouched objects that bear its mark."""
    settings: tuple[tuple[str, Note], ...] = ()
    """Refused settings of the controller, which act on every Ingress."""
    unnamed: tuple[Unnamed, ...] = ()
    """Controllers that were found, and of which nobody said whether they serve these Ingresses."""
    uncertain: frozenset[str] = frozenset()
    """Facts' keys of hosts about which the inferred scopes disagree."""
    naming: Naming = Naming.BY_HOST
    charts: frozenset[str] = frozenset()
    """Roots whose hosts are a list that grows and shrinks, so that their objects are named by host."""
    strangers: Mapping[tuple[str, str], tuple[str, ...]] = msgspec.field(default_factory=dict)
    """(scope, host) -> the Ingresses of other controllers that name it, each with its controller."""
    written: Mapping[ObjectKey, Resource] = msgspec.field(default_factory=dict)
    """Gateways of an earlier run that are made anew, as they stand today."""
    homes: frozenset[str] | None = None
    """Gateways (``namespace/name``) whose shared objects have a file to go to; ``None`` where all are printed."""
    seatings: Mapping[SeatingKey, Seating] = msgspec.field(default_factory=dict)
    """Where hostnames are served, per Gateway whose listeners gatelift writes."""

    def scope(self, ingress: Ingress) -> str:
        """The scope of an Ingress."""
        return self.scopes.of.get(ingress.provenance.root, "")

    def hosts(self, ingress: Ingress) -> Mapping[str, HostFacts]:
        """Host -> facts, for the scope and class of ``ingress``."""
        return self.facts.hosts.get(key(self.scope(ingress), self.classes[ingress_key(ingress)].name), {})

    def found(self, ingress: Ingress, wanted: ObjectKey) -> Resource | None:
        """The object of that identity in the scope of ``ingress``, if there is one today."""
        return self.existing.get((self.scope(ingress), wanted))

    def written_for(self, ingress: Ingress) -> tuple[Resource, ...]:
        """The objects that gatelift wrote for ``ingress`` before, and that nobody has changed since."""
        return self.mirrors.get((self.scope(ingress), str(ingress.ref)), ())

    def gateway(self, ingress: Ingress) -> GatewayRef | None:
        """The parent of the routes of ``ingress``."""
        return self.config.gateway_for(self.classes[ingress_key(ingress)].name, ingress.provenance.root)

    def parent(self, ingress: Ingress) -> GatewayRef:
        """The parent of the routes of an Ingress of ours; gather() has refused one without."""
        gateway = self.gateway(ingress)
        assert gateway is not None  # noqa: S101 - see above
        return gateway

    def seating(self, ingress: Ingress) -> Seating | None:
        """The seats of the Gateway of an Ingress of ours; none where its listeners exist already."""
        gateway = self.parent(ingress)
        group = key(self.scope(ingress), self.classes[ingress_key(ingress)].name)
        return self.seatings.get((group, gateway.whole))

    def phase(self, ingress: Ingress, default: Phase) -> Phase:
        """The phase of an Ingress's root."""
        return self.config.phase_for(ingress.provenance.root, default)


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """What a context is made from: all objects of all roots, and what was ruled about them."""

    ingresses: Sequence[Ingress]
    resources: Sequence[Resource]
    inventory: Inventory
    config: Config
    rulings: Rulings
    target: Target
    given: Facts | None = None
    scopes: Scopes | None = None
    """Which root is in which scope, where the caller knows more than the objects tell."""
    uncertain: frozenset[str] | None = None
    """Hosts about which inferred scopes disagree, where the caller looked at scopes that are not part of this."""
    naming: Naming = Naming.BY_HOST
    """How further objects are named: the adapter of the source knows whether hosts change in place."""
    charts: frozenset[str] = frozenset()
    """As in ``Context``."""
    unnamed: tuple[Unnamed, ...] = ()
    """Controllers that were found beside the objects, where nobody named one."""
    written: Mapping[ObjectKey, Resource] = msgspec.field(default_factory=dict)
    """Gateways of an earlier run that the caller took from ``resources``, to have them made anew."""
    homes: frozenset[str] | None = None
    """As in ``Context``."""


_WRITTEN = frozenset((kind.group, kind.kind) for kind in EMITTED)


def gather(inputs: Inputs) -> Context:
    """The context without verdicts: classes, scopes, evaluations and host facts.

    Raises ``UsageError`` where two classes of ingress-nginx share a Gateway, or an Ingress of ours has none.
    """
    verdicts = verdicts_on(inputs.ingresses, inputs.config, inputs.inventory, inputs.rulings.controller)
    classes = {ingress_key(item): verdict for item, verdict in zip(inputs.ingresses, verdicts, strict=True)}
    ours = [item for item in inputs.ingresses if classes[ingress_key(item)].service is Service.OURS]
    check(((item, classes[ingress_key(item)].name) for item in ours), inputs.config)
    evaluations = {ingress_key(item): evaluate(item, inputs.rulings) for item in ours}
    found = inputs.scopes or scopes(_identities(inputs), inputs.config.scope_for)
    existing = _existing(inputs.resources, found)
    gone = retired(existing.values(), frozenset(str(item.ref) for item in inputs.ingresses))
    local = _facts(ours, classes, evaluations, found, inputs, gone)
    given = inputs.given
    facts = union(local, given) if given else local
    return Context(
        config=inputs.config,
        rulings=inputs.rulings,
        target=inputs.target,
        inventory=_with_services(inputs.inventory, given),
        scopes=found,
        facts=facts,
        complete=given is not None and all(group in given.hosts for group in local.hosts),
        classes=classes,
        evaluations=evaluations,
        names=_names(inputs.ingresses, given),
        existing=existing,
        mirrors=_mirrors(existing),
        settings=_settings(inputs.rulings),
        unnamed=inputs.unnamed,
        uncertain=_uncertain(local, found) if inputs.uncertain is None else inputs.uncertain,
        naming=inputs.naming,
        charts=inputs.charts,
        written=inputs.written,
        homes=inputs.homes,
        strangers=_strangers(inputs.ingresses, classes, found),
        seatings=_seatings(ours, facts, existing, inputs),
    )


def _seatings(
    ours: Iterable[Ingress], facts: Facts, existing: Mapping[tuple[str, ObjectKey], Resource], inputs: Inputs
) -> Mapping[SeatingKey, Seating]:
    ground = Ground(
        config=inputs.config,
        rulings=inputs.rulings,
        facts=facts,
        inventory=inputs.inventory,
        existing=existing,
        here={ingress_key(item): item for item in ours},
        naming=inputs.naming,
    )
    return seatings(ground)


def _existing(resources: Iterable[Resource], found: Scopes) -> dict[tuple[str, ObjectKey], Resource]:
    return {
        (found.of.get(item.provenance.root, ""), item.key): item
        for item in resources
        if (item.group, item.kind) in _WRITTEN
    }


def _mirrors(existing: Mapping[tuple[str, ObjectKey], Resource]) -> dict[tuple[str, str], tuple[Resource, ...]]:
    found: dict[tuple[str, str], tuple[Resource, ...]] = {}
    for (scope, _), resource in sorted(existing.items(), key=lambda item: item[0]):
        if resource.mirrors:
            mirrored = (scope, resource.mirrors)
            found[mirrored] = (*found.get(mirrored, ()), resource)
    return found


def _settings(rulings: Rulings) -> tuple[tuple[str, Note], ...]:
    if not rulings.controller.settings:
        return ()
    from gatelift.annotations.nginx.settings.review import review  # only a run with a ConfigMap pays for the table

    found = review(rulings.controller, frozenset(rulings.accept))
    return tuple((f"configmap:{i.name}", i.note) for i in found if i.note.disposition is Disposition.REFUSED)


def _strangers(
    ingresses: Iterable[Ingress], classes: Mapping[IngressKey, ClassVerdict], found: Scopes
) -> dict[tuple[str, str], tuple[str, ...]]:
    names: dict[tuple[str, str], tuple[str, ...]] = {}
    for item in ingresses:
        verdict = classes[ingress_key(item)]
        for host in item.hosts if verdict.service is Service.FOREIGN and verdict.owner != NOBODY else ():
            key = (found.of.get(item.provenance.root, ""), host or NO_HOST)
            names[key] = (*names.get(key, ()), f"Ingress {item.ref} of {verdict.owner}")
    return names


def _identities(inputs: Inputs) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for resource in inputs.resources:
        if resource.kind != "IngressClass":
            found.setdefault(resource.provenance.root, set()).add(str(resource))
    return found


def _facts(
    ours: Sequence[Ingress],
    classes: Mapping[IngressKey, ClassVerdict],
    evaluations: Mapping[IngressKey, Evaluation],
    found: Scopes,
    inputs: Inputs,
    gone: Retired,
) -> Facts:
    groups: dict[str, list[Evaluation]] = {}
    for ingress in ours:
        group = key(found.of.get(ingress.provenance.root, ""), classes[ingress_key(ingress)].name)
        groups.setdefault(group, []).append(evaluations[ingress_key(ingress)])
    hosts = {
        group: fold(items, inputs.rulings.controller, gone.certificates, gone.hostnames)
        for group, items in sorted(groups.items())
    }
    return Facts(hosts=hosts, certificates={group: certificates(items) for group, items in sorted(groups.items())})


def _uncertain(facts: Facts, found: Scopes) -> frozenset[str]:
    """Hosts that stand in several inferred scopes, and would be read differently if these were one cluster."""
    if not found.inferred:
        return frozenset()
    seen: dict[tuple[str, str], set[tuple[bool, bool]]] = {}
    for group, hosts in facts.hosts.items():
        for host, item in hosts.items():
            seen.setdefault((group.rpartition("/")[2], host), set()).add((item.regex, item.certificate))
    return frozenset(host for (_, host), variants in seen.items() if len(variants) > 1)


def _names(ingresses: Iterable[Ingress], given: Facts | None) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for ingress in ingresses:
        found.setdefault(ingress.ref.namespace, set()).add(ingress.ref.name)
    for namespace, names in (given.names if given else {}).items():
        found.setdefault(namespace, set()).update(names)
    return {namespace: tuple(sorted(names)) for namespace, names in sorted(found.items())}


def _with_services(inventory: Inventory, given: Facts | None) -> Inventory:
    if given is None:
        return inventory
    return msgspec.structs.replace(inventory, services={**given.services, **inventory.services})


def duplicates(ingresses: Iterable[Ingress]) -> frozenset[IngressKey]:
    """The Ingresses that one root holds more than once."""
    counts = Counter(ingress_key(ingress) for ingress in ingresses)
    return frozenset(item for item, count in counts.items() if count > 1)
