"""The tables that a chart's helpers fill: what becomes of the Ingresses with one set of annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

Data = dict[str, Any]


class PathRules(msgspec.Struct, frozen=True):
    """What one path becomes: the rule that takes its requests (None: nothing reaches it), and further ones."""

    main: Data | None
    more: tuple[Data, ...] = ()


class Exact(msgspec.Struct, frozen=True):
    """A host with exactly these paths, in this order: the rules of each, and what they need beside the routes."""

    places: tuple[tuple[str, str], ...]
    paths: tuple[PathRules, ...]
    lead: tuple[Data, ...]
    objects: tuple[Data, ...]


class Beside(msgspec.Struct, frozen=True):
    """A route beside a host's main one."""

    suffix: str
    spec: Data


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """Hosts of one kind, of which ``spec.tls`` says the same.

    ``paths``: the form of a path and its type (``plain/Prefix``) -> its rules; ``lead``: rules that a host has beside
    those of its paths; ``objects``: what stands beside the routes, ``single`` where the Ingress has one path alone
    and that makes a difference; ``exact``: the lists of paths that are known as they are. ``section``: whether the main
    route goes to the listener that the switch names, where it names one.
    """

    api_version: str
    parents: tuple[Data, ...]
    section: bool
    hostnames: tuple[str, ...]
    beside: tuple[Beside, ...] = ()
    lead: tuple[Data, ...] = ()
    paths: Mapping[str, PathRules] = {}
    objects: tuple[Data, ...] = ()
    single: tuple[Data, ...] | None = None
    exact: tuple[Exact, ...] = ()


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """One set of annotations: its variants by ``kind/state``, and why others have none. ``many``: hosts add up."""

    annotations: Mapping[str, str]
    variants: Mapping[str, Variant]
    refused: Mapping[str, str] = {}
    many: bool = True


class Shared(msgspec.Struct, frozen=True):
    """Two sets, by their indices, whose Ingresses may share a host of this variant.

    ``narrowed``: the routes beside the first one's, by their suffixes, that then take its own paths alone.
    """

    one: int
    two: int
    variant: str
    narrowed: tuple[str, ...]


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """Everything: ``free`` annotations with any value (True: carried to the routes), ``added`` ones, classes.

    ``zones``: the domains below which hosts are known; empty where any is.
    """

    sets: tuple[Known, ...]
    free: Mapping[str, bool] = {}
    added: Mapping[str, str] = {}
    classes: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    shared: tuple[Shared, ...] = ()
