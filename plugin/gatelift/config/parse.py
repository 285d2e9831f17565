"""Reading a configuration: bytes to ``Config``, or to every problem in them, each with its line and column."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain, islice

import msgspec

from gatelift.config import decide
from gatelift.config.build import build
from gatelift.config.check import check
from gatelift.config.decide import DecideOption
from gatelift.config.file import ConfigFile
from gatelift.config.model import Config
from gatelift.config.problems import MOST, ConfigError, Problem, error, refuse
from gatelift.config.words import quote
from gatelift.findings import Finding, InputError, Place
from gatelift.text.documents import split
from gatelift.text.source import decode
from gatelift.text.spans import join
from gatelift.text.yaml import Loaded, load


def parse(
    path: str, data: bytes, *, decide_options: Mapping[str, DecideOption], locked: Collection[str] = ()
) -> Config:
    """Read the bytes of a configuration; an empty file is ``Config()``.

    ``path`` is what messages show, ``decide_options`` the options that units ask for, by name, and ``locked`` the
    top-level keys that the operator does not let this file set. Raises ConfigError with up to 20 findings: broken YAML
    (code ``input/...``), unknown and locked keys, wrong types and values.
    """
    try:
        loaded = _load(path, data)
    except InputError as failure:
        # Of a manifest this would be exit code 4; without its settings, nothing is known of any manifest.
        raise ConfigError((failure.finding,)) from None
    if loaded is None:
        return Config()
    problems = islice(_problems(loaded.value, decide_options, locked), MOST + 1)
    findings = [_placed(problem, loaded) for problem in problems]
    if findings:
        shown = sorted(findings[:MOST], key=Finding.sort_key)
        if len(findings) > MOST:
            shown.append(error("too-many", f"there are more than {MOST} problems", "Begin with these.", Place(path)))
        raise ConfigError(tuple(shown))
    return build(msgspec.convert(loaded.value, ConfigFile))


def _load(path: str, data: bytes) -> Loaded | None:
    source = decode(path, data)
    documents = [document for document in split(source) if not document.empty]
    if len(documents) > 1:
        place = source.place(documents[1].start)
        raise refuse("documents", "the file holds more than one document", "Leave one of them.", place)
    return load(source, documents[0]) if documents else None


def _placed(problem: Problem, loaded: Loaded) -> Finding:
    pointer = join(*problem.pointer)
    if problem.at_key:
        return problem.finding(loaded.place(pointer))
    span = loaded.span(pointer)
    return problem.finding(Place(loaded.source.path, span.line, span.column))


def _problems(value: object, options: Mapping[str, DecideOption], locked: Collection[str]) -> Iterator[Problem]:
    if not isinstance(value, dict):
        return check(value)
    decided = value.get("decide")
    return chain(
        _locked(value, locked),
        check(value),
        decide.problems(decided, options) if isinstance(decided, dict) else (),
        _contradictions(value),
    )


def _locked(value: dict[str, object], locked: Collection[str]) -> Iterator[Problem]:
    for key in value:
        if key in locked:
            fix = "Remove it, or ask whoever runs gatelift."
            yield Problem((key,), "locked", "is locked by the operator: this file must not set it", fix, at_key=True)


def _contradictions(value: dict[str, object]) -> Iterator[Problem]:
    """What is right entry by entry, but not as a whole. Anything of a wrong type has been reported before."""
    for index, entry in _entries(value.get("overrides")):
        if "roots" in entry and not entry.keys() & {"gateway", "phase"}:
            fix = "Add gateway or phase, or remove the entry."
            yield Problem(("overrides", index), "bad-value", "overrides nothing", fix)
    accepted: set[str] = set()
    for index, entry in _entries(value.get("accept")):
        key = entry.get("key")
        if isinstance(key, str) and key in accepted:
            yield Problem(("accept", index, "key"), "bad-value", "is accepted twice", "Remove one of the two.")
        elif isinstance(key, str):
            accepted.add(key)
    scopes = value.get("scopes")
    owner: dict[str, str] = {}
    for name, roots in scopes.items() if isinstance(scopes, dict) else ():
        for pattern in roots if isinstance(roots, list) else [roots]:
            if isinstance(pattern, str) and owner.setdefault(pattern, name) != name:
                message = f"has a pattern that the scope {quote(owner[pattern])} also has"
                yield Problem(("scopes", name), "bad-value", message, "A root is in one scope: remove one of the two.")


def _entries(value: object) -> Iterator[tuple[int, dict[str, object]]]:
    for index, entry in enumerate(value if isinstance(value, list) else ()):
        if isinstance(entry, dict):
            yield index, entry
