"""The only user of a replay: what every Secret with passwords holds here. Values of real Secrets are never used."""

from __future__ import annotations

import base64
import hashlib

USER, PASSWORD = "replay", "gatelift-replay"
TRIED = ((USER, PASSWORD), (USER, "wrong"), ("nobody", PASSWORD))
"""Logins that are tried where a password is asked for: right, wrong, of nobody."""


def authorization(user: str = USER, password: str = PASSWORD) -> str:
    """The value of ``Authorization`` for HTTP's basic scheme."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def password_file() -> str:
    """The user as a line of a password file, in the one scheme that nginx, Traefik and Envoy Gateway all read."""
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode(), usedforsecurity=False).digest()).decode()
    return f"{USER}:{{SHA}}{digest}\n"
