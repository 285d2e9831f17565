"""Objects that no API server stores: a replay of them would say nothing, and proxies wait for them in vain."""

from __future__ import annotations

from collections.abc import Iterable

from gatelift.findings import Finding, InputError, Severity
from gatelift.manifests.malformed import malformed
from gatelift.manifests.shape import GATEWAY_API
from gatelift.traffic.fields import group, name
from gatelift.traffic.model import Manifest


def well_formed(objects: Iterable[Manifest]) -> None:
    """Raises ``InputError`` for the first object of Gateway API of which a field is of the wrong type."""
    for item in objects:
        problem = next(malformed(item), None) if group(item) == GATEWAY_API else None
        if problem is not None:
            called = f"{item.get('kind')} {name(item)}"
            message = f"{called} is malformed, so that an API server refuses it and nothing is replayed: {problem}"
            fix = f"mend {called}, then run the replay again"
            raise InputError(Finding("input/malformed", Severity.ERROR, message, fix, object=called))
