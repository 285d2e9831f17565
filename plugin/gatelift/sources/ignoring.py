"""``# gatelift: ignore``: beside an Ingress it leaves that one alone, on top of a file all of its Ingresses."""

from __future__ import annotations

import re

from gatelift.sources.streams import Stream

_IGNORE = re.compile(r"(?m)(?:^|[ \t])#[ \t]*gatelift:[ \t]*ignore\b")
_HEAD = re.compile(r"(?:[ \t]*(?:#[^\n]*|---[ \t]*)?\r?\n)*")


def is_ignored(stream: Stream, document: int) -> bool:
    """Whether the Ingresses of a document are to stay as they are."""
    head = _HEAD.match(stream.source.text)
    on_top = head is not None and _IGNORE.search(head.group()) is not None
    if on_top:
        return True
    # A List is one document for all of its Ingresses: the cheap look comes first.
    chunk = stream.documents[document].chunk(stream.source)
    return "gatelift:" in chunk and _IGNORE.search(chunk) is not None
