"""What the helpers are told of an Ingress: its labels, annotations and TLS as values, and lists of hosts and paths."""

from __future__ import annotations

from collections.abc import Sequence as Several

from gatelift.sources.helm.readable.expressions import (
    Expression,
    Span,
    call,
    first_of,
    own,
    piped,
    quoted,
    scalar,
    string,
    yaml_of,
)
from gatelift.sources.helm.readable.flow import mapped
from gatelift.sources.helm.readable.ingress import Part, Reading
from gatelift.sources.helm.readable.loops import is_flow, on_a_line, over
from gatelift.sources.helm.readable.printer import Frames, Loop, Printer
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.template.atoms import Path
from gatelift.sources.helm.template.nodes import Action, If, With
from gatelift.sources.helm.template.skeleton import Empty, Entry, Scalar, Splice, Style

_MOST_ON_A_LINE = 2
_TEXTS = frozenset(("include", "printf", "print", "tpl", "toString"))


class Names:
    """Names for variables that the template does not have."""

    def __init__(self, taken: frozenset[str]) -> None:
        self._taken = taken

    def __call__(self, name: str) -> str:
        free = (f"${word}" for word in (name, f"{name}OfRoute", *(f"{name}{number}" for number in range(2, 100))))
        return next(word for word in free if word not in self._taken)


class Inputs:
    """Writes lines that set variables, where no expression alone can say a value."""

    def __init__(self, printer: Printer, reading: Reading, names: Names, text: str) -> None:
        self._out = printer
        self._reading = reading
        self._names = names
        self._text = text

    def mapping(self, role: str, parts: Several[Part], base: Path) -> Expression:
        """Labels or annotations as a map."""
        found = [member for part in parts for member in self._entries(part)]
        flows = [mapped(part.value, self._text) for part in parts if is_flow(part.value) and part.path == base]
        if flows and not found and len(flows) == len(parts):
            return call("dict", *(word for pairs in flows for pair in pairs for word in pair))
        if not found:
            return own("dict", atom=False)
        if all(isinstance(member, Entry) and member.path == base for member in found):
            return _map_of([self._pair(member) for member in found if isinstance(member, Entry)])
        first = found[0]
        if len(found) == 1 and isinstance(first, Splice):
            value, is_text = self.spliced(first)
            if self.says_itself(first.path[len(base) :], value):
                return piped(value, "fromYaml") if is_text else value
        return self._laid(self._names(role), found, base)

    def collected(self, role: str, found: Several[tuple[Frames, Expression]], base: Frames) -> Expression:
        """A list of strings, each from its branches."""
        if all(frames == base for frames, _ in found):
            return call("list", *(value for _, value in found))
        if len(found) == 1 and self._is_element(*found[0], base):
            last = found[0][0][-1]
            return last.over if isinstance(last, Loop) else over(last)
        name = self._names(role)
        self._append(name, found, base, 0)
        return own(name)

    def bound(self, role: str, parts: Several[Part], base: Frames, default: str, indent: int) -> Expression:
        """A value that branches decide about; ``default`` where none is taken."""
        lives = [(part, scalar(on_a_line(part), self._text)) for part in sorted(parts, key=lambda part: part.start)]
        if not lives:
            return string(default)
        if len(lives) == 1 and self.says_itself(lives[0][0].path[len(base) :], lives[0][1]):
            return lives[0][1]
        name = self._names(role)
        self._out.action(f"{name} := {quoted(default)}", indent)
        for part, value in lives:
            self._out.go(part.path, indent)
            self._out.action(f"{name} = {self._out.show(value)}", indent)
        self._out.go(base, indent)
        return own(name)

    def bound_alike(self, role: str, parts: Several[Part], base: Frames, indent: int) -> Expression:
        """A value that branches decide about; one expression where all of them write the same."""
        values = [scalar(on_a_line(part), self._text) for part in parts]
        shown = {self._out.show(value) for value in values}
        exhaustive = len(parts) == 1 and parts[0].path == base
        if len(shown) == 1 and (exhaustive or _covers(parts, len(base))):
            return values[0]
        return self.bound(role, parts, base, "", indent)

    def list_of(self, splice: Splice) -> Expression:
        """What a block holds that an action writes, as a list."""
        value, is_text = self.spliced(splice)
        return piped(value, "fromYamlArray") if is_text else value

    def map_of(self, splice: Splice) -> Expression:
        """What a block holds that an action writes, as a map."""
        value, is_text = self.spliced(splice)
        return piped(value, "fromYaml") if is_text else value

    def _append(self, name: str, found: Several[tuple[Frames, Expression]], base: Frames, indent: int) -> None:
        self._out.action(f"{name} := list", indent)
        for frames, value in found:
            self._out.go(frames, indent)
            self._out.action(f"{name} = append {name} {self._out.arg(value)}", indent)
        self._out.go(base, indent)

    def _is_element(self, frames: Frames, value: Expression, base: Frames) -> bool:
        """Whether a value is the element of the one loop around it."""
        if len(frames) != len(base) + 1 or len(value.spans) != 1 or len(value.parts) != 1:
            return False
        last = frames[-1]
        if isinstance(last, Loop) or not last.repeats or last.clause is None or last.clause.pipeline is None:
            return False
        shown = self._text[value.spans[0][0] : value.spans[0][1]]
        names = [variable.name for variable in last.clause.pipeline.variables]
        return shown == "." or (bool(names) and shown == names[-1])

    def _entries(self, part: Part) -> list[Entry | Splice]:
        if isinstance(part.value, Empty):
            return []
        if is_flow(part.value):
            return []
        found = self._reading.members(part.value, "this map")
        return [member for member in found if isinstance(member, Entry | Splice)]

    def _pair(self, entry: Entry | Splice) -> tuple[Expression, Expression]:
        if isinstance(entry, Splice) or not isinstance(entry.value, Scalar) or entry.value.style is Style.FLOW:
            raise Stop("This value is not written on one line.", entry.start)
        value = scalar(entry.value, self._text)
        return scalar(entry.key, self._text), _as_text(value, entry.value)

    def _laid(self, name: str, found: Several[Entry | Splice], base: Path) -> Expression:
        begun, *rest = found
        value, is_text = self.spliced(begun) if isinstance(begun, Splice) else (own("dict", atom=False), True)
        if isinstance(begun, Splice) and is_text and begun.path == base:
            # What was read from text belongs to nobody else, so that it may be laid over.
            self._out.action(f"{name} := {self._out.show(piped(value, 'fromYaml'))}")
            found = rest
        else:
            self._out.action(f"{name} := dict")
        for member in found:
            self._out.go(member.path)
            if isinstance(member, Entry):
                key, put = (self._out.arg(word) for word in self._pair(member))
                self._out.action(f"$_ := set {name} {key} {put}")
            else:
                value, is_text = self.spliced(member)
                shown = self._out.arg(piped(value, "fromYaml") if is_text else value)
                self._out.action(f"{name} = mergeOverwrite {name} {shown}")
        self._out.go(base)
        return own(name)

    def spliced(self, splice: Splice) -> tuple[Expression, bool]:
        """What an action writes as a block, and whether that is text to be read."""
        node = splice.expression
        if node is None:
            raise Stop("Several actions write this block together.", splice.start)
        if isinstance(node, Action):
            return yaml_of(node.pipeline)
        span: tuple[Span, ...] = ((node.pipeline.start, node.pipeline.end),) if node.pipeline else ()
        return Expression((f"include {quoted(node.name)} ", *(span or ("nil",))), atom=False), True

    def says_itself(self, guards: Path, value: Expression) -> bool:
        """Whether a value that stands behind guards is empty just where they are not taken."""
        for guard in guards:
            clause = guard.clause
            if guard.index or guard.repeats or clause is None or clause.pipeline is None:
                return False
            condition = self._out.conditions.left(clause.pipeline)
            if not isinstance(guard.control, If | With) or self._out.show(condition) != self._out.show(value):
                return False
        return True


def _covers(parts: Several[Part], depth: int) -> bool:
    """Whether one of the parts is written whatever the values: they are the clauses of one structure with an else."""
    if any(len(part.path) != depth + 1 for part in parts):
        return False
    last = [part.path[-1] for part in parts]
    control = last[0].control
    clauses = {branch.index for branch in last if branch.control is control}
    return isinstance(control, If) and control.has_else and len(clauses) == len(control.clauses)


def _as_text(value: Expression, written: Scalar) -> Expression:
    """A value as the string that it is in YAML."""
    node = written.expression
    if value.literal is not None or node is None or not isinstance(node, Action) or first_of(node.pipeline) in _TEXTS:
        return value
    return piped(value, "toString")


def _map_of(pairs: Several[tuple[Expression, Expression]]) -> Expression:
    """A map of pairs, on lines of their own where there are many, as they stand in what the helpers are told."""
    words = call("dict", *(word for pair in pairs for word in pair))
    if len(pairs) <= _MOST_ON_A_LINE:
        return words
    lines = [part for pair in pairs for part in ("\n    ", *call(*pair).parts)]
    return Expression(("dict", *lines, "\n  "), atom=False)
