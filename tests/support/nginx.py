"""A small model of what ingress-nginx does with a request, after its template and nginx's own rules for locations.

Written from the documents, not from gatelift: it reads plain manifests. Left out: rewrites, authorisation, weights.
https://nginx.org/en/docs/http/ngx_http_core_module.html#location
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pcre2

PREFIX = "nginx.ingress.kubernetes.io/"
Manifest = dict[str, Any]


class Request(NamedTuple):
    """A request, as far as routing looks at it. The path is one that nginx and Envoy need not normalise."""

    host: str
    path: str
    canary: str = ""
    """The value of the header X-Canary."""


@dataclass(frozen=True)
class Location:
    """A path of a host: the Ingress that it is from, and its backend."""

    path: str
    exact: bool
    ingress: str
    backend: tuple[str, int | str]
    canary: tuple[str, int | str] | None = None
    """Where a canary by the header X-Canary, without a weight, sends its requests."""

    def answer(self, request: Request) -> tuple[str, int | str]:
        return self.canary if self.canary and request.canary == "always" else self.backend


@dataclass
class Server:
    """A host with all its locations."""

    regex: bool = False
    app_root: bool = False
    locations: list[Location] = field(default_factory=list)
    fallback: list[Location] = field(default_factory=list)
    owners: list[Manifest] = field(default_factory=list)
    by_age: bool = False
    """Whether only the clock decides if its paths are regular expressions."""

    def add(self, location: Location) -> None:
        self.locations.append(location)


def annotation(manifest: Manifest, name: str) -> str:
    return str(manifest["metadata"].get("annotations", {}).get(PREFIX + name, ""))


def name_of(manifest: Manifest) -> str:
    return f"{manifest['metadata']['namespace']}/{manifest['metadata']['name']}"


def backend_of(backend: Manifest) -> tuple[str, int | str]:
    port = backend["service"]["port"]
    return backend["service"]["name"], port.get("number") or port["name"]


class Nginx:
    """ingress-nginx with these Ingresses (``networking.k8s.io/v1``, all of one class)."""

    def __init__(self, ingresses: Iterable[Manifest]) -> None:
        self.servers: dict[str, Server] = {"": Server()}
        aliases: dict[str, str] = {}
        everything = tuple(ingresses)
        main = [item for item in everything if annotation(item, "canary") != "true"]
        self.canaries = dict(_canaries(item for item in everything if item not in main))
        for item in main:
            for rule in item["spec"].get("rules", []):
                self._rule(item, rule)
                for alias in filter(None, annotation(item, "server-alias").split(",")):
                    # Of servers with the same name nginx takes the first, and they stand in order of the alphabet,
                    # that of unknown hosts among them.
                    host = rule.get("host") or "_"
                    aliases[alias] = min(host, aliases.get(alias, host))
        for item in main:
            self._default(item)
        for host, server in self.servers.items():
            if host:
                _implicit(server)
        for alias, host in aliases.items():
            self.servers.setdefault(alias, self.servers["" if host == "_" else host])

    def _rule(self, item: Manifest, rule: Manifest) -> None:
        server = self.servers.setdefault(rule.get("host", ""), Server())
        server.owners.append(item)
        server.app_root = server.app_root or bool(annotation(item, "app-root"))
        for path in rule.get("http", {}).get("paths", []):
            exact = path.get("pathType") == "Exact"
            canary = self.canaries.get((rule.get("host", ""), path["path"], exact))
            server.add(Location(path["path"], exact, name_of(item), backend_of(path["backend"]), canary))
            split = not exact and not path["path"].endswith("/")
            server.regex = server.regex or _regular_for(item, path["path"], split)

    def _default(self, item: Manifest) -> None:
        default = item["spec"].get("defaultBackend")
        if default is None:
            return
        hosts = {rule.get("host", "") for rule in item["spec"].get("rules", [])}
        for host in hosts - {""}:
            self.servers[host].fallback.append(Location("/", False, name_of(item), backend_of(default)))
        if not hosts:
            # Before any rule is read: a rule's / comes too late, however old it is.
            server = self.servers[""]
            server.fallback.append(Location("/", False, name_of(item), backend_of(default)))
            server.locations = [other for other in server.locations if other.exact or other.path != "/"]

    def server(self, host: str) -> Server:
        """T14: an exact name, else a wildcard of one label, else the server of all other names."""
        if host in self.servers:
            return self.servers[host]
        _, _, parent = host.partition(".")
        return self.servers.get(f"*.{parent}", self.servers[""])

    def ask(self, request: Request) -> tuple[Location, ...]:
        """Who may answer: one location, none (404, or a redirect), or several where only the clock decides (T15)."""
        server = self.server(request.host)
        if server.app_root and request.path == "/":
            return ()
        if server.by_age:
            return (*server.locations, *server.fallback)
        found = _regular(server, request.path) if server.regex else _plain(server, request.path)
        if found is None:
            return ()
        return tuple(found) or tuple(server.fallback)


def _canaries(ingresses: Iterable[Manifest]) -> Iterator[tuple[tuple[str, str, bool], tuple[str, int | str]]]:
    for item in ingresses:
        for rule in item["spec"].get("rules", []):
            for path in rule["http"]["paths"]:
                place = (rule.get("host", ""), path["path"], path.get("pathType") == "Exact")
                yield place, backend_of(path["backend"])


def _regular_for(item: Manifest, path: str, split: bool) -> bool:
    """T1: a target that equals the path counts where the path is made two, of which one has a slash behind it."""
    rewrite = annotation(item, "rewrite-target")
    return annotation(item, "use-regex") == "true" or bool(rewrite and (rewrite != path or split))


def _implicit(server: Server) -> None:
    """T12: without a prefix ``/`` of anybody, the first Ingress's annotations hold for the one that is added."""
    if any(location.path == "/" and not location.exact for location in server.locations) or server.regex:
        return
    found = [_regular_for(item, "/", split=False) for item in server.owners]
    server.regex = all(found) and bool(found)
    server.by_age = any(found) and not all(found)


def _regular(server: Server, path: str) -> list[Location]:
    """T1 to T3: any case, no end, longest first and then in reverse order of the alphabet.

    An exact ``/`` stands behind the ``/`` that every host has, which is the same expression.
    """
    reached = [item for item in server.locations if item.path != "/" or not item.exact]
    ordered = sorted(reached, key=lambda item: item.path, reverse=True)
    ordered.sort(key=lambda item: -len(item.path))
    for location in ordered:
        if pcre2.compile("^" + location.path, pcre2.I).search(path):
            return [item for item in ordered if item.path == location.path]
    return []


def _plain(server: Server, path: str) -> list[Location] | None:
    """T7 to T9. None is nginx's own redirect to the path with a slash."""
    tables = list(_tables(server))
    exact = [location for value, kind, location in tables if kind == "=" and value == path]
    if exact:
        return exact
    # An Exact path with a slash at its end is inclusive to no other request, but nginx redirects to it all the same.
    if any(value == f"{path}/" and value != "/" for value, _, _ in tables):
        return None
    fitting = [(value, location) for value, kind, location in tables if kind == "" and path.startswith(value)]
    longest = max((len(value) for value, _ in fitting), default=0)
    return [location for value, location in fitting if len(value) == longest]


def _tables(server: Server) -> Iterator[tuple[str, str, Location]]:
    exact = {location.path for location in server.locations if location.exact}
    for location in server.locations:
        if location.exact:
            yield location.path, "=", location
        elif location.path.endswith("/"):
            yield location.path, "", location
        else:
            yield f"{location.path}/", "", location
            if location.path not in exact:
                yield location.path, "=", location
