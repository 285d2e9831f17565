"""Which places of a run are closed, and by which routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gatelift.annotations.nginx.host import NO_HOST, HostFacts, Place
from gatelift.annotations.nginx.routes.build import is_clean
from gatelift.annotations.nginx.routes.paths import BadPath
from gatelift.expected.closing import EVERYTHING, OpenNames, catches, closed_route, facts_of, match_of_place, places
from gatelift.expected.context import Context, IngressKey
from gatelift.expected.deep import Deep
from gatelift.expected.encoded import Encoded
from gatelift.expected.ordinary import Ordinary
from gatelift.expected.retired import existing_hostnames, existing_paths
from gatelift.expected.translate import Translation
from gatelift.findings import Finding, Severity
from gatelift.gateway.rules import PATH_TYPES
from gatelift.ingress.model import Ingress
from gatelift.intent.outcome import Note
from gatelift.intent.route import PathMatch, RouteIntent
from gatelift.manifests.resource import Resource

Routes = Mapping[IngressKey, tuple[RouteIntent, ...]]


class Closings:
    """The places of a run's withheld Ingresses, and those that only the facts tell of."""

    def __init__(self, context: Context, translations: Mapping[IngressKey, Translation]) -> None:
        self.context = context
        self.translations = translations
        self.here = frozenset(str(item.ingress.ref) for item in translations.values())
        self.encoded = Encoded(context, translations, self.here)
        self.ordinary = Ordinary(context, translations)
        self.deep = Deep(context, translations, self.encoded, self.ordinary)

    def routes(self, withheld: Mapping[IngressKey, object]) -> tuple[Routes, tuple[Finding, ...]]:
        """The routes that close, by the Ingress they are written with, and warnings about what cannot be closed."""
        names = OpenNames.of((*self._open_hostnames(withheld), *self._elsewhere()))
        findings: list[Finding] = []
        found: dict[IngressKey, tuple[RouteIntent, ...]] = {}
        for key, item in self.translations.items():
            if item.canary:
                continue
            routes = tuple(self._own(item.ingress, names, findings) if key in withheld else self._of_others(item))
            if routes:
                found[key] = routes
        return found, tuple(findings)

    def opened(self, item: Translation) -> Note | None:
        """Why ``item`` would open what somebody else restricts, or what it restricts itself."""
        return self.encoded.opened(item) or self.deep.opened(item)

    def along(self, item: Translation) -> Iterator[tuple[IngressKey, Note]]:
        """The Ingresses whose routes would open what ``item`` serves, which is withheld and cannot be closed."""
        yield from self.deep.beneath(item)
        yield from self.ordinary.beside(item)

    def places(self, ingress: Ingress, host: str | None) -> tuple[PathMatch, ...] | BadPath:
        """What ``ingress`` serves on ``host``, as matches that are sure to win there."""
        facts = facts_of(self.context.hosts(ingress), host)
        found = self._unordered(facts) or places(ingress, host, facts, is_clean(facts, self.context.rulings))
        return found if isinstance(found, BadPath) else self.encoded.passing(ingress, host) or found

    def away(self, item: Translation) -> Iterator[tuple[str, Sequence[Place], bool]]:
        """Per host: places withheld elsewhere that ``item`` would catch, and whether rules can say them all."""
        hosts = self.context.hosts(item.ingress)
        wide = any(not route.hostnames or route.hostnames[0].startswith("*.") for route in item.routes)
        for host in hosts if wide else [host or NO_HOST for host in item.ingress.hosts]:
            facts = hosts.get(host, HostFacts())
            found = [place for place in facts.withheld if place.ingress not in self.here]
            if found and any(catches(route.hostnames, host) for route in item.routes):
                clean = is_clean(facts, self.context.rulings)
                sayable = all(isinstance(match_of_place(place, facts, clean), PathMatch) for place in found)
                passing = any(self.encoded.away(place, item, host, facts) for place in found)
                yield host, found, sayable and not passing and self._unordered(facts) is None

    def _unordered(self, facts: HostFacts) -> BadPath | None:
        if not facts.regex or self.context.target.regex_order:
            return None
        name = self.context.target.name
        return BadPath(f"the target {name} does not say which of several regular expressions wins (T3)", "")

    def _own(self, ingress: Ingress, names: OpenNames, findings: list[Finding]) -> Iterator[RouteIntent]:
        """The routes that close the place of a withheld Ingress, where another route would catch its requests."""
        for position, host in enumerate(ingress.hosts or (None,)):
            aliases = facts_of(self.context.hosts(ingress), host).aliases
            if not any(names.catch(name) for name in (host or NO_HOST, *aliases)):
                continue
            matches = self.places(ingress, host)
            if isinstance(matches, BadPath) or not names.hold(host):
                # No open route of this very host is left where a place cannot be said: all of the host can be closed.
                matches = (EVERYTHING,)
            findings.extend(self._rivals(ingress, host, matches))
            yield closed_route(ingress, host, aliases, position, matches)

    def _of_others(self, item: Translation) -> Iterator[RouteIntent]:
        """What a route that is written must close itself: places of withheld Ingresses that are converted elsewhere."""
        hosts = self.context.hosts(item.ingress)
        for number, (host, away, _) in enumerate(self.away(item)):
            facts = hosts[host]
            clean = is_clean(facts, self.context.rulings)
            matches = [m for place in away if isinstance(m := match_of_place(place, facts, clean), PathMatch)]
            yield closed_route(item.ingress, host or None, facts.aliases, number + 1, matches)

    def _elsewhere(self) -> tuple[tuple[str, ...], ...]:
        """Hosts that applications which are not here serve, as the facts say: taken for routes that are open."""
        names = {
            (host,) if host != NO_HOST else ()
            for hosts in self.context.facts.hosts.values()
            for host, facts in hosts.items()
            if any(place.ingress not in self.here for place in facts.places)
        }
        return tuple(sorted(names))

    def _open_hostnames(self, withheld: Mapping[IngressKey, object]) -> tuple[tuple[str, ...], ...]:
        """The hostnames of every route that is written, or stands there and is not written by gatelift anew."""
        names = {
            route.hostnames for key, item in self.translations.items() if key not in withheld for route in item.routes
        }
        for resource in self.context.existing.values():
            hostnames = existing_hostnames(resource)
            rewritten = resource.mirrors in self.here
            if hostnames is not None and not rewritten:
                names.add(hostnames)
        return tuple(sorted(names))

    def _rivals(self, ingress: Ingress, host: str | None, matches: Sequence[PathMatch]) -> Iterator[Finding]:
        """Routes of somebody else's with the very same match are older, and win against the rule that denies."""
        wanted = {(PATH_TYPES[match.kind], match.value) for match in matches}
        for resource in self.context.existing.values():
            names = existing_hostnames(resource)
            if names is None or resource.mirrors or (host or NO_HOST) not in (names or (NO_HOST,)):
                continue
            shared = sorted(wanted & existing_paths(resource))
            if shared:
                yield _rival(ingress, resource, shared[0][1], host)


def _rival(ingress: Ingress, resource: Resource, path: str, host: str | None) -> Finding:
    return Finding(
        "closing/existing-route",
        Severity.WARNING,
        f"{resource} already serves {host or 'unknown hosts'}{path}, the place of Ingress {ingress.ref}, which is "
        "withheld: that route is older, and no rule can close the place against it",
        f"see that {resource} restricts access as Ingress {ingress.ref} does, or take the path out of it",
        object=f"Ingress {ingress.ref}",
    )
