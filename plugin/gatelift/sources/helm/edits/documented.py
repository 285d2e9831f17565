"""The comments that document the switch in a chart's own values, in the convention that the file already follows.

helm-docs reads ``# --`` above a key (https://github.com/norwoodj/helm-docs#valuesyaml-metadata), Bitnami's generator
``## @param`` and ``## @section`` (https://github.com/bitnami/readme-generator-for-helm#metadata).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from gatelift.sources.helm.edits.ends import block_end
from gatelift.sources.helm.edits.style import Comments, Keys
from gatelift.text.documents import split
from gatelift.text.source import Source
from gatelift.text.spans import Locator, Span, join


class Convention(StrEnum):
    """Who reads a file's comments."""

    HELM_DOCS = "helm-docs"
    README_GENERATOR = "readme-generator"
    PEOPLE = "people"


_SHORT = re.compile(r"^[ \t]*#[ \t]+-- ", re.M)
_LONG = re.compile(r"^[ \t]*#[ \t]+[\w.\[\]-]+[ \t]+-- ", re.M)
_PARAM = re.compile(r"^[ \t]*##[ \t]+@param[ \t]+([^\s]+)[^\n]*\n(?:[ \t]*(##)[ \t]*\r?\n)?", re.M)
_SECTION = re.compile(r"^[ \t]*##[ \t]+@section[^\n]*$", re.M)
_OWN_SECTION = re.compile(r"^[ \t]*#[ \t]+@section[ \t]+--[ \t]*([^\r\n]+)$", re.M)
_EXPLAINED = re.compile(r"^([ \t]+)#+ [A-Z][^\n]*\n\1\w", re.M)
_PLAIN = re.compile(r"^[ \t]*(#+)[ \t]", re.M)

_ABOVE = "Routes of the Gateway API for what the Ingress serves, made from the same values"
_SECTION_NAME = "Gateway API parameters"
_TEXTS = {
    "enabled": "Whether the routes are made; they need the Ingress enabled too",
    "name": "Name of the Gateway that serves the routes",
    "namespace": "Namespace of that Gateway",
    "sectionName": "Name of one listener of the Gateway; empty for all that admit the routes",
}


def convention(text: str) -> Convention:
    """The convention of a file of values."""
    if _PARAM.search(text):
        return Convention.README_GENERATOR
    # One line of that form may be an accident.
    several = len(_SHORT.findall(text)) + len(_LONG.findall(text)) > 1
    return Convention.HELM_DOCS if several else Convention.PEOPLE


def documentation(source: Source, keys: tuple[str, ...], beside: tuple[str, ...], block: Mapping[str, Any]) -> Comments:
    """The comments for a switch at ``keys`` of a chart's own values, which stands behind the block at ``beside``."""
    near = _near(source, beside)
    followed = _followed(source.text, near)
    lines: dict[Keys, tuple[str, ...]] = {}
    if followed is Convention.README_GENERATOR:
        end = "##" if _ends_params(source.text) else ""
        lines = {
            (key,): (f"## @param {'.'.join((*keys, key))} {text}", *([end] if end else []))
            for key, text in _TEXTS.items()
            if key in block
        }
        lines[()] = _section(source.text, near, beside)
    elif followed is Convention.HELM_DOCS:
        lines = dict(_helm_docs(source.text, near, keys, block))
    else:
        sign = _sign(source.text)
        lines = {(key,): (f"{sign} {text}",) for key, text in _TEXTS.items() if key in block}
        lines[()] = (f"{sign} {_ABOVE}",)
    return Comments(lines, _are_apart(source, near, beside))


def _followed(text: str, near: Span | None) -> Convention:
    """The convention of the block beside, where it explains its keys to people only; else that of the file."""
    found = convention(text)
    if found is not Convention.HELM_DOCS or near is None:
        return found
    block = text[_above(text, near.key_start) : near.end]
    return found if convention(block) is found or not _EXPLAINED.search(block) else Convention.PEOPLE


def _helm_docs(
    text: str, near: Span | None, keys: tuple[str, ...], block: Mapping[str, Any]
) -> Iterator[tuple[Keys, tuple[str, ...]]]:
    long = len(_LONG.findall(text)) > len(_SHORT.findall(text))
    section = _OWN_SECTION.search(text, near.key_end, near.end) if near else None
    more = (f"# @section -- {section[1].strip()}",) if section else ()
    yield (), (f"# {_ABOVE}",)
    for key, said in _TEXTS.items():
        if key in block:
            yield (key,), (f"# {'.'.join((*keys, key))} -- {said}" if long else f"# -- {said}", *more)


def _near(source: Source, beside: tuple[str, ...]) -> Span | None:
    document = next((item for item in split(source) if not item.empty), None)
    if document is None or not beside:
        return None
    span = Locator(source, document).locate(join(*beside))
    return span if span.found and span.key_start >= 0 else None


def _ends_params(text: str) -> bool:
    ends = [bool(found[2]) for found in _PARAM.finditer(text)]
    return sum(ends) * 2 > len(ends)


def _section(text: str, near: Span | None, beside: tuple[str, ...]) -> tuple[str, ...]:
    """A section of its own, where the Ingress has one that nothing else stands in."""
    if near is None:
        return ()
    line = text.rfind("\n", 0, near.key_start) + 1
    start = _above(text, near.key_start)
    if not _SECTION.search(text, start, line):
        return ()
    end = block_end(text, near.end, near.key_start - line, len(text))
    following = _SECTION.search(text, end)
    others = _PARAM.search(text, end, following.start() if following else len(text))
    if others is not None and not others[1].startswith(".".join(beside)):
        return ()
    return (f"## @section {_SECTION_NAME}", *(["##"] if _ends_params(text) else []))


def _above(text: str, key: int) -> int:
    """Where the comments begin that stand above a key."""
    start = text.rfind("\n", 0, key) + 1
    while start and text[text.rfind("\n", 0, start - 1) + 1 : start].lstrip().startswith("#"):
        start = text.rfind("\n", 0, start - 1) + 1
    return start


def _sign(text: str) -> str:
    signs = [found[1] for found in _PLAIN.finditer(text)]
    return "##" if signs.count("##") > len(signs) / 2 else "#"


def _are_apart(source: Source, near: Span | None, beside: tuple[str, ...]) -> bool:
    """Whether blank lines stand between the entries of the block beside."""
    document = next((item for item in split(source) if not item.empty), None)
    entries = Locator(source, document).entries(join(*beside)) if near is not None and document is not None else None
    if entries is None or entries.flow or len(entries.spans) < 2:
        return False
    lines = [source.text.count("\n", 0, span.key_start) for span in entries.spans[1:]]
    text = source.text.splitlines()
    apart = 0
    for number in lines:
        while number and text[number - 1].lstrip().startswith("#"):
            number -= 1
        apart += not text[number - 1].strip()
    return apart * 2 > len(lines)
