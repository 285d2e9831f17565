"""All objects of one Ingress: its routes, the policies merged to one per kind, and what those point to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import product

import msgspec

from gatelift.config.gateway import GatewayRef
from gatelift.config.model import Phase
from gatelift.gateway.backends import planned, protocol_of, reference
from gatelift.gateway.binding import Binder
from gatelift.gateway.consume import Consumed, Notes, consume
from gatelift.gateway.grpc import as_grpc, grpc_route
from gatelift.gateway.listeners import Seating
from gatelift.gateway.metadata import route_annotations
from gatelift.gateway.naming import Naming, namer, suffix
from gatelift.gateway.parents import NoParent
from gatelift.gateway.policies import policies
from gatelift.gateway.redirects import redirecting
from gatelift.gateway.remarks import host_pointer, no_grpc_route, one_way, regex_order, unknown_hosts
from gatelift.gateway.rules import chunks, http_rule, split_matches
from gatelift.ingress.model import Ingress
from gatelift.intent.base import Risk, Sourced
from gatelift.intent.outcome import Note, refused
from gatelift.intent.route import (
    Binding,
    Deny,
    Forward,
    Role,
    RouteIntent,
    Rule,
    ServiceBackend,
)
from gatelift.intent.traffic import BackendProtocol
from gatelift.manifests.filters import HTTPFilter
from gatelift.manifests.http_route import HTTPBackendRef, HTTPRoute, HTTPRouteRule, HTTPRouteSpec
from gatelift.manifests.inventory import Inventory
from gatelift.manifests.model import Manifest, ObjectMeta
from gatelift.manifests.references import BackendRef, ParentReference, PolicyTargetReference, target_of
from gatelift.manifests.shape import Kind
from gatelift.manifests.tls_route import TLSRoute, TLSRouteRule, TLSRouteSpec
from gatelift.targets.base import BackendPlan, RouteView, Target

NAMES_PER_ROUTE = 16
"""https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec (T40)"""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What assembling depends on besides the Ingress: the target, the parent, the phase, what else there is."""

    target: Target
    gateway: GatewayRef
    phase: Phase
    inventory: Inventory
    ingress_names: Sequence[str] = ()
    """The names of all Ingresses in the Ingress's namespace, sorted."""
    accept: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Annotation -> the reason for which its loss is accepted."""
    naming: Naming = Naming.BY_HOST
    seating: Seating | None = None
    """Where hostnames are served, if gatelift writes the listeners."""
    gateway_policies: frozenset[Kind] = frozenset()
    """Kinds of policies that were seen on the Gateway."""
    guarded_hosts: Collection[str] = ()
    """Hosts whose clients are asked for a certificate, which only the host's own listener does."""
    mixed_hosts: Collection[str] = ()
    """Hosts that other Ingresses serve too: there a GRPCRoute may not stand beside an HTTPRoute (T38)."""


class Assembly(msgspec.Struct, frozen=True):
    """The objects of one Ingress, and notes by subject: a JSON pointer, or ``configmap:KEY``."""

    objects: tuple[Manifest, ...]
    notes: tuple[tuple[str, Note], ...]
    view: RouteView


def assemble(ingress: Ingress, routes: Sequence[RouteIntent], around: Surroundings) -> Assembly:
    """Write ``routes``, those of one Ingress, for the target."""
    name = namer(ingress.ref, around.ingress_names)
    view = RouteView(
        ingress=ingress,
        name=name,
        ordinal=_ordinals(),
        services=around.inventory.services,
        labels=ingress.labels,
        paths=tuple(dict.fromkeys(path.path for rule in ingress.rules for path in rule.paths)),
        https_only=all(route.binding is Binding.HTTPS for route in routes if route.role is Role.MAIN),
        spec=around.target.spec,
        gateway_policies=around.gateway_policies,
    )
    work = _Work(ingress, around, view)
    for route in routes:
        work.route(route)
    return work.result()


def _ordinals() -> Callable[[str, object], str]:
    seen: dict[str, list[object]] = {}

    def ordinal(suffix: str, content: object) -> str:
        contents = seen.setdefault(suffix, [])
        if content not in contents:
            contents.append(content)
        number = contents.index(content) + 1
        return suffix if number == 1 else f"{suffix}-{number}"

    return ordinal


class _Work:
    """Collects the objects and notes of one Ingress."""

    def __init__(self, ingress: Ingress, around: Surroundings, view: RouteView) -> None:
        self.ingress = ingress
        self.around = around
        self.view = view
        self.binder = Binder(
            gateway=around.gateway,
            inventory=around.inventory,
            seating=around.seating,
            home=view.namespace,
            guarded=around.guarded_hosts,
        )
        self.notes: Notes = []
        self.routes: list[Manifest] = []
        self.extra: dict[object, Manifest] = {}
        self.targets: list[PolicyTargetReference] = []
        self.consumed: dict[tuple[object, ...], Consumed] = {}

    def route(self, route: RouteIntent) -> None:
        """One route, split where it is too long."""
        bound = self._parents(route)
        if bound is None:
            return
        if route.role is Role.PASSTHROUGH:
            self._tls(route, bound)
            return
        route, notes = redirecting(route, self.view)
        self.notes.extend(notes)
        forwards = any(isinstance(rule.action, Forward) for rule in route.rules)
        consumed = self._consume(route.intents) if forwards else self._consume_response_only(route.intents)
        protocol = protocol_of(route.intents)
        grpc = as_grpc(route, protocol, consumed, self.around.mixed_hosts)
        if grpc and self._grpc(route, bound, consumed, protocol):
            return
        self.notes.extend(regex_order(route, self.around.target, self.around.mixed_hosts))
        rules = [self._http_rule(rule, consumed, protocol) for item in route.rules for rule in split_matches(item)]
        self._http_routes(route, bound, [rule for rule in rules if rule is not None])
        if forwards and not self.around.target.grpc_over_http and protocol.protocol in ("GRPC", "GRPCS"):
            self.notes.extend(no_grpc_route(route))

    def _parents(self, route: RouteIntent) -> tuple[ParentReference, ...] | None:
        bound = self.binder.bind(route, route.hostnames)
        if isinstance(bound, NoParent):
            self.notes.append((host_pointer(route), refused(bound.why, bound.todo, Risk.ROUTING)))
            return None
        if not route.hostnames and route.role is Role.MAIN:
            self.notes.extend(unknown_hosts(route, bound, self.binder.catch_all))
        if self.around.seating is None and route.role is not Role.CLOSED:
            self.notes.extend(one_way(route, self.binder.own_listeners))
        return bound

    def _consume(self, intents: tuple[Sourced, ...], beside: tuple[HTTPFilter, ...] = ()) -> Consumed:
        """What ``intents`` become in rules that have the filters ``beside`` as well."""
        key = (intents, beside)
        if key not in self.consumed:
            around = self.around
            self.consumed[key] = consume(intents, around.target, self.view, self.notes, around.accept, beside=beside)
        return self.consumed[key]

    def _consume_response_only(self, intents: tuple[Sourced, ...]) -> Consumed:
        """A route that only redirects: nginx redirects before it asks anybody, so nothing else is ever looked at."""
        return consume(intents, self.around.target, self.view, self.notes, self.around.accept, only_responses=True)

    def _http_rule(self, rule: Rule, consumed: Consumed, protocol: BackendProtocol) -> HTTPRouteRule | None:
        own = self._consume(rule.intents, consumed.filters) if rule.intents else None
        self._keep(own)
        if isinstance(rule.action, Deny):
            made = self.around.target.deny(self.view)
            self._add(made.objects)
            return http_rule(rule, made.filters, (), None)
        backends = self._backends(rule, protocol)
        if backends is None:
            return None
        filters = (*(own.filters if own else ()), *consumed.filters)
        self._keep(consumed)
        return http_rule(rule, filters, backends, self.around.target.request_timeout)

    def _backends(self, rule: Rule, protocol: BackendProtocol) -> tuple[HTTPBackendRef, ...] | None:
        if not isinstance(rule.action, Forward):
            return ()
        found: list[HTTPBackendRef] = []
        for backend in rule.action.backends:
            plan = self._plan(backend, rule.pointer, protocol)
            if plan is None:
                return None
            found.append(reference(plan, backend.weight))
        return tuple(found)

    def _plan(self, backend: ServiceBackend, pointer: str, protocol: BackendProtocol) -> BackendPlan | None:
        subject = backend.pointer or pointer
        plan = planned(backend, protocol, self.around.target, self.view)
        if isinstance(plan, Note):
            self.notes.append((subject, plan))
            return None
        self._add(plan.objects)
        self.notes.extend((subject, note) for note in plan.notes)
        return plan

    def _http_routes(
        self, route: RouteIntent, bound: tuple[ParentReference, ...], rules: Sequence[HTTPRouteRule]
    ) -> None:
        starts = range(0, max(len(route.hostnames), 1), NAMES_PER_ROUTE)
        names = [route.hostnames[start : start + NAMES_PER_ROUTE] for start in starts]
        for number, (part, hostnames) in enumerate(product(chunks(rules), names)):
            parents = self.binder.bind_part(route, bound, hostnames)
            spec = HTTPRouteSpec(parent_refs=parents, hostnames=hostnames, rules=part)
            made = HTTPRoute(metadata=self._meta(route, number), spec=spec)
            self.routes.append(made)
            self._target(route, made)

    def _meta(self, route: RouteIntent, number: int = 0) -> ObjectMeta:
        parts = [suffix(route, self.ingress.hosts, self.around.naming)] + ([f"part-{number + 1}"] if number else [])
        return ObjectMeta(
            name=self.view.name("-".join(part for part in parts if part)),
            namespace=self.view.namespace,
            labels=dict(self.ingress.labels),
            annotations=dict(route_annotations(route, self.around.phase)),
        )

    def _target(self, route: RouteIntent, made: Manifest) -> None:
        if route.role in (Role.MAIN, Role.PLAIN) and any(isinstance(rule.action, Forward) for rule in route.rules):
            self.targets.append(target_of(made.KIND, made.metadata.name))

    def _grpc(
        self, route: RouteIntent, bound: tuple[ParentReference, ...], consumed: Consumed, protocol: BackendProtocol
    ) -> bool:
        """A GRPCRoute, where every path is one that gRPC has; else nothing, and an HTTPRoute is tried."""
        plans = []
        for rule in route.rules:
            backends = self._backends(rule, protocol)
            if backends is None:
                return True
            plans.append((rule, backends))
        made = grpc_route(self._meta(route), bound, route, plans, consumed)
        if self.around.target.grpc_traffic:
            self.consumed[("grpc",)] = Consumed(traffic=self.around.target.grpc_traffic)
        self._keep(consumed)
        self.routes.append(made)
        self._target(route, made)
        return True

    def _tls(self, route: RouteIntent, bound: tuple[ParentReference, ...]) -> None:
        action = route.rules[0].action
        if not isinstance(action, Forward):
            return
        plan = self._plan(action.backends[0], route.rules[0].pointer, BackendProtocol(protocol="HTTP"))
        if plan is None:
            return
        made = reference(plan, 1)
        backend = BackendRef(group=made.group, kind=made.kind, name=made.name, port=made.port, weight=made.weight)
        rule = TLSRouteRule(backend_refs=(backend,))
        spec = TLSRouteSpec(parent_refs=bound, hostnames=route.hostnames, rules=(rule,))
        self.routes.append(TLSRoute(metadata=self._meta(route), spec=spec))

    def _keep(self, consumed: Consumed | None) -> None:
        if consumed is not None:
            self._add(consumed.objects)

    def _add(self, objects: Sequence[Manifest]) -> None:
        for made in objects:
            self.extra.setdefault(made.key, made)

    def result(self) -> Assembly:
        """Routes first, then the policies on them, then what either points to."""
        made = policies(self.consumed.values(), self.targets, self.around.target, self.view)
        return Assembly((*self.routes, *made, *self.extra.values()), tuple(self.notes), self.view)
