"""All roots of a repository, judged together: what each render becomes in its scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import structs

from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Rulings
from gatelift.annotations.nginx.host import NO_HOST
from gatelift.config.model import Config, Phase
from gatelift.expected.context import Context, IngressKey, Inputs, duplicates, gather, ingress_key
from gatelift.expected.expected import Change, Expected, expected
from gatelift.expected.facts import Facts
from gatelift.expected.judge import Judged, judge
from gatelift.expected.settings import setting_findings
from gatelift.expected.suspects import Suspect
from gatelift.expected.unnamed import Unnamed
from gatelift.findings import Finding, Place, Severity
from gatelift.gateway.naming import Naming
from gatelift.ingress.model import Ingress, IngressRef
from gatelift.ingress.read import is_ingress, read
from gatelift.ingress.scopes import INFERRED, Scopes
from gatelift.manifests.inventory import take
from gatelift.manifests.resource import Resource, ShapeError
from gatelift.manifests.shape import ObjectKey
from gatelift.sources.suspects import suspect
from gatelift.sources.variables import Variables, check_name, hidden_in
from gatelift.targets.base import Target

Manifest = Mapping[str, Any]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What every conversion of a run depends on besides the sources."""

    config: Config
    controller: Controller
    target: Target
    phase: Phase = Phase.COEXIST
    given: Facts | None = None
    naming: Naming = Naming.BY_HOST
    unnamed: tuple[Unnamed, ...] = ()
    """Controllers that the sources describe and nobody named."""
    written: Mapping[ObjectKey, Resource] = msgspec.field(default_factory=dict)
    """Gateways that gatelift wrote and makes anew, as they stand in their files."""
    homes: frozenset[str] | None = None
    """Gateways (``namespace/name``) whose shared objects have a file to go to; ``None`` where all are printed."""

    def phase_of(self, root: str) -> Phase:
        """The phase of a root."""
        return self.config.phase_for(root, self.phase)


class Kept(msgspec.Struct, frozen=True):
    """Why an Ingress stays, what to do, and the same as a short clause about the Ingress."""

    why: str
    todo: str = "see what the plan says of its template"
    clause: str = "its sources cannot be rewritten"


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """What one root renders: the objects that matter, parsed, and the texts of all others."""

    root: str
    resources: tuple[Resource, ...]
    others: tuple[str, ...] = ()
    left: frozenset[ObjectKey] = frozenset()
    """Ingresses that are to stay as they are, by ``# gatelift: ignore`` or by the configuration."""
    kept: Mapping[ObjectKey, Kept] = msgspec.field(default_factory=dict)
    """Ingresses that stay while the rest of the root goes on, each with why."""
    places: Mapping[ObjectKey, Place] = msgspec.field(default_factory=dict)
    """Where each Ingress stands in the sources."""
    release: str = ""
    """Of a chart: which release it is. Two cases of one are never in one cluster: each would replace the other."""
    unread: tuple[Finding, ...] = ()
    """What of it could not be read, so that nobody knows what it asks for."""

    @property
    def chart(self) -> bool:
        """Whether it is a case of a chart, whose hosts are a list in its values."""
        return bool(self.release)


def of_root(item: Resource, root: str) -> Resource:
    """An object as one of this root."""
    where = item.provenance
    return item if where.root == root else structs.replace(item, provenance=structs.replace(where, root=root))


class World(msgspec.Struct, frozen=True, kw_only=True):
    """The judgement over all renders."""

    result: Expected
    by_root: Mapping[str, tuple[Change, ...]]
    contexts: Mapping[str, Context]
    scopes: Scopes
    places: Mapping[IngressKey, Place]
    findings: tuple[Finding, ...]
    shared: Mapping[str, tuple[Manifest, ...]]
    """Scope -> the objects that belong to no single Ingress."""


def judge_world(
    renders: Sequence[Rendered], settings: Settings, scopes: Scopes, suspects: Mapping[str, Sequence[Suspect]]
) -> World:
    """Judge all ``renders`` by scope. ``suspects``: scope -> Ingresses that are there and cannot be judged.

    Raises ``UsageError`` where the configuration names no Gateway, or one for two classes.
    """
    variables = Variables()
    seen = [_seen(item, variables) for item in renders]
    uncertain = _uncertain(seen, settings, scopes)
    common = [item for item in seen if item.rendered.root not in scopes.inferred]
    by_scope: dict[str, list[_Seen]] = {}
    for item in seen:
        by_scope.setdefault(scopes.of.get(item.rendered.root, ""), []).append(item)
    results: list[Expected] = []
    shared: dict[str, tuple[Manifest, ...]] = {}
    findings: list[Finding] = [finding for item in seen for finding in item.findings]
    contexts = {scope: _gather(items, settings, scopes, uncertain, common) for scope, items in by_scope.items()}
    verdicts = _judged(by_scope, contexts, settings, scopes, suspects)
    for scope, items in sorted(by_scope.items()):
        context = contexts[scope]
        ingresses = [ingress for item in items for ingress in item.ingresses]
        made = variables.result(expected(ingresses, settings.phase, context, verdicts[scope]))
        shared[scope] = tuple(made.shared)
        results.append(made)
        findings += [variables.finding(item) for item in setting_findings(context)]
    changes = tuple(_shown(change, variables) for made in results for change in made.changes)
    by_root: dict[str, list[Change]] = {}
    for change in changes:
        by_root.setdefault(change.ingress.provenance.root, []).append(change)
    result = Expected(
        changes=changes,
        shared=tuple(item for made in results for item in made.shared),
        obsolete=tuple(item for made in results for item in made.obsolete),
        findings=tuple(item for made in results for item in made.findings),
    )
    return World(
        result=result,
        by_root={root: tuple(items) for root, items in by_root.items()},
        contexts=contexts,
        scopes=scopes,
        places={key: place for item in seen for key, place in item.places.items()},
        findings=tuple(dict.fromkeys(findings)),
        shared=shared,
    )


def _judged(
    by_scope: Mapping[str, Sequence[_Seen]],
    contexts: Mapping[str, Context],
    settings: Settings,
    scopes: Scopes,
    suspects: Mapping[str, Sequence[Suspect]],
) -> dict[str, Judged]:
    """The verdict of each scope.

    Roots that inference set apart from each other may each meet the roots that nothing sets apart: what is withheld on
    one side is a suspect on the other, until the configuration says who meets whom.
    """
    verdicts: dict[str, Judged] = {}
    doubts: dict[str, dict[Suspect, None]] = {scope: dict.fromkeys(suspects.get(scope, ())) for scope in by_scope}
    for scope, items in by_scope.items():
        doubts[scope].update(dict.fromkeys(each for item in items for each in item.suspects))
    apart = {scope for scope in by_scope if scope.startswith(f"{INFERRED}:")} & {
        scopes.of[root] for root in scopes.inferred if root in scopes.of
    }
    waiting = sorted(by_scope)
    while waiting:
        scope = waiting.pop(0)
        ingresses = [ingress for item in by_scope[scope] for ingress in item.ingresses]
        verdict = verdicts[scope] = judge(ingresses, contexts[scope], settings.phase, tuple(doubts[scope]))
        found = [_in_doubt(ingress, scope) for ingress in ingresses if ingress_key(ingress) in verdict.withheld]
        for other in sorted(apart) if scope == INFERRED else [INFERRED] if scope in apart else []:
            if other in doubts and not doubts[other].keys() >= set(found):
                doubts[other].update(dict.fromkeys(found))
                waiting = [*(each for each in waiting if each != other), other]
    return verdicts


def _in_doubt(ingress: Ingress, scope: str) -> Suspect:
    why = f"it is withheld in scope {scope}; 'scopes:' in gatelift.yaml says whether both are in one cluster"
    return Suspect(str(ingress.ref), ingress.hosts or (None,), why)


def _shown(change: Change, variables: Variables) -> Change:
    """A change whose objects are named as they are in the sources."""
    ref = change.ingress.ref
    named = _shown_ref(ref, variables)
    return msgspec.structs.replace(
        change,
        ingress=change.ingress if named == ref else msgspec.structs.replace(change.ingress, ref=named),
        obsolete=tuple(
            msgspec.structs.replace(item, name=variables.shown(item.name), namespace=variables.shown(item.namespace))
            for item in change.obsolete
        ),
    )


def _shown_ref(ref: IngressRef, variables: Variables) -> IngressRef:
    return IngressRef(variables.shown(ref.namespace), variables.shown(ref.name))


class _Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One render as gather() wants it."""

    rendered: Rendered
    resources: tuple[Resource, ...]
    ingresses: tuple[Ingress, ...]
    usable: tuple[Resource, ...]
    suspects: tuple[Suspect, ...]
    places: Mapping[IngressKey, Place]
    findings: tuple[Finding, ...]


def _seen(rendered: Rendered, variables: Variables) -> _Seen:
    resources = tuple(hidden_in(item, variables) for item in rendered.resources)
    ingresses: list[tuple[Ingress, Resource, Place | None]] = []
    usable: list[Resource] = []
    suspects: list[Suspect] = []
    findings: list[Finding] = []
    places: dict[IngressKey, Place] = {}
    for resource, original in zip(resources, rendered.resources, strict=True):
        place = rendered.places.get(original.key)
        try:
            if not is_ingress(resource):
                take([resource])
                usable.append(resource)
            elif original.key in rendered.left:
                suspects.append(suspect(resource, "it is ignored, as its sources ask"))
                findings.append(_left(original, place))
            elif original.key in rendered.kept:
                suspects.append(suspect(resource, rendered.kept[original.key].clause))
            else:
                check_name(resource, original)
                ingresses.append((read(resource), resource, place))
        except ShapeError as error:
            findings.append(_misshapen(original, rendered.root, error, place))
            if is_ingress(resource):
                suspects.append(suspect(resource, "it could not be read"))
    twice = duplicates(ingress for ingress, _, _ in ingresses)
    for ingress, resource, where in ingresses:
        if where is not None:
            places[ingress_key(structs.replace(ingress, ref=_shown_ref(ingress.ref, variables)))] = where
        if ingress_key(ingress) in twice:
            suspects.append(suspect(resource, "it stands there more than once"))
    return _Seen(
        rendered=rendered,
        resources=resources,
        ingresses=tuple(ingress for ingress, _, _ in ingresses if ingress_key(ingress) not in twice),
        usable=tuple(usable),
        suspects=tuple(suspects),
        places=places,
        findings=tuple(findings),
    )


def _left(resource: Resource, place: Place | None) -> Finding:
    message = "it stays as it is, as its sources ask; Ingresses on its hosts may be withheld for that"
    return Finding("config/ignored", Severity.NOTE, message, place=place, object=str(resource))


def _misshapen(resource: Resource, root: str, error: ShapeError, place: Place | None) -> Finding:
    where = f" (in {root}, at {error.pointer or '/'})"
    return Finding(
        "input/shape", Severity.ERROR, f"{error.message}{where}", error.fix, place or Place(root), str(resource)
    )


def _gather(
    items: Sequence[_Seen],
    settings: Settings,
    scopes: Scopes,
    uncertain: frozenset[str] | None,
    common: Sequence[_Seen] = (),
) -> Context:
    """The context of one scope. ``common``: renders of no inferred scope, whose Gateways and classes count for all."""
    inferred = all(item.rendered.root in scopes.inferred for item in items)
    elsewhere = [item for item in common if inferred and item not in items]
    around = [r for item in elsewhere for r in item.usable if r.kind in ("Gateway", "IngressClass")]
    inventory = take([*around, *(resource for item in items for resource in item.usable)])
    return gather(
        Inputs(
            ingresses=[ingress for item in items for ingress in item.ingresses],
            resources=[resource for item in items for resource in item.resources],
            inventory=inventory,
            config=settings.config,
            rulings=Rulings(
                controller=settings.controller,
                decide={entry.option: entry.value for entry in settings.config.decide},
                accept={entry.key: entry.reason for entry in settings.config.accept},
                secrets=inventory.secrets,
                config_maps=inventory.config_maps,
                header_maps=inventory.header_maps,
            ),
            target=settings.target,
            given=settings.given,
            scopes=scopes,
            uncertain=uncertain,
            naming=settings.naming,
            charts=frozenset(item.rendered.root for item in items if item.rendered.chart),
            unnamed=settings.unnamed,
            written=settings.written,
            homes=settings.homes,
        )
    )


def _uncertain(items: Sequence[_Seen], settings: Settings, scopes: Scopes) -> frozenset[str]:
    """Hosts that inferred scopes read differently: only all scopes together tell."""
    if not scopes.inferred:
        return frozenset()
    inferred = [item for item in items if item.rendered.root in scopes.inferred]
    holders: dict[str, set[str]] = {}
    for item in inferred:
        for ingress in item.ingresses:
            for host in ingress.hosts or (None,):
                holders.setdefault(host or NO_HOST, set()).add(item.rendered.release or item.rendered.root)
    return frozenset(
        host for host in _gather(inferred, settings, scopes, None).uncertain if len(holders.get(host, ())) != 1
    )
