"""Asks ``expected()`` until the tables hold what the cases of a chart need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

from msgspec import structs

from gatelift.sources.helm.offer import Ask, Part
from gatelift.sources.helm.runtime.answers import Answer, HostAnswer, Unknown, answers, canonical
from gatelift.sources.helm.runtime.forms import BASE, FORMS, SEVERAL, exact_of, generic, is_plain, several_agree
from gatelift.sources.helm.runtime.sentinels import Place, Probe
from gatelift.sources.helm.runtime.tables import Exact, Known, Tables, Variant
from gatelift.sources.helm.runtime.wanted import ALWAYS, Shown, may_be_free, wanted

_VALUES = ("qzvalue", "true", "10")


def learned(parts: Sequence[Part], ask: Ask) -> Tables:
    """The tables for all templates of one chart."""
    needed = wanted(parts)
    learner = _Learner(ask, next((name for name in needed.classes if name), ""), needed.namespaced)
    keys = sorted({key for annotations in needed.sets for key, _ in annotations})
    free = learner.free(keys)
    shown: dict[tuple[tuple[str, str], ...], set[Shown]] = {}
    for pairs, hosts in needed.sets.items():
        shown.setdefault(tuple(item for item in pairs if item[0] not in free), set()).update(hosts)
    sets = tuple(learner.known(dict(core), sorted(hosts)) for core, hosts in sorted(shown.items()))
    return Tables(sets=sets, free=free, added=learner.added, classes=needed.classes)


class _Learner:
    """Asks about one chart. Each probe is asked twice under different names, so that nothing hangs on a name."""

    def __init__(self, ask: Ask, class_name: str, namespaced: bool) -> None:
        self._ask = ask
        self._class = class_name
        self._namespaced = namespaced
        self._numbers = count(1)
        self.added: Mapping[str, str] = {}

    def probe(self, annotations: Mapping[str, str], variant: str, places: Sequence[Place], hosts: int = 1) -> Probe:
        kind, _, state = variant.partition("/")
        return Probe(
            number=next(self._numbers),
            annotations=annotations,
            kind=kind,
            state=state,
            places=tuple(places),
            class_name=self._class,
            namespaced=self._namespaced,
            hosts=hosts,
        )

    def asked(self, probes: Sequence[Probe]) -> list[Answer | Unknown]:
        twins = [structs.replace(probe, number=next(self._numbers)) for probe in probes]
        found = answers(self._ask, [*probes, *twins])
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
        variants: dict[str, Variant] = {}
        refused: dict[str, str] = {}
        for name in dict.fromkeys((*ALWAYS, *(item.variant for item in shown))):
            try:
                variants[name] = self._variant(core, name, [i.places for i in shown if i.variant == name])
            except Unknown as unknown:
                refused[name] = str(unknown)
        return Known(annotations=core, variants=variants, refused=refused, many=self._many(core, variants))

    def _variant(self, core: Mapping[str, str], name: str, lists: Sequence[tuple[Place, ...]]) -> Variant:
        wholes = [item for item in dict.fromkeys(lists) if item]
        forms = list(FORMS.values())
        got = self.asked([self.probe(core, name, places) for places in (*forms, SEVERAL, *wholes)])
        first = next((item for item in got if isinstance(item, Answer)), None)
        if first is None:
            raise next((item for item in got if isinstance(item, Unknown)), Unknown("nothing became of it"))
        named = dict(zip(FORMS, got, strict=False))
        base = named["plain/Prefix"]
        found = generic(named) if is_plain(base) else None
        if found is None or not several_agree(found, got[len(forms)]):
            found = None
        host = first.hosts[0]
        exacts = _exacts(wholes, got[len(forms) + 1 :], found is not None)
        if found is None and not exacts:
            raise Unknown("only the paths that were seen would be known, and none was")
        same = [item for item in got if isinstance(item, Answer) and _around(item.hosts[0]) == _around(host)]
        if len(same) != sum(isinstance(item, Answer) for item in got):
            raise Unknown("where its routes attach depends on its paths")
        if any(item.annotations != self.added for item in same):
            raise Unknown("its routes have annotations of their own")
        return Variant(
            api_version=host.api_version,
            parents=host.parents,
            section=_named(host),
            hostnames=host.hostnames,
            beside=host.beside,
            lead=found.lead if found else (),
            paths=found.paths if found else {},
            objects=found.objects if found else (),
            exact=exacts,
        )

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


def _exacts(lists: Sequence[tuple[Place, ...]], got: Sequence[Answer | Unknown], has_forms: bool) -> tuple[Exact, ...]:
    """The lists of paths that are known as they are: those that no form covers."""
    found = []
    for places, item in zip(lists, got, strict=True):
        if isinstance(item, Answer) and not (has_forms and _covered(places)):
            found.append(exact_of(places, item))
    return tuple(found)


def _covered(places: Sequence[Place]) -> bool:
    from gatelift.sources.helm.runtime.forms import SAFE

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
