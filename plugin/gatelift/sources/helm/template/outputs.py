"""What an action writes, as far as its text tells: nothing, something on its line, or a block at an indentation."""

from __future__ import annotations

import msgspec

from gatelift.sources.helm.template.nodes import (
    Action,
    Command,
    Function,
    Leaf,
    Number,
    Pipeline,
    TemplateCall,
)

# It stops the render.
_SILENT = frozenset(("fail",))
# tpl gives back the text of its first argument, with the indentation that this has.
_TRANSPARENT = frozenset(("tpl",))


class Indentation(msgspec.Struct, frozen=True):
    """How ``indent`` (or ``nindent``: ``breaks``) shifts a text; ``columns`` is None where the number is computed."""

    breaks: bool
    columns: int | None


def is_silent(leaf: Leaf) -> bool:
    """Whether a leaf that is no text and no tag writes nothing, whatever the values."""
    if isinstance(leaf, TemplateCall):
        return False
    if isinstance(leaf, Action):
        return bool(leaf.pipeline.variables) or _function(leaf.pipeline.commands[-1]) in _SILENT
    return True


def indentation(pipeline: Pipeline) -> Indentation | None:
    """The indentation that a pipeline gives its text; None where it gives none."""
    last = pipeline.commands[-1]
    name = _function(last)
    if name in ("indent", "nindent"):
        return Indentation(name == "nindent", _columns(last))
    if name in _TRANSPARENT and len(pipeline.commands) == 1 and len(last.args) > 1:
        inner = last.args[1]
        return indentation(inner) if isinstance(inner, Pipeline) else None
    return None


def _function(command: Command) -> str:
    first = command.args[0]
    return first.name if isinstance(first, Function) else ""


def _columns(command: Command) -> int | None:
    width = command.args[1] if len(command.args) > 1 else None
    if isinstance(width, Number) and width.text.isdecimal() and width.text.isascii() and len(width.text) < 4:
        return int(width.text)
    return None
