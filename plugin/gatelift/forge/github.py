"""The few calls of GitHub's REST API that a pull request takes, as methods with typed results.

https://docs.github.com/en/rest. In a dry run only reading calls are made; the others are written down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.forge.client import Answer, Client, Patience
from gatelift.forge.remote import Remote
from gatelift.forge.token import Token

_PAGES = 10
_PER_PAGE = 100


class Repository(msgspec.Struct, frozen=True):
    """What must be known of the repository itself."""

    default_branch: str
    archived: bool = False


class Tip(msgspec.Struct, frozen=True):
    """A branch of a pull request."""

    ref: str
    sha: str


class Pull(msgspec.Struct, frozen=True):
    """A pull request. ``number`` 0 stands for one that a dry run did not open."""

    number: int
    html_url: str
    state: str
    head: Tip
    base: Tip
    body: str | None = None
    merged_at: str | None = None
    draft: bool = False


class Commit(msgspec.Struct, frozen=True):
    """A commit: its message, its tree and its parents."""

    message: str
    tree: str
    parents: tuple[str, ...]


class _Sha(msgspec.Struct, frozen=True):
    sha: str


class _Ref(msgspec.Struct, frozen=True):
    object: _Sha


class _Commit(msgspec.Struct, frozen=True):
    message: str
    tree: _Sha
    parents: tuple[_Sha, ...]


class _Comparison(msgspec.Struct, frozen=True):
    status: str


class GitHub:
    """One repository of a forge that speaks GitHub's REST API."""

    def __init__(
        self, remote: Remote, token: Token | None, dry_run: bool = False, patience: Patience | None = None
    ) -> None:
        self.remote = remote
        self.calls: list[str] = []
        """In a dry run, the calls that were not made, in order, with their bodies."""
        self._dry = dry_run
        self._patience = patience or Patience()
        self._client = Client(remote.api, token, self._patience)
        self._at = f"/repos/{quote(remote.owner)}/{quote(remote.name)}"

    def repository(self) -> Repository:
        """The repository. Raises ``EnvironmentProblem``, as do all methods."""
        return self._found(self._at).read(Repository)

    def branch(self, name: str) -> str | None:
        """The commit that a branch stands at; None where there is no such branch."""
        answer = self._client.get(f"{self._at}/git/ref/heads/{quote(name)}")
        return answer.read(_Ref).object.sha if answer.fine else None

    def commit(self, sha: str) -> Commit:
        """A commit of the repository."""
        made = self._found(f"{self._at}/git/commits/{sha}").read(_Commit)
        return Commit(made.message, made.tree.sha, tuple(item.sha for item in made.parents))

    def contains(self, branch: str, sha: str) -> bool:
        """Whether ``branch`` leads back to the commit ``sha``."""
        answer = self._client.get(f"{self._at}/compare/{quote(branch, safe='')}...{sha}", {"per_page": 1})
        return answer.fine and answer.read(_Comparison).status in ("identical", "behind")

    def pulls(self, branch: str, base: str) -> tuple[Pull, ...]:
        """All pull requests from ``branch`` of this repository into ``base``, the newest first."""
        found: list[Pull] = []
        query: dict[str, str | int] = {
            "state": "all",
            "head": f"{self.remote.owner}:{branch}",
            "base": base,
            "sort": "created",
            "direction": "desc",
            "per_page": _PER_PAGE,
        }
        for page in range(1, _PAGES + 1):
            some = self._client.get(f"{self._at}/pulls", {**query, "page": page}).read(tuple[Pull, ...])
            found.extend(some)
            if len(some) < _PER_PAGE:
                break
        return tuple(found)

    def open(self, *, branch: str, base: str, title: str, body: str, draft: bool) -> Pull:
        """Open a pull request; the one that is there already, where the forge had opened it all the same."""
        path = f"{self._at}/pulls"
        wanted = {"title": title, "head": branch, "base": base, "body": body, "draft": draft}
        if self._write_down("POST", path, wanted):
            tip = Tip(branch, "")
            return Pull(0, "", "open", tip, tip, body, draft=draft)
        for attempt in range(1, self._patience.attempts + 1):
            answer = self._client.send("POST", path, wanted)
            if answer.fine:
                return answer.read(Pull)
            there = next((pull for pull in self.pulls(branch, base) if pull.state == "open"), None)
            if there is not None:
                return there
            if attempt == self._patience.attempts or not _worth_repeating(answer):
                self._client.refuse("POST", path, answer)
            self._patience.sleep(self._patience.first * attempt)
        raise AssertionError

    def edit(self, number: int, changes: Mapping[str, Any]) -> None:
        """Change the body or the state of a pull request."""
        self._send("PATCH", f"{self._at}/pulls/{number}", changes)

    def comment(self, number: int, text: str) -> None:
        """Say something below a pull request."""
        self._send("POST", f"{self._at}/issues/{number}/comments", {"body": text})

    def label(self, number: int, labels: Sequence[str]) -> None:
        """Add labels; those that the repository has not are made by the forge."""
        self._send("POST", f"{self._at}/issues/{number}/labels", {"labels": list(labels)})

    def note(self, call: str) -> None:
        """Write down what else a dry run does not do."""
        if self._dry:
            self.calls.append(call)

    @property
    def dry(self) -> bool:
        """Whether nothing is changed."""
        return self._dry

    def _found(self, path: str) -> Answer:
        answer = self._client.get(path)
        if not answer.fine:
            self._client.refuse("GET", path, answer)
        return answer

    def _send(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        if self._write_down(method, path, body):
            return
        answer = self._client.send(method, path, body)
        if not answer.fine:
            self._client.refuse(method, path, answer)

    def _write_down(self, method: str, path: str, body: Mapping[str, Any]) -> bool:
        if self._dry:
            self.calls.append(f"{method} {path} {msgspec.json.encode(body).decode()}")
        return self._dry


def _worth_repeating(answer: Answer) -> bool:
    """Whether the forge may just not know yet of the branch that was pushed a moment ago."""
    if answer.status >= 500:
        return True
    text = answer.body.decode("utf-8", "replace")
    return "not all refs are readable" in text or "Could not resolve to a node" in text or '"head"' in text


def archived(remote: Remote) -> EnvironmentProblem:
    """The failure for a repository that takes no changes."""
    message = f"{remote.full_name} is archived: nothing can be pushed to it"
    return EnvironmentProblem(Finding("forge/archived", Severity.ERROR, message, "leave it out, or unarchive it"))
