"""Values of annotations and settings, as Go and the checks of ingress-nginx v1.15.1 read them.

Source: internal/ingress/annotations/parser of kubernetes/ingress-nginx.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping

import msgspec

from gatelift.traffic.networks import as_printed

URL_PATH = r"-._~A-Za-z0-9/:"
"""The characters that pass every check of the controller, for use in a character class."""
TEXT = re.compile(rf"[{URL_PATH}, ]*")
URL = re.compile(rf"[{URL_PATH}, ?&=]*")
URL_WITH_VARIABLES = re.compile(rf"[{URL_PATH}, ?&=$]*")
PATTERN = re.compile(rf"[{URL_PATH}^$\[\](){{}}*+?|&=\\]*")
HEADER = re.compile(r"[A-Za-z0-9_-]+")
SIZE = re.compile(r"[0-9]+[bkmg]?", re.IGNORECASE)

_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE = frozenset(("0", "f", "F", "FALSE", "false", "False"))
_INTEGER = re.compile(r"([+-]?)0*([0-9]{1,19})")
_NETWORK = re.compile(r"[0-9a-fA-F:.]+(/[0-9]+)?")


class NotLoadedError(ValueError):
    """A value for which ingress-nginx does not load the whole Ingress (T42)."""

    def __init__(self, key: str, value: str) -> None:
        super().__init__(f"ingress-nginx does not load an Ingress with {key}: {value[:80]!r}")
        self.key = key


def boolean(text: str) -> bool | None:
    """``strconv.ParseBool``; ``None`` where that fails."""
    if text in _TRUE:
        return True
    return False if text in _FALSE else None


def integer(text: str) -> int | None:
    """``strconv.Atoi``; ``None`` where that fails."""
    read = _INTEGER.fullmatch(text)
    found = int(read[1] + read[2]) if read else None
    return found if found is not None and -(1 << 63) <= found < 1 << 63 else None


def listed(text: str) -> tuple[str, ...]:
    """The items of a list with commas, without empty ones."""
    return tuple(filter(None, (item.strip() for item in text.split(","))))


def networks(text: str) -> tuple[str, ...] | None:
    """Addresses and networks, sorted, without doubles; ``None`` where one is neither."""
    found = set()
    for item in listed(text):
        if not _NETWORK.fullmatch(item):
            # Python takes zones and masks with dots, too, and keeps what stands in a zone.
            return None
        try:
            found.add(str(as_printed(ipaddress.ip_network(item, strict=False))))
        except ValueError:
            return None
    return tuple(sorted(found))


class Values(msgspec.Struct, frozen=True):
    """Annotations without their prefix, or the data of the controller's ConfigMap."""

    data: Mapping[str, str]

    def __contains__(self, key: str) -> bool:
        return bool(self.data.get(key))

    def flag(self, key: str, default: bool = False) -> bool:
        """A boolean; one that Go cannot read counts as missing."""
        found = boolean(self.data.get(key, ""))
        return default if found is None else found

    def number(self, key: str, default: int) -> int:
        """A whole number; one that Go cannot read counts as missing."""
        found = integer(self.data.get(key, "").strip())
        return default if found is None else found

    def strict_number(self, key: str) -> int:
        """A whole number, 0 where there is none. Raises ``NotLoadedError``."""
        text = self.data.get(key, "")
        found = integer(text) if text else 0
        if found is None:
            raise NotLoadedError(key, text)
        return found

    def text(self, key: str, accepted: re.Pattern[str] = TEXT, default: str = "") -> str:
        """A text; one that the controller's check does not take counts as missing."""
        found = self.data.get(key, "").strip()
        return found if found and _passes(found, accepted) else default

    def strict_text(self, key: str, accepted: re.Pattern[str] = TEXT) -> str:
        """A text, empty where there is none. Raises ``NotLoadedError``."""
        found = self.data.get(key, "").strip()
        if not _passes(found, accepted):
            raise NotLoadedError(key, found)
        return found


def _passes(text: str, accepted: re.Pattern[str]) -> bool:
    # Go's $ is the very end, and the controller denies line breaks in any case.
    return bool(accepted.fullmatch(text)) and "\n" not in text and "\r" not in text
