"""Names of the objects that one Ingress becomes: its own for the first host's route, suffixed for all others.

Names are unique per kind and namespace whatever other Ingresses there are, valid, and stable between runs.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from enum import StrEnum
from itertools import islice, takewhile

from gatelift.ingress.model import IngressRef
from gatelift.intent.route import Role, RouteIntent
from gatelift.manifests.names import cut, digest


class Naming(StrEnum):
    """What tells the objects of an Ingress's further hosts apart.

    By host where a list of hosts grows and shrinks: what stays keeps its name. By position where overlays change hosts
    in place (Kustomize): a patched host renames nothing.
    """

    BY_HOST = "by-host"
    BY_POSITION = "by-position"


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


def suffix(route: RouteIntent, hosts: Collection[str | None], naming: Naming = Naming.BY_HOST) -> str:
    """The suffix of a route's name: nothing for the first host's main route, else the host, then the role."""
    host = host_part(route.host, route.position, hosts, naming)
    return "-".join(part for part in (host, _SUFFIX[route.role]) if part)


def host_part(host: str | None, position: int, hosts: Collection[str | None], naming: Naming) -> str:
    """What stands for the host at ``position`` in a name: nothing for the first, then its slug or its number."""
    if not position:
        return ""
    return str(position + 1) if naming is Naming.BY_POSITION else host_slug(host, hosts)
