"""What a deployed case is to gain, in the terms of the chart that it renders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gatelift.config.gateway import GatewayRef
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.offer import Switch
from gatelift.text.yaml import Json


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Values for one case, which is written so that its routes are on.

    ``keys``: under which the chart's values stand in the case (of an umbrella); ``values``: in the chart's own terms,
    empty where no Gateway is known for the case; ``beside``: the block of the chart's values that they belong behind.
    """

    case: Case
    keys: tuple[str, ...] = ()
    values: Mapping[str, Any] = {}
    beside: tuple[str, ...] = ()

    @property
    def whole(self) -> Mapping[str, Any]:
        """The values as the rendered chart takes them."""
        found = self.values
        for key in reversed(self.keys):
            found = {key: found}
        return found


def on(
    case: Case, keys: tuple[str, ...], switch: Switch, parent: GatewayRef | None, *, retired: bool = False
) -> Wanted:
    """The switch of a template, on; what is empty is left to the chart's own values.

    ``retired``: the routes follow the guard of an Ingress that is gone, and only need to know their Gateway.
    """
    values: Mapping[str, Any] = {}
    if parent is not None:
        values = {
            key: value for key, value in switch.block(parent, on=None if retired else True).items() if value != ""
        }
        for key in reversed(switch.path):
            values = {key: values}
    return Wanted(case=case, keys=keys, values=values, beside=switch.beside)


def lacking(wanted: Mapping[str, Any], known: object) -> bool:
    """Whether something of ``wanted`` is not there, whatever stands in its place."""
    if not isinstance(known, Mapping):
        return True
    return any(
        key not in known or (isinstance(item, Mapping) and item and lacking(item, known[key]))
        for key, item in wanted.items()
    )


def switched_off(wanted: Mapping[str, Any], known: object, path: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """The keys of a flag that is wanted on and that somebody has set off."""
    for key, item in wanted.items() if isinstance(known, Mapping) else ():
        here = (*path, key)
        found = known.get(key) if isinstance(known, Mapping) else None
        if item is True and found is False:
            return here
        if isinstance(item, Mapping) and (inner := switched_off(item, found, here)) is not None:
            return inner
    return None


def emptied(wanted: Mapping[str, Any], known: object, path: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """The keys of a ``null`` above what is wanted: it takes away the chart's defaults, and a mapping would not."""
    for key, item in wanted.items():
        if not isinstance(known, Mapping) or key not in known or not isinstance(item, Mapping):
            continue
        if known[key] is None:
            return (*path, key)
        if (inner := emptied(item, known[key], (*path, key))) is not None:
            return inner
    return None


def has(known: object, keys: tuple[str, ...]) -> bool:
    """Whether something stands at a path."""
    for key in keys:
        if not isinstance(known, Mapping) or key not in known:
            return False
        known = known[key]
    return True


def leaves(values: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Json]]:
    """What stands at the ends of all paths; a list is an end."""
    for key, item in values.items():
        if isinstance(item, Mapping) and item:
            yield from leaves(item, (*path, key))
        else:
            yield (*path, key), item


def parameter(path: tuple[str, ...]) -> str:
    """A path as ``--set`` takes it: the signs of its grammar escaped."""
    return ".".join("".join(f"\\{sign}" if sign in "\\.,=[]{}" else sign for sign in key) for key in path)
