"""Which place of the values an action of a template writes out, and how."""

from __future__ import annotations

import msgspec

from gatelift.sources.helm.template.nodes import (
    Action,
    Command,
    Function,
    Number,
    Operand,
    Pipeline,
    String,
    TemplateCall,
    Variable,
)
from gatelift.sources.helm.template.origin import Origin
from gatelift.sources.helm.template.scope import value
from gatelift.sources.helm.template.scoping import Scopes

_PRINTING = frozenset(
    ("toYaml", "toYamlPretty", "toJson", "toRawJson", "mustToJson", "toString", "quote", "squote", "trim", "print")
) | frozenset(("first", "default", "required", "indent", "nindent", "int", "int64", "float64", "deepCopy", "compact"))
"""Functions whose last argument is what they write: of a value that is set they change nothing but its form."""
_YAML = frozenset(("toYaml", "toYamlPretty", "toJson", "toRawJson", "mustToJson"))


class Fed(msgspec.Struct, frozen=True):
    """A place that an action writes out. ``tpl``: what stands in braces there is evaluated; ``yaml``: any value will
    do, and not only text."""

    origin: Origin
    tpl: bool = False
    yaml: bool = False


def written(scopes: Scopes, node: Action | TemplateCall) -> Fed | None:
    """The place that an action writes out; None where it computes what it writes."""
    return fed(scopes, node.pipeline) if isinstance(node, Action) else None


def fed(scopes: Scopes, operand: Operand) -> Fed | None:
    """The place whose value an expression is, whatever form it gets; None where it is computed."""
    if isinstance(operand, Pipeline):
        bare = value(operand)
        origin = scopes.name(bare)
        return Fed(origin) if origin is not None else _piped(scopes, bare)
    origin = scopes.name(operand)
    if origin is not None:
        return Fed(origin)
    if isinstance(operand, Variable) and not operand.names:
        bound = scopes.at(operand.start).variables.get(operand.name)
        return fed(scopes, bound.definition) if bound is not None and bound.definition is not None else None
    return None


def _piped(scopes: Scopes, pipeline: Pipeline) -> Fed | None:
    first, *others = pipeline.commands
    found = _called(scopes, first)
    for command in others:
        name = command.args[0]
        if found is None or not isinstance(name, Function) or name.name not in _PRINTING:
            return None
        found = _formed(found, name.name)
    return found


def _called(scopes: Scopes, command: Command) -> Fed | None:
    head, *args = command.args
    if not isinstance(head, Function):
        return fed(scopes, head) if not args else None
    if not args:
        return None
    match head.name:
        case "tpl":
            inner = fed(scopes, args[0])
            return msgspec.structs.replace(inner, tpl=True) if inner is not None else None
        case "include":
            return _handed(scopes, args)
        case "pluck":
            return _plucked(scopes, args)
        case name if name in _PRINTING:
            inner = fed(scopes, args[-1])
            return _formed(inner, name) if inner is not None else None
    return None


def _formed(found: Fed, function: str) -> Fed:
    return msgspec.structs.replace(found, yaml=True) if function in _YAML else found


def _handed(scopes: Scopes, args: list[Operand]) -> Fed | None:
    """What a helper is handed as ``value``, or first of ``values``: ``include "NAME" (dict "value" X "context" $)``."""
    made = args[1] if len(args) == 2 else None
    if not isinstance(made, Pipeline) or len(made.commands) != 1:
        return None
    head, *pairs = made.commands[0].args
    if not isinstance(head, Function) or head.name != "dict":
        return None
    for key, operand in zip(pairs[::2], pairs[1::2], strict=False):
        if isinstance(key, String) and key.value in ("value", "values"):
            inner = fed(scopes, _listed(scopes, operand) if key.value == "values" else operand)
            return msgspec.structs.replace(inner, tpl=True, yaml=True) if inner is not None else None
    return None


def _listed(scopes: Scopes, operand: Operand) -> Operand:
    """The first of ``list A B``, of which a helper that merges takes what the others lack."""
    if isinstance(operand, Variable) and not operand.names:
        bound = scopes.at(operand.start).variables.get(operand.name)
        operand = bound.definition if bound is not None and bound.definition is not None else operand
    only = operand.commands[0].args if isinstance(operand, Pipeline) and len(operand.commands) == 1 else ()
    named = len(only) > 1 and isinstance(only[0], Function) and only[0].name == "list"
    return only[1] if named else operand


def _plucked(scopes: Scopes, args: list[Operand]) -> Fed | None:
    """``pluck "key" A B``: what A says comes first."""
    key, *maps = args
    inner = fed(scopes, maps[0]) if isinstance(key, String) and maps else None
    if inner is None or not isinstance(key, String):
        return None
    return Fed(inner.origin.then(key.value))


def literal(operand: Operand) -> str | None:
    """A string or a number that an expression holds as such."""
    if isinstance(operand, String):
        return operand.value
    return operand.text if isinstance(operand, Number) else None
