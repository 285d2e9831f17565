"""The Ingress template once routes took over: gone, or without its Ingresses where it holds more."""

from __future__ import annotations

import re

from gatelift.sources.helm.readable.ingress import holders
from gatelift.sources.helm.readable.places import Places
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.template.find import ITEMS, find, text
from gatelift.sources.helm.template.nodes import Define
from gatelift.sources.helm.template.parse import Template
from gatelift.sources.helm.template.skeleton import Document, Skeleton

_NOTHING = re.compile(r"(?:\s|---|\{\{-?\s*/\*(?:(?!\*/).)*\*/\s*-?\}\}|#[^\n]*)*", re.DOTALL)


def retired(template: Template, skeleton: Skeleton, places: Places) -> str | None:
    """What is left of the file; None where it goes.

    Raises ``Stop`` where the rest cannot be told from the Ingresses.
    """
    mine = {id(document) for _, _, document in holders(skeleton)}
    kept = [document for document in skeleton.documents if id(document) not in mine]
    for document in skeleton.documents:
        if id(document) in mine and _mixed(document):
            raise Stop("This List holds more than Ingresses.", document.start)
    if not kept and not any(isinstance(node, Define) for node in template.nodes):
        return None
    source = template.source.text
    for start, end in sorted(_spans(skeleton, mine, places, source), reverse=True):
        if any(start <= document.start < end for document in kept):
            raise Stop("An Ingress and another object stand in one branch.", start)
        source = source[:start] + source[end:]
    return None if _NOTHING.fullmatch(source) else source


def _spans(skeleton: Skeleton, mine: set[int], places: Places, source: str) -> set[tuple[int, int]]:
    """What is cut out: the outermost branch of an Ingress, or the document with the dashes above it."""
    found: set[tuple[int, int]] = set()
    for document in skeleton.documents:
        if id(document) not in mine:
            continue
        if document.path:
            control = document.path[0].control
            found.add((control.start, _line_end(source, control.end)))
        else:
            start = document.marker if document.marker >= 0 else document.start
            found.add((start, _line_end(source, places.whole(document.start, document.end))))
    return found


def _line_end(source: str, at: int) -> int:
    """After the line break that ends the line, where nothing else follows on it."""
    found = re.compile(r"[ \t]*\r?\n").match(source, at)
    return found.end() if found else at


def _mixed(document: Document) -> bool:
    kinds = {text(found.value) for found in find(document.root, "items", ITEMS, "kind")}
    return bool(kinds) and kinds != {"Ingress"}
