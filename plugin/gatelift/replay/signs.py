"""Where a rule lacks, what else is said of its Ingress explains nothing.

That a redirect goes elsewhere, or that errors have no page of their own, says nothing of a path that is gone.
"""

from __future__ import annotations

import re

from gatelift.replay.model import Answer

_OF_RULES = re.compile(r"/spec/|rewrite-target|use-regex|server-alias|.*-snippet")
"""What decides which rule takes a request, or may."""


def lacks(key: str, text: str, answers: tuple[Answer, Answer]) -> bool:
    """Whether nothing is where something was, and neither ``key`` nor ``text``, what is said of it, is about that."""
    before, after = answers
    something = before.seen is not None or 300 <= before.status < 400
    gone = something and after.seen is None and after.status == 404
    return gone and not _OF_RULES.match(key) and "listener" not in text
