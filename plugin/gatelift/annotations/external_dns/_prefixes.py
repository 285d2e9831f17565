"""The two prefixes of external-dns: the first, and the one that is the default since version 0.22."""

from __future__ import annotations

from gatelift.annotations.unit import Translated
from gatelift.intent.metadata import CarriedAnnotation, Carrier

PREFIXES = ("external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/")


def keys(*names: str) -> tuple[str, ...]:
    """``names`` under both prefixes."""
    return tuple(prefix + name for prefix in PREFIXES for name in names)


def name_of(key: str) -> str:
    """``key`` without its prefix."""
    return key.partition("/")[2]


def carried(carrier: Carrier, key: str, value: str, differs: str = "") -> Translated:
    """The annotation, for ``carrier``."""
    return Translated((CarriedAnnotation(carrier=carrier, key=key, value=value),), differs=differs)
