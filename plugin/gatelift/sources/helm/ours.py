"""Templates that gatelift wrote into a chart: known by a comment of Go's that holds a digest of the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.repository.tree import Tree, join
from gatelift.sources.helm.charts import Charts
from gatelift.sources.marks import digest

WORD = b"gatelift: "
ROUTES = "routes of "
"""How the subject of a template with routes begins; the Ingress template's path in the chart follows."""
HELPERS = "helpers"
"""The subject of a file of helpers."""
_UNSAYABLE = re.compile(r"[*\x00-\x1f]")
_VERSION = re.compile(r"gatelift-[0-9a-f]{8}")
_HEAD = re.compile(r"\A\{\{- /\* gatelift: (?P<subject>[^*\n]*); digest (?P<digest>[0-9a-f]{16}) \*/ -\}\}\r?\n")


def signed(text: str, subject: str) -> str:
    """``text`` of a template under its head; ``subject`` says what it is.

    Raises ``InputError`` for a subject with an asterisk or a line break.
    """
    if _UNSAYABLE.search(subject):
        message = "this template's name has a sign that no comment of a template can hold"
        raise InputError(Finding("helm/name", Severity.WARNING, message, "rename it", Place(subject)))
    return f"{{{{- /* gatelift: {subject}; digest {digest(text)} */ -}}}}\n{text}"


def subject_of(text: str) -> str | None:
    """What a template that gatelift wrote is, whether or not a person edited it since; None for any other."""
    found = _HEAD.match(text)
    return found["subject"] if found else None


def is_ours(text: str) -> bool:
    """Whether a template is as gatelift wrote it."""
    found = _HEAD.match(text)
    return found is not None and digest(text[found.end() :]) == found["digest"]


def written(tree: Tree, charts: Charts) -> Iterator[tuple[str, str]]:
    """The templates of charts that gatelift wrote, edited or not: path and text."""
    for chart in charts.by_folder.values():
        for path in chart.templates:
            try:
                data = tree.read(path)
            except InputError:
                continue
            if WORD in data[:200]:
                text = data.decode("utf-8", "replace")
                if subject_of(text) is not None:
                    yield path, text


def renewed(tree: Tree, charts: Charts) -> tuple[frozenset[str], tuple[Finding, ...]]:
    """The templates that are made anew in each run, and a finding for each that a person edited."""
    found = dict(written(tree, charts))
    edited = {path for path, text in found.items() if not is_ours(text)}
    # What mirrors a template that is gone is all that serves those hosts, and no longer made anew.
    staying = edited | {path for path, text in found.items() if not _is_there(tree, charts, path, text)}
    used = {version for path in staying for version in _VERSION.findall(found[path])}
    used |= _named_elsewhere(tree, charts, found)
    fresh = {
        path
        for path, text in found.items()
        if path not in staying and not (subject_of(text) == HELPERS and used.intersection(_VERSION.findall(text)))
    }
    return frozenset(fresh), tuple(_edited(path) for path in sorted(edited))


def _named_elsewhere(tree: Tree, charts: Charts, found: Mapping[str, str]) -> set[str]:
    """The versions of helpers that templates without a head use: a person took the head away to keep them."""
    used: set[str] = set()
    for path in (path for chart in charts.by_folder.values() for path in chart.templates if path not in found):
        try:
            used.update(_VERSION.findall(tree.read(path).decode("utf-8", "replace")))
        except InputError:
            continue
    return used


def mirrored(tree: Tree, charts: Charts) -> frozenset[str]:
    """The templates of Ingresses whose routes a person edited since gatelift wrote them: these are a person's now."""
    return frozenset(
        join(folder, (subject_of(text) or "").removeprefix(ROUTES))
        for path, text in written(tree, charts)
        if not is_ours(text) and (subject_of(text) or "").startswith(ROUTES)
        for folder, chart in charts.by_folder.items()
        if path in chart.templates
    )


def _is_there(tree: Tree, charts: Charts, path: str, text: str) -> bool:
    """Whether the template is there whose Ingresses this one mirrors."""
    subject = subject_of(text) or ""
    if not subject.startswith(ROUTES):
        return True
    return any(
        path.startswith(f"{folder}/") or folder == "."
        for folder, chart in charts.by_folder.items()
        if tree.is_file(join(folder, subject.removeprefix(ROUTES))) and path in chart.templates
    )


def _edited(path: str) -> Finding:
    message = "this template was written by gatelift and edited since: it counts as yours, and is not written again"
    fix = "remove its first line to keep it for good, or remove the file to have it made anew"
    return Finding("helm/edited", Severity.NOTE, message, fix, Place(path, 1, 1))
