"""What each annotation becomes on a target, in one word: found by converting the units' own cases, never written down.

A case is an example that its author chose, so a word is a promise for values like these; the report of a run says what
became of the value that somebody really wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from gatelift.annotations.catalogue import Known, Row, keyed
from gatelift.annotations.unit import Case, Refused, Translated, Unit
from gatelift.config.target import TargetSpec
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
    Word.MOVED: "It belongs on the Gateway or its listeners; the ledger says where.",
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
    text: str = ""
    """The ledger's sentence about the plain value."""
    todo: str = ""

    def plain(self) -> dict[str, object]:
        """What it says, as plain data; what there is nothing to say of is left out."""
        made: dict[str, object] = msgspec.to_builtins(self)
        return {name: value for name, value in made.items() if name != "word"}

    def __str__(self) -> str:
        """``exact``, ``decide: differs``, ``exact (some refused)``."""
        head = f"{self.word}: {self.then}" if self.then else str(self.word)
        return f"{head} (some {', '.join(self.some)})" if self.some else head


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

    @property
    def acts(self) -> bool:
        """Whether the value asks for something."""
        found = self.case.expect
        return isinstance(found, Translated) and bool(found.intents or found.differs)


def trials(unit: Unit, name: str, spec: TargetSpec) -> tuple[Trial, ...]:
    """Every case of ``name``, converted for ``spec``."""
    return tuple(_trial(case, key, spec) for case, key in cases_of(unit, name))


def _trial(case: Case, key: str, spec: TargetSpec) -> Trial:
    wanted = scene(case, key)
    outcome = convert(wanted, spec)
    decided = bool(wanted.decide) and outcome.entry(wanted.pointer).disposition is not Disposition.REFUSED
    if decided:
        undecided = convert(wanted.undecided(), spec).entry(wanted.pointer)
        decided = undecided.disposition is Disposition.REFUSED
    return Trial(case=case, scene=wanted, outcome=outcome, decided=decided)


def plain(found: tuple[Trial, ...]) -> Trial:
    """The trial that stands for the annotation: the best of those whose value asks for something, else the first."""
    acting = [trial for trial in found if trial.acts]
    return min(acting, key=_order) if acting else found[0]


_RANK = {word: rank for rank, word in enumerate((Word.EXACT, Word.MOVED, Word.DIFFERS, Word.INERT, Word.REFUSED))}


def _order(trial: Trial) -> tuple[bool, bool, int]:
    """What works without a decision stands before what needs one, whatever the difference."""
    return trial.word is Word.REFUSED, trial.decided, _RANK[trial.word]


def verdict(found: tuple[Trial, ...]) -> Verdict:
    """What the trials of one annotation on one target say together."""
    best = plain(found)
    entry = best.outcome.entry(best.scene.pointer)
    return Verdict(
        word=Word.DECIDE if best.decided else best.word,
        then=best.word if best.decided else None,
        some=_others(best, found),
        text=entry.text,
        todo=entry.todo,
    )


def _others(best: Trial, found: tuple[Trial, ...]) -> tuple[Word, ...]:
    """The words for other values, but for those that ask for nothing where the plain one does."""
    asking = [trial for trial in found if trial.acts or isinstance(trial.case.expect, Refused)]
    others = {trial.word for trial in (asking if best.acts else found)}
    return tuple(word for word in Word if word in others and word not in (best.word, Word.INERT))


def judge_unit(unit: Unit, name: str, spec: TargetSpec) -> Verdict:
    """The verdict on a name of ``unit``, for the versions of ``spec``."""
    return verdict(trials(unit, name, spec))


class Line(msgspec.Struct, frozen=True):
    """One annotation with a verdict per target, in the order of the targets."""

    row: Row
    verdicts: tuple[Verdict, ...]


def matrix(units: Known, specs: Sequence[TargetSpec]) -> tuple[Line, ...]:
    """A line for every key of ``units``, in the order of the catalogue."""
    return tuple(Line(row, tuple(judge_unit(unit, name, spec) for spec in specs)) for row, unit, name in keyed(units))
