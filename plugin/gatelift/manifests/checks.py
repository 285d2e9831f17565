"""The gate between models and manifests: an object that the API server would reject does not pass.

Two sorts of rules meet here: the constraints in the types of the fields, which msgspec checks when it converts and not
when an object is built, and ``Model.problems``, the rules that the CRDs state in CEL.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, TypeVar

import msgspec

from gatelift.manifests.labels import pointer_token
from gatelift.manifests.model import Model, children
from gatelift.manifests.shape import ObjectKey


class _Identified(Protocol):
    @property
    def key(self) -> ObjectKey: ...


T = TypeVar("T", bound=_Identified)


class InvalidObject(ValueError):  # noqa: N818 - it says what the object is
    """An object that the API server would reject. ``problems`` are ``JSON pointer: sentence``, sorted."""

    def __init__(self, key: ObjectKey, problems: list[str]) -> None:
        super().__init__(f"{key}: " + "; ".join(problems))
        self.key = key
        self.problems = problems


def checked(obj: T) -> T:
    """``obj``, if the API server would accept it; else :class:`InvalidObject` with everything that is wrong with it."""
    try:
        sound = msgspec.convert(msgspec.to_builtins(obj), type(obj))
    except msgspec.ValidationError:
        raise InvalidObject(obj.key, problems_of(obj)) from None
    if not _keeps_rules(sound):
        raise InvalidObject(obj.key, sorted(_broken_rules(sound, "")))
    return sound


def problems_of(obj: object) -> list[str]:
    """Everything the API server would reject in ``obj``, a whole object or a part, as ``JSON pointer: sentence``."""
    broken_types = set(_broken_types(obj, ""))
    # A rule may only be asked about values of the right type.
    return sorted(broken_types or set(_broken_rules(obj, "")))


_LEAVES = frozenset({str, int, bool, dict, msgspec.UnsetType})


def _keeps_rules(value: Any) -> bool:
    """Whether no rule is broken: nearly every object is sound, and saying where one is not costs far more."""
    if isinstance(value, tuple):
        return all(_keeps_rules(item) for item in value if type(item) not in _LEAVES)
    if next(iter(value.problems()), None) is not None:
        return False
    parts = (getattr(value, name) for name in value.__struct_fields__)
    return all(_keeps_rules(part) for part in parts if type(part) not in _LEAVES)


def _broken_rules(value: object, pointer: str) -> Iterator[str]:
    if isinstance(value, Model):
        for below, sentence in value.problems():
            yield f"{pointer}{below}: {sentence}"
    for token, child in children(value):
        yield from _broken_rules(child, f"{pointer}/{token}")


def _broken_types(value: object, pointer: str) -> Iterator[str]:
    # msgspec stops at the first violation of a conversion, so each field is converted by itself.
    if isinstance(value, msgspec.Struct):
        types = {field.encode_name: field.type for field in msgspec.structs.fields(value)}
        for token, child in children(value):
            yield from _mistyped(child, types[token], f"{pointer}/{token}")
    for token, child in children(value):
        yield from _broken_types(child, f"{pointer}/{token}")


def _mistyped(value: object, wanted: Any, pointer: str) -> Iterator[str]:
    try:
        msgspec.convert(msgspec.to_builtins(value), wanted)
    except msgspec.ValidationError as error:
        sentence, _, path = str(error).partition(" - at `$")
        yield f"{pointer}{_pointer(path)}: {sentence}"


def _pointer(path: str) -> str:
    """``.a[0].b`` + backtick, as msgspec words it, as a JSON pointer."""
    tokens = path.rstrip("`").replace("[", ".").replace("]", "").split(".")
    return "".join(f"/{pointer_token(token)}" for token in tokens if token)
