"""What a proxy serves beyond Gateway API: it decides what is taken out before objects are fed to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def traefik(kind: str, field: str, content: Mapping[str, Any]) -> bool:
    """Traefik knows nothing of Envoy Gateway's kinds."""
    return False
