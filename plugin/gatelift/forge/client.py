"""Requests to a forge's REST API: JSON in and out, a few bounded retries, and every failure a finding.

``urllib`` and no HTTP library: what runs here holds a token that may write, makes about eight requests one after the
other, and needs no pool, session, cookie or redirect. Each package less in that process is one less to trust. What
``urllib`` does that is not wanted is switched off: it would follow a redirect with the token.
"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.message import Message
from http.client import HTTPException
from typing import Any, NoReturn, Protocol, TypeVar
from urllib.parse import urlencode

import msgspec

from gatelift import __version__
from gatelift.findings import EnvironmentProblem
from gatelift.forge.refusal import garbled, refusal, unreachable
from gatelift.forge.token import Token

_LARGEST = 16 * 1024 * 1024
_SECONDS = 30
_MINUTE = 60.0
_REMAINING = "x-ratelimit-remaining"

Kind = TypeVar("Kind")


class Patience(msgspec.Struct, frozen=True):
    """How long a request is repeated."""

    attempts: int = 5
    first: float = 1.0
    """Seconds before the second attempt, where the forge names none; doubled each time."""
    longest: float = 90.0
    """The longest that is waited at once. A forge that asks for more is not waited for."""
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time


class Answer(msgspec.Struct, frozen=True):
    """What the forge said: its status, its headers by lower-case name, its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def fine(self) -> bool:
        return 200 <= self.status < 300

    @property
    def limited(self) -> bool:
        """Whether it was refused for asking too often, which GitHub says with 429 or 403."""
        if self.status != 403:
            return self.status == 429
        return "retry-after" in self.headers or self.headers.get(_REMAINING) == "0" or b"rate limit" in self.body

    def read(self, kind: type[Kind]) -> Kind:
        """The body as ``kind``. Raises ``EnvironmentProblem`` where the forge says something else."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except msgspec.MsgspecError as error:
            raise EnvironmentProblem(garbled(str(error))) from None


class _Stream(Protocol):
    def read(self, amount: int, /) -> bytes: ...


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class Client:
    """The REST API below one base URL."""

    def __init__(self, base: str, token: Token | None, patience: Patience | None = None) -> None:
        self._base = base
        self._token = token
        self._patience = patience or Patience()
        self._opener = urllib.request.build_opener(_NoRedirect)

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Answer:
        """Read. 404 is an answer like another; whatever else is not fine raises ``EnvironmentProblem``."""
        found = self._ask("GET", path + (f"?{urlencode(query)}" if query else ""), None)
        if not found.fine and found.status != 404:
            self.refuse("GET", path, found)
        return found

    def send(self, method: str, path: str, body: Mapping[str, Any]) -> Answer:
        """Write. 422, and a server's error after ``POST``, are answers; whatever else is not fine raises as ``get``.

        A ``POST`` is not repeated after a server's error: the forge may have done what it was asked for.
        """
        found = self._ask(method, path, msgspec.json.encode(body))
        if not found.fine and found.status != 422 and not (method == "POST" and found.status >= 500):
            self.refuse(method, path, found)
        return found

    def refuse(self, method: str, path: str, answer: Answer) -> NoReturn:
        """Raise ``EnvironmentProblem`` with what ``answer`` means."""
        body = self._told(answer.body.decode("utf-8", "replace"))
        raise EnvironmentProblem(refusal(method, path, answer.status, body, answer.limited))

    def _ask(self, method: str, path: str, body: bytes | None) -> Answer:
        patience, delay = self._patience, self._patience.first
        for attempt in range(1, patience.attempts + 1):
            last = attempt == patience.attempts
            try:
                answer = self._once(method, path, body)
            except (OSError, HTTPException) as error:
                if last or method == "POST":
                    raise EnvironmentProblem(unreachable(self._base, self._reason(error))) from None
                wait = delay
            else:
                wait = self._wait(answer, method, delay)
                if last or not 0 <= wait <= patience.longest:
                    return answer
            patience.sleep(wait)
            delay *= 2
        raise AssertionError("a Patience has at least one attempt")

    def _wait(self, answer: Answer, method: str, delay: float) -> float:
        """The seconds before the request is worth repeating; negative where it is not."""
        if not answer.limited and (answer.status < 500 or method == "POST"):
            return -1
        asked = answer.headers.get("retry-after", "")
        if asked.isascii() and asked.isdigit():
            return float(asked[:9])
        reset = answer.headers.get("x-ratelimit-reset", "")
        if answer.limited and answer.headers.get(_REMAINING) == "0" and reset.isascii() and reset.isdigit():
            return max(0.0, float(reset[:12]) - self._patience.now()) + 1
        # A limit without a time: at least a minute, says
        # https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
        return max(delay, _MINUTE) if answer.limited else delay

    def _once(self, method: str, path: str, body: bytes | None) -> Answer:
        request = urllib.request.Request(self._base + path, data=body, method=method)  # noqa: S310 - checked in remote
        request.add_header("Accept", "application/vnd.github+json")
        request.add_header("X-GitHub-Api-Version", "2022-11-28")
        request.add_header("User-Agent", f"gatelift/{__version__}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
        if self._token is not None:
            # Not among the ordinary headers: those would go along with a redirect, if one were ever followed.
            request.add_unredirected_header("Authorization", self._token.bearer)
        try:
            with self._opener.open(request, timeout=_SECONDS) as found:
                return _answer(found.status, found.headers, found)
        except urllib.error.HTTPError as error:
            with error:
                return _answer(error.code, error.headers, error)

    def _reason(self, error: Exception) -> str:
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        return self._told(str(cause) or type(cause).__name__)

    def _told(self, text: str) -> str:
        return self._token.hidden(text) if self._token is not None else text


def _answer(status: int, headers: Message, stream: _Stream) -> Answer:
    body = stream.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        raise HTTPException("the answer is larger than 16 MiB")
    return Answer(status, {name.lower(): value for name, value in headers.items()}, body)
