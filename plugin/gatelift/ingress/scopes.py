"""Scopes: the roots that meet in one cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set

import msgspec

INFERRED = "default"


class Scopes(msgspec.Struct, frozen=True):
    """Root -> the name of its scope, and the roots whose scope was inferred because they render equal identities."""

    of: Mapping[str, str]
    inferred: frozenset[str] = frozenset()


def scopes(identities: Mapping[str, Set[str]], declared: Callable[[str], str | None]) -> Scopes:
    """Which root is in which scope.

    ``identities``: root -> the identities (kind, namespace, name) of its objects; ``declared``: root -> the scope
    that the configuration names, if any. Roots without one share a scope, but for those that hold an identity that
    another undeclared root holds too (dev, staging, prod): each of these is a scope by itself.
    """
    result: dict[str, str] = {}
    holders: dict[str, list[str]] = {}
    for root in sorted(identities):
        name = declared(root)
        if name is not None:
            result[root] = name
            continue
        result[root] = INFERRED
        for identity in identities[root]:
            holders.setdefault(identity, []).append(root)
    apart = {root for roots in holders.values() if len(roots) > 1 for root in roots}
    for root in apart:
        result[root] = f"{INFERRED}:{root}"
    return Scopes(result, frozenset(apart))
