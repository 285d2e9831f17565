"""Text from a repository, made inert for GitHub's Markdown, and for what GitHub does to text after Markdown.

Two things have to be kept from happening. Markdown and HTML: every character that could mean something is written as a
numeric character reference, which stands for the character and never for structure (CommonMark 0.31, 2.5). And what
GitHub's own filters find in the finished text, where references are characters again: mentions, issues, addresses,
emoji, commits, formulas. They leave ``<code>`` alone; elsewhere an invisible space (U+200B) breaks what they look for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from gatelift.report.safe import harmless

_BREAK = "\u200b"
_FOUND = re.compile(
    r"""(?x)
    (?<=[@\#:])(?=\S)                          # @team, #12, scheme://, :emoji:
    | (?<=\b[Ww][Ww][Ww])(?=\.)                # www.example.com
    | (?<=[A-Z]-)(?=\d) | (?<=\b[Gg][Hh]-)(?=\d) # GH-12, and the issues of other trackers
    """
)
_COMMIT = re.compile(r"[0-9A-Fa-f]{6}(?=[0-9A-Fa-f])")
_FORMULA = Markup("<code>&#36;</code>")
"""GitHub's own way to write a dollar that begins no formula is an element around it."""
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,./()-" + _BREAK)
_LIST = re.compile(r"(\s*\d+)([.)])")


def prose(text: str) -> Markup:
    """``text`` as words among others: nothing in it is Markdown, HTML, a mention or a link."""
    broken = _COMMIT.sub(rf"\g<0>{_BREAK}", _FOUND.sub(_BREAK, harmless(text)))
    return _referenced(broken).replace("&#36;", _FORMULA)


def code(text: str) -> Markup:
    """``text`` in ``<code>``, byte for byte what it was where it can be seen."""
    return Markup("<code>") + _referenced(harmless(text)) + Markup("</code>") if text else Markup("")


def codes(texts: Iterable[str]) -> Markup:
    """Several texts, each in ``<code>``, with commas between."""
    return Markup(", ").join(map(code, texts))


def finalize(value: object) -> Markup:
    """What a template prints for ``value``: as it is where it was made inert before, else as ``prose``."""
    return value if isinstance(value, Markup) else prose(str(value))


def _referenced(text: str) -> Markup:
    made = [char if char in _PLAIN or (not char.isascii() and char.isalnum()) else f"&#{ord(char)};" for char in text]
    # At the beginning of a line even these would begin a list, or code.
    if made and not made[0].isalnum() and len(made[0]) == 1:
        made[0] = f"&#{ord(made[0])};"
    if numbered := _LIST.match(text):
        at = numbered.start(2)
        made[at] = f"&#{ord(text[at])};"
    return Markup("".join(made))  # noqa: S704 - every character was judged above
