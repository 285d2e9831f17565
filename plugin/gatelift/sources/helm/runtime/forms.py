"""Paths by their form: what becomes of one path of each form and type, so that any path of that form is known."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

import msgspec

from gatelift.sources.helm.runtime.answers import Answer, Unknown, canonical
from gatelift.sources.helm.runtime.sentinels import SLOT, Place
from gatelift.sources.helm.runtime.tables import Data, Exact, PathRules

SAFE = re.compile(r"(?!/\.well-known/acme-challenge)(/|(/(?!\.\.?(/|$))[-A-Za-z0-9._~]+)+/?)")
"""Paths of letters, digits and ``-._~``, which no proxy reads in its own way, but for the one that ingress-nginx never
redirects by itself; ``rules.tpl`` takes the same ones."""
TYPES = ("Prefix", "Exact", "ImplementationSpecific")
BASE: Place = ("/{path}", "Prefix")
ROOTS: Mapping[str, Place] = {f"root/{kind}": ("/", kind) for kind in TYPES}
_TAKEN = {"Prefix": "Exact", "Exact": "Prefix"}
_LISTED: tuple[tuple[str, Place], ...] = (
    *((f"plain/{kind}", (f"/{{path}}p{kind}", kind)) for kind in TYPES),
    *((f"slash/{kind}", (f"/{{path}}s{kind}/", kind)) for kind in TYPES),
    *((f"taken/{kind}", (f"/{{path}}t{kind}/", kind)) for kind in _TAKEN),
    *(("", (f"/{{path}}t{kind}", other)) for kind, other in _TAKEN.items()),
)
FULL: tuple[Place, ...] = tuple(place for _, place in _LISTED)
"""A host with paths of every form: ``/p``, ``/p/``, and ``/p/`` beside ``/p``; one route takes not many more rules."""


class Generic(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of paths by their form."""

    paths: Mapping[str, PathRules]
    lead: tuple[Data, ...]
    objects: tuple[Data, ...]
    single: tuple[Data, ...] | None = None


def is_plain(item: Answer | Unknown) -> bool:
    """Whether a path stays a literal one."""
    if isinstance(item, Unknown):
        return False
    matches = [match for host in item.hosts for rule in host.rules for match in rule.get("matches", ())]
    return all(match.get("path", {}).get("type") != "RegularExpression" for match in matches)


def generic(base: Answer, full: Answer, roots: Mapping[str, Answer | Unknown]) -> Generic | None:
    """The rules of each form; None where they are not made of one part for each path and one for the host.

    ``base``: what became of ``BASE``; ``full``: of ``FULL``; ``roots``: of each of ``ROOTS``.
    """
    lead, own = _parted(full.hosts[0].rules, len(FULL))
    paths = {form: _split([_at(rule, index) for rule in own[index]]) for index, form in _numbered()}
    beside, single = _once(full.objects), _once(base.objects)
    alone = [rule for rule in base.hosts[0].rules if rule not in lead]
    if "{:path" in canonical(beside) or _split([_indexed(rule) for rule in alone]) != paths["plain/Prefix"]:
        return None
    for form, item in roots.items():
        if isinstance(item, Unknown):
            continue
        rules = item.hosts[0].rules
        if any(rule not in rules for rule in lead) or _rooted(single) != canonical(_once(item.objects)):
            return None
        paths[form] = _split([_indexed(rule) for rule in rules if rule not in lead], "/")
    paths["taken/ImplementationSpecific"] = paths["taken/Prefix"]
    if paths["slash/ImplementationSpecific"] != paths["slash/Prefix"]:
        return None
    return Generic(paths=paths, lead=tuple(lead), objects=beside, single=None if single == beside else single)


def _numbered() -> list[tuple[int, str]]:
    return [(index, form) for index, (form, _) in enumerate(_LISTED) if form]


def _parted(rules: Sequence[Data], count: int) -> tuple[list[Data], list[list[Data]]]:
    """The rules of the host, and those of each path: the ones that name it or its Service."""
    lead: list[Data] = []
    own: list[list[Data]] = [[] for _ in range(count)]
    for rule in rules:
        numbers = {int(number) for number in re.findall(r"\{:(?:path|above|service)(\d{3}):\}", json.dumps(rule))}
        if len(numbers) > 1:
            raise Unknown("a rule is that of several paths")
        (own[numbers.pop()] if numbers else lead).append(rule)
    return lead, own


def _at(rule: Data, index: int) -> Data:
    """A rule of the path at ``index``, as one of the path at hand."""
    found: Data = json.loads(re.sub(rf"\{{:(path|above|service|port){index:03d}:\}}", r"{:\1:}", json.dumps(rule)))
    return found


def _rooted(objects: Sequence[Data]) -> str:
    """Objects beside the path ``/``."""
    return canonical(objects).replace(SLOT % "path", "/")


def _once(objects: Sequence[Data]) -> tuple[Data, ...]:
    """``objects``, those for a Service once for all: of a form with two paths there are two."""
    found = {canonical(made): made for made in map(_indexed, objects)}
    return tuple(found.values())


def _split(rules: Sequence[Data], path: str = SLOT % "path") -> PathRules:
    """The rule that takes the requests of a path, and the others."""
    mine = [rule for rule in rules if "backendRefs" in rule]
    if not mine:
        mine = [rule for rule in rules if [match.get("path", {}).get("value") for match in rule["matches"]] == [path]]
    main = _indexed(mine[0]) if len(mine) == 1 else None
    if main is None and rules:
        raise Unknown("a path becomes several rules")
    return PathRules(main, tuple(rule for rule in rules if rule is not mine[0]) if mine else ())


def _indexed(value: Data) -> Data:
    """``value`` with the slots of any Service as those of the path at hand."""
    found: Data = json.loads(re.sub(r"\{:(service|port)\d{3}:\}", r"{:\1:}", json.dumps(value)))
    return found


def exact_of(places: Sequence[Place], item: Answer) -> Exact:
    """A list of paths as it is: each rule belongs to the path whose Service it names, or to the host."""
    lead, own = _parted(item.hosts[0].rules, len(places))
    paths = tuple(PathRules(_indexed(rules[0]) if len(rules) == 1 else None) for rules in own)
    if any(len(rules) > 1 for rules in own):
        raise Unknown("a path becomes several rules")
    return Exact(tuple(places), paths, tuple(lead), _once(item.objects))
