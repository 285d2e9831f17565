"""Check of plain values (as read from YAML) against the types of ``file.py``, with every problem and where it is.

``msgspec.convert`` stops at the first problem and names no place a person could click on; it runs after this.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cache

from msgspec import inspect

from gatelift.config.file import ConfigFile
from gatelift.config.problems import Pointer, Problem
from gatelift.config.rules import Rule
from gatelift.config.words import flow, kind_of, quote, suggest

# Aliases let a small file repeat a long list any number of times: the work is bounded, not only the bytes.
MOST_VALUES = 20_000


@cache
def fields() -> tuple[inspect.Field, ...]:
    """The keys of the whole file, in the order of the documentation."""
    return _members(inspect.type_info(ConfigFile))


def _members(kind: inspect.Type) -> tuple[inspect.Field, ...]:
    return kind.fields if isinstance(kind, inspect.StructType) else ()


def keys() -> tuple[str, ...]:
    """The names of the top-level keys."""
    return tuple(field.encode_name for field in fields())


def check(value: object) -> Iterator[Problem]:
    """Every problem of ``value``, in the order of the file; lazily, so that a thousand cost no more than asked for."""
    return _Check().visit(value, inspect.type_info(ConfigFile), ())


class _Check:
    """One pass over a file. Only the count of values visited changes."""

    def __init__(self) -> None:
        self.visited = 0

    def visit(self, value: object, kind: inspect.Type, at: Pointer) -> Iterator[Problem]:
        """Problems of ``value``, which should be of ``kind``."""
        self.visited += 1
        if self.visited >= MOST_VALUES:
            if self.visited == MOST_VALUES:
                yield Problem(at, "too-large", f"is where this file exceeds {MOST_VALUES} values", "Shorten the file.")
            return
        kind, rule = _bare(kind)
        match kind, value:
            case inspect.UnionType(types=types), _:
                member = next((each for each in types if _fits(value, each)), None)
                if member is None:
                    yield _wrong_type(value, types, at)
                else:
                    yield from self.visit(value, member, at)
            case _ if not _fits(value, kind):
                yield _wrong_type(value, (kind,), at)
            case inspect.StructType(), dict():
                yield from self._struct(value, kind, at)
            case inspect.DictType(), dict():
                yield from self._mapping(value, kind, at)
            case inspect.VarTupleType(), list():
                yield from self._sequence(value, kind, at)
            case inspect.EnumType(), str():
                yield from _choice(value, kind, at)
            case inspect.StrType(), str() if rule is not None:
                yield from _text(value, rule, at)

    def _struct(self, value: dict[object, object], kind: inspect.StructType, at: Pointer) -> Iterator[Problem]:
        known = {field.encode_name: field for field in kind.fields}
        for key, item in value.items():
            if not isinstance(key, str):
                yield _odd_key(key, at)
            elif key not in known:
                message = "is no key of " + ("this file" if not at else "this mapping")
                yield Problem((*at, key), "unknown-key", message, suggest(key, known), at_key=True)
            else:
                yield from self.visit(item, known[key].type, (*at, key))
        for name, field in known.items():
            if field.required and name not in value:
                yield Problem(at, "missing-key", f"lacks the key {name}", _example(at))

    def _mapping(self, value: dict[object, object], kind: inspect.DictType, at: Pointer) -> Iterator[Problem]:
        _, rule = _bare(kind.key_type)
        for key, item in value.items():
            if not isinstance(key, str):
                yield _odd_key(key, at)
                continue
            if rule is not None and (reason := rule.problem(key)) is not None:
                message = f"has the key {quote(key)}, which {reason}"
                yield Problem((*at, key), "bad-value", message, _example(at), at_key=True)
            yield from self.visit(item, kind.value_type, (*at, key))

    def _sequence(self, value: list[object], kind: inspect.VarTupleType, at: Pointer) -> Iterator[Problem]:
        if len(value) < (kind.min_length or 0):
            yield Problem(at, "bad-value", "is an empty list", _example(at))
        for index, item in enumerate(value):
            yield from self.visit(item, kind.item_type, (*at, index))


def _bare(kind: inspect.Type) -> tuple[inspect.Type, Rule | None]:
    # A key that may be left out has its text's metadata inside its own.
    rule: Rule | None = None
    while isinstance(kind, inspect.Metadata):
        rule = (kind.extra or {}).get("rule", rule)
        kind = kind.type
    return kind, rule


def bare(kind: inspect.Type) -> inspect.Type:
    """A type without its metadata."""
    return _bare(kind)[0]


def _fits(value: object, kind: inspect.Type) -> bool:
    kind = bare(kind)
    if isinstance(kind, (inspect.StructType, inspect.DictType)):
        return isinstance(value, dict)
    if isinstance(kind, inspect.VarTupleType):
        return isinstance(value, list)
    if isinstance(kind, inspect.IntType):
        return isinstance(value, int) and not isinstance(value, bool)
    if isinstance(kind, inspect.BoolType):
        return isinstance(value, bool)
    return isinstance(value, str)


def _choice(value: str, kind: inspect.EnumType, at: Pointer) -> Iterator[Problem]:
    words = choices(kind.cls)
    if value not in words:
        fix = suggest(value, words)
        known = f" Known: {', '.join(words)}." if not fix.startswith("Known") else ""
        yield Problem(at, "bad-value", f"is {quote(value)}, which is not known", fix + known)


def choices(values: type[Enum]) -> tuple[str, ...]:
    """The texts of an enumeration."""
    return tuple(str(member.value) for member in values)


def _text(value: str, rule: Rule, at: Pointer) -> Iterator[Problem]:
    if not value.strip():
        yield Problem(at, "bad-value", f"is empty; expected {rule.expected}", _example(at))
    elif (reason := rule.problem(value)) is not None:
        yield Problem(at, "bad-value", f"is {quote(value)}, which {reason}", _example(at))


def _odd_key(key: object, at: Pointer) -> Problem:
    return Problem(at, "wrong-type", f"has a key that is {kind_of(key)}, not text", "Put the key in quotes.")


def _wrong_type(value: object, kinds: tuple[inspect.Type, ...], at: Pointer) -> Problem:
    expected = " or ".join(dict.fromkeys(describe(kind) for kind in kinds))
    wants_text = any(_fits("", kind) for kind in kinds)
    hint = "Put it in quotes. " if wants_text and isinstance(value, (bool, int, float)) else ""
    return Problem(at, "wrong-type", f"should be {expected}, but is {kind_of(value)}", hint + _example(at))


def describe(kind: inspect.Type) -> str:
    """A type in words, as messages and the documentation name it."""
    kind = bare(kind)
    match kind:
        case inspect.UnionType(types=types):
            return " or ".join(describe(each) for each in types)
        case inspect.StructType():
            return "a mapping"
        case inspect.DictType(value_type=value):
            return f"a mapping of names to {describe(value)}"
        case inspect.VarTupleType(item_type=item):
            return "a list of " + describe(item).removeprefix("a ") + ("s" if describe(item) != "text" else "")
        case inspect.EnumType(cls=cls):
            return "one of " + ", ".join(choices(cls))
        case inspect.IntType():
            return "a whole number"
        case inspect.BoolType():
            return "true or false"
        case _:
            return "text"


def _example(at: Pointer) -> str:
    if not at:
        return "For example: phase: coexist"
    for field in fields():
        if field.encode_name == at[0] and isinstance(field.type, inspect.Metadata):
            examples = (field.type.extra_json_schema or {}).get("examples", [])
            return f"For example: {at[0]}: {flow(examples[0])}" if examples else ""
    return ""
