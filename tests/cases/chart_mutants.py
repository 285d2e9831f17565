"""Sabotage: one line of what gatelift writes into a chart, changed as an error of a program would change it."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from gatelift.sources.helm.offer import Manifest


class Mutant(NamedTuple):
    """One changed line: its number from 1, what was done, the line, and the lines instead of it."""

    number: int
    kind: str
    line: str
    instead: str

    def of(self, text: str) -> str:
        """``text`` with this line changed."""
        lines = text.splitlines(keepends=True)
        lines[self.number - 1] = self.instead
        return "".join(lines)


Change = Callable[[str], str]
_KEY = re.compile(r"(\$?\.Values(?:\.\w+)*\.)(\w+)")
_HOSTS = re.compile(r"^(\s*- )\{\{-? (.*?) -?\}\}$")
_GUARD = re.compile(r"^(\{\{-? (?:else )?if )(.*?)( -?\}\})$")
_RANGE = re.compile(r"^(\{\{-? range (?:\$\w+ := )?)([^,]+?)( -?\}\})$")
_HELPER = re.compile(r'\{\{-? include "[^"]*gatelift-[0-9a-f]{8}\.(\w+)"')


def _swapped(line: str) -> str:
    """Exact for PathPrefix, and the other way."""
    return re.sub(r"Exact|PathPrefix", lambda found: "PathPrefix" if found[0] == "Exact" else "Exact", line)


def _without_helper(line: str) -> str:
    """No line where a helper writes rules, filters or documents."""
    return "" if _HELPER.match(line.strip()) else line


def _on_line(pattern: re.Pattern[str], instead: str) -> Change:
    def change(line: str) -> str:
        body = line.strip("\n")
        indent = body[: len(body) - len(body.lstrip())]
        return indent + pattern.sub(instead, body.lstrip()) + line[len(body) :]

    return change


_CHANGES: Mapping[str, Change] = {
    "path type": _swapped,
    "port": lambda line: re.sub(r"^(\s*port: )(\d+|\{\{.*)", r"\g<1>1\2", line),
    "hostname": lambda line: _HOSTS.sub(r'\1{{ printf "x-%v" (\2) }}', line) if "range" not in line else line,
    "guard": _on_line(_GUARD, r"\1true\3"),
    "switch": lambda line: re.sub(r"( \(?)(\$?\.Values[\w.]*?\)?)\.enabled\b( -?\}\}|\))", r"\1true\3", line),
    "hosts loop": _on_line(_RANGE, r"\1\2 | first | list\3"),
    "helper left out": _without_helper,
    "parent": lambda line: re.sub(r'("gateway") [^ ")]+', r'\1 (dict "name" "shared" "namespace" "other")', line),
    "key of values": lambda line: _KEY.sub(r"\1\2Other", line, count=1),
    "timeout": lambda line: re.sub(r"(: )0s\b", r"\g<1>5s", line),
    "service": lambda line: (
        re.sub(r"^(\s+name: )(\{\{.*\}\})$", r"\1other-\2", line.rstrip("\n")) + ("\n" if line.endswith("\n") else "")
    ),
    "value": lambda line: re.sub(r"^(\s*value: )(\S.*)$", r"\1/other", line),
    "status": lambda line: re.sub(r"\b(statusCode: )30\d", r"\g<1>307", line),
    "line left out": lambda line: "" if re.match(r"^\s+(- )?\w+: \S", line) else line,
}

_TABLE: Mapping[str, Change] = {
    "path type": lambda line: re.sub(
        r'"(Exact|PathPrefix)"', lambda found: '"PathPrefix"' if found[1] == "Exact" else '"Exact"', line, count=1
    ),
    "timeout": lambda line: line.replace('"request": "0s"', '"request": "5s"', 1),
    "status": lambda line: re.sub(r'("statusCode": )30\d', r"\g<1>307", line, count=1),
    "header": lambda line: line.replace("max-age=31536000", "max-age=1", 1),
    "namespace of the Gateway": lambda line: line.replace("{:home:}", "elsewhere", 1),
    "name of the Gateway": lambda line: line.replace("{:gateway:}", "another", 1),
    "listener": lambda line: re.sub(r'"sectionName": "[^"]*"', '"sectionName": "http"', line, count=1),
    "port of the listener": lambda line: line.replace('"port": 80', '"port": 8080', 1),
    "port": lambda line: line.replace('"{:port:}"', "8", 1),
    "path": lambda line: line.replace("{:path:}", "/other", 1),
    "host": lambda line: line.replace("{:host:}", "other.example.com", 1),
    "filters": lambda line: re.sub(r'"filters": \[\{.*?\}\], ', "", line, count=1),
    "duration": lambda line: re.sub(r'Timeout": "\d+', 'Timeout": "7', line, count=1),
    "section": lambda line: line.replace('"section": true', '"section": false', 1),
}


def template_mutants(text: str) -> Iterator[Mutant]:
    """Every single change of a template with routes."""
    yield from _changed(text, _CHANGES, 2, None)
    yield from _twice(text)


def table_mutants(text: str) -> Iterator[Mutant]:
    """Every single change of the tables in a file of helpers."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines, 1) if line.rstrip().endswith('.tables" -}}'))
    end = next(number for number, line in enumerate(lines, 1) if number > start and line.startswith("{{- end"))
    yield from _changed(text, _TABLE, start + 1, end)


def _changed(text: str, changes: Mapping[str, Change], start: int, end: int | None) -> Iterator[Mutant]:
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if number < start or (end is not None and number >= end):
            continue
        made: set[str] = {line}
        for kind, change in changes.items():
            instead = change(line)
            if instead not in made:
                made.add(instead)
                yield Mutant(number, kind, line.strip(), instead)


def _twice(text: str) -> Iterator[Mutant]:
    """A rule that stands there twice, the second time with another port."""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        if line.strip() == "- matches:":
            depth = len(line) - len(line.lstrip())
            rest = lines[number:]
            length = next((n for n, each in enumerate(rest) if not _inside(each, depth)), len(rest))
            yield Mutant(number, "rule twice", line.strip(), "".join((line, *rest[:length], line)))


def _inside(line: str, depth: int) -> bool:
    return len(line) - len(line.lstrip()) > depth


def value_mutants(values: Manifest) -> Iterator[tuple[str, Manifest]]:
    """Values with one leaf of them changed, and one entry left out; each with what was done."""
    for at in _places(values):
        for kind, change in (("left out", _left_out), ("changed", _other)):
            made = copy.deepcopy(dict(values))
            holder: Any = made
            for token in at[:-1]:
                holder = holder[token]
            if change(holder, at[-1]):
                yield f"/{'/'.join(map(str, at))} {kind}", made


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    below = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for token, item in below:
        yield (*at, token)
        yield from _places(item, (*at, token))


def _left_out(holder: Any, token: Any) -> bool:
    del holder[token]
    return True


def _other(holder: Any, token: Any) -> bool:
    value = holder[token]
    if isinstance(value, bool):
        holder[token] = not value
    elif isinstance(value, int):
        holder[token] = value + 1
    elif isinstance(value, str):
        holder[token] = {"PathPrefix": "Exact", "Exact": "PathPrefix"}.get(value, f"{value}x")
    else:
        return False
    return True
