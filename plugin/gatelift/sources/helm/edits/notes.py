"""``NOTES.txt``: where the switch is on, the URLs that the routes serve are printed before those of the Ingress.

The branch of the Ingress stays byte for byte; the new one before it repeats the lines with URLs, so that the hosts are
the chart's own expressions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from gatelift.config.model import Phase
from gatelift.findings import InputError, Place
from gatelift.repository.tree import Tree
from gatelift.sources.helm.charts import Chart
from gatelift.sources.helm.edits.made import Edited, note
from gatelift.sources.helm.edits.urls import url_lines
from gatelift.sources.helm.offer import Part, Switch
from gatelift.sources.helm.template.nodes import (
    Bool,
    Clause,
    Command,
    Control,
    Function,
    If,
    Node,
    Operand,
    Pipeline,
)
from gatelift.sources.helm.template.origin import Origin
from gatelift.sources.helm.template.parse import parse
from gatelift.sources.helm.template.scoping import Scopes
from gatelift.text.edits import Edit, apply
from gatelift.text.source import Source, decode

_DENYING = frozenset(("not", "ne", "empty", "default"))
_SAID = "Routes on the Gateway"
_FIX = "look at what it prints with the switch on, and write the branch by hand where that is wrong"


class _Branch(msgspec.Struct, frozen=True):
    """One clause of an ``if``."""

    control: If
    number: int

    @property
    def clause(self) -> Clause:
        return self.control.clauses[self.number]

    @property
    def after(self) -> int:
        """Where the next tag of the ``if`` begins."""
        clauses = self.control.clauses
        return clauses[self.number + 1].tag.start if self.number + 1 < len(clauses) else self.control.close.start


def notes(tree: Tree, chart: Chart, parts: Sequence[Part]) -> Edited:
    """The chart's ``NOTES.txt`` with a branch for the routes of ``parts``, before the branch of each one's Ingress.

    Where routes follow the old guard (``retire``), a branch that was written before goes again. A ``NOTES.txt`` that
    does not speak of the Ingress stays as it is; so does one whose branch is not understood, with a note
    (``helm/notes``).
    """
    if chart.notes is None:
        return Edited()
    data = tree.read(chart.notes)
    try:
        source = before = decode(chart.notes, data)
    except InputError as error:
        message = f"NOTES.txt is left as it is: {error.finding.message}"
        return Edited(findings=(note("notes", message, _FIX, error.finding.place or Place(chart.notes)),))
    made = Edited()
    for part in parts:
        source, told = _without_branch(source, part), Edited()
        if part.phase is not Phase.RETIRE:
            source, told = _with_branch(source, tree, part)
        made = made.and_then(told)
    files = {chart.notes: source.encode(source.text)} if source.text != before.text else {}
    return Edited(files, tuple(dict.fromkeys(made.findings)))


def _with_branch(source: Source, tree: Tree, part: Part) -> tuple[Source, Edited]:
    template = parse(source)
    if template.problem is not None:
        place = source.place(template.problem.start)
        message = f"NOTES.txt is left as it is, for it cannot be read: {template.problem.message}"
        return source, Edited(findings=(note("notes", message, _FIX, place),))
    scopes = Scopes(template)
    guards = _guards(tree, part)
    found = list(_branches(template.nodes, source, scopes, part, guards))
    told = Edited()
    if not found and part.switch.beside and f".Values.{'.'.join(part.switch.beside)}." in source.text:
        told = _not_understood(source, source.text.index(f".Values.{'.'.join(part.switch.beside)}."))
    edits: list[Edit] = []
    for branch in found:
        if any(_reads(scopes, clause, part.switch.path) for clause in branch.control.clauses):
            continue
        made = _edits(source, scopes, branch, part)
        edits += made
        told = told if made else told.and_then(_not_understood(source, branch.clause.tag.start))
    changed = msgspec.structs.replace(source, text=apply(source.text, edits))
    if edits and parse(changed).problem is not None:
        return source, _not_understood(source, found[0].clause.tag.start)
    return changed, told


def _not_understood(source: Source, offset: int) -> Edited:
    message = "what NOTES.txt says of the Ingress is left as it is: no branch with its URLs was understood here"
    return Edited(findings=(note("notes", message, _FIX, source.place(offset)),))


def _without_branch(source: Source, part: Part) -> Source:
    """Without the branch that an earlier run wrote for the switch, where the routes have none any more."""
    if part.phase is not Phase.RETIRE or _SAID not in source.text:
        return source
    template = parse(source)
    scopes = Scopes(template)
    edits: list[Edit] = []
    for branch in _all(template.nodes):
        clause, text = branch.clause, source.text
        ours = _reads(scopes, clause, part.switch.path) and _SAID in text[clause.tag.end : branch.after]
        if not ours or branch.number + 1 == len(branch.control.clauses):
            continue
        edits.append(Edit(clause.tag.start, branch.after, ""))
        following = branch.control.clauses[branch.number + 1].tag
        if branch.number == 0:
            word = text.index("else", following.start)
            edits.append(Edit(word, text.index("if", word), ""))
    return msgspec.structs.replace(source, text=apply(source.text, edits))


def _branches(
    nodes: Iterable[Node], source: Source, scopes: Scopes, part: Part, guards: frozenset[str]
) -> Iterator[_Branch]:
    """The outermost branches that are taken where the Ingress of ``part`` is there."""
    for node in nodes:
        for number, clause in enumerate(node.clauses if isinstance(node, Control) else ()):
            if isinstance(node, If) and _is_ingress(source, scopes, clause, part.switch, guards):
                yield _Branch(node, number)
            else:
                yield from _branches(clause.body, source, scopes, part, guards)


def _all(nodes: Iterable[Node]) -> Iterator[_Branch]:
    for node in nodes:
        for number, clause in enumerate(node.clauses if isinstance(node, Control) else ()):
            if isinstance(node, If):
                yield _Branch(node, number)
            yield from _all(clause.body)


def _is_ingress(source: Source, scopes: Scopes, clause: Clause, switch: Switch, guards: frozenset[str]) -> bool:
    if clause.pipeline is None or _denies(clause.pipeline):
        return False
    if _shown(source, clause.pipeline) in guards:
        return True
    return bool(switch.beside) and _reads(scopes, clause, (*switch.beside, "enabled"), whole=True)


def _denies(operand: Operand) -> bool:
    """Whether a condition may hold because something is off: then it tells what to do without the Ingress."""
    match operand:
        case Function(name=name):
            return name in _DENYING
        case Bool(value=value):
            return not value
        case Pipeline(commands=commands):
            return any(_denies(arg) for command in commands for arg in command.args)
    return False


def _reads(scopes: Scopes, clause: Clause, path: tuple[str, ...], *, whole: bool = False) -> bool:
    """Whether a condition reads the values at a path, or (``whole``) exactly those."""
    if clause.pipeline is None:
        return False
    steps = ("Values", *path)
    read = [origin.steps for origin in scopes.reads(clause.pipeline).origins if origin.is_values]
    return any(found == steps if whole else found[: len(steps)] == steps for found in read)


def _guards(tree: Tree, part: Part) -> frozenset[str]:
    """The conditions that stand around everything in the template of the Ingress."""
    try:
        template = parse(decode(part.template, tree.read(part.template)))
    except (InputError, KeyError):
        return frozenset()
    outer = [node.clauses[0].pipeline for node in template.nodes if isinstance(node, If)]
    return frozenset(_shown(template.source, pipeline) for pipeline in outer if pipeline is not None)


def _shown(source: Source, pipeline: Pipeline) -> str:
    return " ".join(source.text[pipeline.start : pipeline.end].replace("$.Values", ".Values").split())


def _edits(source: Source, scopes: Scopes, branch: _Branch, part: Part) -> list[Edit]:
    """The new branch, and ``else`` before the old one; nothing where its URLs are not understood."""
    text, tag, pipeline = source.text, branch.clause.tag, branch.clause.pipeline
    lines = url_lines(text, branch.clause.body, tag.end, branch.after)
    if lines is None or pipeline is None or pipeline.variables or tag.words not in ("if", "else if"):
        return []
    dollar = "" if scopes.at(tag.start).dot.origin == Origin() else "$"
    switch = _nil_safe(part, dollar)
    condition = _and(text, pipeline, f"{switch}.enabled")
    head = text[tag.start : pipeline.start] + condition + text[pipeline.end : tag.end]
    said = f"{lines.indent}({_SAID} {{{{ {switch}.namespace }}}}/{{{{ {switch}.name }}}})"
    body = "\n".join([lines.first, *lines.middle, said + lines.carriage, lines.last])
    made = [Edit(tag.start, tag.start, head + body)]
    if tag.words == "if":
        made.append(Edit(word := text.index("if", tag.start), word, "else "))
    return made


def _nil_safe(part: Part, dollar: str) -> str:
    """The switch as an expression; where a case takes the chart's defaults away, one that is nil there."""
    bare = any(seen.case.empties_defaults for seen in part.seen)
    found = part.switch.reach(root=f"{dollar}.Values", bare=bare)
    return f"({found})" if bare else found


def _and(text: str, pipeline: Pipeline, more: str) -> str:
    condition = text[pipeline.start : pipeline.end]
    match pipeline.commands:
        case (Command(args=(_,)),):
            return f"and {condition} {more}"
        case (Command(args=(Function(name="and"), *_)),):
            return f"{condition} {more}"
    return f"and ({condition}) {more}"
