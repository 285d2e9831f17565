"""Asks ``expected()`` until the tables hold what the cases of a chart need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from msgspec import structs

from gatelift.sources.helm.offer import Ask, Part
from gatelift.sources.helm.runtime.answers import Answer, HostAnswer, Unknown, answers, canonical
from gatelift.sources.helm.runtime.forms import BASE, FULL, ROOTS, SAFE, exact_of, generic, is_plain
from gatelift.sources.helm.runtime.sentinels import ZONE, Place, Probe
from gatelift.sources.helm.runtime.tables import Beside, Exact, Known, Shared, Tables, Variant
from gatelift.sources.helm.runtime.wanted import ALWAYS, TOLD, Shown, may_be_free, wanted

_VALUES = ("qzvalue", "true", "10")


def learned(parts: Sequence[Part], ask: Ask) -> Tables:
    """The tables for all templates of one chart."""
    needed = wanted(parts)
    learner = _Learner(ask, next((name for name in needed.classes if name), ""), needed.namespaced, needed.zones)
    keys = sorted({key for annotations in needed.sets for key, _ in annotations})
    free = learner.free(keys)
    shown: dict[tuple[tuple[str, str], ...], set[Shown]] = {}
    for pairs, hosts in needed.sets.items():
        shown.setdefault(tuple(item for item in pairs if item[0] not in free), set()).update(hosts)
    sets = tuple(learner.known(dict(core), sorted(hosts)) for core, hosts in sorted(shown.items()))
    cores = [tuple(item for item in pairs if item[0] not in free) for pair in needed.pairs for pairs in pair]
    order = sorted(shown)
    together = sorted({(order.index(one), order.index(two)) for one, two in zip(cores[::2], cores[1::2], strict=True)})
    return Tables(
        sets=sets,
        free=free,
        added=learner.added,
        classes=needed.classes,
        zones=learner.zones,
        shared=tuple(item for one, two in together for item in learner.shared(sets, one, two)),
    )


class _Learner:
    """Asks about one chart. What decides most is asked twice under other names, so that nothing hangs on a name."""

    def __init__(self, ask: Ask, class_name: str, namespaced: bool, zones: Sequence[str]) -> None:
        self._ask = ask
        self._class = class_name
        self._namespaced = namespaced
        self._numbers = count(1)
        self._apart = False
        self._full: dict[str, str] = {}
        self.added: Mapping[str, str] = {}
        self.zones: tuple[str, ...] = ()
        self._settle(zones)

    def _settle(self, zones: Sequence[str]) -> None:
        """Find the domains of which hosts are known: any, unless a Gateway serves those of the cases otherwise."""
        found = {zone: self._served(zone) for zone in (ZONE, *zones)}
        if found[ZONE] and set(found.values()) == {found[ZONE]}:
            return
        served = [zone for zone in zones if found[zone]]
        self.zones = tuple(zone for zone in served if found[zone] == found[served[0]])

    def _served(self, zone: str) -> str:
        """What becomes of hosts in a domain, with and without TLS; nothing where they have no route."""
        names = ("name/none", "name/listed")
        got = self.asked([self.probe({}, name, [BASE], zone=zone) for name in names])
        texts = [_text(item) if isinstance(item, Answer) else "" for item in got]
        return canonical(texts) if any(texts) else ""

    def probe(
        self, core: Mapping[str, str], variant: str, places: Sequence[Place], hosts: int = 1, zone: str = ""
    ) -> Probe:
        kind, _, state = variant.partition("/")
        return Probe(
            number=next(self._numbers),
            annotations=core,
            kind=kind,
            state=state,
            places=tuple(places),
            class_name=self._class,
            namespaced=self._namespaced,
            hosts=hosts,
            zone=zone or (self.zones[0] if self.zones else ZONE),
        )

    def asked(self, probes: Sequence[Probe]) -> list[Answer | Unknown]:
        """What becomes of each, asked about together unless that matters."""
        if self._apart:
            return [answers(self._ask, [probe])[0] for probe in probes]
        return answers(self._ask, probes)

    def twice(self, probes: Sequence[Probe]) -> list[Answer | Unknown]:
        """The same, with every question asked again under another name."""
        again = [structs.replace(probe, number=next(self._numbers)) for probe in probes]
        found = self.asked([*probes, *again])
        return [_agreed(one, two) for one, two in zip(found[: len(probes)], found[len(probes) :], strict=True)]

    def free(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """The annotations with which any value is known: key -> whether the routes get it too."""
        base = self.asked([self.probe({}, "name/none", [BASE])])[0]
        if isinstance(base, Unknown):
            return {}
        self.added = base.annotations
        found: dict[str, bool] = {}
        for key in keys:
            if may_be_free(key):
                got = self.asked([self.probe({key: value}, "name/none", [BASE]) for value in _VALUES])
                carried = [_carried(key, value, item, base) for value, item in zip(_VALUES, got, strict=True)]
                if None not in carried and len(set(carried)) == 1:
                    found[key] = carried[0] is True
        return found

    def known(self, core: Mapping[str, str], shown: Sequence[Shown]) -> Known:
        """What is known of one set of annotations."""
        self._numbers = count(1)
        self._full = {}
        self._apart = self._meet(core)
        lists = {name: tuple(i.places for i in shown if i.variant == name) for name in (*ALWAYS, *_variants(shown))}
        variants: dict[str, Variant] = {}
        refused: dict[str, str] = {}
        for name, places in lists.items():
            try:
                like = self._like(core, name, variants) if not places else None
                variants[name] = like or self._variant(core, name, places)
            except Unknown as unknown:
                refused[name] = str(unknown)
        many = self._many(core, variants)
        refused |= self._refusals(core, [name for name in TOLD if name not in lists])
        self._apart = False
        return Known(annotations=core, variants=variants, refused=refused, many=many)

    def shared(self, sets: Sequence[Known], one: int, two: int) -> Iterator[Shared]:
        """How Ingresses of ``one`` set become routes beside others of ``two`` on the same host, where that is known."""
        for name, variant in sets[one].variants.items():
            if not (name.startswith("name/") and variant.paths and name in sets[two].variants):
                continue
            alone = self.probe(sets[one].annotations, name, FULL)
            beside = structs.replace(alone, number=next(self._numbers), companion=sets[two].annotations)
            narrowed = _narrowed(*(answers(self._ask, [item])[0] for item in (alone, beside)))
            if narrowed is not None:
                yield Shared(one, two, name, narrowed)

    def _refusals(self, core: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
        """Why hosts that no case shows have no routes: what somebody reads whose values have one."""
        got = self.asked([self.probe(core, name, [BASE]) for name in names])
        return {name: str(item) for name, item in zip(names, got, strict=True) if isinstance(item, Unknown)}

    def _meet(self, core: Mapping[str, str]) -> bool:
        """Whether Ingresses with these annotations have to do with each other though they share no host."""
        alone, one, two = (self.probe(core, "name/none", [BASE]) for _ in range(3))
        got = [answers(self._ask, [alone])[0], *answers(self._ask, [one, two])]
        return len({_text(item) if isinstance(item, Answer) else "" for item in got}) > 1

    def _like(self, core: Mapping[str, str], name: str, variants: Mapping[str, Variant]) -> Variant | None:
        """The variant of hosts of another kind, where paths of every form become the same under both."""
        plain = f"name/{name.partition('/')[2]}"
        if name == plain or plain not in variants or plain not in self._full:
            return None
        item = self.asked([self.probe(core, name, FULL)])[0]
        return variants[plain] if isinstance(item, Answer) and _text(item) == self._full[plain] else None

    def _variant(self, core: Mapping[str, str], name: str, lists: Sequence[tuple[Place, ...]]) -> Variant:
        roots = {form: [place] for form, place in ROOTS.items()}
        base, *got = self.asked([self.probe(core, name, places) for places in ([BASE], *roots.values())])
        (full,) = self.twice([self.probe(core, name, FULL)])
        found = None
        if isinstance(base, Answer) and isinstance(full, Answer) and is_plain(base) and is_plain(full):
            found = generic(base, full, dict(zip(roots, got, strict=True)))
            self._full[name] = _text(full)
        wholes = [item for item in dict.fromkeys(lists) if item and not (found and _covered(item))]
        asked = self.twice([self.probe(core, name, places) for places in wholes])
        formed = [base, full, *got]
        first = next((item for item in (*formed, *asked) if isinstance(item, Answer)), None)
        if first is None:
            raise next(item for item in (*formed, *asked) if isinstance(item, Unknown))
        host = first.hosts[0]
        exacts = _exacts(wholes, [item if self._around(item, host) else None for item in asked])
        if found is None and not exacts:
            raise Unknown("only the paths that were seen would be known, and none of them becomes a route")
        if found and not all(self._around(item, host) for item in formed if isinstance(item, Answer)):
            raise Unknown("where its routes attach depends on its paths")
        return Variant(
            api_version=host.api_version,
            parents=host.parents,
            section=_named(host),
            hostnames=host.hostnames,
            beside=host.beside,
            lead=found.lead if found else (),
            paths=found.paths if found else {},
            objects=found.objects if found else (),
            single=found.single if found else None,
            exact=exacts,
        )

    def _around(self, item: Answer | Unknown, host: HostAnswer) -> bool:
        """Whether an answer differs from that of ``host`` in its rules and objects alone."""
        if isinstance(item, Unknown):
            return False
        return _around(item.hosts[0]) == _around(host) and item.annotations == self.added

    def _many(self, core: Mapping[str, str], variants: Mapping[str, Variant]) -> bool:
        """Whether several hosts of one Ingress become what each becomes by itself."""
        name = next(iter(variants), "")
        if not name:
            return False
        variant = variants[name]
        places = [BASE] if variant.paths else list(variant.exact[0].places)
        one, two = self.asked([self.probe(core, name, places, hosts) for hosts in (1, 2)])
        if isinstance(one, Unknown) or isinstance(two, Unknown):
            return False
        hosts = [canonical([_around(item), item.rules]) for item in (*one.hosts, *two.hosts)]
        return len(set(hosts)) == 1 and canonical(one.objects) == canonical(two.objects)


def _variants(shown: Sequence[Shown]) -> list[str]:
    return list(dict.fromkeys(item.variant for item in shown))


def _narrowed(alone: Answer | Unknown, beside: Answer | Unknown) -> tuple[str, ...] | None:
    """The routes beside that take the Ingress's own paths once another one shares its host; None if more changes."""
    if isinstance(alone, Unknown) or isinstance(beside, Unknown):
        return None
    one, two = alone.hosts[0], beside.hosts[0]
    matches = [{"path": match["path"]} for rule in two.rules for match in rule["matches"]]
    narrowed = [was.suffix for was, now in zip(one.beside, two.beside, strict=False) if was != now]
    wanted = tuple(
        Beside(item.suffix, {**item.spec, "rules": [{**item.spec["rules"][0], "matches": matches}]})
        if item.suffix in narrowed
        else item
        for item in one.beside
    )
    same = _text(structs.replace(beside, hosts=(structs.replace(two, beside=one.beside),))) == _text(alone)
    return tuple(narrowed) if same and wanted == two.beside else None


def _exacts(lists: Sequence[tuple[Place, ...]], got: Sequence[Answer | Unknown | None]) -> tuple[Exact, ...]:
    """The lists of paths that are known as they are."""
    pairs = zip(lists, got, strict=True)
    return tuple(exact_of(places, item) for places, item in pairs if isinstance(item, Answer))


def _covered(places: Sequence[Place]) -> bool:
    """Whether the forms tell of all paths of a list."""
    return all(SAFE.fullmatch(path) for path, _ in places)


def _named(host: HostAnswer) -> bool:
    """Whether the main route is for one listener alone, or for the port of HTTPS: the switch may name another."""
    (first, *more) = host.parents
    whole = "sectionName" not in first and "port" not in first
    return not whole and not (more and not host.hostnames)


def _around(host: HostAnswer) -> str:
    return canonical([host.parents, host.hostnames, [[item.suffix, item.spec] for item in host.beside]])


def _agreed(one: Answer | Unknown, two: Answer | Unknown) -> Answer | Unknown:
    if isinstance(one, Unknown) or isinstance(two, Unknown):
        return one if isinstance(one, Unknown) else two
    same = _text(one) == _text(two)
    return one if same else Unknown("what becomes of it depends on names")


def _text(item: Answer) -> str:
    return canonical([[(_around(host), host.rules) for host in item.hosts], item.objects, dict(item.annotations)])


def _carried(key: str, value: str, item: Answer | Unknown, base: Answer) -> bool | None:
    """Whether the routes get an annotation; None where it does anything else."""
    if isinstance(item, Unknown):
        return None
    carried = item.annotations.get(key) == value and key not in base.annotations
    rest = {name: text for name, text in item.annotations.items() if not (carried and name == key)}
    return carried if _text(structs.replace(item, annotations=rest)) == _text(base) else None
