"""Why somebody else decides afterwards who comes in: only where the ledger names him."""

from __future__ import annotations

import re
from collections.abc import Collection

from gatelift.expected.ledger import Entry
from gatelift.intent.outcome import Disposition
from gatelift.traffic.asked import secret_of, service_of
from gatelift.traffic.explained.ledger import Ledger, key


def newly_asked(ingresses: Collection[str], before: str, after: str, ledger: Ledger) -> Entry | None:
    """The entry on one of ``ingresses`` that says that ``after`` decides in place of ``before``."""
    told = (entry for entry in ledger.of(ingresses) if entry.disposition is Disposition.DIFFERS)
    return next((entry for entry in told if _names(entry, before, after)), None)


def _names(entry: Entry, before: str, after: str) -> bool:
    space, _, secret = secret_of(after).partition("/")
    if secret:
        same = secret_of(before).partition("/")[0] == space
        return same and key(entry.pointer) == "auth-secret" and bool(_word(f"Secret {secret}").search(entry.text))
    name, path = service_of(after)
    there = name == service_of(before)[0] and key(entry.pointer).startswith("auth-")
    return there and bool(_word(f"asked under {path}").search(entry.text))


def _word(text: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(text)}(?=[ ,;]|$)")
