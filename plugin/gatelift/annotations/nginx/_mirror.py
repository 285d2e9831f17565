"""What the three annotations about copies of requests have in common: the target, and what it must look like.

Source: internal/ingress/annotations/mirror, and ``buildMirrorLocations`` of internal/ingress/controller/template in
ingress-nginx; https://nginx.org/en/docs/http/ngx_http_mirror_module.html
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from gatelift.annotations.nginx._reach import PORTS, reached
from gatelift.annotations.nginx._values import NAME_OR_EXPRESSION
from gatelift.annotations.unit import Inert, Refused, UnitContext, shown
from gatelift.intent.mirroring import MirrorEndpoint

TARGET = "mirror-target"
FULL = "write the target as http://SERVICE.NAMESPACE.svc.cluster.local:PORT$request_uri"
_URI = ("$request_uri", "/$request_uri")
"""What must follow the host. The second makes ``//path`` of ``/path``, which nginx and gateways put right alike."""


def accepted(value: str) -> bool:
    """Whether ingress-nginx takes the value of ``mirror-target`` or ``mirror-host``."""
    return NAME_OR_EXPRESSION.fullmatch(value.strip()) is not None


def dormant(context: UnitContext) -> Inert | None:
    """Why a companion of ``mirror-target`` does nothing, if it does not."""
    return None if context.value(TARGET) else Inert(f"it does nothing without {TARGET}")


def endpoint(value: str) -> MirrorEndpoint | Refused:
    """Where the copies go. They must keep the path and the query of the request: a gateway cannot change those."""
    text = value.strip()
    place, dollar, variables = text.partition("$")
    if place.endswith("/") and place.count("/") == 3:
        place, dollar = place[:-1], f"/{dollar}"
    if dollar + variables not in _URI:
        return _another_path(text)
    try:
        parts = urlsplit(place)
        port = parts.port
    except ValueError:
        return _no_url(text)
    if parts.scheme not in PORTS or not parts.hostname or parts.query or parts.username is not None:
        return _no_url(text)
    if parts.path:
        return _another_path(text)
    return _placed(parts, PORTS[parts.scheme] if port is None else port)


def _placed(parts: SplitResult, port: int) -> MirrorEndpoint | Refused:
    if port == 0:
        return _no_url(parts.geturl())
    found = reached(parts.hostname or "", parts.scheme, FULL)
    if isinstance(found, Refused):
        return found
    return MirrorEndpoint(scheme=parts.scheme, host=found.host, port=port, namespace=found.namespace)


def _another_path(text: str) -> Refused:
    why = f"{shown(text)} gives the copy another path than the request's, and a gateway sends the request as it is"
    return Refused(why, FULL)


def _no_url(text: str) -> Refused:
    return Refused(f"{shown(text)} is no URL that a gateway could send copies to", FULL)
