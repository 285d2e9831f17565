"""Which server of nginx takes a host (https://nginx.org/en/docs/http/server_names.html)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from gatelift.proof.symbolic.model import Undecided
from gatelift.traffic.nginx.ingresses import CATCH_ALL
from gatelift.traffic.nginx.model import Model, Server, Twin

# A star stands for a label that nobody names.
_LABEL = re.compile(r"\*|[\w-]+", re.ASCII)

_STRANGE = re.compile(r"\*?\..*\.\*")


class Chosen(msgspec.Struct, frozen=True):
    """A server, and the name by which it was found."""

    server: Server | Twin
    name: str


class Hosts(msgspec.Struct, frozen=True, kw_only=True):
    """The names of all servers, in lower case.

    - ``above``: those of aliases ``*.x``, by ``x``: any number of labels in front. ``below``: of ``x.*``.
    - ``wild``: those of hosts ``*.x`` of Ingresses, by ``x``: one label (T14).
    - ``rest``: the server of hosts that nobody names.
    """

    exact: Mapping[str, Chosen]
    above: Mapping[str, Chosen]
    below: Mapping[str, Chosen]
    wild: Mapping[str, Chosen]
    rest: Chosen

    @property
    def names(self) -> frozenset[str]:
        """Every name that requests may be for; a wildcard that ends in ``.*`` is none that can be asked for."""
        wildcards = (f"*.{name}" for name in (*self.above, *self.wild))
        return frozenset((*self.exact, *wildcards, *(f"{name}.*" for name in self.below)))

    def of(self, host: str) -> Chosen:
        """The server of ``host``: its exact name, else the longest wildcard, else a wildcard of one label."""
        labels = host.split(".")
        if labels[-1] == "*":
            raise Undecided(f"{host} stands for more hosts than can be named")
        cuts = range(1, len(labels))
        first, _, parent = host.partition(".")
        return (
            self.exact.get(host)
            or next((self.above[name] for cut in cuts if (name := ".".join(labels[cut:])) in self.above), None)
            or next((self.below[name] for cut in cuts if (name := ".".join(labels[:-cut])) in self.below), None)
            or (self.wild.get(parent) if _LABEL.fullmatch(first) else None)
            or self.rest
        )


def hosts_of(model: Model) -> Hosts:
    """All names, of which nginx takes the first where several servers have one."""
    exact: dict[str, Chosen] = {}
    above: dict[str, Chosen] = {}
    below: dict[str, Chosen] = {}
    wild: dict[str, Chosen] = {}
    taken: set[str] = set()
    for server, name in _named(model):
        chosen = Chosen(server, name)
        if name == server.host.lower() and name.startswith("*."):
            wild.setdefault(name[2:], chosen)
        elif name.startswith("*."):
            above.setdefault(name[2:], chosen)
        elif name.endswith(".*"):
            below.setdefault(name[:-2], chosen)
        elif name.removeprefix(".") not in taken:
            taken.add(name.removeprefix("."))
            if not name.startswith("."):
                exact[name] = chosen
            elif name[1:] not in above:
                exact[name[1:]] = above[name[1:]] = chosen
            # Else nginx ignores all of the name, but lets no other server have its exact half.
    rest = next(server for server in model.servers if server.host == CATCH_ALL)
    return Hosts(exact=exact, above=above, below=below, wild=wild, rest=Chosen(rest, CATCH_ALL))


def _named(model: Model) -> Iterator[tuple[Server | Twin, str]]:
    for server in model.servers:
        if server.host != CATCH_ALL:
            yield server, server.host.lower()
        yield from ((server, alias.lower()) for alias in server.aliases)
    yield from ((twin, twin.host.lower()) for twin in model.twins)


def strange(model: Model) -> Mapping[str, str]:
    """Hosts of Ingresses for which nginx would get a name that it does not take, so that nobody knows what becomes of
    them."""
    twins = {twin.to: twin.host for twin in model.twins if "*" in twin.host}
    both = ((server.host, name) for server in model.servers for name in server.aliases if _STRANGE.fullmatch(name))
    return {**twins, **dict(both)}
