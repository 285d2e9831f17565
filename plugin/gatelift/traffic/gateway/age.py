"""Which routes are older: of equal matches the older route's is asked, and files have no age.

https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule: the oldest by its timestamp, then the first by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gatelift.traffic.fields import at, mapping_at, name, text
from gatelift.traffic.model import Manifest

_THERE = "2000-01-01T00:00:00Z"
_NEW = "2000-01-02T00:00:00Z"


def aged(before: Iterable[Manifest], after: Sequence[Manifest]) -> tuple[Manifest, ...]:
    """``after``, each route with a time of birth: those that are there before are older than those that come."""
    there = {_identity(item) for item in before}
    return tuple(_born(item, _THERE if _identity(item) in there else _NEW) for item in after)


def _born(item: Manifest, when: str) -> Manifest:
    if not text(item.get("kind")).endswith("Route") or at(item, "metadata", "creationTimestamp"):
        return item
    return {**item, "metadata": {**mapping_at(item, "metadata"), "creationTimestamp": when}}


def _identity(item: Manifest) -> tuple[str, str]:
    return text(item.get("kind")), name(item)
