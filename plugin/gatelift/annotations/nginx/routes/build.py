"""All routes of one Ingress: one per host, and those that stand beside it (redirects, twins, passthrough)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from gatelift.annotations.evaluate import Evaluation, Rulings, is_canary
from gatelift.annotations.nginx.host import NO_HOST, HostFacts, norm_type, takes_root
from gatelift.annotations.nginx.routes.beside import https_redirect, passthrough, www_redirect
from gatelift.annotations.nginx.routes.paths import BadPath
from gatelift.annotations.nginx.routes.rewrites import prefix_of, strip_prefix
from gatelift.annotations.nginx.routes.rules import HostPart, Notes, rules_of
from gatelift.annotations.nginx.settings import hsts
from gatelift.annotations.unit import shown
from gatelift.ingress.model import IngressPath, PathType
from gatelift.intent.answers import DirectAnswer, WholeHost
from gatelift.intent.base import Intent, Origin, OriginKind, Risk, Sourced, sourced
from gatelift.intent.metadata import CarriedAnnotation
from gatelift.intent.outcome import Disposition, Note, differs, exact, inert, refused
from gatelift.intent.redirects import Hsts, HttpsRedirect, Redirect, When, WwwRedirect
from gatelift.intent.route import Binding, Role, RouteIntent
from gatelift.intent.routing import Aliases, AppRoot, ForwardedPrefix, Passthrough, RegexPaths, RewriteTarget
from gatelift.intent.traffic import Canary

STRUCTURAL: tuple[type[Intent], ...] = (
    RegexPaths,
    RewriteTarget,
    ForwardedPrefix,
    AppRoot,
    Aliases,
    HttpsRedirect,
    Redirect,
    WwwRedirect,
    Passthrough,
    Canary,
    WholeHost,
)
"""Intents that become rules and routes here; all others are for a target to consume."""


class Built(msgspec.Struct, frozen=True):
    """The routes, and notes by JSON pointer (of an annotation, a path, a host)."""

    routes: tuple[RouteIntent, ...]
    notes: tuple[tuple[str, Note], ...]


def build(evaluation: Evaluation, hosts: Mapping[str, HostFacts], rulings: Rulings) -> Built:
    """The routes of one Ingress. A canary has none: its backends stand in the routes of the Ingress it belongs to."""
    notes: Notes = []
    if is_canary(evaluation.ingress, rulings.controller):
        notes.extend(_canary_notes(evaluation, hosts))
        why = differs("a canary has no route of its own: what its main Ingress says about this holds for both")
        notes.extend(_never_seen(evaluation, (), why))
        return Built((), tuple(notes))
    routes: list[RouteIntent] = []
    for position, part in enumerate(_parts(evaluation, hosts, rulings)):
        routes.extend(_host_routes(part, position, hosts, rulings, notes))
    why = inert("no request is opened by nginx and served here, so nothing ever looks at this")
    notes.extend(_never_seen(evaluation, routes, why))
    return Built(tuple(routes), tuple(notes))


def _never_seen(evaluation: Evaluation, routes: Sequence[RouteIntent], note: Note) -> Iterator[tuple[str, Note]]:
    """``note`` for each annotation whose intent no route bears: nothing of it is written, so it is not ``exact``."""
    borne = [item for route in routes for item in route.intents]
    for item in _left_over(evaluation):
        if item not in borne:
            yield from ((origin.pointer, note) for origin in item.origins if origin.kind is OriginKind.ANNOTATION)


def _parts(evaluation: Evaluation, hosts: Mapping[str, HostFacts], rulings: Rulings) -> Iterator[HostPart]:
    ingress = evaluation.ingress
    names: tuple[str | None, ...] = ingress.hosts
    if not ingress.rules and ingress.default_backend:
        names = (None,)
    for host in names:
        facts = hosts.get(host or NO_HOST, HostFacts())
        paths = tuple(path for rule in ingress.rules if rule.host == host for path in rule.paths)
        yield HostPart(evaluation, host, paths, facts, is_clean(facts, rulings))


def is_clean(facts: HostFacts, rulings: Rulings) -> bool:
    """Whether regular paths become prefixes: it was decided, and every path of the host stands for one."""
    if not facts.regex or rulings.decide.get("regexPaths") != "prefix":
        return False
    return all(
        # An Exact path is a regular one too on such a host (T1); as Exact it would outrank what nginx asks first.
        place.path_type is PathType.PREFIX
        and (strip_prefix(place.path, "/$2") is not None or not isinstance(prefix_of(place.path), BadPath))
        for place in facts.places
    )


def _host_routes(
    part: HostPart, position: int, hosts: Mapping[str, HostFacts], rulings: Rulings, notes: Notes
) -> Iterator[RouteIntent]:
    if part.host is not None and not HOSTNAME.fullmatch(part.host):
        why = f"{shown(part.host)} is no host name that Gateway API takes: lower-case letters, digits, - and . only"
        notes.extend(_host_notes(part, refused(why, "correct the host", Risk.ROUTING)))
        return
    _whole_host(part, notes)
    when = _when(part, rulings, notes)
    opened = part.evaluation.get(Passthrough) is None
    binding = Binding.HTTPS if when is When.ALWAYS else (Binding.BOTH if opened else Binding.HTTP)
    main = RouteIntent(
        ingress=part.ingress.ref,
        role=Role.MAIN,
        host=part.host,
        hostnames=_hostnames(part, hosts, notes),
        binding=binding,
        rules=rules_of(part, notes),
        intents=(*_left_over(part.evaluation), *_hsts(part, rulings)),
        position=position,
    )
    if not main.rules and not part.paths:
        why = "it has no path and no default backend, so nginx answers 404 there"
        notes.extend(_host_notes(part, inert(why)))
    beside: list[RouteIntent] = list(passthrough(part, position, notes))
    if main.rules and (opened or when is When.NEVER):
        yield main
    if main.rules and when is When.ALWAYS:
        beside.extend(https_redirect(part, main, rulings, notes))
    beside.extend(www_redirect(part, position, hosts, rulings, notes))
    # What other programs read on a route (external-dns above all) they read on every route of the host.
    carried = tuple(item for item in main.intents if isinstance(item.intent, CarriedAnnotation))
    yield from (msgspec.structs.replace(r, intents=r.intents or carried) for r in beside)


HOSTNAME = re.compile(r"(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def _host_notes(part: HostPart, note: Note) -> Iterator[tuple[str, Note]]:
    return ((f"{rule.pointer}/host", note) for rule in part.ingress.rules if rule.host == part.host)


def _when(part: HostPart, rulings: Rulings, notes: Notes) -> When:
    """What answers everything comes before the redirect to HTTPS: nginx returns before it runs the code for that."""
    item = part.evaluation.get(HttpsRedirect)
    if not _answers(part.evaluation):
        return _https(part, rulings, notes)
    _note(notes, item.origins if item else (), inert("every request is answered before nginx looks at this"))
    return When.NEVER


def _https(part: HostPart, rulings: Rulings, notes: Notes) -> When:
    """``ALWAYS`` or ``NEVER``, with a note on the annotations that asked (T16, T17)."""
    item, wanted = part.evaluation.get(HttpsRedirect), _redirect_wanted(part)
    if wanted.when is When.NEVER:
        return When.NEVER
    origins = item.origins if item else ()
    secret = next((tls.secret for tls in part.ingress.tls if tls.secret), None)
    if part.facts.unlisted and wanted.when is When.CERTIFICATE and secret:
        why = (
            f"spec.tls names Secret {secret} without this host: nginx redirects plain HTTP, and serves that "
            "certificate if it covers the host, else the controller's own, which no file tells (T19)"
        )
        todo = "name the host under spec.tls[].hosts, which changes nothing today"
        notes.extend(_host_notes(part, refused(why, todo, Risk.ROUTING)))
        return When.NEVER
    if part.facts.certificate:
        _note(notes, origins, exact())
        return When.ALWAYS
    if wanted.when is When.CERTIFICATE:
        _note(
            notes, origins, inert("no Ingress configures a certificate for the host, so nginx does not redirect (T16)")
        )
        return When.NEVER
    if rulings.decide.get("forceSslRedirect") == "gateway" and part.host:
        return When.ALWAYS
    why = (
        "it redirects although no Ingress configures a certificate for the host: if TLS ends before the gateway, "
        "every request arrives as plain HTTP and would be redirected forever"
    )
    todo = (
        "write 'decide: {forceSslRedirect: gateway}' if the Gateway itself ends TLS for this host, "
        "or name a certificate under spec.tls"
    )
    forcing = tuple(origin for name, origin in item.fields if name == "force") if item else ()
    _note(notes, forcing, refused(why, todo, Risk.ROUTING))
    return When.NEVER


def _whole_host(part: HostPart, notes: Notes) -> None:
    """Of several Ingresses of a host nginx takes the oldest one's server, and that holds for all their paths (T15)."""
    item = part.evaluation.get(WholeHost)
    if item is None:
        return
    others = sorted({place.ingress for place in part.facts.places if place.ingress != str(part.ingress.ref)})
    if part.facts.shared:
        also = f"Ingress {others[0]}" if others else "the same Ingress in another root"
        why = (
            f"it holds for all of {part.host}, which {also} serves too, and of several Ingresses nginx takes the "
            "oldest one's, which no file tells"
        )
        todo = "write what it does for the paths of this Ingress in configuration-snippet, or as annotations"
        _note(notes, item.origins, refused(why, todo, Risk.SECURITY))
    elif _answers(part.evaluation) and not takes_root(part.facts.places) and not part.facts.defaults:
        why = f"it answers every path of {part.host}, and the Ingress names some of them only"
        todo = "add the path / to the Ingress, or write it in configuration-snippet if those paths are meant"
        _note(notes, item.origins, refused(why, todo, Risk.ROUTING))


def _answers(evaluation: Evaluation) -> bool:
    """Whether nginx answers every request by itself."""
    return evaluation.get(Redirect) is not None or evaluation.get(DirectAnswer) is not None


def _note(notes: Notes, origins: tuple[Origin, ...], note: Note) -> None:
    """A refusal counts wherever it comes from; what is as it was is told of annotations only."""
    told = note.disposition is Disposition.REFUSED
    notes.extend((origin.subject, note) for origin in origins if told or origin.kind is OriginKind.ANNOTATION)


def _hostnames(part: HostPart, hosts: Mapping[str, HostFacts], notes: Notes) -> tuple[str, ...]:
    if part.host is None:
        return ()
    item = part.evaluation.get(Aliases)
    aliases = item.intent.hosts if item and isinstance(item.intent, Aliases) else ()
    kept = part.facts.aliases
    problem = _alias_problem(part)
    if problem is not None:
        todo = "give all Ingresses of the host the same server-alias, or write rules for those names instead"
        note = refused(problem, todo, Risk.ROUTING)
        if item:
            _note(notes, item.origins, note)
        else:
            notes.extend(_host_notes(part, note))
        return (part.host,)
    lost = [alias for alias in aliases if alias not in kept]
    if item and lost:
        other = hosts.get(lost[0], HostFacts())
        owner = f"host {other.alias_of}" if other.alias_of else "another Ingress"
        _note(notes, item.origins, differs(f"{lost[0]} belongs to {owner}, so nginx leaves it there"))
    schemes = _alias_schemes(part, hosts) if kept else ""
    if item and kept:
        _note(notes, item.origins, differs("; ".join(filter(None, (_ALIAS, schemes)))))
    elif schemes:
        notes.extend(_host_notes(part, differs(f"{', '.join(kept)}: {schemes}")))
    return (part.host, *kept)


_ALIAS = "the Gateway needs a listener and a certificate for the alias too"
_ALIAS_REDIRECTS = (
    "plain HTTP is redirected to HTTPS there as well, which nginx does only if the host's certificate covers the alias"
)
_ALIAS_STAYS = (
    "plain HTTP is not redirected to HTTPS there, and no answer asks to stay on HTTPS, which nginx does where another "
    "certificate covers the alias"
)


def _alias_schemes(part: HostPart, hosts: Mapping[str, HostFacts]) -> str:
    """What differs where the host has a certificate, or an alias has one, and nothing else asks for HTTPS."""
    if _redirect_wanted(part).when is not When.CERTIFICATE:
        return ""
    if part.facts.certificate:
        return _ALIAS_REDIRECTS
    return _ALIAS_STAYS if any(hosts[alias].certificate for alias in part.facts.aliases) else ""


def _redirect_wanted(part: HostPart) -> HttpsRedirect:
    item = part.evaluation.get(HttpsRedirect)
    return item.intent if item and isinstance(item.intent, HttpsRedirect) else HttpsRedirect()


def _alias_problem(part: HostPart) -> str | None:
    """Why a repository does not tell under which further names nginx serves the host."""
    givers = [owner for owner in part.facts.owners if owner.aliases]
    different = next((owner for owner in givers if owner.aliases != givers[0].aliases), None)
    if different is not None:
        return (
            f"Ingress {givers[0].ingress} and Ingress {different.ingress} give {part.host} different aliases; nginx "
            "takes those of the older one only, and a repository does not tell which that is"
        )
    wildcard = next((alias for alias in part.facts.aliases if alias.startswith("*.")), None)
    if wildcard is not None:
        return (
            f"{part.host} has the alias {wildcard}, a wildcard of nginx: it takes names of any number of labels, and "
            "goes before every wildcard host of an Ingress, unlike one in a route"
        )
    return None


def _left_over(evaluation: Evaluation) -> tuple[Sourced, ...]:
    return tuple(item for item in evaluation.intents if not isinstance(item.intent, STRUCTURAL))


def _hsts(part: HostPart, rulings: Rulings) -> tuple[Sourced, ...]:
    value = hsts(rulings.controller) if part.facts.certificate or part.facts.named else None
    return (sourced(Hsts(value=value), Origin(OriginKind.DEFAULT, "hsts")),) if value else ()


def _canary_notes(evaluation: Evaluation, hosts: Mapping[str, HostFacts]) -> Iterator[tuple[str, Note]]:
    for rule in evaluation.ingress.rules:
        facts = hosts.get(rule.host or NO_HOST, HostFacts())
        for path in rule.paths:
            yield from _canary_path_notes(path, facts)


def _canary_path_notes(path: IngressPath, facts: HostFacts) -> Iterator[tuple[str, Note]]:
    kind = norm_type(path.path_type)
    primary = next((p for p in facts.places if p.path == path.path and p.path_type is kind), None)
    if primary is None:
        why = "no Ingress here serves the same host, path and path type, so there is nothing to add this backend to"
        yield f"{path.pointer}/path", refused(why, "convert the main Ingress together with its canary", Risk.ROUTING)
        return
    yield (
        f"{path.pointer}/path",
        differs(
            f"its backend stands in the route of Ingress {primary.ingress}; ingress-nginx would also use it wherever "
            "else the main Service is routed (T26)"
        ),
    )
