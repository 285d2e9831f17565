"""What loops go through, and values on one line."""

from __future__ import annotations

from typing import TypeGuard

import msgspec

from gatelift.sources.helm.readable.expressions import Expression, pipeline
from gatelift.sources.helm.readable.ingress import Part
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.template.atoms import Branch
from gatelift.sources.helm.template.nodes import Field, Pipeline
from gatelift.sources.helm.template.skeleton import Scalar, Style, Value


def loop(branch: Branch) -> Pipeline:
    """The pipeline of a loop."""
    clause = branch.clause
    if clause is None or clause.pipeline is None:
        raise Stop("This is no loop.", branch.control.start)
    return clause.pipeline


def over(branch: Branch) -> Expression:
    """What a loop goes through."""
    return pipeline(msgspec.structs.replace(loop(branch), variables=()), unquoted=False)


def field(branch: Branch) -> tuple[str, ...]:
    """The field of ``.`` that a loop goes through."""
    found = loop(branch)
    first = found.commands[0].args[0]
    return first.names if isinstance(first, Field) and len(found.commands) == 1 else ()


def on_a_line(part: Part) -> Scalar:
    """A value that stands on one line. Raises ``Stop`` for any other."""
    if not isinstance(part.value, Scalar):
        raise Stop("This is not written on one line.", part.start)
    return part.value


def is_flow(value: Value) -> TypeGuard[Scalar]:
    """Whether a value stands in brackets."""
    return isinstance(value, Scalar) and value.style is Style.FLOW
