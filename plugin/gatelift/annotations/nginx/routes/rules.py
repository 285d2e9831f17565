"""The rules of one Ingress on one host: paths in nginx's order, rewrites, redirects, canaries, default backend."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gatelift.annotations.evaluate import Evaluation
from gatelift.annotations.nginx.host import (
    HostFacts,
    Place,
    has_default,
    is_hidden,
    is_split,
    nginx_order,
    norm_type,
    place_of,
    rival,
    takes_root,
)
from gatelift.annotations.nginx.routes.canaries import variants
from gatelift.annotations.nginx.routes.paths import (
    BadPath,
    literal_match,
    match_of,
    regex_match,
    slash_redirect,
)
from gatelift.annotations.nginx.routes.rewrites import ambiguous, rewrite, strip_prefix
from gatelift.ingress.model import Backend, Ingress, IngressPath, PathType
from gatelift.intent.answers import DirectAnswer
from gatelift.intent.base import Intent, Risk, Sourced
from gatelift.intent.outcome import Note, differs, inert, refused
from gatelift.intent.redirects import Location, Redirect
from gatelift.intent.route import Action, Answer, Forward, Match, PathKind, PathMatch, Redirection, Rule, ServiceBackend
from gatelift.intent.routing import AppRoot, ForwardedPrefix, RegexPaths, RewriteTarget

Notes = list[tuple[str, Note]]


class HostPart(msgspec.Struct, frozen=True):
    """What one Ingress says about one host: its paths there, and the host's facts."""

    evaluation: Evaluation
    host: str | None
    paths: tuple[IngressPath, ...]
    facts: HostFacts
    clean: bool = False
    """Whether regular paths of the host are to be written as prefixes (``decide: {regexPaths: prefix}``)."""

    @property
    def ingress(self) -> Ingress:
        return self.evaluation.ingress


def rules_of(part: HostPart, notes: Notes) -> tuple[Rule, ...]:
    """All rules, and notes on the pointers of paths; a path that cannot be said is refused in the notes."""
    regular = part.facts.regex and not part.clean
    paths = sorted(part.paths, key=lambda path: nginx_order(path.path)) if regular else part.paths
    rules: list[Rule] = list(_app_root(part, notes))
    for path in paths:
        other = rival(place_of(part.ingress, path), part.facts)
        if other is not None:
            notes.append((f"{path.pointer}/path", _duplicate(part, other)))
            continue
        rules.extend(_path_rules(part, path, notes))
    rules.extend(_default_rule(part, notes))
    return tuple(_without_exact_root(rules, part))


def _duplicate(part: HostPart, other: Place) -> Note:
    where = f"Ingress {other.ingress}" if other.ingress != str(part.ingress.ref) else "this Ingress"
    names = (other.ingress, str(part.ingress.ref))
    catch_all = [place.ingress for place in part.facts.defaults if place.ingress in names]
    if part.host is None and len(catch_all) == 1:
        why = (
            f"Ingress {catch_all[0]} has a default backend and no rules, which takes the path / of unknown hosts "
            "before every rule, whatever their ages, so that the rule's backend gets nothing today (T12)"
        )
        return refused(why, "remove the path / of the rule without a host, or that default backend", Risk.ROUTING)
    return refused(
        f"{where} serves the same path of {part.host or 'unknown hosts'}; in the cluster the older one wins, "
        "and a repository does not tell which that is",
        "remove one of the two",
        Risk.ROUTING,
    )


def _path_rules(part: HostPart, path: IngressPath, notes: Notes) -> Iterator[Rule]:
    if not path.backend.service and not _instead(part.evaluation):
        why = "ingress-nginx ignores resource backends, so this path answers 503 today"
        notes.append((path.pointer, refused(why, "point it to a Service, or remove it", Risk.ROUTING)))
        return
    found = _matched(part, path)
    if isinstance(found, BadPath):
        notes.append((f"{path.pointer}/path", refused(found.why, found.todo, Risk.ROUTING)))
        return
    match, intents = found
    action = _action(part, path.backend)
    rule = Rule((Match(match),), action, intents if isinstance(action, Forward) else (), path.pointer)
    slash = slash_redirect(path, part.facts)
    if slash:
        yield _redirect_rule(slash, path.path, 301, path.pointer)
    notes.extend(_path_notes(part, path))
    yield from _with_canaries(part, path, rule, notes)


_HIDDEN = BadPath(
    "the host's paths are regular expressions, of which an Exact / and the / that ingress-nginx adds to every host are "
    "the same, and the added one is asked first: this path gets no request today, nginx answers 404 or asks the host's "
    "default backend (T12)",
    "write the path / as Prefix to serve what no other path takes, or remove it",
)
_BY_AGE = BadPath(
    "whether the paths of this host are regular expressions depends on which of its Ingresses is the oldest: the / "
    "that ingress-nginx adds, and a path that several have, follow that one's annotations (T1, T12, T15), and a "
    "repository does not tell the age",
    "let one Ingress alone have each path, a / of type Prefix among them, or remove use-regex and rewrite-target",
)


def _halved(path: str) -> BadPath:
    why = (
        f"rewrite-target equals this path, but ingress-nginx serves a Prefix as {path} and {path}/: it passes "
        f"{path} on as it is, and rewrites everything below {path}/ to {path} (T1)"
    )
    todo = f"remove rewrite-target if {path}/x should reach the backend as {path}/x, else write the path {path}(/.*)?"
    return BadPath(why, todo)


def _unlike_itself(part: HostPart, path: IngressPath, template: str) -> BadPath | None:
    """Why ingress-nginx serves ``path`` otherwise than it is written, where no route can say so."""
    if part.facts.perhaps_regex:
        return _BY_AGE
    if is_hidden(place_of(part.ingress, path), part.facts):
        return _HIDDEN
    rewritten = part.evaluation.get(RewriteTarget) and not part.evaluation.get(RegexPaths)
    return _halved(path.path) if rewritten and template == path.path and is_split(path.path, path.path_type) else None


def _matched(part: HostPart, path: IngressPath) -> tuple[PathMatch, tuple[Sourced, ...]] | BadPath:
    item = part.evaluation.get(RewriteTarget)
    template = item.intent.template if item and isinstance(item.intent, RewriteTarget) else path.path
    problem = _unlike_itself(part, path, template)
    if problem is not None:
        return problem
    if part.clean:
        return _clean_match(part, path, template, item)
    match = match_of(path, part.facts)
    if isinstance(match, BadPath):
        return match
    if item and ambiguous(path.path, template):
        why = "a repeated group is captured, and PCRE and RE2 do not agree on which of its turns counts"
        return BadPath(why, "capture the whole repetition instead, as in ((?:a|b)*)")
    intent = rewrite(path.path, template) if item and match.kind is PathKind.REGEX else None
    return match, _rewrite_intents(part, intent, item, path.path)


def _clean_match(
    part: HostPart, path: IngressPath, template: str, item: Sourced | None
) -> tuple[PathMatch, tuple[Sourced, ...]] | BadPath:
    stripped = strip_prefix(path.path, template)
    if stripped:
        prefix, intent = stripped
        return PathMatch(PathKind.PREFIX, prefix), _rewrite_intents(part, intent, item, path.path)
    match = literal_match(path)
    if isinstance(match, BadPath):
        return match
    found = rewrite(path.path, template) if item else None
    return match, _rewrite_intents(part, found, item, path.path)


def _rewrite_intents(part: HostPart, intent: Intent | None, item: Sourced | None, path: str) -> tuple[Sourced, ...]:
    """``intent``, and the header that ingress-nginx sets where it rewrites: also where the same path comes of it."""
    if item is None or not isinstance(item.intent, RewriteTarget) or item.intent.template == path:
        return ()
    prefix = part.evaluation.get(ForwardedPrefix)
    return (*((_as(item, intent),) if intent else ()), *((prefix,) if prefix else ()))


def _as(item: Sourced, intent: Intent) -> Sourced:
    return Sourced(intent, item.origins)


def _action(part: HostPart, backend: Backend) -> Action:
    instead = _instead(part.evaluation)
    if instead:
        return instead
    return Forward((service_backend(part.ingress, backend),))


def service_backend(ingress: Ingress, backend: Backend) -> ServiceBackend:
    """The backend of a path as one that gets all requests."""
    return ServiceBackend(ingress.ref.namespace, backend.service, backend.port or 0, pointer=backend.pointer)


def _instead(evaluation: Evaluation) -> Action | None:
    """What every request gets instead of a backend."""
    return Answer() if evaluation.get(DirectAnswer) else _redirects(evaluation)


def _redirects(evaluation: Evaluation) -> Redirection | None:
    """A temporal redirect outranks a permanent one."""
    item = evaluation.get(Redirect)
    if item is None or not isinstance(item.intent, Redirect):
        return None
    wanted = item.intent
    if isinstance(wanted.temporal, Location):
        return Redirection(wanted.temporal, wanted.temporal_code if isinstance(wanted.temporal_code, int) else 302)
    if isinstance(wanted.permanent, Location):
        return Redirection(wanted.permanent, wanted.permanent_code if isinstance(wanted.permanent_code, int) else 301)
    return None


def _redirect_rule(path: str, target: str, code: int, pointer: str) -> Rule:
    match = Match(PathMatch(PathKind.EXACT, path))
    return Rule((match,), Redirection(Location(path=target), code), pointer=pointer)


def _app_root(part: HostPart, notes: Notes) -> Iterator[Rule]:
    item = part.evaluation.get(AppRoot)
    if item is None or not isinstance(item.intent, AppRoot):
        return
    own = str(part.ingress.ref)
    competitor = next((p.ingress for p in part.facts.places if p.path == "/" and p.path_type is PathType.EXACT), own)
    if not part.ingress.rules:
        note = inert("ingress-nginx takes only the Service of an Ingress without rules")
    elif competitor != own:
        why = f"Ingress {competitor} serves exactly / of {part.host or 'unknown hosts'}, where nginx redirects instead"
        note = refused(why, "remove one of the two", Risk.ROUTING)
    else:
        yield _redirect_rule("/", item.intent.path, 302, "")
        return
    notes.extend((origin.pointer, note) for origin in item.origins)


def _without_exact_root(rules: list[Rule], part: HostPart) -> list[Rule]:
    """The redirect of the app root is asked before any location, so that no other exact ``/`` is ever reached."""
    root = (Match(PathMatch(PathKind.EXACT, "/")),)
    if part.evaluation.get(AppRoot) is None or not rules or rules[0].matches != root:
        return rules
    return [rules[0], *(rule for rule in rules[1:] if rule.matches != root)]


_NO_DEFAULT = (
    "no rule of this Ingress names a host, and for unknown hosts ingress-nginx takes the default backend of an Ingress "
    "without rules only: this one gets nothing (T12)"
)


def _default_problem(part: HostPart) -> Note | None:
    """Why it is unknown whether the Ingress's default backend is the host's."""
    own = str(part.ingress.ref)
    if not part.ingress.rules:
        rivals = (*part.facts.defaults, *part.facts.places)
        rival_root = next((place for place in rivals if takes_root((place,)) and place.ingress != own), None)
        return _duplicate(part, rival_root) if rival_root else None
    others = sorted({owner.ingress for owner in part.facts.owners} - {own})
    return _default_by_age(part, others[0]) if others else None


def _default_by_age(part: HostPart, other: str) -> Note:
    why = (
        f"Ingress {other} has rules for {part.host} too, and ingress-nginx takes the default backend of a host from "
        "its oldest Ingress, or answers 404 if that one has none; a repository does not tell which that is (T12)"
    )
    todo = f"write the backend as the path / of type Prefix of {part.host} in one Ingress, without a defaultBackend"
    return refused(why, todo, Risk.ROUTING)


def _default_rule(part: HostPart, notes: Notes) -> Iterator[Rule]:
    """``spec.defaultBackend`` takes what no path of the host takes (T12)."""
    backend = part.ingress.default_backend
    if backend is None or not backend.service:
        return
    if not has_default(part.ingress, part.host):
        if not any(rule.host for rule in part.ingress.rules):
            below = (leaf for leaf in part.ingress.leaves if leaf.startswith(f"{backend.pointer}/"))
            notes.extend((leaf, inert(_NO_DEFAULT)) for leaf in below)
        return
    if takes_root(part.facts.places) and part.ingress.rules:
        return
    problem = _default_problem(part)
    if problem is not None:
        notes.append((backend.pointer, problem))
        return
    match = PathMatch(PathKind.PREFIX, "/")
    if part.facts.regex and not part.clean:
        found = regex_match("/", part.facts)
        match = found if isinstance(found, PathMatch) else match
    action = _action(part, backend)
    yield Rule((Match(match),), action, _default_rewrite(part, action), backend.pointer)


def _default_rewrite(part: HostPart, action: Action) -> tuple[Sourced, ...]:
    """The ``/`` that ingress-nginx adds has the annotations of its Ingress, and so its rewrite (T12)."""
    item = part.evaluation.get(RewriteTarget)
    if item is None or not isinstance(item.intent, RewriteTarget) or not isinstance(action, Forward):
        return ()
    return _rewrite_intents(part, rewrite("/", item.intent.template), item, "/") if part.ingress.rules else ()


def _with_canaries(part: HostPart, path: IngressPath, rule: Rule, notes: Notes) -> Iterator[Rule]:
    kind = norm_type(path.path_type)
    same = [c for c in part.facts.canaries if c.place.path == path.path and c.place.path_type is kind]
    namespace = part.ingress.ref.namespace
    usable = [c for c in same if c.namespace == namespace]
    if len(same) != len(usable):
        away = next(canary.place.ingress for canary in same if canary.namespace != namespace)
        why = f"Ingress {away} is its canary from another namespace"
        notes.append((path.pointer, refused(why, "move the canary's Service into the same namespace", Risk.ROUTING)))
        return
    if len(usable) > 1:
        why = f"{len(usable)} canaries share this path, and ingress-nginx uses only one of them"
        notes.append((path.pointer, refused(why, "remove all but one", Risk.ROUTING)))
        return
    yield from variants(rule, usable[0]) if usable else (rule,)


def _path_notes(part: HostPart, path: IngressPath) -> Iterator[tuple[str, Note]]:
    pointer = f"{path.pointer}/path"
    if part.clean and part.facts.regex:
        why = "written as a prefix as decided: case counts, only whole path elements match (T2), and a rewrite of the "
        yield pointer, differs(f"{why}prefix itself may leave a / at the end away (T4)")
