"""Words of Envoy Gateway's policies on access: who is let in, and from which origins."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from gatelift.traffic.fields import mapping_at, texts
from gatelift.traffic.networks import Network

_DURATION = re.compile(r"(\d+)([hms])")
_SECONDS = {"h": 3600, "m": 60, "s": 1}


def networks_of(rule: Mapping[str, Any]) -> tuple[Network, ...] | None:
    """The networks of a rule of ``authorization`` that asks for nothing else; ``None`` for any other rule."""
    principal = mapping_at(rule, "principal")
    known = set(rule) <= {"name", "action", "principal"} and set(principal) == {"clientCIDRs"}
    try:
        networks = tuple(ipaddress.ip_network(each, strict=False) for each in texts(principal.get("clientCIDRs")))
    except ValueError:
        return None
    return networks if known and networks else None


def origin(value: str) -> str:
    """The expression that an origin with ``*`` in it stands for (internal/gatewayapi/securitypolicy.go)."""
    return value.replace(".", r"\.").replace("*", ".*")


def seconds(value: object) -> str:
    """Seconds, of a duration as policies have it, or of a number as the filter of routes has it."""
    if isinstance(value, str):
        return str(sum(int(number) * _SECONDS[unit] for number, unit in _DURATION.findall(value)))
    return str(value) if isinstance(value, int) else ""
