"""A request as a command that sends it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from gatelift.traffic.credentials import TRIED, authorization
from gatelift.traffic.model import Request

LOGINS: Mapping[str, str] = {authorization(*pair): ":".join(pair) for pair in TRIED}
"""``Authorization`` -> user and password, of the logins that a replay made up."""


def curl(request: Request) -> str:
    """A command that sends the same request."""
    words = ["curl", "-i", "--path-as-is"]
    if any(sign in request.target + request.host for sign in "[]{}"):
        words.append("-g")
    if request.scheme == "https":
        words.append("-k")
    if request.method == "HEAD":
        words.append("-I")
    elif request.method != "GET" or request.body:
        # Without it, curl takes POST for whatever has a body.
        words += ["-X", request.method]
    for name, value in request.headers:
        words += _header(name, value)
    if "#" in request.target:
        # What follows the sign would not be sent.
        words += ["--request-target", request.target]
    words.append(url(request))
    line = shlex.join(words)
    return f"head -c {request.body} /dev/zero | {line} --data-binary @-" if request.body else line


def _header(name: str, value: str) -> tuple[str, str]:
    login = LOGINS.get(value) if name.lower() == "authorization" else None
    if login:
        return "-u", login
    # A name with a colon and nothing behind it takes the header out.
    return "-H", f"{name}: {value}" if value else f"{name};"


def url(request: Request) -> str:
    """The address of a request, as it was sent."""
    return f"{request.scheme}://{request.host}{request.target}"
