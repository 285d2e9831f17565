"""Many languages as one nondeterministic automaton, whose states are asked for as they are met.

Nothing is built ahead: an expression whose deterministic automaton would be huge costs only as many states as the
walk through it meets, and the walk is counted (``walk``).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from gatelift.proof.symbolic.automata.alphabet import BYTES, EVERY, HEXADECIMAL, SENT, decoded, signs
from gatelift.proof.symbolic.model import Undecided

MOST_NODES = 40_000
"""So many for the languages of one host: a path of Kubernetes has at most 1024 characters, and a host few hundred."""
_PERCENT = 1 << ord("%")
State = frozenset[int]
NOWHERE: State = frozenset()


class _Node(IntEnum):
    SIGN = 0
    BOTH = 1
    BEGIN = 2
    END = 3
    FITS = 4
    EVER = 5
    """Fits, and will, whatever follows."""


class Machine:
    """Nodes are numbers; ``owners`` tells which language one belongs to."""

    def __init__(self) -> None:
        self._kinds: list[_Node] = []
        self._masks: list[int] = []
        self._next: list[tuple[int, ...]] = []
        self._owners: list[int] = []
        self._starts: list[int] = []
        self._decoded: list[bool] = []
        self._moves: dict[int, tuple[tuple[int, int], ...]] = {}
        self._closures: dict[tuple[int, bool], State] = {}
        self._spelled: dict[tuple[int, int], int] = {}

    def language(self, decoded_path: bool) -> int:
        """A new language, whose nodes come next; its number."""
        self._decoded.append(decoded_path)
        self._starts.append(-1)
        return len(self._starts) - 1

    def begins(self, language: int, node: int) -> None:
        """Where a language begins."""
        self._starts[language] = node

    def _add(self, kind: _Node, mask: int, following: tuple[int, ...]) -> int:
        if len(self._kinds) >= MOST_NODES:
            raise Undecided(f"the paths of this host make an automaton of more than {MOST_NODES} nodes")
        self._kinds.append(kind)
        self._masks.append(mask)
        self._next.append(following)
        self._owners.append(len(self._starts) - 1)
        return len(self._kinds) - 1

    def sign(self, mask: int, following: int) -> int:
        """One byte of ``mask``, then ``following``."""
        return self._add(_Node.SIGN, mask, (following,))

    def either(self, *following: int) -> int:
        """Any of ``following``."""
        return self._add(_Node.BOTH, 0, following)

    def loop(self) -> int:
        """As ``either``, of nodes that ``close`` tells later."""
        return self._add(_Node.BOTH, 0, ())

    def close(self, node: int, *following: int) -> None:
        """What a ``loop`` leads to."""
        self._next[node] = following

    def begin(self, following: int) -> int:
        """``^``."""
        return self._add(_Node.BEGIN, 0, (following,))

    def end(self, following: int) -> int:
        """``$``."""
        return self._add(_Node.END, 0, (following,))

    def fits(self) -> int:
        """The text fits where it ends here."""
        return self._add(_Node.FITS, 0, ())

    def ever(self) -> int:
        """The text fits, whatever follows."""
        return self._add(_Node.EVER, 0, ())

    def text(self, data: bytes, following: int) -> int:
        """The bytes of ``data``, then ``following``."""
        for sign in reversed(data):
            following = self.sign(1 << sign, following)
        return following

    def only_at_the_beginning(self, node: int) -> bool:
        """Whether nothing but the beginning of a text leads on from ``node``."""
        return not self._closure(node, False)

    def start(self) -> State:
        """The state before a text."""
        return self._joined((node, True) for node in self._starts)

    def members(self, state: State) -> frozenset[int]:
        """The languages that take a text that ends here."""
        return frozenset(self._owners[node] for node in state if self._ends(node))

    def moves(self, node: int) -> tuple[tuple[int, int], ...]:
        """Which signs lead on from a node, and to which."""
        known = self._moves.get(node)
        if known is None:
            known = self._moves[node] = tuple(self._moved(node))
        return known

    def after(self, nodes: Iterable[int]) -> State:
        """The state of all these nodes."""
        return self._joined((node, False) for node in nodes)

    def _joined(self, nodes: Iterable[tuple[int, bool]]) -> State:
        found: set[int] = set()
        for node, first in nodes:
            found |= self._closure(node, first)
        settled = {self._owners[node] for node in found if self._kinds[node] is _Node.EVER}
        if settled:
            kinds, owners = self._kinds, self._owners
            found = {node for node in found if kinds[node] is _Node.EVER or owners[node] not in settled}
        return frozenset(found)

    def _closure(self, node: int, first: bool) -> State:
        known = self._closures.get((node, first))
        if known is not None:
            return known
        found, seen, todo = set(), {node}, [node]
        while todo:
            here = todo.pop()
            kind = self._kinds[here]
            if kind is _Node.BOTH or (kind is _Node.BEGIN and first):
                for to in self._next[here]:
                    if to not in seen:
                        seen.add(to)
                        todo.append(to)
            elif kind is not _Node.BEGIN:
                found.add(here)
        made = self._closures[node, first] = frozenset(found)
        return made

    def _ends(self, node: int) -> bool:
        """Whether a text that ends here fits: also one that has an end (``$``) still to come, and nothing else."""
        seen, todo = {node}, [node]
        while todo:
            here = todo.pop()
            kind = self._kinds[here]
            if kind in (_Node.FITS, _Node.EVER):
                return True
            if kind in (_Node.END, _Node.BOTH):
                fresh = [to for to in self._next[here] if to not in seen]
                seen.update(fresh)
                todo += fresh
        return False

    def _moved(self, node: int) -> Iterable[tuple[int, int]]:
        kind, mask = self._kinds[node], self._masks[node]
        if kind is _Node.EVER:
            yield EVERY, node
        if kind is not _Node.SIGN:
            return
        to = self._next[node][0]
        if self._decoded[self._owners[node]]:
            yield decoded(mask), to
            return
        yield mask & BYTES, to
        if mask & _PERCENT:
            yield from self._as_sent(to)

    def _as_sent(self, after_percent: int) -> Iterable[tuple[int, int]]:
        """``%XX`` as three characters: where the two after the percent sign lead to."""
        for high, after_high in self._next_signs(after_percent):
            for low, to in self._next_signs(after_high):
                yield self._hexadecimal(high, low) << SENT, to

    def _next_signs(self, node: int) -> Iterable[tuple[int, int]]:
        """As ``moves``, from what ``node`` stands for, of single bytes."""
        for here in self._closure(node, False):
            if self._kinds[here] is _Node.SIGN:
                yield self._masks[here], self._next[here][0]
            elif self._kinds[here] is _Node.EVER:
                yield BYTES, here

    def _hexadecimal(self, high: int, low: int) -> int:
        key = (high & _HEX, low & _HEX)
        known = self._spelled.get(key)
        if known is None:
            firsts = [number for number, sign in enumerate(HEXADECIMAL) if high >> sign & 1]
            seconds = [number for number, sign in enumerate(HEXADECIMAL) if low >> sign & 1]
            known = self._spelled[key] = signs(16 * first + second for first in firsts for second in seconds)
        return known


_HEX = signs(HEXADECIMAL)
