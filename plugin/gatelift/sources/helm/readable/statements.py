"""What a template sets without writing anything: ``$x := ...``, and the branches around such lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from gatelift.sources.helm.readable.dead import Conditions
from gatelift.sources.helm.readable.places import Key
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.template.atoms import Branch
from gatelift.sources.helm.template.nodes import Action, Comment, Control, If, Node, Range, Text, With
from gatelift.sources.helm.template.outputs import is_silent

#: Variables that are set only because Go asks for it: the value of ``set`` is of no use.
_THROWN_AWAY = "$_"
_SILENT = re.compile(r"(?:\s|\{\{-?\s*/\*(?:[^*]|\*(?!/))*\*/\s*-?\}\})*")


class Statement(msgspec.Struct, frozen=True):
    """One line, or branches full of such lines. ``sets``: the variables; ``declares``: those that begin with it.

    ``branch``: the clause that it stands in; ``changes``: it sets something in a map.
    """

    start: int
    end: int
    branch: Key | None
    sets: frozenset[str]
    declares: bool
    changes: bool

    def text(self, source: str) -> str:
        """Its text as lines that leave no space behind."""
        shown = source[self.start : self.end]
        return trimmed(shown)


def settled(found: Iterable[Statement], name: str) -> None:
    """Raises ``Stop`` where the value of a variable depends on what is written between the lines that set it."""
    declared: set[Key | None] = set()
    for item in found:
        if name not in item.sets:
            continue
        if (item.declares and item.branch in declared) or (not item.declares and item.branch not in declared):
            raise Stop(f"{name} gets another value here, between what is written.", item.start)
        if item.declares:
            declared.add(item.branch)


def unmoved(text: str, found: Iterable[Statement], start: int) -> None:
    """Raises ``Stop`` where a value is set anew behind something that may have been written with the one before.

    Statements are written where their branch begins. ``start``: where the first Ingress does; before it nothing is
    written that counts.
    """
    before: list[Statement] = []
    for item in found:
        if item.start > start and (item.changes or not _stands(text, before, item)):
            what = "A map" if item.changes else min(item.sets)
            raise Stop(f"{what} gets another value here, between what is written.", item.start)
        before.append(item)


def _stands(text: str, before: list[Statement], item: Statement) -> bool:
    """Whether a variable has one value all through the branch in which it is set."""
    same = [other for other in before if other.sets & item.sets]
    if not item.declares:
        return not same or _follows(text, before, item)
    begins = item.branch[0] if item.branch else 0
    read = any(re.search(rf"{re.escape(name)}\b", text[begins : item.start]) for name in item.sets)
    return not any(other.branch == item.branch or (other.start < begins and read) for other in same)


def _follows(text: str, before: list[Statement], item: Statement) -> bool:
    """Whether nothing stands between a line and the one of the same branch that began its variables."""
    names, at = set(item.sets), item.start
    for other in reversed(before):
        if other.branch != item.branch or _SILENT.fullmatch(text, other.end, at) is None:
            return False
        at = other.start
        if other.declares:
            names -= other.sets
        if not names:
            return True
    return False


def trimmed(shown: str) -> str:
    """Actions that take the line break before them, and none behind them."""
    shown = re.sub(r"^\{\{-?", "{{-", shown)
    return re.sub(r"\s*-?\}\}\Z", " }}", shown)


def statements(text: str, nodes: Iterable[Node], conditions: Conditions) -> tuple[Statement, ...]:
    """All statements of a template, in order; none of dead branches."""
    return tuple(_Walk(text, conditions).walk(nodes, None))


class _Walk:
    def __init__(self, text: str, conditions: Conditions) -> None:
        self._text = text
        self._conditions = conditions

    def walk(self, nodes: Iterable[Node], branch: Key | None) -> Iterator[Statement]:
        for node in nodes:
            if isinstance(node, Action) and node.pipeline.variables:
                names = frozenset(item.name for item in node.pipeline.variables)
                changes = _THROWN_AWAY in names
                yield Statement(node.start, node.end, branch, names, node.pipeline.declares and not changes, changes)
            elif isinstance(node, If | With | Range):
                yield from self._control(node, branch)

    def _control(self, node: If | With | Range, branch: Key | None) -> Iterator[Statement]:
        bodies = [(index, clause.body) for index, clause in enumerate(node.clauses) if self._lives(node, index)]
        if not bodies:
            return
        if all(self._silent(clause.body) for clause in node.clauses):
            inner = [item for _, body in bodies for item in self.walk(body, None)]
            names = frozenset(name for item in inner for name in item.sets)
            if inner:
                yield Statement(node.start, node.end, branch, names, False, any(item.changes for item in inner))
            return
        for index, body in bodies:
            yield from self.walk(body, (node.start, index))

    def _lives(self, node: If | With | Range, index: int) -> bool:
        return not isinstance(node, If) or self._conditions.clause(Branch(node, index)) is not False

    def _silent(self, nodes: Iterable[Node]) -> bool:
        """Whether nodes write nothing but space."""
        for node in nodes:
            match node:
                case Text() if not self._text[node.start : node.end].isspace():
                    return False
                case Control() if not all(self._silent(clause.body) for clause in node.clauses):
                    return False
                case Action() if not is_silent(node):
                    return False
                case Text() | Control() | Action() | Comment():
                    continue
                case _:
                    return False
        return True
