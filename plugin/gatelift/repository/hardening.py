"""What keeps git from doing what a repository's own configuration asks of it.

A repository that came as an archive brings its ``.git/config`` along. Git would run programs named there: a file system
monitor, filters, hooks, transports. The commands that gatelift uses need none of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from gatelift.repository.programs import search_path

FIXED = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.excludesFile=/dev/null",
    "core.attributesFile=/dev/null",
    "core.untrackedCache=false",
    "core.quotePath=false",
    "core.pager=cat",
    "core.editor=false",
    "core.askPass=",
    "core.sshCommand=false",
    "core.gitProxy=",
    "diff.external=",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
    "submodule.recurse=false",
    "color.ui=false",
    "color.grep=false",
)
"""Settings that outrank those of the repository."""

EMPTY = "GATELIFT_EMPTY"
"""An environment variable without content: the value that takes a setting's effect away."""

_COMMANDS = re.compile(
    r"""(?xs)
    (filter|merge|diff|difftool|mergetool|trailer|hook|browser|man|guitool)\..*\.[^.]*
    | (alias|credential)\..*
    | gpg\.(.*\.)?program
    | remote\..*\.(uploadpack|receivepack|vcs|proxy)
    | uploadpack\.packobjectshook
    | core\.(alternaterefscommand|gitproxy|sshcommand|editor|pager|askpass)
    | diff\.external
    """
)
"""Keys whose value is, or leads to, a command. Section and last part are in lower case in git's own list.

Only keys that may be empty: git stops at an empty number, and numbers run nothing.
"""


def switched_off(names: Iterable[str]) -> tuple[str, ...]:
    """Options for git that take the effect of those settings among ``names`` that lead to commands.

    By ``--config-env`` and not by ``-c``: the name of a filter may hold an equals sign, at which ``-c`` would cut it.
    """
    return tuple(f"--config-env={name}={EMPTY}" for name in sorted(set(filter(_COMMANDS.fullmatch, names))))


def environment() -> dict[str, str]:
    """The environment for git: nothing of the caller's that steers git, no settings but the repository's own."""
    kept = ("HOME", "TMPDIR", "SUDO_UID", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PATH": os.pathsep.join(search_path()),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_PAGER": "cat",
        EMPTY: "",
    }
