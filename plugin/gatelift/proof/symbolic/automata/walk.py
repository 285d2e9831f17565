"""All classes of texts, each with its shortest one: texts are of one class if the same languages take them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from gatelift.proof.symbolic.automata.alphabet import Place, Universe, shown, spelled
from gatelift.proof.symbolic.automata.expressions import shortened
from gatelift.proof.symbolic.automata.languages import add
from gatelift.proof.symbolic.automata.machine import Machine, State
from gatelift.proof.symbolic.automata.work import Work
from gatelift.proof.symbolic.model import Kind, Path

MOST_STEPS = 600_000
"""So much work for the paths of one host: about a second."""
_AT_ONCE = 8
"""So many sets are cut in the time of a step."""
_WORDS = 3
_SUFFIXES = ("/", "a", "/a", "/a/b", "a/", "/A", "-b", "/a.b")


class Class(msgspec.Struct, frozen=True, kw_only=True):
    """Texts that the same languages take.

    - ``members``: these languages, by their places in what was asked.
    - ``texts``: some of them as they are sent, the shortest first. ``encoded``: whether all have a ``%XX``.
    """

    members: frozenset[int]
    texts: tuple[str, ...]
    encoded: bool = False


class Walked(msgspec.Struct, frozen=True):
    """All classes, in the order of their shortest texts, and how much work it was."""

    classes: tuple[Class, ...]
    steps: int


def classes(languages: Sequence[Path], universe: Universe, most: int = MOST_STEPS) -> Walked:
    """Every class of texts of ``universe``. Raises ``Undecided`` where that takes more than ``most`` steps."""
    machine = Machine(Work(most, _named(languages)))
    for language in languages:
        add(machine, language)
    walk = _Walk(machine, universe)
    found: dict[tuple[frozenset[int], bool], list[str]] = {}
    for members, place, text, state in walk.ends():
        known = found.setdefault((members, place.encoded), [])
        if len(known) < _WORDS:
            known.append(text)
            if len(known) == 1:
                known += walk.longer(text, place, state, members)
    made = (
        Class(members=members, texts=tuple(dict.fromkeys(texts)), encoded=encoded)
        for (members, encoded), texts in found.items()
    )
    return Walked(tuple(made), machine.work.done)


def _named(languages: Sequence[Path]) -> str:
    """Languages for people: how many there are, and the expression that is most to blame."""
    longest = max((path.text for path in languages if path.kind is Kind.REGULAR), key=len, default="")
    if len(languages) == 1:
        return f"{shortened(languages[0].text)} takes"
    return f"{len(languages)} paths or values{f' like {shortened(longest)}' if longest else ''} take"


class _Walk:
    def __init__(self, machine: Machine, universe: Universe) -> None:
        self._machine = machine
        self._universe = universe
        self._known: dict[tuple[Place, State], list[tuple[int, Place, State]]] = {}

    def ends(self) -> Iterator[tuple[frozenset[int], Place, str, State]]:
        """Every state in which a text may end, with the shortest that leads there."""
        start = (Place(), self._machine.start())
        seen, todo = {start}, deque([(*start, "")])
        while todo:
            place, state, text = todo.popleft()
            if place.at in self._universe.ends:
                yield self._machine.members(state), place, text, state
            for mask, there, after in self._edges(place, state):
                if (there, after) not in seen:
                    seen.add((there, after))
                    todo.append((there, after, text + spelled(shown(mask))))

    def longer(self, text: str, place: Place, state: State, members: frozenset[int]) -> Iterator[str]:
        """Texts of the same class that go on from ``text``."""
        for suffix in _SUFFIXES:
            reached: tuple[Place, State] | None = (place, state)
            for sign in suffix:
                reached = self._step(*reached, ord(sign)) if reached else None
            if reached and reached[0].at in self._universe.ends and self._machine.members(reached[1]) == members:
                yield text + suffix

    def _step(self, place: Place, state: State, sign: int) -> tuple[Place, State] | None:
        edges = self._edges(place, state)
        return next(((there, after) for mask, there, after in edges if mask >> sign & 1), None)

    def _edges(self, place: Place, state: State) -> Sequence[tuple[int, Place, State]]:
        known = self._known.get((place, state))
        if known is None:
            known = self._known[place, state] = list(self._parted(place, state))
        return known

    def _parted(self, place: Place, state: State) -> Iterator[tuple[int, Place, State]]:
        """The signs that may follow, in sets that lead to one state each."""
        moves: dict[int, list[int]] = {}
        for node in state:
            for mask, to in self._machine.moves(node):
                moves.setdefault(mask, []).append(to)
        work = self._machine.work
        for signs, there in self._universe.on(place):
            parts = _refined(signs, moves)
            work.more(1 + len(parts) + len(parts) * len(moves) // _AT_ONCE)
            for part in parts:
                targets = [to for mask, reached in moves.items() if mask & part for to in reached]
                yield part, there, self._machine.after(targets)


def _refined(signs: int, masks: Iterable[int]) -> list[int]:
    """Sets of ``signs`` such that each mask has all or none of one."""
    parts = [signs]
    for mask in masks:
        if not mask & signs:
            continue
        inside = [part & mask for part in parts]
        outside = [part & ~mask for part in parts]
        parts = [part for part in (*inside, *outside) if part]
    return parts
