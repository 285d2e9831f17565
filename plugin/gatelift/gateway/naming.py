"""Names of the objects that one Ingress becomes: its own for the first host's route, suffixed for all others.

Names are unique per kind and namespace whatever other Ingresses there are, valid, and stable between runs.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from itertools import islice, takewhile

from gatelift.ingress.model import IngressRef
from gatelift.intent.route import Role, RouteIntent
from gatelift.manifests.names import cut, digest

_SUFFIX = {
    Role.MAIN: "",
    Role.PLAIN: "plain",
    Role.HTTPS_REDIRECT: "redirect",
    Role.WWW: "www",
    Role.PASSTHROUGH: "tls",
    Role.CLOSED: "closed",
}


def namer(ingress: IngressRef, others: Sequence[str]) -> Callable[[str], str]:
    """Suffix -> name. ``others`` are the names of all Ingresses of the namespace, sorted.

    Where a suffixed name is, or could become, a name derived from another Ingress (``web`` and ``web-redirect``), the
    longer Ingress's names stay plain and this one's get a digest.
    """
    first = bisect_left(others, f"{ingress.name}-")
    rivals = tuple(takewhile(lambda name: name.startswith(f"{ingress.name}-"), islice(others, first, None)))

    def name(suffix: str) -> str:
        if not suffix:
            return cut(ingress.name, ingress.name)
        full = f"{ingress.name}-{suffix}"
        if any(full == rival or full.startswith(f"{rival}-") for rival in rivals):
            return cut(f"{full}-{digest(ingress.name, suffix)}", f"{ingress.name}/{suffix}")
        return cut(full, f"{ingress.name}/{suffix}")

    return name


def host_slug(host: str | None, hosts: Collection[str | None]) -> str:
    """A host as part of a name; hosts of one Ingress that would share a slug (wildcard, apex) get a digest."""
    slug = _slug(host)
    if sum(_slug(other) == slug for other in hosts) > 1:
        return f"{slug}-{digest(host or '')}"
    return slug


def _slug(host: str | None) -> str:
    if host is None:
        return "any-host"
    return re.sub(r"[^a-z0-9]+", "-", host.lower().replace("*", "wildcard")).strip("-")


def suffix(route: RouteIntent, hosts: Collection[str | None]) -> str:
    """The suffix of a route's name: nothing for the first host's main route, else the host, then the role."""
    host = host_slug(route.host, hosts) if route.position else ""
    return "-".join(part for part in (host, _SUFFIX[route.role]) if part)
