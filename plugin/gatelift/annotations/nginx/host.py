"""Host facts: what ingress-nginx decides once per host from all Ingresses that share it (traps T1, T12, T15, T16, T26).

They are folded from all Ingresses of one scope and class, and serialised by ``gatelift facts``.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

import msgspec

from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Evaluation, Reading, is_canary
from gatelift.ingress.model import Ingress, IngressPath, PathType
from gatelift.intent.outcome import Disposition
from gatelift.intent.redirects import WwwRedirect
from gatelift.intent.routing import Passthrough, RegexPaths, RewriteTarget
from gatelift.intent.tls import ClientCertificates
from gatelift.intent.traffic import Canary

NO_HOST = ""
"""Stands for rules that name no host (trap T13)."""


_UNKNOWN = "_"
"""The name of the server of unknown hosts, which stands among the others in the alphabet."""

HOST_WIDE = ("auth-tls-", "server-snippet", "ssl-ciphers", "ssl-prefer-server-ciphers")
"""Beginnings of annotations that restrict the whole host, whichever of its Ingresses has them (T15)."""


class Place(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """A path of a host and the Ingress that serves it (``namespace/name``, in ``root``)."""

    path: str
    path_type: PathType
    ingress: str
    root: str


class CanaryPlace(msgspec.Struct, frozen=True, omit_defaults=True):
    """An alternative backend for the place with the same path and type."""

    place: Place
    namespace: str
    service: str
    port: int | str
    canary: Canary


class Certificate(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """A host that an Ingress (``namespace/name``, in ``root``) names under ``tls``, and the Secret there, if any."""

    host: str
    ingress: str
    root: str
    secret: str = ""


class Guard(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """An Ingress (``namespace/name``, in ``root``) that restricts the whole host (T15).

    It asks every client for a certificate that ``secret``, in its namespace, vouches for, and two of them agree if they
    want the same; or, without a ``secret``, a setting of that kind is refused.
    """

    ingress: str
    root: str
    secret: str = ""
    optional: bool = False
    canary: bool = False

    @property
    def wants(self) -> tuple[str, str, bool]:
        """What it asks for: whose certificates, and whether none will do."""
        return self.ingress.rpartition("/")[0], self.secret, self.optional


class Naming(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """An Ingress (``namespace/name``, in ``root``) with a rule for the host, and the aliases it gives the host."""

    ingress: str
    root: str
    aliases: tuple[str, ...] = ()


class HostFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What holds for a host as a whole. ``held`` is filled in once it is known which Ingresses stay."""

    regex: bool = False
    perhaps_regex: bool = False
    """Whether that is so only if a certain one of several Ingresses is the oldest: a path has its annotations, as ``/``
    has (T12, T15)."""
    certificate: bool = False
    unlisted: bool = False
    """Whether no ``tls`` names the host, so that only Secrets tell which certificate it is served with (T19)."""
    named: bool = False
    """Whether a ``tls`` names the host, and the controller takes no certificate from there: a gateway does."""
    passthrough: bool = False
    places: tuple[Place, ...] = ()
    shared: bool = False
    """Whether several Ingresses serve places of the host."""
    duplicated: tuple[Place, ...] = ()
    """Places that nginx cannot tell from another one (T9, T15)."""
    canaries: tuple[CanaryPlace, ...] = ()
    padding: Mapping[str, int] = msgspec.field(default_factory=dict)
    """Regular path -> by how much its expression must be longer for the longest to be the one nginx asks first (T3)."""
    defaults: tuple[Place, ...] = ()
    """Who has a default backend for what no path of the host takes (T12)."""
    aliases: tuple[str, ...] = ()
    """Further names of the host, whichever Ingress gives them: nginx serves all its places under them."""
    owners: tuple[Naming, ...] = ()
    """All Ingresses with rules for the host, but canaries: the oldest decides its default backend and its aliases."""
    www: bool = False
    """Whether the twin with or without ``www.`` is redirected here, unless somebody serves it."""
    alias_of: str = ""
    """The host that claims this name as an alias, where no Ingress has a rule for it."""
    guards: tuple[Guard, ...] = ()
    """The Ingresses that restrict the whole host, be they canaries."""
    asked: bool = False
    """Whether the host's clients are asked for a certificate, even where a person accepted to see to that."""
    withheld: tuple[Place, ...] = ()
    """Places of withheld Ingresses, which other routes must not open; filled in when the facts are written."""
    held: bool = False
    """Whether the host stays on Ingress as a whole in ``cutover`` and ``retire``."""


def nginx_order(path: str) -> tuple[int, tuple[int, ...]]:
    """Sorts regular paths as nginx asks them: longest first, then reverse-lexical (T3)."""
    return (-len(path), tuple(-ord(c) for c in path))


def padding(paths: Iterable[str]) -> dict[str, int]:
    """The padding that makes lengths follow nginx's order where they alone would not: paths of equal length."""
    found: dict[str, int] = {}
    reached = 0
    for path in sorted(set(paths), key=nginx_order, reverse=True):
        reached = max(len(path), reached + 1)
        if reached > len(path):
            found[path] = reached - len(path)
    return found


def norm_type(path_type: PathType) -> PathType:
    """ingress-nginx reads ``ImplementationSpecific`` as ``Prefix`` (trap T7)."""
    return PathType.EXACT if path_type is PathType.EXACT else PathType.PREFIX


def has_default(ingress: Ingress, host: str | None) -> bool:
    """Whether ``spec.defaultBackend`` may serve ``host`` (``None``: unknown hosts).

    The server of unknown hosts is there before any Ingress is read, so that only an Ingress without rules changes its
    default (``createServers`` in ingress-nginx's ``controller.go``).
    """
    return ingress.default_backend is not None and (host is not None or not ingress.rules)


def place_of(ingress: Ingress, path: IngressPath) -> Place:
    """The place that a path of an Ingress takes."""
    return Place(path.path, norm_type(path.path_type), str(ingress.ref), ingress.provenance.root)


def fold(
    evaluations: Iterable[Evaluation],
    controller: Controller,
    certified: Iterable[str] = (),
    taken: Container[str] = frozenset(),
) -> dict[str, HostFacts]:
    """Host -> its facts, from all Ingresses of one scope and class.

    ``certified``: hosts that had a certificate when an Ingress that is gone was converted; ``taken``: hosts that such
    an Ingress served, which are nobody's alias.
    """
    drafts: dict[str, _Draft] = {}
    certificates: set[str] = set(certified)
    listed: set[str] = set(certified)
    aliases: dict[str, str] = {}
    # A certificate counts by the host of a rule: of hosts that only stand under tls the controller makes no server.
    ordered = sorted(evaluations, key=lambda item: (str(item.ingress.ref), item.ingress.provenance.root))
    for evaluation in ordered:
        ingress = evaluation.ingress
        listed.update(host for tls in ingress.tls for host in tls.hosts)
        canary = is_canary(ingress, controller)
        if ingress.tls and not canary:
            certificates.update(rule.host for rule in ingress.rules if rule.host)
        for rule in ingress.rules:
            draft = drafts.setdefault(rule.host or NO_HOST, _Draft())
            draft.guard(evaluation, canary, controller)
            for path in rule.paths:
                draft.add(evaluation, path, canary)
            if canary:
                continue
            if has_default(ingress, rule.host):
                draft.add_default(evaluation)
            given = _aliases(ingress, controller)
            draft.own(evaluation, given if rule.host else (), named=rule.host is not None)
            # Of servers with the same name nginx takes the first, and ingress-nginx writes them by the alphabet.
            server = rule.host or _UNKNOWN
            aliases.update((alias, min(server, aliases.get(alias, server))) for alias in given)
        if not ingress.rules and ingress.default_backend and not canary:
            draft = drafts.setdefault(NO_HOST, _Draft())
            draft.add_default(evaluation)
            draft.places.extend(draft.defaults[-1:])
    facts = {
        host: draft.facts(covered(host, certificates), covered(host, listed)) for host, draft in sorted(drafts.items())
    }
    for alias, host in sorted(aliases.items()):
        if host != _UNKNOWN and alias not in facts and alias not in taken:
            facts[alias] = HostFacts(alias_of=host, certificate=covered(alias, listed | certificates))
            facts[host] = msgspec.structs.replace(facts[host], aliases=(*facts[host].aliases, alias))
    return facts


def covered(host: str, certificates: Container[str]) -> bool:
    """Whether a certificate is configured for ``host``, by its own name or by ``*.`` and its parent (trap T16)."""
    _, dot, parent = host.partition(".")
    return bool(host) and (host in certificates or (bool(dot) and f"*.{parent}" in certificates))


def _aliases(ingress: Ingress, controller: Controller) -> tuple[str, ...]:
    """The literal names in ``server-alias``, also where the annotation is refused: its place has them too."""
    value = ingress.annotations.get(f"{controller.annotations_prefix}server-alias", "")
    names = (name.strip().lower() for name in value.split(","))
    return tuple(sorted({name for name in names if _ALIAS.fullmatch(name)}))


_ALIAS = re.compile(r"(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def certificates(evaluations: Iterable[Evaluation]) -> tuple[Certificate, ...]:
    """Every host that an Ingress of one scope and class names under ``tls``, or in a rule beside a ``tls``.

    The controller gives a host of the second kind what certificate of the Ingress fits, else its default one; as which
    fits stands in Secrets, none is named here (``createServers`` in ingress-nginx's ``controller.go``).
    """
    found = {
        Certificate(host, str(item.ingress.ref), item.ingress.provenance.root, secret)
        for item in evaluations
        for host, secret in _served_with(item.ingress)
    }
    return tuple(sorted(found))


def _served_with(ingress: Ingress) -> Iterable[tuple[str, str]]:
    """Host -> the name of a Secret, if any."""
    named = [(host, tls.secret or "") for tls in ingress.tls for host in tls.hosts]
    hosts = {host for host, _ in named}
    beside = (rule.host for rule in ingress.rules if rule.host and ingress.tls)
    return (*named, *((host, "") for host in beside if host not in hosts))


class _Draft:
    """Facts of one host in the making."""

    def __init__(self) -> None:
        self.regular: dict[tuple[str, PathType], set[bool]] = {}
        """Path -> whether it is regular, for each Ingress that has it: the oldest decides (T15)."""
        self.passthrough = False
        self.www = False
        self.implicit: dict[str, bool] = {}
        """Ingress -> whether the ``/`` that every host gets (T12) would be regular, were it the oldest."""
        self.owners: dict[Naming, None] = {}
        self.places: list[Place] = []
        self.defaults: list[Place] = []
        self.canaries: list[CanaryPlace] = []
        self.guards: dict[Guard, None] = {}
        self.asked = False

    def add(self, evaluation: Evaluation, path: IngressPath, canary: bool) -> None:
        ingress = evaluation.ingress
        place = place_of(ingress, path)
        if canary:
            wanted = evaluation.get(Canary)
            if wanted and isinstance(wanted.intent, Canary) and path.backend.port is not None:
                backend = path.backend
                alternative = CanaryPlace(
                    place, ingress.ref.namespace, backend.service, backend.port or 0, wanted.intent
                )
                self.canaries.append(alternative)
            return
        self.places.append(place)
        self.regular.setdefault((place.path, place.path_type), set()).add(
            makes_regex(evaluation, path.path, place.path_type)
        )
        self.passthrough = self.passthrough or evaluation.get(Passthrough) is not None
        self.www = self.www or evaluation.get(WwwRedirect) is not None

    def own(self, evaluation: Evaluation, aliases: tuple[str, ...], named: bool) -> None:
        ref, root = str(evaluation.ingress.ref), evaluation.ingress.provenance.root
        self.owners[Naming(ref, root, aliases)] = None
        # The server of unknown hosts has its / from the controller, without annotations.
        self.implicit[f"{root} {ref}"] = named and makes_regex(evaluation, "/", PathType.PREFIX)

    def guard(self, evaluation: Evaluation, canary: bool, controller: Controller) -> None:
        asked = evaluation.get(ClientCertificates)
        ref, root = str(evaluation.ingress.ref), evaluation.ingress.provenance.root
        self.asked = self.asked or any(_asks(reading, controller) for reading in evaluation.readings)
        if asked is not None and isinstance(asked.intent, ClientCertificates) and isinstance(asked.intent.secret, str):
            guard = Guard(ref, root, asked.intent.secret, asked.intent.optional is True, canary)
            self.guards.update({guard: None})
        elif any(_refuses_host(reading, controller) for reading in evaluation.readings):
            self.guards.update({Guard(ref, root, canary=canary): None})

    def add_default(self, evaluation: Evaluation) -> None:
        ingress = evaluation.ingress
        place = Place("/", PathType.PREFIX, str(ingress.ref), ingress.provenance.root)
        if place not in self.defaults:
            self.defaults.append(place)

    def facts(self, certificate: bool, listed: bool) -> HostFacts:
        sure = {True} in self.regular.values()
        asked = any(True in found for found in self.regular.values())
        implicit = any(self.implicit.values()) and not takes_root(self.places)
        by_root = implicit and all(self.implicit.values())
        facts = HostFacts(
            regex=asked or implicit,
            perhaps_regex=(asked or implicit) and not sure and not by_root,
            certificate=certificate,
            unlisted=certificate and not listed,
            named=listed and not certificate,
            passthrough=self.passthrough,
            www=self.www,
            defaults=tuple(sorted(self.defaults)),
            canaries=tuple(sorted(self.canaries, key=lambda item: item.place)),
            guards=tuple(sorted(self.guards)),
            asked=self.asked,
            owners=tuple(sorted(self.owners)),
        )
        return from_places(facts, self.places)


def _refuses_host(reading: Reading, controller: Controller) -> bool:
    """Whether a setting that restricts the whole host is refused."""
    name = reading.origin.key.removeprefix(controller.annotations_prefix)
    refusing = any(note.disposition is Disposition.REFUSED and note.risk.withholds for note in reading.notes)
    return refusing and name.startswith(HOST_WIDE)


def _asks(reading: Reading, controller: Controller) -> bool:
    """Whether clients are asked for a certificate, be the annotation translated, refused, or accepted to be lost."""
    acts = bool(reading.intents) or any(note.disposition is not Disposition.INERT for note in reading.notes)
    return acts and reading.origin.key == f"{controller.annotations_prefix}auth-tls-secret"


def takes_root(places: Iterable[Place]) -> bool:
    """Whether a path of ``places`` is the location that a host has anyway: an exact ``/`` is another one beside it."""
    return any(place.path == "/" and place.path_type is PathType.PREFIX for place in places)


def is_hidden(place: Place, facts: HostFacts) -> bool:
    """Whether no request gets to ``place``: on a regular host an exact ``/`` stands behind the ``/`` every host has.

    The one that ingress-nginx adds, or a ``Prefix`` that takes its place, is the first in the list and the same
    expression; the sort keeps the order of equal paths (``getBackendServers`` in ``controller.go``).
    """
    return facts.regex and place.path == "/" and place.path_type is PathType.EXACT


def makes_regex(evaluation: Evaluation, path: str, path_type: PathType) -> bool:
    """Whether this path turns every path of its host into a regular expression (trap T1).

    A target that equals the path does not, but for a ``Prefix`` without a slash at its end, see ``is_split``.
    """
    if evaluation.get(RegexPaths) is not None:
        return True
    rewrite = evaluation.get(RewriteTarget)
    if rewrite is None or not isinstance(rewrite.intent, RewriteTarget):
        return False
    return rewrite.intent.template != path or is_split(path, path_type)


def is_split(path: str, path_type: PathType) -> bool:
    """Whether ingress-nginx makes two locations of this path, ``path`` and ``path/``.

    It does so before it asks whether a location has something to rewrite, and never for ``use-regex`` or a target that
    is not the path: ``updateServerLocations`` in ``location.go``, ``enforceRegexModifier`` in ``template.go``.
    """
    return norm_type(path_type) is PathType.PREFIX and not path.endswith("/")


def _nginx_key(place: Place, regex: bool) -> tuple[str, str]:
    """What nginx tells places apart by: path and type, or the path alone where it is regular (T9, T15)."""
    if regex:
        return place.path, ""
    path = place.path.rstrip("/") if place.path_type is PathType.PREFIX and place.path != "/" else place.path
    return path, str(place.path_type)


def _duplicated(places: Iterable[Place], regex: bool) -> tuple[Place, ...]:
    groups: dict[tuple[str, str], list[Place]] = {}
    for place in places:
        groups.setdefault(_nginx_key(place, regex), []).append(place)
    return tuple(sorted(place for group in groups.values() if len(group) > 1 for place in group))


def rival(place: Place, facts: HostFacts) -> Place | None:
    """The first other place that nginx cannot tell from ``place``; itself where its Ingress has it twice."""
    wanted = _nginx_key(place, facts.regex)
    same = [other for other in facts.duplicated if _nginx_key(other, facts.regex) == wanted]
    others = [other for other in same if other != place]
    return others[0] if others else (place if len(same) > 1 else None)


def from_places(facts: HostFacts, places: Iterable[Place]) -> HostFacts:
    """``facts`` with everything that follows from ``places``."""
    ordered = tuple(sorted(places))
    return msgspec.structs.replace(
        facts,
        places=ordered,
        shared=len({(place.root, place.ingress) for place in ordered}) > 1,
        duplicated=_duplicated(ordered, facts.regex),
        padding=padding(place.path for place in ordered) if facts.regex else {},
    )
