"""In which order rules are asked, as far as anybody knows.

Rules that share a rank may be asked in any order. Ranks can only say that of neighbours, so where the order of some is
open, their neighbours may be counted as open too: more orders are allowed than there are, never fewer.

- Of equal matches the older route's is asked. Routes that are both new are of an unknown age, so that these share a
  rank. Exact paths and prefixes of one length but with other texts take no request together: they stay apart.
- Whether the slash at the end of a prefix counts as one of its characters, implementations see differently.
- Of regular paths the specification leaves all open. For an implementation that is not known one regular path gives
  one rank to all rules of its host.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec
from msgspec.structs import replace

from gatelift.proof.symbolic.model import Kind, Path, Rule
from gatelift.traffic.fields import at, maps, name, text
from gatelift.traffic.gateway.order import precedence
from gatelift.traffic.model import Manifest

_SPECIAL = 6
"""So many of the parts of Envoy Gateway's key tell how special a match is; the next is the age."""


class Unranked(msgspec.Struct, frozen=True):
    """A rule without a rank; ``match`` is what its order comes from, at ``place`` (rule, match) of ``route``."""

    rule: Rule
    match: Mapping[str, Any]
    route: Manifest
    place: tuple[int, int]


def ranked(items: Iterable[Unranked], *, envoy_gateway: bool) -> tuple[Rule, ...]:
    """The rules of one host, in order."""
    found = list(items)
    if not envoy_gateway and any(item.rule.path.kind is Kind.REGULAR for item in found):
        return tuple(replace(item.rule, rank=0) for item in found)
    spelled = _spelled(found)

    def key(item: Unranked) -> tuple[object, ...]:
        return _envoys(item) if envoy_gateway else _by_api(item, doubtful=len(spelled[item.rule.path]) > 1)

    ordered = sorted(found, key=lambda item: (key(item), name(item.route), item.place))
    groups = (list(group) for _, group in groupby(ordered, key))
    return tuple(_numbered(part for group in groups for part in _parts(group)))


def _parts(group: Sequence[Unranked]) -> Iterator[Sequence[Unranked]]:
    """Of one route the first rule is asked first; of several nobody knows which is older."""
    if len({name(item.route) for item in group}) > 1 or any(len(each) > 1 for each in _spelled(group).values()):
        yield group
    else:
        yield from ((item,) for item in group)


def _spelled(items: Iterable[Unranked]) -> Mapping[Path, frozenset[str]]:
    """Path -> how matches write it."""
    found: dict[Path, set[str]] = {}
    for item in items:
        found.setdefault(item.rule.path, set()).add(_value(item))
    return {path: frozenset(values) for path, values in found.items()}


def _value(item: Unranked) -> str:
    return text(at(item.match, "path", "value")) or "/"


def _numbered(parts: Iterable[Sequence[Unranked]]) -> Iterator[Rule]:
    for rank, part in enumerate(parts):
        yield from (replace(item.rule, rank=rank) for item in part)


def _envoys(item: Unranked) -> tuple[object, ...]:
    path = item.rule.path
    return precedence(item.match, item.route)[: _SPECIAL + 1], "" if path.kind is Kind.REGULAR else path.text


def _by_api(item: Unranked, *, doubtful: bool) -> tuple[object, ...]:
    """https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule; ``doubtful``: the order of equal paths is not
    known."""
    match, path = item.match, item.rule.path
    special = (
        not match.get("method"),
        -len(maps(match.get("headers"))),
        -len(maps(match.get("queryParams"))),
        precedence(match, item.route)[_SPECIAL],
    )
    return path.kind is not Kind.EXACT, -len(path.text), path.text, () if doubtful else special
