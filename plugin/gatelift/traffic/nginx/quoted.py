"""What nginx reads where the controller's template writes a value raw between double quotes."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"""\\(["'\\trn])""")
_SPOKEN = {"t": "\t", "r": "\r", "n": "\n"}


class UnquotableError(ValueError):
    """A value that cannot stand in nginx's configuration without changing what is around it."""


def as_read(value: str) -> str:
    """What nginx understands where a template writes ``value`` raw between double quotes.

    Raises ``UnquotableError`` where that ends the quotes, which breaks the real controller's configuration too.
    """
    text = _ESCAPE.sub("\0", value)
    if '"' in text or (value.endswith("\\") and not text.endswith("\0")):
        raise UnquotableError("it ends the quotes that ingress-nginx writes around it")
    return _ESCAPE.sub(lambda found: _SPOKEN.get(found[1], found[1]), value)
