"""Moving one branch of the forge, with a lease: only from the commit that was seen there.

The token is a header that git is told of by a variable for this one URL. It stands in no argument, URL or file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatelift.findings import EnvironmentProblem
from gatelift.forge.client import Patience
from gatelift.forge.remote import Remote
from gatelift.forge.scratch import problem, run, settings, told
from gatelift.forge.token import Token

if TYPE_CHECKING:
    from git import Repo

_ATTEMPTS = 3
_AGAIN = ("error: 5", "Could not resolve host", "Connection reset", "early EOF", "timed out")


def push(
    repo: Repo, remote: Remote, token: Token, branch: str, commit: str, seen: str, patience: Patience | None = None
) -> None:
    """Set ``branch`` to ``commit`` (empty: delete it), if it still stands at ``seen`` (empty: if there is none).

    Raises ``EnvironmentProblem``; then nothing was changed there.
    """
    waiting = patience or Patience()
    for attempt in range(1, _ATTEMPTS + 1):
        said = run(repo, "push", *words(remote, branch, commit, seen), env=settings(_settings(remote, token)))
        if not said.status:
            return
        heard = token.hidden(f"{said.error}\n{said.out.decode('utf-8', 'replace')}")
        if attempt == _ATTEMPTS or not any(sign in heard for sign in _AGAIN):
            raise _refused(heard, branch)
        waiting.sleep(waiting.first * attempt)


def words(remote: Remote, branch: str, commit: str, seen: str) -> tuple[str, ...]:
    """The arguments of ``git push``."""
    ref = f"refs/heads/{branch}"
    return (
        "--porcelain",
        "--no-verify",
        "--no-signed",
        "--no-follow-tags",
        "--no-recurse-submodules",
        f"--force-with-lease={ref}:{seen}",
        remote.url,
        f"{commit}:{ref}",
    )


def _settings(remote: Remote, token: Token) -> list[tuple[str, str]]:
    url = remote.url
    return [
        ("protocol.https.allow", "always"),
        ("protocol.http.allow", "always"),
        # The longest match wins: no other rule may send this URL, and the token with it, elsewhere.
        (f"url.{url}.insteadOf", url),
        (f"url.{url}.pushInsteadOf", url),
        ("http.followRedirects", "false"),
        ("credential.helper", ""),
        ("core.askPass", ""),
        ("push.pushOption", ""),
        # An empty one first takes away those of the user's own settings: two Authorization headers are refused.
        (f"http.{url}.extraHeader", ""),
        (f"http.{url}.extraHeader", f"Authorization: {token.basic}"),
    ]


def _refused(heard: str, branch: str) -> EnvironmentProblem:
    if "stale info" in heard or "fetch first" in heard:
        message = f"the branch {branch} was moved by somebody else in the meantime: nothing was overwritten"
        return problem("forge/moved-on", message, "run again")
    if "Authentication failed" in heard or "could not read Username" in heard or "error: 401" in heard:
        message = "the forge does not accept the token for a push"
        return problem("forge/token", message, "set GITHUB_TOKEN to one that is valid")
    if "error: 403" in heard:
        return problem("forge/permission", f"the token may not push {branch}", "give it 'contents: write'")
    if "remote rejected" in heard:
        message = f"the forge does not take the branch {branch}: {told(_reasons(heard))}"
        return problem("forge/protected", message, "see its rules for branches, or choose another one with --branch")
    message = f"git cannot push to the forge: {told(heard)}"
    return problem("forge/push", message, "see that it can be reached, then run again")


def _reasons(heard: str) -> str:
    return "\n".join(line for line in heard.splitlines() if line.startswith(("!", "remote:")))
