"""Which repository an object points at: this one, another one, or one that cannot be told from here."""

from __future__ import annotations

import re

import msgspec

_SCP = re.compile(r"(?:[^@/\s]+@)?([^/:\s]+):(?!//)(.+)")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^@/\s]*@)?([^/:\s]*)(?::\d+)?/*(.*)")


def without_credentials(url: str) -> str:
    """A URL that may be shown: nothing before an ``@``, no query."""
    bare = re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/]*@", r"\1", url)
    return re.split(r"[?#]", bare, maxsplit=1)[0]


def repository(url: str) -> str:
    """``host/owner/name`` of a repository's URL in any of git's spellings, in lower case; empty where it is none."""
    bare = url.strip().split("?")[0]
    found = _URL.fullmatch(bare) or _SCP.fullmatch(bare)
    if found is None:
        return ""
    path = found[2].strip("/").removesuffix(".git").strip("/")
    # GitHub takes ssh over port 443 at a host of its own.
    host = found[1].removeprefix("ssh.")
    return f"{host}/{path}".lower() if path else ""


class Origin(msgspec.Struct, frozen=True):
    """The remotes of this repository, by URL; none where they are not known."""

    remotes: frozenset[str] = frozenset()

    def ours(self, url: str) -> bool | None:
        """Whether ``url`` is this repository; None where that cannot be told, so that the path decides.

        A repository of the same name elsewhere may be a fork or a mirror, so it cannot be told apart.
        """
        named = repository(url)
        known = {known for remote in self.remotes if (known := repository(remote))}
        if not named or not known or "{{" in url or "${" in url:
            return None
        if any(_path(named) == _path(remote) for remote in known):
            return True
        return None if any(_name(named) == _name(remote) for remote in known) else False


def _path(repository: str) -> str:
    return repository.partition("/")[2]


def _name(repository: str) -> str:
    return repository.rpartition("/")[2]
