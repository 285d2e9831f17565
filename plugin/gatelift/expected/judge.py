"""Judge all Ingresses of a run together: what is withheld, what that closes, what stays on Ingress."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from gatelift.annotations.nginx.host import NO_HOST, HostFacts
from gatelift.annotations.nginx.routes.paths import BadPath
from gatelift.config.model import Phase
from gatelift.expected.addresses import unseen
from gatelift.expected.closing import catches
from gatelift.expected.closings import Closings
from gatelift.expected.context import Context, IngressKey, ingress_key
from gatelift.expected.facts import key as group_key
from gatelift.expected.hold import Held, hold
from gatelift.expected.rivals import above, candidates, rival
from gatelift.expected.suspects import Suspect
from gatelift.expected.translate import Translation, translate
from gatelift.findings import Finding
from gatelift.gateway.binding import Binder
from gatelift.gateway.normal import first_difference, key_of, normal, same
from gatelift.ingress.classes import Service
from gatelift.ingress.model import Ingress
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Note, refused
from gatelift.intent.route import RouteIntent


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The judgement over a whole run, by (root, Ingress)."""

    phase: Phase
    translations: Mapping[IngressKey, Translation]
    withheld: Mapping[IngressKey, Note]
    held: Held
    closed: Mapping[IngressKey, tuple[RouteIntent, ...]]
    findings: tuple[Finding, ...] = ()


def judge(ingresses: Sequence[Ingress], context: Context, phase: Phase, suspects: Sequence[Suspect] = ()) -> Judged:
    """Translate every Ingress of ours, then decide which of them stay and which places are closed.

    ``suspects`` were seen and cannot be judged; Ingresses whose class nobody resolved are added to them, and those that
    are left to another controller for the name of their class alone.
    """
    ours = [item for item in ingresses if context.classes[ingress_key(item)].service is Service.OURS]
    translations = {ingress_key(item): translate(item, context, context.phase(item, phase)) for item in ours}
    doubtful = [item for item in ingresses if context.classes[ingress_key(item)].doubtful]
    named = sorted((*suspects, *(_suspect(item, context) for item in doubtful)), key=lambda item: (item.name, item.why))
    found = _Withholding(context, translations, named)
    found.propagate()
    served = {key: found.hosts_of(item.ingress) for key, item in translations.items()}
    unhappy = [
        key
        for key, item in translations.items()
        if item.refusals or key in found.withheld or _held_elsewhere(item.ingress, context)
    ]
    unhappy += _left_in_coexist(translations, context, phase)
    closed, findings = found.closings.routes(found.withheld)
    return Judged(
        phase=phase,
        translations=found.translations,
        withheld=found.withheld,
        held=hold(served, unhappy),
        closed=closed,
        findings=findings,
    )


def _suspect(ingress: Ingress, context: Context) -> Suspect:
    verdict = context.classes[ingress_key(ingress)]
    why = "its class is not resolved"
    if verdict.assumed:
        why = f"only the name of its class says that {verdict.owner} serves it"
    return Suspect(str(ingress.ref), ingress.hosts or (None,), why)


def _left_in_coexist(
    translations: Mapping[IngressKey, Translation], context: Context, phase: Phase
) -> list[IngressKey]:
    """The Ingresses in ``coexist``, where others are further: DNS cannot move the half of a host."""
    phases = {key: context.phase(item.ingress, phase) for key, item in translations.items()}
    if len(set(phases.values())) == 1:
        return []
    return [key for key, item in phases.items() if item is Phase.COEXIST]


def _held_elsewhere(ingress: Ingress, context: Context) -> bool:
    """Whether the facts say that a host of ``ingress`` stays because of an Ingress that is not here."""
    hosts = context.hosts(ingress)
    return any(hosts.get(host or NO_HOST, HostFacts()).held for host in ingress.hosts)


class _Withholding:
    """Withholds until nothing changes: a withheld Ingress may take its canary, its main Ingress or its host along."""

    def __init__(
        self, context: Context, translations: dict[IngressKey, Translation], suspects: Sequence[Suspect]
    ) -> None:
        self.context = context
        self.suspects = suspects
        self.translations = translations
        self.withheld: dict[IngressKey, Note] = {}
        self.by_host: dict[str, list[Translation]] = {}
        self.closings = Closings(context, translations)
        self.rivals = candidates(context.existing)
        self.several = len({context.gateway(item.ingress) for item in translations.values()}) > 1

    def propagate(self) -> None:
        for key, item in self.translations.items():
            why = item.withholding or self._collision(item) or self._rivalled(item) or self._suspected(item)
            why = why or self._left_open(item) or self.closings.opened(item)
            if why is not None:
                self.withheld[key] = why
        waiting = sorted(self.withheld)
        for key in waiting:
            item = self.translations[key]
            for other, why in (*self._dragged_along(item), *self._out_of_reach(item), *self.closings.along(item)):
                if other not in self.withheld:
                    self.withheld[other] = why
                    waiting.append(other)

    def group(self, ingress: Ingress) -> str:
        """The scope and class of an Ingress: only within these do Ingresses meet."""
        return group_key(self.context.scope(ingress), self.context.classes[ingress_key(ingress)].name)

    def hosts_of(self, ingress: Ingress) -> tuple[str, ...]:
        """The hosts an Ingress serves, qualified by scope and class."""
        group = self.group(ingress)
        return tuple(f"{group}/{host or NO_HOST}" for host in ingress.hosts or (None,))

    def _collision(self, item: Translation) -> Note | None:
        """An object of somebody else's under a name that is needed, and that says something else."""
        for manifest in item.objects:
            resource = self.context.found(item.ingress, key_of(manifest))
            if resource is None or same(resource.value, manifest):
                continue
            if not resource.mirrors:
                who = "was changed by a person since gatelift wrote it" if resource.mark else "is not gatelift's"
                where = first_difference(normal(resource.value), normal(manifest))
                return refused(
                    f"{resource} is there already, {who}, and says something else{f' ({where})' if where else ''}",
                    "make it say the same, rename it, or remove it",
                    Risk.ROUTING,
                )
        return None

    def _rivalled(self, item: Translation) -> Note | None:
        """A policy of somebody else's beside which ours may not hold, or no policy where one must stand."""
        others = self.rivals.get(self.context.scope(item.ingress), ())
        gateway = self.context.parent(item.ingress)
        higher = above(item.objects, gateway, self.context.existing.values()) if others else ()
        return rival(item.objects, others, higher) or unseen(item.objects, gateway, self.context)

    def _suspected(self, item: Translation) -> Note | None:
        """A suspect may be ingress-nginx's, and restrict what ``item`` would open."""
        for suspect in self.suspects:
            for host in suspect.hosts:
                if any(catches(route.hostnames, host or NO_HOST) for route in item.routes):
                    why = f"Ingress {suspect.name} may serve {host or 'unknown hosts'} too, and {suspect.why}"
                    return refused(why, f"see what is said about Ingress {suspect.name}", Risk.SECURITY)
        return None

    def _left_open(self, item: Translation) -> Note | None:
        """A place that the facts call withheld, that ``item`` would catch, and that no rule can close."""
        for host, places, complete in self.closings.away(item):
            if not complete:
                name = places[0].ingress
                why = (
                    f"Ingress {name} is withheld, and its place on {host or 'unknown hosts'} cannot be closed by a rule"
                )
                return refused(why, f"see what refuses Ingress {name}", Risk.SECURITY)
        return None

    def _out_of_reach(self, item: Translation) -> Iterator[tuple[IngressKey, Note]]:
        """Ingresses of the same class whose routes catch the place of ``item``, where its rule cannot close it.

        They are on another Gateway, or on a listener that takes no routes of its namespace (T21).
        """
        mine = self.context.gateway(item.ingress)
        shut = self._shut(item)
        if not (self.several or shut):
            return
        for key, other in self.translations.items():
            gateway = self.context.gateway(other.ingress)
            if key in self.withheld or self.group(other.ingress) != self.group(item.ingress):
                continue
            for host in item.ingress.hosts or (None,):
                name = host or NO_HOST
                reachable = gateway == mine and name not in shut
                if not reachable and any(catches(route.hostnames, name) for route in other.routes):
                    why = (
                        f"Ingress {item.ingress.ref} is withheld, and its place on {host or 'unknown hosts'} can be "
                        f"closed on its own Gateway {mine} only"
                    )
                    if gateway == mine:
                        why = (
                            f"Ingress {item.ingress.ref} is withheld, and no rule can close its place on "
                            f"{host or 'unknown hosts'}: {shut[name]}"
                        )
                    yield key, refused(why, f"see what refuses Ingress {item.ingress.ref}", Risk.SECURITY)
                    break

    def _shut(self, item: Translation) -> Mapping[str, str]:
        """The hosts of an Ingress, and why no route of its namespace reaches the listener that serves them."""
        if item.canary:
            return {}
        binder = Binder(
            gateway=self.context.parent(item.ingress),
            inventory=self.context.inventory,
            seating=self.context.seating(item.ingress),
            home=item.ingress.ref.namespace,
        )
        found = {host or NO_HOST: binder.shut(host or "") for host in item.ingress.hosts or (None,)}
        return {name: problem.why for name, problem in found.items() if problem is not None}

    def _dragged_along(self, item: Translation) -> Iterator[tuple[IngressKey, Note]]:
        """The Ingresses that cannot be routed because ``item`` is withheld, each with the reason."""
        open_hosts = {} if item.canary else self._not_closable(item.ingress)
        for other in self._neighbours(item):
            key = ingress_key(other.ingress)
            if key in self.withheld:
                continue
            left = next((open_hosts[host] for host in other.ingress.hosts or (None,) if host in open_hosts), None)
            why = _parted(item, other) or _host_wide(item) or left
            if why is not None:
                yield key, why

    def _not_closable(self, ingress: Ingress) -> Mapping[str | None, Note]:
        """The hosts on which the place of ``ingress`` cannot be closed by a rule: they are withheld as a whole."""
        found: dict[str | None, Note] = {}
        for host in ingress.hosts or (None,):
            problem = self.closings.places(ingress, host)
            if isinstance(problem, BadPath):
                why = (
                    f"Ingress {ingress.ref} is withheld, and its place on {host or 'unknown hosts'} cannot be closed "
                    f"by a rule: {problem.why}"
                )
                found[host] = refused(why, f"see what refuses Ingress {ingress.ref}", Risk.SECURITY)
        return found

    def _neighbours(self, item: Translation) -> Iterator[Translation]:
        mine = set(self.hosts_of(item.ingress))
        for other in self._by_host(mine):
            if other is not item:
                yield other

    def _by_host(self, hosts: set[str]) -> Iterator[Translation]:
        index = self._index()
        seen: set[IngressKey] = set()
        for host in sorted(hosts):
            for other in index.get(host, ()):
                key = ingress_key(other.ingress)
                if key not in seen:
                    seen.add(key)
                    yield other

    def _index(self) -> Mapping[str, list[Translation]]:
        if not self.by_host:
            for _, item in sorted(self.translations.items(), key=lambda entry: entry[0]):
                for host in self.hosts_of(item.ingress):
                    self.by_host.setdefault(host, []).append(item)
        return self.by_host


def _host_wide(item: Translation) -> Note | None:
    """A setting that restricts the whole host, and is not written, restricts what others serve there too (T15)."""
    if not item.host_wide:
        return None
    pointer = item.host_wide
    is_refused = any(entry.pointer.endswith(f"~1{pointer}") for entry in item.entries if entry.todo)
    return refused(
        f"{pointer} of Ingress {item.ingress.ref} restricts the whole host, and is "
        f"{'refused' if is_refused else 'withheld with its Ingress'}",
        f"see what refuses Ingress {item.ingress.ref}",
        Risk.SECURITY,
    )


def _parted(item: Translation, other: Translation) -> Note | None:
    """A canary and its main Ingress go together or not at all."""
    if item.canary is other.canary or not _share_place(item, other):
        return None
    role = "canary" if item.canary else "main"
    return refused(
        f"its {role} Ingress {item.ingress.ref} is withheld",
        f"see what refuses Ingress {item.ingress.ref}",
        Risk.ROUTING,
    )


def _share_place(first: Translation, second: Translation) -> bool:
    return bool(_places(first.ingress) & _places(second.ingress))


def _places(ingress: Ingress) -> set[tuple[str | None, str]]:
    return {(rule.host, path.path) for rule in ingress.rules for path in rule.paths}
