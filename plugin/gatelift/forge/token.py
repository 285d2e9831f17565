"""The token of a forge: a value that shows itself nowhere, and what has to be cut out of other programs' words."""

from __future__ import annotations

import base64

from gatelift.findings import Finding, Severity, UsageError

_HIDDEN = "***"


class Token:
    """A token. ``str()``, ``repr()`` and formatting give no part of it."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        """Raises ``UsageError`` where it could not stand in a header: an error further down would print it."""
        if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
            message = "the token is empty, or holds something that no token has, such as a space or a line break"
            fix = "set GITHUB_TOKEN to the token alone; look for a line break that was stored with the secret"
            raise UsageError(Finding("forge/token", Severity.ERROR, message, fix))
        self._secret = secret

    def __repr__(self) -> str:
        return f"Token({_HIDDEN})"

    @property
    def bearer(self) -> str:
        """The value of an ``Authorization`` header of the REST API."""
        return f"Bearer {self._secret}"

    @property
    def basic(self) -> str:
        """The value of an ``Authorization`` header for git over HTTP; the forge ignores the user's name."""
        return f"Basic {self._encoded}"

    def hidden(self, text: str) -> str:
        """``text`` of another program or of a server, without the token, plain or encoded."""
        for form in (self._secret, self._encoded):
            text = text.replace(form, _HIDDEN)
        return text

    @property
    def _encoded(self) -> str:
        return base64.b64encode(f"x-access-token:{self._secret}".encode()).decode()
