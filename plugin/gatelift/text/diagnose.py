"""Turning a YAML parser's complaint into a finding in plain words that says what to do next."""

from __future__ import annotations

import re

from yaml import MarkedYAMLError, YAMLError

from gatelift.findings import InputError
from gatelift.text.documents import Document
from gatelift.text.source import BREAKS, Source

_LINE = re.compile(f"[^{BREAKS}]*")
_TEMPLATE_LINE = re.compile(rf"(?:(?<=[{BREAKS}])|\A)\{{\{{")
# Braces outside quotes, or inside them what only Helm has; alerting rules say {{ $labels.x }}.
_TEMPLATE_IN_LINE = re.compile(
    r"""(?:[^'"{]|\{(?!\{)|"[^"]*"|'[^']*')*+\{\{"""
    r"""|.*?\{\{(?=-?\s*(?:\.(?:Values|Release|Chart|Capabilities|Files)\b|(?:include|template|tpl|toYaml|if|else|range|with|end)\b))"""
)

# Messages of libyaml's scanner and parser: what they mean to the person who wrote the line, and what to do.
_WORDS = {
    "mapping values are not allowed in this context": (
        "A second ': ' stands where a value was expected.",
        "Put the value in quotes, or check the indentation of this line and the one above.",
    ),
    "did not find expected key": (
        "This line is not at the indentation of the keys above it, or text follows a closed quote.",
        "Align it with its neighbours, or put the whole value in quotes.",
    ),
    "did not find expected '-' indicator": (
        "This line is not an item of the list above it.",
        "Begin it with '- ' at the column of the other items, or indent it as part of the item above.",
    ),
    "could not find expected ':'": (
        "This line is neither 'key: value' nor part of the value above.",
        "Add the ': ' after the key, or indent the line under the value that it continues.",
    ),
    "did not find expected ',' or '}'": ("This '{' is never closed.", "Close it, or put the text in quotes."),
    "did not find expected ',' or ']'": ("This '[' is never closed.", "Close it, or put the text in quotes."),
    "found character that cannot start any token": (
        "A value cannot begin with this character.",
        "Put the value in quotes.",
    ),
    "block sequence entries are not allowed in this context": (
        "A list item '- ' cannot stand here.",
        "Begin the list on a line of its own.",
    ),
    "did not find expected <document start>": (
        "The document ended above, yet more text follows.",
        "Put '---' on a line of its own between two documents, or mend the indentation.",
    ),
    "found undefined alias": ("This alias names an anchor that is not defined above it.", "Define the anchor first."),
    "found unknown escape character": (
        "This escape does not exist inside double quotes.",
        "Use single quotes, in which a backslash is just a backslash, or double it.",
    ),
}
_DEFAULT_FIX = "Correct the YAML at this place."


def explain(error: YAMLError, source: Source, document: Document) -> InputError:
    """The finding for an ``error`` that parsing ``document`` raised, placed in the whole of ``source``."""
    context, problem = _offset(error, "context_mark", document), _offset(error, "problem_mark", document)
    start = problem if problem is not None else context if context is not None else document.body_start
    first = context if context is not None else start
    braces = _template_text(source.text, document, first, start)
    if braces is not None:
        return template(source, braces)
    tab = _tab_in_indentation(source.text, start)
    if tab is not None:
        return source.error(
            tab, "input/tab", "A tab indents this line; YAML allows only spaces.", "Replace the tab by spaces."
        )
    if getattr(error, "context", None) == "while scanning a quoted scalar" and _ran_out(error):
        quote = source.text[first : first + 1]
        return source.error(first, "input/yaml", f"The quote {quote} is never closed.", f"Add the closing {quote}.")
    message, fix = _words(error)
    if message.endswith("is never closed."):
        start = first
    return source.error(start, "input/yaml", message, fix)


def template(source: Source, offset: int) -> InputError:
    """The finding for text of a Helm chart that no one rendered."""
    return source.error(
        offset,
        "input/template",
        "This is a Helm template, not a manifest.",
        "Render it first: helm template ... | gatelift convert -",
    )


def _offset(error: YAMLError, name: str, document: Document) -> int | None:
    mark = getattr(error, name, None)
    return None if mark is None else min(document.start + int(mark.index), document.end)


def _ran_out(error: YAMLError) -> bool:
    return getattr(error, "problem", "") in ("found unexpected end of stream", "found unexpected document indicator")


def _words(error: YAMLError) -> tuple[str, str]:
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", "") or "unknown problem")
    if isinstance(error, MarkedYAMLError) and problem in _WORDS:
        return _WORDS[problem]
    context = str(getattr(error, "context", None) or "")
    return f"This is not valid YAML: {problem}{f' {context}' if context else ''}.", _DEFAULT_FIX


def _template_text(text: str, document: Document, first: int, offset: int) -> int | None:
    """Where the template text is that broke the parse: on the lines of the error, or at the first column above it.

    Block scalars and quotes may hold ``{{``, as alerting rules do, so braces anywhere else prove nothing.
    """
    found = _TEMPLATE_LINE.search(text, document.start, offset)
    if found:
        return found.start()
    above = document.start + len(text[document.start : offset].rstrip())
    for at in (first, offset, above):
        start = max(_line_start(text, at), document.start)
        line = _LINE.match(text, start)
        braces = _TEMPLATE_IN_LINE.match(line[0]) if line else None
        if braces:
            return start + braces.end() - 2
    return None


def _tab_in_indentation(text: str, offset: int) -> int | None:
    at = _line_start(text, offset)
    while at < len(text) and text[at] == " ":
        at += 1
    return at if text[at : at + 1] == "\t" else None


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind(sign, 0, offset) for sign in BREAKS) + 1
