"""In which order Envoy Gateway asks the rules of a host: Envoy takes the first that fits.

Exact paths before regular ones before prefixes, then the longer path, then more conditions on headers (a method is
one), of which exact ones count first, then the same of the query, then the name: internal/gatewayapi/sort.go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gatelift.replay.requests.fields import at, maps, text

_RANK = {"Exact": 0, "RegularExpression": 1, "PathPrefix": 2}
Key = tuple[int, int, int, int, int, int, str]


def precedence(match: Mapping[str, Any], name: str) -> Key:
    """What the matches of a host are sorted by; the smallest is asked first.

    ``name`` is that of the match in Envoy Gateway: ``httproute/NAMESPACE/NAME/rule/R/match/M/HOST``.
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
        name,
    )


def _exact(conditions: Sequence[Mapping[str, Any]]) -> int:
    return sum((item.get("type") or "Exact") == "Exact" for item in conditions)
