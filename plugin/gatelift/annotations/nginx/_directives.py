"""Configuration of nginx as a tree of directives, and the names of ModSecurity's directives.

nginx's grammar is that of ``ngx_conf_read_token`` (https://nginx.org/en/docs/beginners_guide.html#conf_structure):
words apart by white space, a ``;`` or a block ends a directive, ``#`` begins a comment only where a word could begin, a
quoted word ends at its quote and needs white space, ``;``, ``{`` or ``)`` behind it, and ``${`` opens no block.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

DEEPEST = 20
"""Blocks that lie deeper are not read: no snippet has them, and what is hostile may."""

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\n]+|\#[^\n]*)
      | (?P<end>[;{}])
      | (?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')(?=[ \t\r\n;{)]|\Z)
      | (?P<word>(?!["'])(?:\\.|\$\{|[^ \t\r\n;{\\])+)""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"""\\(["'\\trn])""")
_ESCAPED = {"t": "\t", "r": "\r", "n": "\n"}
_LUA = re.compile(r"""--[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[{}]""", re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_SEC_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{2,39}")


class Directive(msgspec.Struct, frozen=True):
    """A directive; ``block`` is ``None`` where it ends in a semicolon, and empty for Lua, which is not looked into."""

    name: str
    arguments: tuple[str, ...] = ()
    block: tuple[Directive, ...] | None = None


class Configuration(msgspec.Struct, frozen=True):
    """What was read, up to the first thing that nginx could not read either, which ``problem`` then names."""

    directives: tuple[Directive, ...]
    problem: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The distinct names of directives in their order; blocks are looked into."""
        return tuple(dict.fromkeys(name for name in _names(self.directives) if _NAME.fullmatch(name)))


def parse(text: str) -> Configuration:
    """Read a snippet as it stands between the braces of a location or a server."""
    return _Reader(text).read()


class _Reader:
    """The state of one reading: the words of the directive at hand, and the blocks that are open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.words: list[str] = []
        self.found: list[list[Directive]] = [[]]
        self.open: list[list[str]] = []

    def read(self) -> Configuration:
        problem = ""
        while not problem and self.position < len(self.text):
            token = _TOKEN.match(self.text, self.position)
            if token is None:
                problem = "a quote or a backslash in it is not closed, or text stands right behind a quote"
                break
            self.position = token.end()
            if token["end"]:
                problem = self._end(token["end"])
            elif not token["skip"]:
                self.words.append(_plain(token))
        problem = problem or self._left_open()
        return Configuration(self._closed(), problem)

    def _end(self, end: str) -> str:
        if end == "}":
            return self._close()
        if not self.words:
            return f"a {end} in it stands where a directive should begin"
        if end == ";":
            self._add(None)
        elif self.words[0].endswith("_by_lua_block"):
            self.position = _after_lua(self.text, self.position)
            self._add(())
        elif len(self.open) == DEEPEST:
            return f"blocks in it lie more than {DEEPEST} deep"
        else:
            self.open.append(self.words)
            self.found.append([])
            self.words = []
        return ""

    def _close(self) -> str:
        if self.words:
            return "a directive in it has no ; before the block ends"
        if not self.open:
            return "a } in it closes a block that it does not open"
        self._pop()
        return ""

    def _pop(self) -> None:
        block = tuple(self.found.pop())
        self.words = self.open.pop()
        self._add(block)

    def _add(self, block: tuple[Directive, ...] | None) -> None:
        name, *arguments = self.words
        self.found[-1].append(Directive(name, tuple(arguments), block))
        self.words = []

    def _left_open(self) -> str:
        if self.words:
            return "its last directive has no ; at the end"
        return "a block in it is not closed" if self.open else ""

    def _closed(self) -> tuple[Directive, ...]:
        if self.words:
            self._add(None)
        while self.open:
            self._pop()
        return tuple(self.found[0])


def _plain(token: re.Match[str]) -> str:
    """A word without its quotes and escapes; a backslash before any other character stays."""
    word = token["quoted"][1:-1] if token["quoted"] else token["word"]
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), word)


def _names(directives: Iterable[Directive]) -> Iterator[str]:
    for directive in directives:
        yield directive.name
        yield from _names(directive.block or ())


def _after_lua(text: str, position: int) -> int:
    """The position behind the brace that closes a block of Lua."""
    depth = 1
    for token in _LUA.finditer(text, position):
        depth += {"{": 1, "}": -1}.get(token.group(), 0)
        if depth == 0:
            return token.end()
    return len(text)


def nginx_directives(text: str) -> tuple[str, ...]:
    """The distinct names of nginx directives in ``text``, in their order; blocks are looked into, Lua is not."""
    return parse(text).names


def modsecurity_directives(text: str) -> tuple[str, ...]:
    """The distinct names of ModSecurity directives in ``text``: the first words of its lines."""
    lines = re.sub(r"\\\r?\n", " ", text).splitlines()
    words = (line.split(maxsplit=1)[0] for line in lines if line.strip())
    return tuple(dict.fromkeys(word for word in words if _SEC_NAME.fullmatch(word)))
