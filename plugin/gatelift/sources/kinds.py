"""Telling from bytes whether a file may hold an object of some kind: whatever a YAML reader would find must pass.

What does not pass is never looked at, so an Ingress that is missed would lose its access rules in silence. A kind can
be written in a block, in braces, on the line below its key, behind a comment, a tag or an anchor, as an alias or with
escapes (https://yaml.org/spec/1.2.2/#chapter-7-flow-style-productions). Too much may pass: all of it is parsed then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_KEY = rb"""\bkind["']?\s*:\s*(?:(?:#[^\n]*|[!&][^\s,\[\]{}]*)\s+)*"""


def may_hold(kinds: Iterable[str]) -> re.Pattern[bytes]:
    """What finds one of ``kinds`` (regular expressions) as the value of a ``kind``, or a value that may be one."""
    named = b"|".join(sorted(kind.encode() for kind in kinds))
    return re.compile(_KEY + rb"""(?:(?:[|>][-+0-9]*\s+)?["']?(?:""" + named + rb""")\b|\*|"[^"\n]*\\)""")
