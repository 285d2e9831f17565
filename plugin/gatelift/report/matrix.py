"""What each annotation becomes on a target, in one word: found by converting the units' own cases, never written down.

A case is an example that its author chose, so a word is a promise for values like these; the report of a run says what
became of the value that somebody really wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import msgspec

from gatelift.annotations.catalogue import Known, Row, keyed
from gatelift.annotations.unit import Case, Refused, Translated, Unit
from gatelift.config.target import EnvoyGateway, GatewayAPI, TargetSpec, parse_target
from gatelift.intent.outcome import Disposition
from gatelift.report.matrix_case import Outcome, Scene, convert, scene


class Word(StrEnum):
    """What an annotation becomes, from the best to the worst."""

    EXACT = "exact"
    DIFFERS = "differs"
    MOVED = "moved"
    DECIDE = "decide"
    INERT = "inert"
    REFUSED = "refused"

    @property
    def meaning(self) -> str:
        """The word in a sentence."""
        return MEANINGS[self]


MEANINGS = {
    Word.EXACT: "Translated; traffic does what it does today.",
    Word.DIFFERS: "Translated, with a difference that the ledger says in one sentence.",
    Word.MOVED: "Another object says it: a route, the Gateway, a listener or a policy; the ledger says which.",
    Word.DECIDE: "Refused until an option under `decide:` in gatelift.yaml is set; behind it, what it becomes then.",
    Word.INERT: "There is nothing to do: it has no effect today, or none that a gateway lacks.",
    Word.REFUSED: "Not translated on this target; the ledger says what to do instead.",
}

_WORDS = {Disposition(word): word for word in Word if word is not Word.DECIDE}


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an annotation becomes on one target.

    ``word`` is what its plain value becomes, ``then`` what that becomes once it is decided; ``some`` are the words for
    other values.
    """

    word: Word
    then: Word | None = None
    some: tuple[Word, ...] = ()
    value: str = ""
    """The plain value."""
    text: str = ""
    """The ledger's sentence about the plain value."""
    todo: str = ""

    def plain(self) -> dict[str, object]:
        """What it says, as plain data; what there is nothing to say of is left out."""
        made: dict[str, object] = msgspec.to_builtins(self)
        return {name: value for name, value in made.items() if name != "word"}

    @property
    def short(self) -> str:
        """``exact``, ``decide: differs``."""
        return f"{self.word}: {self.then}" if self.then else str(self.word)

    def __str__(self) -> str:
        """``exact``, ``decide: differs``, ``exact (some refused)``."""
        return f"{self.short} (some {', '.join(self.some)})" if self.some else self.short


def cases_of(unit: Unit, name: str) -> Iterator[tuple[Case, str]]:
    """The cases that speak of ``name``, a name or an alias of ``unit``, with the key that each of them sets.

    A unit of many names has cases for some of them; its first stands for each of the others. An alias is read as the
    name that it stands for.
    """
    own = [(case, case.name or name) for case in unit.cases if _covers(name, case.name or unit.names[0])]
    if not own and name in unit.aliases:
        own = [(case, name) for case in unit.cases if not case.name]
    first = unit.cases[0]
    yield from own or [(first, _renamed(first.name, name))]


def covering(unit: Unit, key: str) -> str:
    """The name or alias by which ``unit`` claims ``key``: itself, or the longest beginning that fits."""
    return max((name for name in (*unit.names, *unit.aliases) if _covers(name, key)), key=len, default=unit.names[0])


def _covers(name: str, key: str) -> bool:
    return key == name or (name.endswith("*") and key.startswith(name[:-1]))


def _renamed(old: str, name: str) -> str:
    return f"{name[:-1]}{old.rpartition('/')[2] or 'example'}" if name.endswith("*") else name


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A case, its scene, what it became, and whether that hangs on a decision."""

    case: Case
    scene: Scene
    outcome: Outcome
    decided: bool

    @property
    def word(self) -> Word:
        """What the ledger says of it."""
        return _WORDS[self.outcome.entry(self.scene.pointer).disposition]


def trial(case: Case, key: str, spec: TargetSpec) -> Trial:
    """A case of the annotation ``key``, converted for ``spec``."""
    wanted = scene(case, key)
    outcome = convert(wanted, spec)
    decided = bool(wanted.decide) and outcome.entry(wanted.pointer).disposition is not Disposition.REFUSED
    if decided:
        undecided = convert(wanted.undecided(), spec).entry(wanted.pointer)
        decided = undecided.disposition is Disposition.REFUSED
    return Trial(case=case, scene=wanted, outcome=outcome, decided=decided)


def acts(case: Case) -> bool:
    """Whether the value asks for something."""
    return isinstance(case.expect, Translated) and bool(case.expect.intents or case.expect.differs)


NEWEST = parse_target(f"gatewayAPI={max(GatewayAPI)},channel=standard,envoyGateway={max(EnvoyGateway)}")


def plain(cases: Sequence[tuple[Case, str]]) -> int:
    """Which of the cases stands for the annotation: the first value that asks for something and that the newest target
    translates, best without a decision; else the first.

    It is the same one on every target, so that what is said of two targets is said of one value.
    """
    acting = [index for index, (case, _) in enumerate(cases) if acts(case)]
    if len(acting) < 2:
        return acting[0] if acting else 0
    return min(acting, key=lambda index: _trouble(trial(*cases[index], NEWEST)))


def _trouble(found: Trial) -> tuple[bool, bool]:
    return found.word is Word.REFUSED, found.decided


def judge_unit(unit: Unit, name: str, specs: Iterable[TargetSpec]) -> tuple[Verdict, ...]:
    """The verdict on a name of ``unit`` for each of ``specs``."""
    cases = tuple(cases_of(unit, name))
    chosen = plain(cases)
    return tuple(_verdict(tuple(trial(case, key, spec) for case, key in cases), chosen) for spec in specs)


def _verdict(trials: Sequence[Trial], chosen: int) -> Verdict:
    best = trials[chosen]
    entry = best.outcome.entry(best.scene.pointer)
    return Verdict(
        word=Word.DECIDE if best.decided else best.word,
        then=best.word if best.decided else None,
        some=_others(best, trials),
        value=best.case.value,
        text=entry.text,
        todo=entry.todo,
    )


def _others(best: Trial, trials: Sequence[Trial]) -> tuple[Word, ...]:
    """The words for other values, but for those that ask for nothing where the plain one does."""
    asking = [item for item in trials if acts(item.case) or isinstance(item.case.expect, Refused)]
    others = {item.word for item in (asking if acts(best.case) else trials)}
    return tuple(word for word in Word if word in others and word not in (best.word, Word.INERT))


class Line(msgspec.Struct, frozen=True):
    """One annotation with a verdict per target, in the order of the targets."""

    row: Row
    verdicts: tuple[Verdict, ...]


def matrix(units: Known, specs: Sequence[TargetSpec]) -> tuple[Line, ...]:
    """A line for every key of ``units``, in the order of the catalogue."""
    return tuple(Line(row, judge_unit(unit, name, specs)) for row, unit, name in keyed(units))
