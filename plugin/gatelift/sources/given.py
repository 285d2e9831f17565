"""What an earlier run wrote down about all applications (``gatelift facts``), read from its file."""

from __future__ import annotations

import msgspec

from gatelift.expected.facts import Facts, decode
from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.sources.files import regular_bytes


def read_facts(path: str) -> Facts:
    """The facts in a file. Raises ``InputError`` for what cannot be read, or is nothing of the kind."""
    try:
        return decode(regular_bytes(path))
    except InputError as error:
        raise InputError(_bad_facts(path, error.finding.message)) from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise InputError(_bad_facts(path, f"is not what 'gatelift facts' writes: {error}")) from None


def _bad_facts(path: str, message: str) -> Finding:
    return Finding("input/facts", Severity.ERROR, message, "write it anew with 'gatelift facts -o FILE'", Place(path))
