"""The rules of one host, in the order in which nginx asks: for the whole server, then place by place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from msgspec.structs import replace

from gatelift.proof.symbolic.model import Kind, Location, Path, Reply, Rewrite, Rewritten, Rule, Undecided
from gatelift.proof.symbolic.nginx.about import about
from gatelift.proof.symbolic.nginx.ground import Asked
from gatelift.proof.symbolic.nginx.place import answers, client_headers, proxies
from gatelift.proof.symbolic.nginx.words import expression
from gatelift.traffic.nginx.clients import Client
from gatelift.traffic.nginx.ingresses import CATCH_ALL
from gatelift.traffic.nginx.model import Location as Place
from gatelift.traffic.nginx.model import Server, Twin
from gatelift.traffic.places.regular import takes

_EVERYTHING = Path(Kind.STARTS, "/", decoded=True)
# What nginx leaves as it is in the address of its own redirect (ngx_escape_uri).
_UNESCAPED = "/!$&'()*+,;=:@~[]"
_FORBIDDEN, _MOVED, _FOUND = 403, 301, 302


def rules_of(server: Server | Twin, asked: Asked) -> tuple[Rule, ...]:
    """Every rule of the server, ranked. Raises ``Undecided``."""
    found = _twin(server, asked) if isinstance(server, Twin) else _server(server, asked)
    return tuple(replace(rule, rank=rank) for rank, rule in enumerate(found))


def _rule(path: Path, reply: Reply, said: str) -> Rule:
    return Rule(path=path, reply=reply, rank=0, about=said)


def _twin(twin: Twin, asked: Asked) -> Iterator[Rule]:
    to = Location(host=twin.to, path=Rewrite(how=Rewritten.STRIPPED))
    reply = Reply(status=asked.ground.settings.http_redirect_code, location=to)
    yield _rule(_EVERYTHING, reply, f"{asked.name}, which is redirected to {twin.to}")


def _server(server: Server, asked: Asked) -> Iterator[Rule]:
    whole = _closed(server, asked)
    if whole is not None:
        yield _rule(_EVERYTHING, whole, f"all of {asked.name}")
        return
    yield from _app_root(server, asked)
    yield from (_regular if server.regular else _plain)(server, asked)


def _app_root(server: Server, asked: Asked) -> Iterator[Rule]:
    place = next((place for place in server.locations if place.options.app_root), None)
    if place is None:
        return
    root = place.options.app_root
    if re.match(r"\w", root):
        raise Undecided(f"nginx reads the app-root {root} as the end of a variable's name")
    reply = Reply(status=_FOUND, location=Location(text=f"$scheme://$host{root}"))
    yield _rule(Path(Kind.EXACT, "/", decoded=True), reply, f"Ingress {place.ingress}: app-root of {asked.name}")


def _closed(server: Server, asked: Asked) -> Reply | None:
    """What all of a server answers."""
    if asked.scheme == "https" and server.host == CATCH_ALL and asked.ground.settings.reject_handshake:
        return Reply(failure="tls")
    return Reply(status=_FORBIDDEN) if server.forbidden or not _admits_nameless(server.client) else None


def _admits_nameless(client: Client | None) -> bool:
    """Whether a client without a certificate, whose name is empty, may come in; raises ``Undecided``."""
    if client is None or not client.name:
        return True
    found = takes(client.name, "")
    if found is None:
        raise Undecided(f"the expression {client.name} for the name of a client cannot be read")
    return found


def _regular(server: Server, asked: Asked) -> Iterator[Rule]:
    first: dict[str, Place] = {}
    for place in server.locations:
        first.setdefault(f"^{expression(place.path)}", place)
    for text, place in first.items():
        yield from _rules(Path(Kind.REGULAR, text, any_case=True, decoded=True), place, server, asked)


def _plain(server: Server, asked: Asked) -> Iterator[Rule]:
    exact, below = _tables(server.locations)
    for path, place in exact.items():
        if path in below and below[path] == replace(place, exact=False):
            # A Prefix with a slash at its end is made two places that say the same.
            continue
        yield from _rules(Path(Kind.EXACT, path, decoded=True), place, server, asked)
    for path in dict.fromkeys((*exact, *below)):
        places = [table[path] for table in (exact, below) if path in table]
        if path.endswith("/") and len(path) > 1 and path[:-1] not in exact and any(proxies(p, asked) for p in places):
            reply = Reply(
                status=_MOVED,
                location=Location(path=Rewrite(how=Rewritten.FULL, by=quote(path, safe=_UNESCAPED))),
                to_client=client_headers(places[0].options, asked),
            )
            said = f"{about(places[0], server, asked.name)}, for its slash"
            yield _rule(Path(Kind.EXACT, path[:-1], decoded=True), reply, said)
    for path in sorted(below, key=len, reverse=True):
        yield from _rules(Path(Kind.STARTS, path, decoded=True), below[path], server, asked)


def _tables(places: Iterable[Place]) -> tuple[dict[str, Place], dict[str, Place]]:
    """The places by their path: those that are exact, and all others. Of two with one path the first counts."""
    exact: dict[str, Place] = {}
    below: dict[str, Place] = {}
    for place in places:
        if not place.path.startswith("/"):
            raise Undecided(f"nginx cannot be configured with the path {place.path!r}: it does not begin with a slash")
        (exact if place.exact else below).setdefault(place.path, place)
    return exact, below


def _rules(path: Path, place: Place, server: Server, asked: Asked) -> Iterator[Rule]:
    for needs, reply in answers(place, asked):
        yield Rule(path=path, needs=needs, reply=reply, rank=0, about=about(place, server, asked.name))
