"""The URLs and status codes of redirects, as far as a route can say them.

nginx writes the URL into ``return`` as it stands, so that its variables are filled in. ingress-nginx 1.12 and later let
no ``$`` and no ``%`` pass unless annotation validation is off (https://github.com/kubernetes/ingress-nginx/issues/12709).
"""

from __future__ import annotations

import re

from gatelift.annotations.nginx._values import LONGEST_PATH, URL_PATH, is_hostname
from gatelift.annotations.unit import Refused, shown
from gatelift.intent.redirects import Location

CODES = frozenset({301, 302, 303, 307, 308})
REQUEST_URI = "$request_uri"
KEEPS_QUERY = "a gateway adds the query string of the request to the target, where nginx sends the URL as it is written"
UNCHECKED = (
    "ingress-nginx 1.12 and later load no Ingress with such a value, unless annotation validation is off; "
    "the gateway redirects in any case"
)
NO_RULES = (
    "ingress-nginx looks at no redirect of an Ingress without rules: its default backend answers unknown hosts (T12)"
)
DROPS_PORT = "a port that the client names is not repeated"
_ADVICE = "write a URL of scheme, host, port and path; only the end $request_uri keeps what the client asked for"

_CHECKED = re.compile(rf"[{URL_PATH},?&=]*")
_URL = re.compile(r"(?P<scheme>\$scheme|[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_PATH = re.compile(rf"(?:[{URL_PATH},&=!+@*]|%[0-9A-Fa-f]{{2}})*")
_SAME_HOST = ("$host", "$http_host")


def location(value: str) -> Location | Refused:
    """The parts of a redirect's target, or why a route cannot say it."""
    found = destination(value.strip())
    if isinstance(found, Refused) and not _CHECKED.fullmatch(value):
        why = f"{found.why}; ingress-nginx 1.12 and later do not even load an Ingress with such a value (T42)"
        return Refused(why, found.todo)
    return found


def destination(url: str) -> Location | Refused:
    """The parts of a URL as nginx's ``return`` has it, or why a route cannot say it."""
    kept = url.endswith(REQUEST_URI)
    parts = _URL.fullmatch(url.removesuffix(REQUEST_URI) if kept else url)
    if parts is None:
        return Refused(f"{shown(url)} is no full URL with scheme and host", _ADVICE)
    scheme = parts["scheme"].lower()
    if scheme not in ("$scheme", "http", "https"):
        return Refused(f"{shown(url)} leads to something else than http or https", _ADVICE)
    path = _path(parts["rest"], kept)
    if isinstance(path, Refused):
        return path
    authority = _authority(parts["authority"])
    if isinstance(authority, Refused):
        return authority
    hostname, port = authority
    found = Location(scheme=None if scheme == "$scheme" else scheme, hostname=hostname, port=port, path=path)
    if found == Location():
        return Refused(f"{shown(url)} redirects every request to itself", "remove the annotation")
    return found


def differences(value: str, target: Location) -> str:
    """What a route does otherwise than nginx with a target that it can say."""
    found = [
        KEEPS_QUERY if target.path is not None else "",
        DROPS_PORT if "://$http_host" in value else "",
        "" if _CHECKED.fullmatch(value) else UNCHECKED,
    ]
    return "; ".join(filter(None, found))


def _path(rest: str, kept: bool) -> str | Refused | None:
    if "?" in rest or "#" in rest:
        return Refused(f"a route cannot set a query string or a fragment ({shown(rest)})", _ADVICE)
    if "$" in rest:
        return Refused(f"the target uses nginx variables ({shown(rest)}), which no gateway knows", _ADVICE)
    if kept and rest:
        return Refused(f"a route cannot put {shown(rest)} in front of the path of the request", _ADVICE)
    if kept:
        return None
    if not _PATH.fullmatch(rest) or len(rest) > LONGEST_PATH:
        return Refused(f"the path {shown(rest)} holds characters that nginx interprets, or is too long", _ADVICE)
    return rest or "/"


def _authority(authority: str) -> tuple[str | None, int | None] | Refused:
    if "@" in authority:
        return Refused("the target carries a user or a password, which a route cannot send", _ADVICE)
    host, colon, digits = authority.partition(":")
    if colon and not (digits.isascii() and digits.isdigit() and len(digits) <= 5 and 0 < int(digits) < 65536):
        return Refused(f"{shown(authority)} names no port between 1 and 65535", _ADVICE)
    port = int(digits) if colon else None
    if host in _SAME_HOST:
        return None, port
    if "$" in host:
        return Refused(f"the target's host {shown(host)} uses nginx variables, which no gateway knows", _ADVICE)
    if not is_hostname(host.lower()):
        return Refused(f"the target's host {shown(host)} is no DNS name, and a route takes nothing else", _ADVICE)
    return host.lower(), port


def is_ignored(temporal: str) -> bool:
    """Whether ingress-nginx ignores this ``temporal-redirect``, and all other redirects with it: it is no http URL."""
    return bool(_CHECKED.fullmatch(temporal)) and not temporal.lower().startswith("http")
