"""What becomes of an Ingress whatever its chart's values say, so that its routes' template can write it out.

The answers are those that the helpers would give, taken from the same tables: only where they agree for every Ingress
that the template can render and the helpers know, nothing is left to decide.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
import yaml

from gatelift.ingress.read import CLASS_ANNOTATION
from gatelift.sources.helm.readable.ingress import Ingress, PathItem, Reading, Rule
from gatelift.sources.helm.runtime.forms import SAFE
from gatelift.sources.helm.runtime.tables import Beside, Data, Exact, Known, PathRules, Tables, Variant
from gatelift.sources.helm.runtime.wanted import kind_of
from gatelift.sources.helm.template.skeleton import Entry, Scalar
from gatelift.sources.helm.template.skeleton import Mapping as Block

NAME, HOST = "qzname", "qzhost"
"""Stand in texts for the names that the template writes."""
_KINDS = ("name", "wildcard", "www")
_ANY = "ImplementationSpecific"
_PARENT = {"group", "kind", "name", "namespace"}
_SUFFIXED = "HTTPRouteFilter"
"""The one kind that may have a longer name than its Ingress: without it a rule answers 500, and lets nobody in."""

Places: TypeAlias = Sequence[tuple[str, str]]


class FixedRule(msgspec.Struct, frozen=True):
    """One path: its match, its filters, and the rules after it; None where that hangs on the values."""

    match: Data | None = None
    filters: tuple[Data, ...] | None = None
    more: tuple[Data, ...] | None = None


class Fixed(msgspec.Struct, frozen=True):
    """``rules``: one for each path. ``objects``: what stands beside the route (``name``, ``object``), None where that
    hangs on the values; ``redirects``: the routes beside the main one (``suffix``, ``spec``), likewise.
    ``annotations``: all that the route has, where nothing at all is left for the helpers to check; else None.
    """

    rules: tuple[FixedRule, ...]
    objects: tuple[Data, ...] | None
    redirects: tuple[Beside, ...] | None
    annotations: Mapping[str, str] | None = None


def fixed(
    ingress: Ingress,
    rule: Rule,
    host: str | None,
    tables: Tables | None,
    reading: Reading,
    states: Collection[str],
) -> Fixed | None:
    """What is the same for all values, of an Ingress with one rule that stands in no branch of its own.

    ``host``: where it is a word of the template; ``states``: what ``spec.tls`` can say of it. None where the template
    leaves open what the Ingress says.
    """
    written = _annotations(ingress, reading)
    places = [_place(item, ingress) for item in rule.items if isinstance(item, PathItem)]
    known = [place for place in places if place is not None]
    if tables is None or written is None or len(known) != len(rule.items) or _alike(known):
        return None
    sets = [item for item in tables.sets if _matches(item, written, tables.free)]
    variants = [variant for item in sets for variant in _variants(item, states, host)]
    if not variants:
        return None
    rules = tuple(_rule(variants, known, index) for index in range(len(known)))
    objects = _same([_filled(_objects(variant, known), path=known[0][0]) for variant in variants])
    if not _named_alike(rules, objects):
        return None
    found = Fixed(rules, None if objects is None else tuple(objects), _redirects(variants))
    annotations = _alone(ingress, found, variants, sets, written, host, tables)
    return msgspec.structs.replace(found, annotations=annotations)


def _annotations(ingress: Ingress, reading: Reading) -> dict[str, str | None] | None:
    """Key -> value, None for one that an action writes; None where branches or actions decide which keys there are."""
    found: dict[str, str | None] = {}
    for part in ingress.annotations:
        if part.path != ingress.path or not isinstance(part.value, Block):
            return None
        for member in reading.members(part.value, "'annotations'"):
            if not isinstance(member, Entry) or member.path != ingress.path or not isinstance(member.value, Scalar):
                return None
            if member.key.text is None or member.key.text in found:
                return None
            found[member.key.text] = member.value.text
    return None if len(ingress.annotations) > 1 else found


def _place(item: PathItem, ingress: Ingress) -> tuple[str, str] | None:
    """Path and type, where the template writes both as words."""
    if item.path != ingress.path or len(item.paths) != 1 or len(item.types) > 1:
        return None
    if any(part.path != item.path or not isinstance(part.value, Scalar) for part in (*item.paths, *item.types)):
        return None
    path, kind = _text(item.paths[0].value), _text(item.types[0].value) if item.types else _ANY
    return (path, kind) if path and kind else None


def _text(value: Any) -> str | None:
    return value.text if isinstance(value, Scalar) else None


def _alike(places: Places) -> bool:
    """Whether two paths differ by a slash at their ends, or not at all, or there is none."""
    bare = [path.removesuffix("/") for path, _ in places]
    return not bare or len(set(bare)) < len(bare)


def _matches(known: Known, written: Mapping[str, str | None], free: Mapping[str, bool]) -> bool:
    """Whether the template can render this set of annotations."""
    core = {key: value for key, value in written.items() if key not in free and key != CLASS_ANNOTATION}
    return set(core) == set(known.annotations) and all(
        value is None or known.annotations[key] == value for key, value in core.items()
    )


def _variants(known: Known, states: Collection[str], host: str | None) -> Iterator[Variant]:
    """What its hosts can be; for others the helpers have no route."""
    for name, variant in known.variants.items():
        kind, _, state = name.partition("/")
        if (not states or state in states) and (host is None or kind == kind_of(host)):
            yield variant


def _exact(variant: Variant, places: Places) -> Exact | None:
    return next((item for item in variant.exact if list(item.places) == list(places)), None)


def _path(variant: Variant, places: Places, index: int) -> PathRules | None:
    exact = _exact(variant, places)
    if exact is not None:
        return exact.paths[index]
    path, kind = places[index]
    if not SAFE.fullmatch(path):
        return None
    form = "root" if path == "/" else "slash" if path.endswith("/") else "plain"
    return variant.paths.get(f"{form}/{kind}")


def _rule(variants: Sequence[Variant], places: Places, index: int) -> FixedRule:
    found = [_path(variant, places, index) for variant in variants]
    mains = [item.main for item in found if item is not None and item.main is not None]
    if len(mains) < len(found):
        return FixedRule()
    path = places[index][0]
    more = [
        [*(_lead(variant, places) if index == 0 else ()), *(item.more if item else ())]
        for variant, item in zip(variants, found, strict=True)
    ]
    match = _same([_filled([each["path"] for each in main["matches"]], path=path) for main in mains])
    filters = _same([_filled(main.get("filters", []), path=path) for main in mains])
    rules = _same([_filled(each, path=path) for each in more])
    return FixedRule(
        match[0] if match and len(match) == 1 else None,
        None if filters is None else tuple(filters),
        None if rules is None else tuple(rules),
    )


def _redirects(variants: Sequence[Variant]) -> tuple[Beside, ...] | None:
    """The routes beside, where they are the same, for the host itself and on the Gateway of the main one."""
    first = variants[0].beside
    if any(item.beside != first for item in variants):
        return None
    found = []
    for item in first:
        rest = {key: value for key, value in item.spec.items() if key not in ("parentRefs", "hostnames")}
        filled = _filled([rest], path="")
        parents = [set(parent) - {"port"} for parent in item.spec["parentRefs"]]
        if item.spec.get("hostnames") != ["{:host:}"] or parents != [_PARENT] or not filled:
            return None
        if NAME in json.dumps(filled) or "{:path" in json.dumps(rest) or "{:above" in json.dumps(rest):
            return None
        found.append(Beside(item.suffix, {**filled[0], "port": item.spec["parentRefs"][0].get("port")}))
    return tuple(found)


def _lead(variant: Variant, places: Places) -> tuple[Data, ...]:
    exact = _exact(variant, places)
    return variant.lead if exact is None else exact.lead


def _objects(variant: Variant, places: Places) -> Sequence[Data]:
    exact = _exact(variant, places)
    if exact is not None:
        return exact.objects
    return variant.single if variant.single is not None and len(places) == 1 else variant.objects


def _filled(values: Sequence[Data], path: str) -> list[Data] | None:
    """Pieces of the tables with words of the template in their slots; None where it takes more than those."""
    route = {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": NAME}
    text = json.dumps(list(values)).replace('"{:routes:}"', json.dumps([route]))
    words = {"path": path, "above": path.removesuffix("/"), "name": NAME, "host": HOST}
    for slot, word in words.items():
        text = text.replace(f"{{:{slot}:}}", json.dumps(word)[1:-1])
    found: list[Data] = json.loads(text)
    return None if "{:" in text or any("{{" in each for each in _strings(found)) else found


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        items: Iterable[Any] = (*value, *value.values()) if isinstance(value, Mapping) else value
        for item in items:
            yield from _strings(item)


def _same(found: Sequence[list[Data] | None]) -> list[Data] | None:
    first = found[0]
    return first if all(item == first for item in found) else None


def _named_alike(rules: Sequence[FixedRule], objects: Sequence[Data] | None) -> bool:
    """Whether what the template names and what names it are both its own: helpers give shorter names."""
    for item in objects or ():
        if item["name"] != NAME and item["object"]["kind"] != _SUFFIXED:
            return False
    texts = [yaml.safe_dump(msgspec.to_builtins([rule.filters, rule.more])) for rule in rules]
    if objects is None:
        return not any(NAME in text for text in texts)
    open_ = any(rule.filters is None or rule.more is None for rule in rules)
    return not (open_ and any(item["object"]["kind"] == _SUFFIXED for item in objects))


def _alone(
    ingress: Ingress,
    found: Fixed,
    variants: Sequence[Variant],
    sets: Sequence[Known],
    written: Mapping[str, str | None],
    host: str | None,
    tables: Tables,
) -> Mapping[str, str] | None:
    """The annotations of the route where the template alone decides what becomes of the Ingress."""
    settled = found.objects is not None and found.redirects == () and not ingress.tls and not tables.zones
    if not settled or any(None in (rule.match, rule.filters, rule.more) for rule in found.rules):
        return None
    kinds = _KINDS if host is None else (kind_of(host),)
    classes = all(_text(part.value) in tables.classes and part.path == ingress.path for part in ingress.classes)
    known = all(f"{kind}/none" in item.variants for item in sets for kind in kinds)
    if not classes or not known or len(sets) != 1 or None in written.values() or CLASS_ANNOTATION in written:
        return None
    if any(
        item.section or item.hostnames != ("{:host:}",) or [set(parent) for parent in item.parents] != [_PARENT]
        for item in variants
    ):
        return None
    carried = {key: value for key, value in written.items() if tables.free.get(key) and value is not None}
    return {**dict(sorted(carried.items())), **tables.added}
