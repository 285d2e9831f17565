"""What a proxy serves beyond Gateway API: it decides what is taken out before objects are fed to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Knows = Callable[[str, str, Mapping[str, Any]], bool]
"""Whether a proxy does as Envoy Gateway would, for a field of an object: (kind, path of the field, object)."""


def traefik(kind: str, field: str, content: Mapping[str, Any]) -> bool:
    """Traefik knows nothing of Envoy Gateway's kinds."""
    return False
