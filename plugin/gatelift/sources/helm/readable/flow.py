"""Lists and maps in brackets, of scalars without branches: ``["{{ .Values.host }}", b.example.com]``."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from gatelift.sources.helm.readable.expressions import Expression, call, include_of, pipeline, string
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.template.nodes import Action, TemplateCall
from gatelift.sources.helm.template.skeleton import Scalar

#: A character that no template has, around the number of an action.
_MARK = "\ue000"


def listed(found: Scalar, text: str) -> list[Expression]:
    """The items of a list. Raises ``Stop`` for anything else."""
    loaded, actions = _loaded(found, text)
    if not isinstance(loaded, list):
        raise Stop("This is no list of single values.", found.start)
    return [_expression(item, actions, found) for item in loaded]


def mapped(found: Scalar, text: str) -> list[tuple[Expression, Expression]]:
    """The keys and values of a map. Raises ``Stop`` for anything else."""
    loaded, actions = _loaded(found, text)
    if not isinstance(loaded, dict):
        raise Stop("This is no map of single values.", found.start)
    return [(_expression(key, actions, found), _expression(value, actions, found)) for key, value in loaded.items()]


def at(found: Scalar, text: str, *keys: str) -> Expression | None:
    """The value at ``keys`` of a map of maps; None where it is not there. Raises ``Stop`` for what is no map."""
    loaded, actions = _loaded(found, text)
    for key in keys:
        if not isinstance(loaded, dict):
            raise Stop("This holds no map where one is needed.", found.start)
        loaded = loaded.get(key)
    return None if loaded is None else _expression(loaded, actions, found)


def _loaded(found: Scalar, text: str) -> tuple[object, Sequence[Expression]]:
    shown: list[str] = []
    actions: list[Expression] = []
    for piece in found.pieces:
        if piece.node is None:
            shown.append(text[piece.start : piece.end])
            continue
        if isinstance(piece.node, Action):
            actions.append(pipeline(piece.node.pipeline))
        elif isinstance(piece.node, TemplateCall):
            actions.append(include_of(piece.node))
        else:
            raise Stop("A branch stands within this value.", piece.start)
        shown.append(f"{_MARK}{len(actions) - 1}{_MARK}")
    try:
        # Every scalar stays the text that it is.
        return yaml.load("".join(shown), Loader=yaml.BaseLoader), actions  # noqa: S506 - BaseLoader makes texts only
    except (yaml.YAMLError, RecursionError):
        raise Stop("This value in brackets is no YAML.", found.start) from None


def _expression(item: object, actions: Sequence[Expression], found: Scalar) -> Expression:
    if not isinstance(item, str):
        raise Stop("This holds more than single values.", found.start)
    parts = item.split(_MARK)
    if len(parts) == 1:
        return string(item)
    numbers = [int(part) for part in parts[1::2]]
    if len(parts) == 3 and not parts[0] and not parts[2]:
        return actions[numbers[0]]
    shown = "%v".join(part.replace("%", "%%") for part in parts[::2])
    return call("printf", string(shown), *(actions[number] for number in numbers))
