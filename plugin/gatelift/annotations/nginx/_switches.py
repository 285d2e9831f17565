"""Annotations that are on or off, where each of the two means one thing."""

from __future__ import annotations

from collections.abc import Callable

from gatelift.annotations.unit import Inert, Result, UnitContext, not_bool, parse_bool

ON_BY_DEFAULT = Inert("true is the default")
OFF_BY_DEFAULT = Inert("false is the default")


def switch(*, true: Result, false: Result) -> Callable[[str, UnitContext], Result]:
    """A reader of a boolean as ingress-nginx reads one."""

    def read(value: str, context: UnitContext) -> Result:
        wanted = parse_bool(value)
        if wanted is None:
            return not_bool(value)
        return true if wanted else false

    return read
