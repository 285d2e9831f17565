"""Where the upstream document of an annotation is."""

from __future__ import annotations

_PAGE = "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/"

NOT_LOADED = "ingress-nginx does not load this Ingress because of it today"
"""What a value that fails its validator does, where the parser returns the error (trap T42)."""

DENIED = "ingress-nginx answers every request of this Ingress with 503 today"
"""What the parser's "location denied" does (trap T42)."""


def upstream(anchor: str) -> str:
    """The section ``anchor`` of the upstream page about annotations."""
    return f"{_PAGE}#{anchor}"
