"""Laying the lines of a template over YAML: which key, item or value each of them is.

Indentation decides, as in YAML, and a member's branches must go on from those of what holds it. A line for which that
fails is a problem together with what is indented under it; all other lines keep their place.
"""

from __future__ import annotations

import msgspec

from gatelift.sources.helm.template.atoms import Atom, Path, atoms, common, define_atoms, within
from gatelift.sources.helm.template.find import block_texts
from gatelift.sources.helm.template.growing import Growing, Slot, scalar, value, whole
from gatelift.sources.helm.template.lines import Line, lines
from gatelift.sources.helm.template.nodes import Define
from gatelift.sources.helm.template.parse import Template
from gatelift.sources.helm.template.problems import Problem
from gatelift.sources.helm.template.shape import (
    HOLE,
    Masked,
    Shape,
    begins_long,
    hides_key,
    is_block,
    is_value,
    masked,
    shape,
    still_open,
    without_properties,
)
from gatelift.sources.helm.template.skeleton import (
    Document,
    Mapping,
    Sequence,
    Skeleton,
    Splice,
    Style,
)

#: Levels of YAML that are read. Kubernetes objects stay below 30.
MAX_DEPTH = 60

_INDENT = "Give the line the indentation of its neighbours."
_BRANCH = "Write the key and what belongs to it in the same branch."


def lay(template: Template) -> Skeleton:
    """The YAML of a template file; nothing but its problem where it could not be parsed. Never raises."""
    if template.problem is not None:
        return Skeleton((), (template.problem,))
    text = template.source.text
    return _lay(text, atoms(text, template.nodes))


def lay_define(template: Template, define: Define) -> Skeleton:
    """The YAML that one ``define`` of a template file writes. Never raises."""
    text = template.source.text
    return _lay(text, define_atoms(text, define))


def _lay(text: str, row: tuple[Atom, ...]) -> Skeleton:
    found, unlaid = lines(text, row)
    building = _Building(text)
    for line in found:
        building.add(line)
    building.finish()
    documents = tuple(building.documents)
    inside = [span for document in documents for span in block_texts(document.root)]
    # What runs together in a literal text is text all the same.
    kept = [problem for problem in unlaid if not any(start <= problem.start < end for start, end in inside)]
    return Skeleton(documents, tuple(sorted((*kept, *building.problems), key=lambda problem: problem.start)))


class _Building:
    def __init__(self, text: str) -> None:
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self._text = text
        self._skip: int | None = None
        self._begin(-1, ())

    def _begin(self, marker: int, path: Path) -> None:
        self._marker = marker
        self._root = Slot(0, 0, -1, path)
        self._stack: list[Growing] = []
        self._lines: list[Line] = []
        # A value that the next lines go on with: a literal text, or one whose quote or bracket is not closed.
        self._open: Slot | None = None
        self._skip = None

    def add(self, line: Line) -> None:
        """Lay one line."""
        content = masked(self._text, line)
        if not line.indent and content.text in ("---", "..."):
            self.finish()
            self._begin(line.start if content.text == "---" else -1, line.path)
            return
        if self._goes_on(line, content) or content.text.startswith("#"):
            return
        self._lines.append(line)
        if line.indent is None:
            self._problem(line, "Code computes the indentation of this text.", "Write the number of columns there.")
            return
        if self._skip is not None and line.indent > self._skip:
            self._extend_problem(line)
            return
        self._skip = None
        if content.text == HOLE:
            self._splice(line)
        else:
            self._shaped(line, content)

    def finish(self) -> None:
        """The document ends here."""
        if self._open is not None and self._open.depth:
            self._problem_at(self._open.start, self._open.end, "A quote or a bracket is not closed.", "Close it.")
        laid = self._lines
        if not laid:
            return
        root = value(self._root)
        # What helpers write on lines of their own, mostly nothing, does not tell under which guard a document stands.
        own = [line.path for line in laid if len(line.pieces) > 1 or line.pieces[0].node is None]
        path = common(own or [line.path for line in laid])
        self.documents.append(Document(laid[0].start, max(line.end for line in laid), self._marker, root, path))

    # --- values of several lines ---

    def _goes_on(self, line: Line, content: Masked) -> bool:
        slot = self._open
        if slot is None or slot.text is None:
            return False
        deeper = line.indent is None or line.indent > slot.column
        if slot.style is Style.BLOCK:
            bare = not slot.more and content.text == HOLE and not line.indented
            if not deeper and not bare:
                self._open = None
                return False
        self._lines.append(line)
        slot.more.append(content)
        slot.end = line.end
        if slot.style is not Style.BLOCK:
            self._close(slot, content)
        return True

    def _close(self, slot: Slot, text: Masked) -> None:
        """Go on with a value in the next line as long as a quote or a bracket is open in it."""
        sign = slot.text.text[0] if slot.text is not None else ""
        slot.depth = still_open(sign, slot.depth, text.text)
        self._open = slot if slot.depth else None
        if not slot.depth:
            self._check(slot)

    def _fill(self, slot: Slot, text: Masked | None) -> None:
        """Give a slot the value that stands on its own line."""
        text = without_properties(text) if text is not None else None
        if text is None:
            return
        slot.text, slot.end = text, text.ends[-1]
        if is_block(text.text):
            slot.style = Style.BLOCK
            self._open = slot
        elif begins_long(text.text):
            self._close(slot, text)
        else:
            self._check(slot)

    def _check(self, slot: Slot) -> None:
        """Say so where the text of a value cannot be one, unless it is what an action writes."""
        text = whole(slot)
        if text is None:
            return
        start, end = text.starts[0], text.ends[-1]
        if not is_value(text.text):
            message = "This is no value: something follows what closes it, or a '- ' or a second ': ' stands in it."
            fix = "Put the value in quotes, or give what follows a line of its own."
            self._problem_at(start, end, message, fix)
        self._check_branches(text)

    def _check_branches(self, text: Masked) -> None:
        if hides_key(text, self._text):
            message = (
                "A branch inside this line writes a key or an item; gatelift reads these only where they begin one."
            )
            self._problem_at(text.starts[0], text.ends[-1], message, "Give what is in the branch lines of their own.")

    # --- where a line belongs ---

    def _waiting(self) -> Slot | None:
        slot = self._stack[-1].last if self._stack else self._root
        return slot if slot is not None and slot.empty else None

    def _pop(self, column: int) -> None:
        while self._stack and self._stack[-1].indent > column:
            self._stack.pop()

    def _block_at(self, line: Line, column: int, kind: type[Mapping] | type[Sequence] | None) -> Growing | None:
        """The block that a member of this kind at this column belongs to, which may begin here; None for a problem."""
        self._pop(column)
        top = self._stack[-1] if self._stack else None
        if top is not None and top.indent == column:
            begins = _list_under(top, kind)
            top = self._past_list(top, kind)
        else:
            slot = self._waiting()
            begins = slot if slot is not None and slot.column < column else None
            top = None
        owner = begins or (top.owner if top is not None else None)
        if owner is None or (begins is None and top is not None and kind is not None and top.kind not in (None, kind)):
            self._problem(line, "This line is at the indentation of nothing above it.", _INDENT)
            return None
        if not within(line.path, owner.path):
            message = "What this belongs to stands in another branch: a key opens in one and goes on in another."
            self._problem(line, message, _BRANCH)
            return None
        if begins is not None and len(self._stack) >= MAX_DEPTH:
            self._problem(line, f"This stands more than {MAX_DEPTH} levels deep; gatelift reads no more.", _INDENT)
            return None
        if begins is not None:
            top = Growing(column, begins, Sequence if top is not None else None, [])
            begins.block = top
            self._stack.append(top)
        if top is not None:
            top.kind = top.kind or kind
        return top

    def _past_list(self, top: Growing, kind: type[Mapping] | type[Sequence] | None) -> Growing:
        """A key at the column of a list goes on with the mapping that the list's own key stands in."""
        below = self._stack[-2] if len(self._stack) > 1 else None
        if kind is Mapping and top.kind is Sequence and below is not None and below.indent == top.indent:
            self._stack.pop()
            return below
        return top

    # --- members ---

    def _shaped(self, line: Line, content: Masked) -> None:
        found = shape(content, line.indent or 0)
        path = line.path
        if not found.dashes and found.key is None:
            self._bare(line, found)
            return
        for column, start in found.dashes:
            block = self._block_at(line, column, Sequence)
            if block is None:
                return
            block.members.append(Slot(start, start + 1, column, path, dash=True))
        if found.key is None:
            slot = self._stack[-1].last
            if slot is not None:
                self._fill(slot, found.value)
            return
        block = self._block_at(line, found.column, Mapping)
        if block is None:
            return
        self._check_branches(found.key)
        key = scalar(found.key)
        slot = Slot(key.start, self._after_colon(key.end), found.column, path, key)
        block.members.append(slot)
        self._fill(slot, found.value)

    def _bare(self, line: Line, found: Shape) -> None:
        """A line without dash and key: the value that is waited for, or more of a plain one."""
        if self._stack:
            self._pop(found.column)
        slot = self._stack[-1].last if self._stack else self._root
        if slot is None or found.column <= slot.column or slot.block is not None or found.value is None:
            self._problem(line, "This is neither a key nor an item, nor does it go on with the line above.", _INDENT)
        elif line.path != slot.path:
            self._problem(line, "This value, or a part of it, does not stand in the branch of its key.", _BRANCH)
        elif slot.text is None:
            self._fill(slot, found.value)
        else:
            slot.more.append(found.value)
            slot.end = line.end

    def _splice(self, line: Line) -> None:
        column, assumed = line.indent or 0, line.assumed
        slot = self._waiting()
        if not line.indented and not column and slot is not self._root:
            # Text that says no indentation at the first column has it in itself. It belongs to the key that waits, if
            # one does; under a key of the first column it may be a list, which stands at the column of its key.
            assumed = True
            if slot is None and self._stack:
                self._stack[0].members.append(_spliced(line, 0, assumed))
                return
            column = slot.column + 1 if slot is not None and slot.column > 0 else 0
        block = self._block_at(line, column, None)
        if block is not None:
            block.members.append(_spliced(line, column, assumed))

    # --- words ---

    def _after_colon(self, at: int) -> int:
        return self._text.index(":", at) + 1

    def _problem(self, line: Line, message: str, fix: str) -> None:
        self._problem_at(line.start, line.end, message, fix)
        self._skip = line.indent

    def _problem_at(self, start: int, end: int, message: str, fix: str) -> None:
        self.problems.append(Problem(start, end, message, fix))

    def _extend_problem(self, line: Line) -> None:
        last = self.problems[-1]
        self.problems[-1] = msgspec.structs.replace(last, end=max(last.end, line.end))


def _spliced(line: Line, column: int, assumed: bool) -> Splice:
    return Splice(line.start, line.end, line.pieces, column, line.path, assumed)


def _list_under(top: Growing, kind: type[Mapping] | type[Sequence] | None) -> Slot | None:
    """The key under which a list begins at the column of the key itself."""
    slot = top.last
    return slot if kind is not Mapping and top.kind is Mapping and slot is not None and slot.empty else None
