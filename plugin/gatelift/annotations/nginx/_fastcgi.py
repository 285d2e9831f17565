"""What the annotations of FastCGI have in common.

Source: internal/ingress/annotations/fastcgi in ingress-nginx. nginx reads what they say for FastCGI backends only.
"""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Inert, Refused, UnitContext

SOURCE = upstream("backend-protocol")
FCGI = {"backend-protocol": "FCGI"}
NO_FASTCGI = Refused(
    "it is for a FastCGI backend, and no gateway speaks FastCGI",
    "put a web server in front of the backend (nginx or Caddy beside PHP-FPM in the pod), let it say this, and route "
    "to its port",
)


def dormant(context: UnitContext) -> Inert | None:
    """Why it does nothing, if it does not."""
    if (context.value("backend-protocol") or "").strip().upper() == "FCGI":
        return None
    return Inert("it does nothing without backend-protocol: FCGI")
