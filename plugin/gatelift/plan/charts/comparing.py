"""Two renders of a case, made ready to be compared: what is equal to the letter is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from gatelift.proof.evidence import Evidence, Proof
from gatelift.render.objects import documents
from gatelift.render.rendering import Rendering
from gatelift.sources.helm.offer import Manifest

_LINES = re.compile(r"\\n|\n")
_REWRITTEN = "so nothing of it is rewritten: "


def differing(old: Rendering, new: Rendering) -> tuple[list[Manifest], list[Manifest]]:
    """The objects of two renders whose texts are not on both sides, each side's own."""
    return parsed([item.document.text for item in old.objects], [item.document.text for item in new.objects])


def parsed(old: Sequence[str], new: Sequence[str]) -> tuple[list[Manifest], list[Manifest]]:
    """The same for the texts of objects."""
    left, right = Counter(old), Counter(new)
    return _manifests(left - right), _manifests(right - left)


def _manifests(texts: Counter[str]) -> list[Manifest]:
    return [item.value for text in texts.elements() for item in documents(text)]


def broken(root: str, proof: Proof, made: Rendering, state: str = "") -> Evidence:
    """That a case does not render from the new sources."""
    why = _why(item.message for item in made.findings)
    head = f"with the switch {state}, it" if state else "the new chart"
    return Evidence(proof=proof, root=root, holds=False, text=f"{head} does not render: {why}")


def _why(messages: Iterable[str]) -> str:
    # What the engine's finding begins with is about the case as it is today.
    first = next(iter(messages), "")
    lines = _LINES.split(first.partition(_REWRITTEN)[2] or first)
    # Helm tells the whole way that led to a template; the first line says where it begins, the last one what is wrong.
    text = lines[0] if len(lines) < 2 else f"{lines[-1].strip()} (at {lines[0].strip()})"
    return text or "the engine says nothing more"
