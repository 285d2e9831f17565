"""Options of ``decide``: questions that units ask, declared where they are documented and handed in from there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import msgspec

from gatelift.config.problems import Problem
from gatelift.config.rules import DECISION
from gatelift.config.words import quote, suggest


class DecideOption(msgspec.Struct, frozen=True):
    """One option: its name, what it decides in a sentence, and the values it takes.

    A value is valid if it is one of ``values`` or fits the whole of ``pattern`` (ECMA 262 as well as Python, anchored
    with ``^`` and ``$``); at least one of the two is given.
    """

    name: str
    doc: str
    values: tuple[str, ...] = ()
    pattern: str = ""

    def accepted(self, spell: Callable[[str], str] = str) -> str:
        """What it takes, in words; ``spell`` writes a value or a pattern."""
        pattern = [f"text like {spell(self.pattern)}"] if self.pattern else []
        return " or ".join((*map(spell, self.values), *pattern))

    def allows(self, value: str) -> bool:
        """Whether ``value`` is valid."""
        return value in self.values or bool(self.pattern and re.fullmatch(self.pattern, value))


def problems(given: Mapping[object, object], known: Mapping[str, DecideOption]) -> Iterator[Problem]:
    """What is wrong with the options and values of a ``decide`` mapping, as read from YAML."""
    for name, value in given.items():
        if not isinstance(name, str) or isinstance(value, bool) or not isinstance(value, (str, int)):
            continue
        pointer = ("decide", name)
        option = known.get(name)
        if option is None:
            fix = suggest(name, sorted(known)) or "No annotation asks for a decision."
            yield Problem(pointer, "unknown-option", "is no option that an annotation asks for", fix, at_key=True)
        elif DECISION.problem(str(value)) is None and not option.allows(str(value)):
            fix = f"{option.doc} {suggest(str(value), option.values)}".strip()
            yield Problem(pointer, "bad-value", f"is {quote(str(value))}, not {option.accepted()}", fix)
