"""Variables of a template that nothing sets: Helm would not even parse it."""

from __future__ import annotations

import re

from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.template.parse import parse
from gatelift.text.source import Source

_VARIABLE = re.compile(r"\$\w+")


def undefined(text: str) -> str | None:
    """The first variable that is read where it is not declared. Raises ``Stop`` for what is no template at all."""
    problem = parse(Source("", text)).problem
    if problem is None:
        return None
    found = _VARIABLE.fullmatch(text, problem.start, problem.end) or _VARIABLE.match(text, problem.start)
    if found is None:
        raise Stop(f"What would be written is no template: {problem.message}", 0)
    return found[0]
