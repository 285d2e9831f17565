"""Routes taken apart: what each host answers to each match, whichever object says so.

How hosts share routes, and routes share policies and filters, is a free choice of whoever writes them; what is asked
of a request on its way is none. So a route stands here once for each of its hosts and each match of its rules, with
all that decides about it: listeners, filters and policies by their content, labels and annotations.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.manifests.reference_paths import references_of
from gatelift.manifests.shape import HTTP_ROUTE, HTTP_ROUTE_FILTER, ObjectKey
from gatelift.proof.forms import ROUTES, Attached, Form, Forms, Manifest, canonical, is_owned, plain_key
from gatelift.proof.places import Parent, parents_of

_TARGETS = "spec/targetRefs/name"
_TARGET = ("group", "kind", "name")
_SECTION = "sectionName"
_FILTER = (HTTP_ROUTE_FILTER.group, HTTP_ROUTE_FILTER.kind)
_APART = ("hostnames", "rules")
_Policies = dict[str, list[Any]]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one route answers on one host to what one match describes."""

    key: ObjectKey
    """The route."""
    rule: int
    """The position of the rule in it, and in the rule that of the match."""
    number: int
    host: str
    """Empty for any host."""
    match: Any
    parents: tuple[Parent, ...]
    precedence: tuple[str, ...]
    """Equal exactly where nothing but the order of rules may decide which of two answers a request gets."""
    value: Mapping[str, Any]
    """All that decides, names of routes, rules, policies and filters aside."""
    letters: tuple[bytes, ...]
    """``value`` in bytes, its parts apart."""
    unresolved: tuple[ObjectKey, ...] = ()
    """What the route refers to and is not there."""

    def rivals(self, other: Answer) -> bool:
        """Whether the order of both may decide: they differ, and listen at one listener."""
        if self.letters == other.letters:
            return False
        return any(one.meets(its) for one in self.parents for its in other.parents)


class Answers(msgspec.Struct, frozen=True):
    """A render taken apart: what its routes answer, and its other objects of our kinds.

    Of a policy only those targets are left that are no route of the render; one without any is gone, and so is a
    filter that a route of the render names. What counts by its name stays whole.
    """

    items: tuple[Answer, ...]
    rest: tuple[Manifest, ...]
    forms: Forms


def answers(objects: Sequence[Manifest], named: Collection[ObjectKey] = ()) -> Answers:
    """What ``objects`` answer, in the order in which Gateway API asks routes of one age: by namespace, name and rule.

    https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule. ``named``: objects whose name counts.
    """
    owned = [item for item in objects if is_owned(plain_key(item))]
    forms = Forms(owned, named=named, labelled=True)
    routes = sorted(forms.routes(), key=lambda form: (form.key.namespace, form.key.name, form.key.kind))
    items = (answer for form in routes for answer in _of_route(form, forms, form.key in named))
    return Answers(tuple(items), tuple(_rest(owned, named)), forms)


def _of_route(form: Form, forms: Forms, named: bool) -> Iterator[Answer]:
    spec = form.value.get("spec")
    spec = spec if isinstance(spec, Mapping) else {}
    rules = spec.get("rules")
    # A route without rules answers nothing, and is still an object that should be there, or should not.
    rules = rules if isinstance(rules, list) and rules else [rules]
    of_rules, of_route = _policies(forms.attached(form.key), rules)
    whole = {name: value for name, value in form.value.items() if name not in ("spec", "policies")}
    whole |= {"spec": {name: value for name, value in spec.items() if name not in _APART}, "policies": of_route}
    rest = canonical(whole)
    parents = tuple(parents_of(spec, form.key))
    hosts = spec.get("hostnames")
    for number, rule in enumerate(rules):
        fields, matches = _rule(rule, of_rules[number], named)
        told = canonical(fields)
        for at, match in enumerate(matches):
            precedence, written = (form.key.kind, *_precedence(form.key, match)), canonical(match)
            for host in hosts if isinstance(hosts, list) and hosts else [hosts]:
                yield Answer(
                    key=form.key,
                    rule=number,
                    number=at,
                    host=host if isinstance(host, str) else "",
                    match=match,
                    parents=parents,
                    precedence=precedence,
                    value={**whole, "hostnames": host, "match": match, "rule": fields},
                    letters=(canonical(host), written, told, rest),
                    unresolved=form.unresolved,
                )


def _rule(rule: Any, policies: _Policies, named: bool) -> tuple[Any, list[Any]]:
    """A rule without its matches, and these. Its name only says which policies are its own, and these stand in it."""
    if not isinstance(rule, Mapping):
        return rule, [None]
    left = {name: value for name, value in rule.items() if name != "matches" and (named or name != "name")}
    matches = rule.get("matches")
    return {**left, "policies": policies}, matches if isinstance(matches, list) and matches else [matches]


def _policies(attached: Sequence[Attached], rules: Sequence[Any]) -> tuple[list[_Policies], _Policies]:
    """The policies of each rule, and those of the route, by their kind.

    Where two of one kind mean the same section, one of them wins, the older one, then by name: so they keep the order
    of their names. https://gateway-api.sigs.k8s.io/geps/gep-713/#conflict-resolution
    """
    names = [rule.get("name") if isinstance(rule, Mapping) else None for rule in rules]
    of_rules: list[_Policies] = [{} for _ in rules]
    of_route: _Policies = {}
    for item in sorted(attached, key=lambda item: (item.key.group, item.key.kind, item.section, item.key.name)):
        if item.section and item.section in names:
            of_rules[names.index(item.section)].setdefault(item.key.kind, []).append(item.value)
        else:
            of_route.setdefault(item.key.kind, []).append({**item.value, "section": item.section})
    return of_rules, of_route


def _precedence(key: ObjectKey, match: Any) -> tuple[str, ...]:
    """What tells two matches apart without looking at the order of rules; of no other kind than HTTPRoute anything.

    An exact path, a regular one and a prefix rank by their type, the longer of one type first; two different prefixes
    of one length have no request in common, two regular paths of one length may. Methods, headers and parameters rank
    as well, but not alike everywhere: here the order of rules with equal paths is kept, whatever else they ask for.
    """
    if (key.group, key.kind) != (HTTP_ROUTE.group, HTTP_ROUTE.kind):
        return ()
    path = match.get("path") if isinstance(match, Mapping) else None
    path = path if isinstance(path, Mapping) else {}
    kind, value = str(path.get("type") or "PathPrefix"), str(path.get("value") or "/")
    if kind == "Exact":
        return kind, value
    return (kind, value.rstrip("/")) if kind == "PathPrefix" else (kind, str(len(value)))


def _rest(owned: Sequence[Manifest], named: Collection[ObjectKey]) -> Iterator[Manifest]:
    routes = {key for item in owned if _is_route(key := plain_key(item))}
    filters: set[ObjectKey] = set()
    if any(item.get("kind") == HTTP_ROUTE_FILTER.kind for item in owned):
        filters = {each.to for item in owned if _is_route(plain_key(item)) for each in references_of(item)}
    for item in owned:
        key = plain_key(item)
        if key in routes:
            continue
        if key in named:
            # Routes hold no more of it than its name.
            yield item
            continue
        if (key.group, key.kind) == _FILTER and key in filters:
            # A second one of that name is none that the route means.
            filters.remove(key)
            continue
        left = _without_targets(item, routes)
        if left is not None:
            yield left


def _is_route(key: ObjectKey) -> bool:
    return (key.group, key.kind) in ROUTES


def _without_targets(item: Manifest, routes: Collection[ObjectKey]) -> Manifest | None:
    """An object without those targets that are ``routes``; ``None`` where it has no others and is a policy of these.

    What else is said about a target, and what chooses targets by labels, stays with the object.
    """
    spec = item.get("spec")
    targets = spec.get("targetRefs") if isinstance(spec, Mapping) else None
    if not isinstance(spec, Mapping) or not isinstance(targets, list):
        return item
    seen = [each for each in references_of(item) if each.path.path == _TARGETS and each.to in routes]
    places = {each.pointer.removesuffix("/name") for each in seen}
    left = [each for at, each in enumerate(targets) if f"/spec/targetRefs/{at}" not in places or not _plain(each)]
    if seen and not left and not any(name in spec for name in ("targetRef", "targetSelectors")):
        return None
    return {**item, "spec": {**spec, "targetRefs": left}}


def _plain(target: Mapping[str, Any]) -> bool:
    """Whether nothing is said of a target but which one it is."""
    words = [value for value in target.values() if isinstance(value, str) and value]
    return len(words) == len(target) and {*target} - {_SECTION} == {*_TARGET}
