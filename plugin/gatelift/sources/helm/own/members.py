"""Members of a skeleton as they are fitted: their branches, their actions, and how their values are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatelift.manifests.defaults import DEFAULTS
from gatelift.manifests.shape import HTTP_ROUTE
from gatelift.sources.helm.template.atoms import Branch
from gatelift.sources.helm.template.atoms import Path as Branches
from gatelift.sources.helm.template.nodes import Action, Function, Pipeline
from gatelift.sources.helm.template.skeleton import Entry, Member, Scalar, Splice

_DEFAULTS = DEFAULTS[HTTP_ROUTE]


def extra(member: Member, holder: Branches) -> tuple[Branch, ...]:
    """The branches of a member beyond those of what holds it."""
    return member.path[len(holder) :]


def within(member: Member, holder: Branches) -> tuple[Branch, ...]:
    """The branches of a member inside of its innermost loop."""
    branches = extra(member, holder)
    last = max((index for index, branch in enumerate(branches) if branch.repeats), default=-1)
    return branches[last + 1 :]


def by_key(found: tuple[Entry, ...]) -> dict[str, list[Entry]]:
    """The entries of each key, which may stand in several branches."""
    grouped: dict[str, list[Entry]] = {}
    for entry in found:
        if entry.key.text is not None:
            grouped.setdefault(entry.key.text, []).append(entry)
    return grouped


def nodes_of(member: Member) -> list[Action]:
    """The actions of a member that a loop over a map writes: of its key and its value, or of the whole line."""
    if isinstance(member, Splice):
        return [piece.node for piece in member.pieces if isinstance(piece.node, Action)]
    if not isinstance(member, Entry) or not isinstance(member.value, Scalar):
        return []
    pieces = (*member.key.pieces, *member.value.pieces)
    return [piece.node for piece in pieces if isinstance(piece.node, Action)]


def words(node: Action) -> set[str]:
    """The functions that an action calls."""
    found: set[str] = set()
    waiting: list[Any] = [node.pipeline]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Function):
            found.add(item.name)
        elif isinstance(item, Pipeline):
            waiting += [arg for command in item.commands for arg in command.args]
    return found


def is_default(at: str, key: str, value: Any) -> bool:
    """Whether the API server fills in just this where a route leaves the key out."""
    fields = _DEFAULTS.get(at.rstrip("/"), {})
    return key in fields and as_text(fields[key]) == as_text(value)


def as_text(value: Any) -> str:
    """A value as a template prints it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def escaped(value: Any) -> Any:
    """A value as a template has to find it that evaluates what stands in braces."""
    if isinstance(value, str):
        return value.replace("{{", '{{ "{{" }}')
    if isinstance(value, Mapping):
        return {key: escaped(item) for key, item in value.items()}
    return [escaped(item) for item in value] if isinstance(value, list | tuple) else value


def shown(at: str) -> str:
    """A field as people name it."""
    return at.rstrip("/").replace("/*", "[]").replace("/", ".").removeprefix("spec.")
