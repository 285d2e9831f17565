"""Variables that somebody fills in after the render: Flux's ``${NAME}``, Kustomize's ``$(NAME)``.

While an Ingress is converted a plain word stands for each, so that a host that holds one is a host like any other; in
whatever comes out the variable is put back. A word cannot be told apart from a real value by any rule of the
conversion, and whatever reads the value itself (a number, an address) refuses the word.

nginx has variables of its own, ``${request_uri}``, which annotations may hold; they are lower-case. So in annotations
only ``${UPPER_CASE}`` counts, and the rest is left to the units, which know what nginx makes of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from gatelift.expected.expected import Change, Expected
from gatelift.expected.ledger import Entry
from gatelift.findings import Finding
from gatelift.intent.outcome import Note
from gatelift.manifests.resource import Resource, ShapeError

_VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*(?:[:=?+-][^{}]*)?\}|\$\([A-Za-z_][A-Za-z0-9_.-]*\)")
_IN_ANNOTATIONS = re.compile(r"\$\{[A-Z_][A-Z0-9_]*(?:[:=?+-][^{}]*)?\}|\$\([A-Z_][A-Z0-9_]*\)")
_WORD = re.compile(r"glvar[0-9a-f]{10}x")
_LONGEST = 40
"""So long may a name be in which words stand: 63 characters, less what tells the routes of one Ingress apart."""


class Variables:
    """The words that stand for the variables of one world; grows while values are read."""

    __slots__ = ("_words",)

    def __init__(self) -> None:
        self._words: dict[str, str] = {}

    def hidden(self, value: Any) -> Any:
        """``value`` with a word for each variable in its strings; what has none is the very same object."""
        # Hardly any object has one, and looking into each string costs more than writing all of them down.
        return self._hidden(value, _VARIABLE) if b"$" in msgspec.json.encode(value) else value

    def _hidden(self, value: Any, pattern: re.Pattern[str]) -> Any:
        if isinstance(value, str):
            return pattern.sub(self._word, value) if "$" in value else value
        if isinstance(value, Mapping):
            pairs = {
                key: self._hidden(item, _IN_ANNOTATIONS if key == "annotations" else pattern)
                for key, item in value.items()
            }
            return pairs if any(pairs[key] is not item for key, item in value.items()) else value
        if isinstance(value, list):
            items = [self._hidden(item, pattern) for item in value]
            return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
        return value

    def _word(self, found: re.Match[str]) -> str:
        word = f"glvar{hashlib.sha256(found.group().encode()).hexdigest()[:10]}x"
        self._words[word] = found.group()
        return word

    def shown(self, value: Any) -> Any:
        """``value`` with the variables back in their places."""
        if not self._words:
            return value
        if isinstance(value, str):
            return _WORD.sub(lambda found: self._words.get(found.group(), found.group()), value)
        if isinstance(value, Mapping):
            return {self.shown(key): self.shown(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.shown(item) for item in value)
        return value

    def result(self, result: Expected) -> Expected:
        """A whole result with the variables back, in objects and in what is said to people."""
        if not self._words:
            return result
        return Expected(
            changes=tuple(self._change(change) for change in result.changes),
            shared=tuple(self.shown(item) for item in result.shared),
            obsolete=result.obsolete,
            findings=tuple(self.finding(item) for item in result.findings),
        )

    def _change(self, change: Change) -> Change:
        return msgspec.structs.replace(
            change,
            emitted=tuple(self.shown(item) for item in change.emitted),
            entries=tuple(self._entry(item) for item in change.entries),
            withheld=self._note(change.withheld) if change.withheld else None,
            stays=self.shown(change.stays),
            closed_by=tuple(self.shown(item) for item in change.closed_by),
        )

    def _entry(self, entry: Entry) -> Entry:
        return msgspec.structs.replace(
            entry, ingress=self.shown(entry.ingress), text=self.shown(entry.text), todo=self.shown(entry.todo)
        )

    def _note(self, note: Note) -> Note:
        return msgspec.structs.replace(note, text=self.shown(note.text), todo=self.shown(note.todo))

    def finding(self, item: Finding) -> Finding:
        """A finding with the variables back."""
        return msgspec.structs.replace(item, message=self.shown(item.message), fix=self.shown(item.fix))


def hidden_in(resource: Resource, variables: Variables) -> Resource:
    """``resource`` with a word for each variable, in its name too."""
    value = variables.hidden(resource.value)
    if value is resource.value:
        return resource
    metadata = value["metadata"]
    return msgspec.structs.replace(
        resource, value=value, name=metadata["name"], namespace=metadata.get("namespace") or ""
    )


def check_name(hidden: Resource, original: Resource) -> None:
    """Raise ``ShapeError`` for a name with a variable that is so long that names made of it would be cut within it."""
    if hidden.name != original.name and len(hidden.name) > _LONGEST:
        message = "this name holds a variable and is long: what is named after it would be cut in the variable's middle"
        raise ShapeError("/metadata/name", message, "give it a shorter name, or one without a variable")
