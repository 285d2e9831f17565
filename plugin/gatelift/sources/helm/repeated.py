"""What a template changes for all others: once routes are made of it, it is rendered twice, or read where it left off.

All templates of a chart are rendered with the same ``.Values`` and the same root, one after the other
(https://helm.sh/docs/chart_template_guide/ renders them in the reverse order of their names), so that a map that one
changes stays changed. A change that does nothing the second time is harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatelift.ingress.read import CLASS_ANNOTATION
from gatelift.sources.helm.template.parse import Template
from gatelift.sources.helm.template.scoping import Mutation, Scopes

_ADDS = frozenset(("merge", "mustMerge"))
"""These add what is not there."""
CHANGES = re.compile(r"\b(?:set|unset|mergeOverwrite|mustMergeOverwrite)\b")
_HELMS = frozenset(("Values", "Release", "Chart", "Capabilities", "Files", "Template", "Subcharts"))
WHY = (
    "Values that other templates see are changed here. The routes are rendered from the same values, and would not "
    "see what the Ingress saw."
)


def changing(template: Template) -> int | None:
    """Where a template changes what it was given in a way that counts when it is rendered again; None if nowhere."""
    return next(changes(template), None)


def changes(template: Template) -> Iterator[int]:
    """All such places, in order."""
    if template.problem is not None and CHANGES.search(template.source.text):
        yield template.problem.start
    for mutation in Scopes(template).mutations:
        if not (mutation.made or mutation.function in _ADDS or _settles(template.source.text, mutation)):
            yield mutation.start


def _settles(text: str, mutation: Mutation) -> bool:
    """Whether the second time, nothing else is read or written than the first time."""
    if mutation.function != "set" or mutation.key is None or mutation.target is None:
        return False
    if mutation.key == CLASS_ANNOTATION:
        return True
    at_root = not mutation.target.steps and not mutation.target.argument
    return at_root and mutation.literal and mutation.key not in _HELMS and _before_all(text, mutation)


def _before_all(text: str, mutation: Mutation) -> bool:
    """Whether a name of the template's own is set before anything reads it, and before an Ingress begins."""
    before = text[: mutation.start]
    if re.search(r"(?m)^\s*kind:", before):
        return False
    key = re.escape(mutation.key or "")
    sets = len(re.findall(rf'\bset\s+[.$]\s+"{key}"', before))
    return len(re.findall(rf"\b{key}\b", before)) == sets
