"""What the annotations of external authentication have in common: the switch, how ``auth-url`` is read, what to decide.

Source: internal/ingress/annotations/authreq in ingress-nginx, and what its nginx.tmpl sets under ``buildAuthLocation``.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

import msgspec

from gatelift.annotations.nginx._links import DENIED, NOT_LOADED, upstream
from gatelift.annotations.nginx._reach import PORTS, reached
from gatelift.annotations.unit import Inert, Refused, Translated, UnitContext, shown
from gatelift.config.decide import DecideOption
from gatelift.intent.security import AuthEndpoint, ExternalAuth

SOURCE = upstream("external-authentication")
SESSION = DecideOption(
    name="authUrl",
    doc=(
        "What the authorization service of auth-url decides by: session, cookies and the header Authorization alone, "
        "whatever the URL and the method of the request, which a gateway does not tell it as nginx does."
    ),
    values=("session",),
)
SIGNIN = DecideOption(
    name="authSignin",
    doc=(
        "Who redirects unknown clients to the sign-in page: authService, the authorization service itself, which is "
        "then asked under / instead of the path of auth-url (oauth2-proxy: upstream static://200)."
    ),
    values=("authService",),
)
SURE = {SESSION.name: "session"}
"""A decision, for cases of what stands beside a service that is asked."""
COOKIE = "a cookie that the service sets when it lets a request pass no longer reaches the client"
FULL = "write the URL in full, such as http://SERVICE.NAMESPACE.svc.cluster.local:PORT/PATH"

_ACCEPTED = re.compile(r"[A-Za-z0-9._~/:?&=$-]*")
_HOST_VARIABLE = re.compile(r"\$(?:http_)?host(?![A-Za-z0-9_])")


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """What ingress-nginx does with a URL that it cannot take, as ends of a sentence."""

    unchecked: str
    no_url: str


TODAY = Today(unchecked=f", and {NOT_LOADED}", no_url=f", so {DENIED}")
"""Where it stands on an Ingress."""


def _place(text: str) -> str:
    """A URL as it may be shown: what follows the first ``?`` may be a token."""
    return shown(text.partition("?")[0])


def dormant(context: UnitContext) -> Inert | None:
    """Why a companion of ``auth-url`` does nothing, if it does not."""
    if (context.value("auth-url") or "").strip():
        return None
    return Inert("it does nothing without auth-url")


def decided(option: DecideOption, context: UnitContext) -> bool:
    """Whether somebody answered ``option``, which takes one value only."""
    return context.decide.get(option.name) in option.values


def to_write(*options: DecideOption) -> str:
    """What to write for all of ``options`` at once, so that the answer to one does not lead to the next question."""
    answers = ", ".join(f"{option.name}: {option.values[0]}" for option in options)
    return f"write 'decide: {{{answers}}}' in gatelift.yaml"


def asked(found: AuthEndpoint, context: UnitContext, signin: str) -> Translated | Refused:
    """The service at ``found``, once it is decided that it needs no more than a gateway tells it.

    ``signin``: the key of the sign-in page where there is one, whose own decision is named with this one.
    """
    if decided(SESSION, context):
        return Translated((ExternalAuth(endpoint=found),), differs=COOKIE)
    options = (SESSION, SIGNIN) if signin else (SESSION,)
    also = f" ({SIGNIN.name} is for {signin}: see there)" if signin else ""
    return Refused(
        "a gateway does not tell the authorization service which URL is asked for (X-Original-URL) and by which method "
        "(X-Original-Method), and asks with the method of the request instead of GET: a service that decides by "
        "either could let in more than today",
        "see that it decides by cookies and the header Authorization alone (oauth2-proxy: neither skip_auth_routes "
        f"nor skip_auth_preflight is set), then {to_write(*options)}{also}",
    )


def endpoint(value: str, context: UnitContext, today: Today = TODAY) -> AuthEndpoint | Refused:
    """Where the authorization request goes; ``$host`` is written out where it can be one name only."""
    text = _with_host(value.strip(), context)
    if (problem := _text_problem(text, today)) is not None:
        return problem
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return Refused(f"{_place(text)} names no port from 1 to 65535", FULL)
    if (problem := _part_problem(text, parts, today)) is not None:
        return problem
    if port is None:
        port = PORTS[parts.scheme]
    if port == 0:
        return Refused(f"{_place(text)} names no port from 1 to 65535", FULL)
    found = reached(parts.hostname or "", parts.scheme, FULL)
    if isinstance(found, Refused):
        return found
    return AuthEndpoint(scheme=parts.scheme, host=found.host, port=port, path=parts.path, namespace=found.namespace)


def _with_host(text: str, context: UnitContext) -> str:
    """``text`` with ``$host`` and ``$http_host`` in its host part replaced, where the Ingress serves one exact name."""
    ingress = context.ingress
    host = ingress.hosts[0] if len(ingress.hosts) == 1 else None
    if not host or "*" in host or ingress.default_backend is not None or context.value("server-alias"):
        return text
    scheme, separator, rest = text.partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{separator}{_HOST_VARIABLE.sub(host, place)}{slash}{path}"


def _text_problem(text: str, today: Today) -> Refused | None:
    if "@" in text:  # not shown: what stands before it is a user and a password
        return Refused(f"it holds a user and a password before an @{today.unchecked}", FULL)
    if not _ACCEPTED.fullmatch(text.replace(" ", "")):
        return Refused(f"{_place(text)} holds a character that is not allowed{today.unchecked}", FULL)
    if "$" in text:
        why = f"{_place(text)} depends on variables of nginx, so the service asked changes with the request"
        return Refused(why, "write one fixed URL; where it changes with the host, give each host an Ingress of its own")
    return None


def _part_problem(text: str, parts: SplitResult, today: Today) -> Refused | None:
    if not parts.scheme or not parts.netloc or ".." in parts.netloc or " " in text:
        return Refused(f"{_place(text)} is no URL{today.no_url}", FULL)
    if parts.scheme not in PORTS:
        return Refused(f"nginx cannot ask over {shown(parts.scheme)}", FULL)
    if parts.query or text.endswith("?"):
        return Refused(f"{_place(text)} has a query, which a gateway does not send along", "move it into the path")
    if not parts.path:
        return Refused(f"{_place(text)} has no path, so the service sees one that nginx makes up", FULL)
    return None
