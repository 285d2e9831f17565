"""Hosts and their places, as nginx is configured with them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import msgspec

from gatelift.traffic.nginx.canaries import Canary
from gatelift.traffic.nginx.clients import Client
from gatelift.traffic.nginx.ingresses import CATCH_ALL, Ingress, Upstream
from gatelift.traffic.nginx.options import Options

ROOT = "/"


class Loaded(msgspec.Struct, frozen=True):
    """An Ingress that the controller loads."""

    ingress: Ingress
    options: Options


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """A place of a host. ``upstream`` is ``None`` for the controller's own default backend, which answers 404."""

    path: str
    exact: bool
    upstream: Upstream | None
    options: Options
    ingress: Ingress | None
    fallback: bool = False
    """Whether it is the implicit ``/`` of the host that no rule asked for (T12)."""

    @property
    def rewrites(self) -> bool:
        """Whether its rewrite-target makes all paths of the host expressions (T1)."""
        return self.options.rewrite not in ("", self.path)

    @property
    def regular(self) -> bool:
        return self.rewrites or self.options.use_regex


class Server(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A host. ``locations`` are in the order of the configuration."""

    host: str
    aliases: tuple[str, ...]
    locations: tuple[Location, ...]
    certificate: tuple[str, ...] | None
    """The names on its certificate; empty for the controller's default one, ``None`` where it has none (T16)."""
    client: Client | None = None
    """What the certificate of a client must be."""
    forbidden: str = ""
    """Why all of it answers 403."""

    @cached_property
    def regular(self) -> bool:
        """Whether each of its paths is an expression (T1)."""
        return any(location.regular for location in self.locations)


class Twin(msgspec.Struct, frozen=True):
    """A host that is redirected to its twin with or without ``www.``."""

    host: str
    to: str


class Split(msgspec.Struct, frozen=True):
    """What goes to ``alternative`` instead, wherever the primary is used (T26)."""

    primary: Upstream
    alternative: Upstream
    canary: Canary


class Model(msgspec.Struct, frozen=True):
    """All that nginx is configured from."""

    servers: tuple[Server, ...]
    twins: tuple[Twin, ...]
    splits: tuple[Split, ...]

    def upstreams(self) -> tuple[Upstream, ...]:
        """Every Service that requests may go to."""
        used = {location.upstream for server in self.servers for location in server.locations if location.upstream}
        return tuple(sorted({*used, *(split.alternative for split in self.splits)}))


def covers(names: Iterable[str], host: str) -> bool:
    """Whether a certificate with these names is valid for ``host``."""
    parent = f"*.{host.partition('.')[2]}"
    return any(name in (host, parent) for name in names)


def names_of(server: Server) -> tuple[str, ...]:
    """The hosts that a server takes, as rules name them; none where it takes all that nobody names."""
    if server.host == CATCH_ALL:
        return ()
    aliases = (form for alias in server.aliases for form in ((alias[1:], f"*{alias}") if alias[0] == "." else (alias,)))
    return (server.host, *aliases)


def certified(servers: Iterable[Server]) -> frozenset[str]:
    """T16: hosts and aliases, in lower case, for which the controller has a certificate; ``*.x`` counts for each host
    one label below ``x``."""
    found: set[str] = set()
    for server in servers:
        if server.certificate is not None and server.host != CATCH_ALL:
            aliases = (alias for alias in server.aliases if covers(server.certificate, alias))
            found.update(name.lower() for name in (server.host, *aliases))
    return frozenset(found)
