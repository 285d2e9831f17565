"""Basic authentication and authorization by a subrequest.

Real users and services are no part of a replay: every Secret holds one user that replay makes, and a service that
authorizes lets in who shows that user's credentials.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import msgspec

from gatelift.traffic.nginx.ingresses import Ingress
from gatelift.traffic.nginx.settings import Settings
from gatelift.traffic.nginx.values import HEADER, TEXT, URL_PATH, URL_WITH_VARIABLES, Values, listed

_REALM = re.compile(r"[A-Za-z0-9 ._~/:-]*")
_SECRET = re.compile(rf"[{URL_PATH}]*")
_METHODS = frozenset(("", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE"))


class Basic(msgspec.Struct, frozen=True):
    """``auth_basic``; ``users``: the Secret that has them, as ``namespace/name``."""

    realm: str
    users: str = ""


class External(msgspec.Struct, frozen=True, kw_only=True):
    """``auth_request`` of ``url``; ``headers`` of its answer are passed on to the backend."""

    url: str = ""
    signin: str = ""
    parameter: str = "rd"
    headers: tuple[str, ...] = ()


def basic(values: Values, ingress: Ingress, settings: Settings) -> tuple[Basic | None, str]:
    """Basic authentication, or why the places of the Ingress answer 503. Raises ``NotLoadedError``.

    Digest authentication is not modelled, and counts as none here: ``unjudged`` names it.
    """
    if "auth-type" not in values:
        return None, ""
    kind = values.data["auth-type"].strip()
    if kind not in ("basic", "digest"):
        return None, "auth-type is neither basic nor digest"
    realm = values.strict_text("auth-realm", _REALM)
    secret = values.text("auth-secret", _SECRET)
    namespace, slash, _ = secret.partition("/")
    if not namespace:
        return None, "auth-type without a Secret in auth-secret"
    if slash and namespace != ingress.namespace and not settings.cross_namespace:
        return None, "auth-secret names a Secret of another namespace"
    users = secret if slash else f"{ingress.namespace}/{secret}"
    return (Basic(realm, users) if kind == "basic" else None), ""


def external(values: Values) -> tuple[External | None, str]:
    """Authorization by a subrequest, or why the places of the Ingress answer 503."""
    if "auth-url" not in values:
        return None, ""
    url = values.text("auth-url", URL_WITH_VARIABLES)
    method = values.text("auth-method", TEXT)
    headers = listed(values.data.get("auth-response-headers", ""))
    if not re.match(r"https?://[^/]", url):
        return None, "auth-url is no URL"
    if method not in _METHODS or not all(HEADER.fullmatch(header) for header in headers):
        return None, "auth-method or auth-response-headers cannot be read"
    found = External(
        url=url,
        signin=values.text("auth-signin", URL_WITH_VARIABLES),
        parameter=values.text("auth-signin-redirect-param", HEADER) or "rd",
        headers=headers,
    )
    return found, ""


def sign_in(external: External) -> str:
    """Where nginx sends who is not let in: the controller adds the wanted address, unless the URL has that parameter
    already."""
    back = "$pass_access_scheme://$http_host$escaped_request_uri"
    query = parse_qs(urlsplit(external.signin).query)
    if query.get(external.parameter):
        return external.signin
    return f"{external.signin}{'&' if query else '?'}{external.parameter}={back}"
