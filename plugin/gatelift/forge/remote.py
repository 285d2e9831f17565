"""Which repository of which forge: read from the variables that GitHub's runners set, and checked.

https://docs.github.com/en/actions/reference/workflows-and-actions/variables
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from gatelift.findings import Finding, Severity, UsageError

_REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?/[A-Za-z0-9._-]+", re.ASCII)
_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+=-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.@+=-]*)*", re.ASCII)


class Remote(msgspec.Struct, frozen=True):
    """A repository of a forge, without any credential."""

    api: str
    """Base of the REST API, without a slash at the end."""
    server: str
    """Base of what people and git use, without a slash at the end."""
    owner: str
    name: str

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def url(self) -> str:
        """What git clones and pushes to."""
        return f"{self.server}/{self.full_name}.git"


def remote(environment: Mapping[str, str]) -> Remote:
    """The repository that ``GITHUB_REPOSITORY`` names, at ``GITHUB_SERVER_URL``. Raises ``UsageError``."""
    name = environment.get("GITHUB_REPOSITORY", "")
    if not _REPOSITORY.fullmatch(name) or name.split("/")[1] in (".", ".."):
        given = f"is {name!r}" if name else "is not set"
        raise _usage("forge/repository", f"GITHUB_REPOSITORY {given}, and OWNER/NAME is needed", _WHERE)
    server = _base("GITHUB_SERVER_URL", environment.get("GITHUB_SERVER_URL") or "https://github.com")
    api = _base("GITHUB_API_URL", environment.get("GITHUB_API_URL") or _api(server))
    owner, _, repository = name.partition("/")
    return Remote(api, server, owner, repository)


def branch_name(name: str, what: str) -> str:
    """``name``, where every forge, git and shell takes it as a branch. Raises ``UsageError``."""
    parts = name.split("/")
    odd = ".." in name or any(part.endswith((".lock", ".")) for part in parts) or len(name) > 200 or "@{" in name
    if odd or not _BRANCH.fullmatch(name) or name == "HEAD" or name.startswith("refs/"):
        message = f"{name!r} is no name for the {what}"
        fix = "use letters, digits, and -, _, ., + or / between them"
        raise _usage("forge/branch", message, fix)
    return name


_WHERE = "set it to the repository that is to get the pull request; in a workflow it is set already"


def _api(server: str) -> str:
    # GitHub Enterprise Server has its API below its own name, github.com under another one.
    return "https://api.github.com" if server == "https://github.com" else f"{server}/api/v3"


def _base(name: str, url: str) -> str:
    """A URL that a token may be sent to: encrypted, or on this machine; with no user, query or fragment in it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise _usage("forge/url", f"{name} is no URL", f"set {name} to a URL like https://github.com") from None
    if parts.username is not None or parts.password is not None:
        raise _usage("forge/url", f"{name} holds a user or a password", "give the token in GITHUB_TOKEN alone")
    clean = url.isascii() and url.isprintable() and " " not in url and not parts.query and not parts.fragment
    if not host or not clean or parts.scheme not in ("https", "http"):
        raise _usage("forge/url", f"{name} is no URL of a server", f"set {name} to a URL like https://github.com")
    if parts.scheme == "http" and not _loopback(host):
        message = f"{name} is not encrypted, and the token would be sent in the clear"
        raise _usage("forge/url", message, f"use https:// in {name}")
    return url.rstrip("/")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _usage(code: str, message: str, fix: str) -> UsageError:
    return UsageError(Finding(code, Severity.ERROR, message, fix))
