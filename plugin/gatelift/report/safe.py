"""Strings from input, made harmless for a terminal and for a log that a program reads.

Nothing that comes out of ``harmless`` can move a cursor, change a colour, break a line, turn text around (bidirectional
controls) or speak to the runner of a GitHub workflow.
"""

from __future__ import annotations

# Of GitHub's runner: a line that begins with "::" and, in the older form, "##[" anywhere in a line are commands.
# https://docs.github.com/en/actions/using-workflows/workflow-commands-for-github-actions
_COMMAND = "::"
_OLD_COMMAND = "##["


def harmless(text: str) -> str:
    r"""``text`` with everything that is not printable written as an escape (``\n``, ``\x1b``, ``\u202e``)."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _escape(char) for char in text)
    if _OLD_COMMAND in text:
        text = text.replace(_OLD_COMMAND, r"#\x23[")
    bare = text.lstrip()
    if bare.startswith(_COMMAND):
        text = text[: len(text) - len(bare)] + r"\x3a" + bare[1:]
    return text


def plural(count: int, word: str) -> str:
    """``3 entries``, ``1 Ingress``."""
    if count == 1:
        return f"1 {word}"
    if word.endswith("y"):
        return f"{count} {word[:-1]}ies"
    return f"{count} {word}{'es' if word.endswith('s') else 's'}"


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
