"""In which order Envoy Gateway asks the rules of a host: Envoy takes the first that fits.

Exact paths before regular ones before prefixes, then the longer path, then more conditions on headers (a method is
one), of which exact ones count first, then the same of the query (internal/gatewayapi/sort.go). Of equal ones it is as
Gateway API has it: the oldest route, the first by name, the first rule, the first match.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gatelift.traffic.fields import at, maps, name, text
from gatelift.traffic.model import Manifest

_RANK = {"Exact": 0, "RegularExpression": 1, "PathPrefix": 2}
_NEW = "9999"
Key = tuple[int, int, int, int, int, int, str, str, int, int]


def precedence(match: Mapping[str, Any], route: Manifest, rule: int = 0, number: int = 0) -> Key:
    """What the matches of a host are sorted by; the smallest is asked first.

    ``rule``, ``number``: which rule of ``route`` and which match of it. A route without an age is the youngest.
    """
    kind = text(at(match, "path", "type")) or "PathPrefix"
    path = text(at(match, "path", "value")) or "/"
    headers, query = maps(match.get("headers")), maps(match.get("queryParams"))
    method = bool(match.get("method"))
    return (
        _RANK.get(kind, 2),
        -len(path.encode()),
        -(len(headers) + method),
        -(_exact(headers) + method),
        -len(query),
        -_exact(query),
        text(at(route, "metadata", "creationTimestamp")) or _NEW,
        name(route),
        rule,
        number,
    )


def _exact(conditions: Sequence[Mapping[str, Any]]) -> int:
    return sum((item.get("type") or "Exact") == "Exact" for item in conditions)
