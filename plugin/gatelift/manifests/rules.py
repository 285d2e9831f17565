"""Small checks that several models share."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from gatelift.manifests.model import Problem

_PREFIX_LENGTH = re.compile(r"/[0-9]{1,3}\Z")


def distinct(pointer: str, values: Iterable[str]) -> Iterator[Problem]:
    """``x-kubernetes-list-type: set`` and ``map``: no value, or key, occurs twice."""
    for value, count in Counter(values).items():
        if count > 1:
            yield pointer, f"{value!r} occurs {count} times"


def star_alone(pointer: str, values: tuple[str, ...]) -> Iterator[Problem]:
    if "*" in values and len(values) > 1:
        yield pointer, "'*' must stand alone"


def cidr_problems(pointer: str, value: str) -> Iterator[Problem]:
    """What Go's ``net.ParseCIDR`` refuses; the CRDs' own patterns are not anchored and let nonsense through."""
    if not _is_cidr(value):
        yield pointer, f"{value!r} is no CIDR such as 10.0.0.0/8"


def _is_cidr(value: str) -> bool:
    if not _PREFIX_LENGTH.search(value) or "%" in value or not value.isascii():
        return False
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return True
