"""Who decides whether somebody comes in, by one name wherever it is written."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_INSIDE = re.compile(r"([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?\.?")
_PORTS = {"http": 80, "https": 443}


_USERS, _SERVICE = "the users in Secret ", "the answer of "


def users(secret: str) -> str:
    """Those of a Secret (``namespace/name``)."""
    return f"{_USERS}{secret}"


def secret_of(who: str) -> str:
    """The Secret (``namespace/name``) that ``who`` are the users of; empty where it is somebody else."""
    return who.removeprefix(_USERS) if who.startswith(_USERS) else ""


def service(host: str, port: int, path: str) -> str:
    """What is asked at an address; a Service of the cluster is called ``namespace/name``, as routes call it.

    Names of Services are those of https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/.
    """
    inside = _INSIDE.fullmatch(host.lower())
    return f"{_SERVICE}{f'{inside[2]}/{inside[1]}' if inside else host.lower()}:{port} to {path or '/'}"


def service_of(who: str) -> tuple[str, str]:
    """The service and the path that ``who`` is; empty where it is somebody else."""
    name, _, path = who.removeprefix(_SERVICE).partition(" to ") if who.startswith(_SERVICE) else ("", "", "")
    return name, path


def at_url(url: str) -> str:
    """What is asked at a URL; empty where it depends on the request."""
    try:
        found = urlsplit(url)
        port = found.port
    except ValueError:
        return ""
    if "$" in url or not found.hostname:
        return ""
    query = f"?{found.query}" if found.query else ""
    return service(found.hostname, port or _PORTS.get(found.scheme, 0), f"{found.path or '/'}{query}")


def is_somebody(text: str) -> bool:
    """Whether a text names who is asked."""
    return text.startswith((_USERS, _SERVICE))
