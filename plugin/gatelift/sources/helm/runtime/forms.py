"""Paths by their form: what becomes of one path of each form and type, so that any path of that form is known."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gatelift.sources.helm.runtime.answers import Answer, Unknown, canonical
from gatelift.sources.helm.runtime.sentinels import SLOT, Place
from gatelift.sources.helm.runtime.tables import Data, Exact, PathRules

SAFE = re.compile(r"(?!/\.well-known/acme-challenge)(/|(/(?!\.\.?(/|$))[-A-Za-z0-9._~]+)+/?)")
"""Paths of letters, digits and ``-._~``, which no proxy reads in its own way, but for the one that ingress-nginx never
redirects by itself; ``rules.tpl`` takes the same ones."""
TYPES = ("Prefix", "Exact", "ImplementationSpecific")
BASE: Place = ("/{path}", "Prefix")
SEVERAL: tuple[Place, ...] = (
    ("/", "Prefix"),
    ("/qz-a", "Prefix"),
    ("/qz-b/", "ImplementationSpecific"),
    ("/qz-c", "Exact"),
    ("/qz-d/", "Prefix"),
    ("/qz-d", "Exact"),
)
"""Paths that are asked about together, to see that each becomes what it becomes alone."""
_TAKEN = {"Prefix": "Exact", "ImplementationSpecific": "Exact", "Exact": "Prefix"}
FORMS: Mapping[str, tuple[Place, ...]] = {
    **{f"plain/{kind}": (("/{path}", kind),) for kind in TYPES},
    **{f"root/{kind}": (("/", kind),) for kind in TYPES},
    **{f"slash/{kind}": (("/{path}/", kind),) for kind in TYPES},
    **{f"taken/{kind}": (("/{path}/", kind), ("/{path}", other)) for kind, other in _TAKEN.items()},
}
"""The forms: ``/p``, ``/``, ``/p/``, and ``/p/`` beside ``/p``."""


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


def generic(named: Mapping[str, Answer | Unknown], several: Answer | Unknown) -> Generic | None:
    """The rules of each form; None where they are not made of one part for each path and one for the host.

    ``several``: what became of ``SEVERAL``, which must agree with them.
    """
    base = named["plain/Prefix"]
    if isinstance(base, Unknown) or isinstance(several, Unknown):
        return None
    lead = tuple(rule for rule in base.hosts[0].rules if not _of_a_path(rule))
    paths: dict[str, PathRules] = {}
    for form, item in named.items():
        if isinstance(item, Unknown):
            continue
        rules = list(item.hosts[0].rules)
        beside = _objects(item, form) == _objects(several if form.startswith("taken/") else base, form)
        if any(rule not in rules for rule in lead) or not beside or not is_plain(item):
            return None
        own = [rule for rule in rules if rule not in lead]
        if form.startswith("taken/"):
            own = [rule for rule in own if not _of_second(rule)]
        paths[form] = split(own, "/" if form.startswith("root/") else SLOT % "path")
    objects, single = (_once(item.objects) for item in (several, base))
    made = Generic(paths=paths, lead=lead, objects=objects, single=None if single == objects else single)
    return made if _several_agree(made, several) else None


def _objects(item: Answer, form: str) -> str:
    """The objects of an answer, to be compared with those of another of this form."""
    text = canonical(_once(item.objects))
    return text.replace(SLOT % "path", "/") if form.startswith("root/") else text


def _once(objects: Sequence[Data]) -> tuple[Data, ...]:
    """``objects``, those for a Service once for all: of a form with two paths there are two."""
    found = {canonical(made): made for made in map(_indexed, objects)}
    return tuple(found.values())


def _of_a_path(rule: Data) -> bool:
    text = canonical(rule)
    return any(f"{{:{slot}" in text for slot in ("path:", "above:", "service", "port"))


def _of_second(rule: Data) -> bool:
    """Whether a rule is that of ``/p`` beside ``/p/``."""
    values = [match.get("path", {}).get("value") for match in rule.get("matches", ())]
    return values == [SLOT % "above"] and "replaceFullPath" not in canonical(rule)


def split(rules: Sequence[Data], path: str) -> PathRules:
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


def _several_agree(found: Generic, item: Answer) -> bool:
    """Whether several paths become what the forms say of each."""
    names = {path for path, _ in SEVERAL}
    wanted = [canonical(rule) for rule in found.lead]
    for index, (path, kind) in enumerate(SEVERAL):
        form = form_of(path, names)
        if f"{form}/{kind}" not in found.paths:
            return False
        made = found.paths[f"{form}/{kind}"]
        rules = [*([made.main] if made.main else []), *made.more]
        wanted += [canonical(_filled(rule, path, index)) for rule in rules]
    return sorted(wanted) == sorted(map(canonical, item.hosts[0].rules))


def form_of(path: str, names: set[str]) -> str:
    """The form of a path beside others."""
    if path == "/":
        return "root"
    if not path.endswith("/"):
        return "plain"
    return "taken" if path.rstrip("/") in names else "slash"


def _filled(rule: Data, path: str, index: int) -> Any:
    text = json.dumps(rule)
    for slot, value in (("path", path), ("above", path.rstrip("/"))):
        text = text.replace(SLOT % slot, value)
    return json.loads(re.sub(r"\{:(service|port):\}", rf"{{:\g<1>{index:03d}:}}", text))


def exact_of(places: Sequence[Place], item: Answer) -> Exact:
    """A list of paths as it is: each rule belongs to the path whose Service it names, or to the host."""
    lead: list[Data] = []
    own: list[list[Data]] = [[] for _ in places]
    for rule in item.hosts[0].rules:
        numbers = {int(number) for number in re.findall(r"\{:service(\d{3}):\}", json.dumps(rule))}
        if len(numbers) > 1:
            raise Unknown("a rule is that of several paths")
        if numbers:
            own[numbers.pop()].append(rule)
        else:
            lead.append(rule)
    paths = tuple(PathRules(_indexed(rules[0]) if len(rules) == 1 else None) for rules in own)
    if any(len(rules) > 1 for rules in own):
        raise Unknown("a path becomes several rules")
    return Exact(tuple(places), paths, tuple(lead), _once(item.objects))
