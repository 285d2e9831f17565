"""What engines say, made fit to be shown.

Left out: what differs between runs (scratch folders, times, process numbers), and what engines quote of the sources.
Kustomize prints whole patches and all literals of a generator, Helm the value that a template stumbles over; either may
be a secret, and messages go to logs, Argo CD's pages and pull requests.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

_MOST, _MOST_READ, _MOST_REMARKS = 4000, 8192, 50
# klog's head (kubectl), that of Go's log (kustomize, helm 3), and slog's (helm 4).
_HEAD = re.compile(
    r"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w.]+:\d+\] |\d{4}/\d\d/\d\d \d\d:\d\d:\d\d |[\w.]+\.go:\d+: "
    r"|level=[A-Z]+ msg="
)
_REMARK = re.compile(rf"(?:# )?Warning: |(?:{_HEAD.pattern})")
_ERROR = re.compile(r"[Ee]rror: ")
_USELESS = ("Use --debug flag to render out invalid YAML",)  # nobody can pass that flag here

# From api/internal/target, api/internal/builtins, api/kv, api/filters, kyaml/yaml and go-yaml; each was seen to print
# what it quotes, or prints it by its own code. Where the end of what is quoted cannot be told, all that follows goes.
_QUOTES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), shown)
    for pattern, shown in (
        (r"(trouble configuring builtin \S+) with config: `\n.*\n`: ", r"\1: "),
        (r"(trouble configuring builtin \S+) with config: `\n.*", r"\1"),
        (r"((?:SM or JSON patch from|SM and JSON patch:|target` field:) )\[(?!path: ).*", r"\1(not shown)"),
        (r"(must specify a target for patch ).*", r"\1(not shown)"),
        (r"(must specify one of patch and path|patch and path can't be set at the same time).*", r"\1"),
        (r"(patch appears to be empty).*", r"\1"),
        (r"literal sources? .*, expected key=value", "a literal is not written as key=value"),
        (r"literal sources? .*", "a literal cannot be read"),
        (r"line \[[\d ]*\] has invalid utf8 bytes.*", "a line of an env file is not UTF-8"),
        (r"(out of bounds for value ).*", r"\1(not shown)"),
        (r"(node contents:).*", r"\1 (not shown)"),
        (r"(expected: \w+ was \w+: value: ).*", r"\1(not shown)"),
        (r"(!!\w+) `.*?(?:`(?= (?:as|into) )|\Z)", r"\1"),
        (r"unknown anchor '.*?(?:' referenced|\Z)", "what follows a '*' is no anchor; such text needs quotes"),
        (r'(parsing (?:time )?)".*?(?:"(?=: | as )|\Z)', r"\1(not shown)"),
        (r'(error during tpl function execution for )".*?(?:"(?=: )|\Z)', r"\1(a text of the values, not shown)"),
        (r'(cannot (?:parse|parse template) )".*?(?:"(?=: | as )|\Z)', r"\1(not shown)"),
        (r"(range can't iterate over ).*", r"\1(not shown)"),
        (r"(- at '[^'\n]*': )'[^\n]*?(?:' (?=does not match|is not valid)|\Z)", r"\1the value "),
        (r"(cannot overwrite table with non table for [^\s(]+) \([^\n]*", r"\1"),
        (r"(Ignoring non-table value) \([^\n]*", r"\1"),
        (r'\{(?=[^\n{}]*(?:: |":))[^\n]*(?:\}|\Z)', "{...}"),
    )
)  # fmt: skip
_OPEN_QUOTE = re.compile(r"(['\"`])((?:(?!\1)[^\n])*)\n.*", re.DOTALL)
# What may follow a first line: go-yaml's own list, and Helm's lists and continued messages.
_CONTINUED = re.compile(
    r"\s+line \d+: |- at '|\s{2,}executing |\s{4}[a-z]|[\w.-]+:$"
    r'|[\w.@+-]+(?:/[\w.@+-]+)+:\d+:\d+$|template: no template "[^"\n]*" associated with template "gotpl"$'
)
# What follows is a line for each fault. gojsonschema (Helm 3) never quotes the value, jsonschema (Helm 4) is cleaned.
_SCHEMA = re.compile(r"values don't meet the specifications of the schema\(s\) in the following chart\(s\):\n")


# kubectl of Kubernetes 1.32 and older: the error as a value of klog's line, quoted as Go quotes.
_FAILED = re.compile(r'E\d{4} \S+ +\d+ \S+\] "command failed" err="(?P<error>(?:[^"\\]|\\.)*)"$')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


class Said(msgspec.Struct, frozen=True):
    """What an engine wrote to standard error, by what it is."""

    remarks: tuple[str, ...]
    error: str


def told(text: str, folders: Sequence[str]) -> Said:
    """Remarks, a line each, and the error, which is all from the line on that begins with that word.

    Where no line does, whatever is no remark is the error. ``folders`` are absolute paths that nobody is to see.
    """
    for folder in folders:
        text = text.replace(f"{folder}/", "").replace(folder, ".")
    lines = [part for line in text.splitlines() for part in _read(line) if part.strip() and part not in _USELESS]
    first = next((index for index, line in enumerate(lines) if _ERROR.match(line)), len(lines))
    if first < len(lines):
        remarks, rest = lines[:first], "\n".join([_ERROR.sub("", lines[first], count=1), *lines[first + 1 :]])
    else:
        remarks = [line for line in lines if _REMARK.match(line)]
        rest = "\n".join(line for line in lines if not _REMARK.match(line))
    said = tuple(_cut(_unquoted(_plain(line))) for line in remarks[:_MOST_REMARKS])
    return Said(said, _cut(_unquoted(rest)))


def shown(text: str, folders: Sequence[str] = ()) -> str:
    """A single message as it may be shown; for an engine that returns its error and prints nothing."""
    for folder in folders:
        text = text.replace(f"{folder}/", "").replace(folder, ".")
    return _cut(_unquoted(text.strip()))


def _read(line: str) -> list[str]:
    """A line as other versions of the engine write it: the error on lines of its own."""
    found = _FAILED.fullmatch(line)
    if found is None:
        return [line]
    text = re.sub(r"\\(.)", lambda each: _ESCAPES.get(each[1], each[1]), found["error"])
    return f"Error: {text}".split("\n")


def _plain(remark: str) -> str:
    """A remark without its head."""
    text = _HEAD.sub("", remark.removeprefix("# "), count=1)
    return text[1:-1] if text != remark and len(text) > 1 and text[0] == text[-1] == '"' else text


def _unquoted(text: str) -> str:
    # The text is a stranger's: as much of it is looked at as no expression needs long for.
    text = text[:_MOST_READ]
    for pattern, shown in _QUOTES:
        text = pattern.sub(shown, text)
    if _SCHEMA.match(text) or all(_CONTINUED.match(line) for line in text.split("\n")[1:]):
        return text.strip()
    # A path that holds lines is no path, but a text that stands where a path is meant.
    return _OPEN_QUOTE.sub(r"\1(several lines, not shown)", text).partition("\n")[0].strip()


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[:_MOST]} [...]"
