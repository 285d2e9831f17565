"""The names of the directives in a piece of nginx or ModSecurity configuration: names only, never an argument."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)
      | (?P<end>[;{}])
      | (?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<word>(?:\\.|\$\{|[^\s;{}\\])+)
      | (?P<other>.)""",
    re.DOTALL | re.VERBOSE,
)
_LUA = re.compile(r"""--[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[{}]""", re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_SEC_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{2,39}")


def nginx_directives(text: str) -> tuple[str, ...]:
    """The distinct names of nginx directives in ``text``, in their order; blocks are looked into, Lua is not."""
    return tuple(dict.fromkeys(name for name in _statements(text) if _NAME.fullmatch(name)))


def _statements(text: str) -> Iterator[str]:
    """The first word of every statement."""
    position, first = 0, ""
    while (token := _TOKEN.match(text, position)) is not None:
        position = token.end()
        if token["end"]:
            if token["end"] == "{" and first.endswith("_by_lua_block"):
                position = _after_lua(text, position)
            first = ""
        elif not token["skip"] and not first:
            first = token.group()
            yield first


def _after_lua(text: str, position: int) -> int:
    """The position behind the brace that closes a block of Lua."""
    depth = 1
    for token in _LUA.finditer(text, position):
        depth += {"{": 1, "}": -1}.get(token.group(), 0)
        if depth == 0:
            return token.end()
    return len(text)


def modsecurity_directives(text: str) -> tuple[str, ...]:
    """The distinct names of ModSecurity directives in ``text``: the first words of its lines."""
    lines = re.sub(r"\\\r?\n", " ", text).splitlines()
    words = (line.split(maxsplit=1)[0] for line in lines if line.strip())
    return tuple(dict.fromkeys(word for word in words if _SEC_NAME.fullmatch(word)))
