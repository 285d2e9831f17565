"""What an answer of nginx depends on, and rules cannot say."""

from __future__ import annotations

from collections.abc import Iterator

from gatelift.traffic.model import Attribute, NotReplayed
from gatelift.traffic.nginx.ingresses import CATCH_ALL
from gatelift.traffic.nginx.model import Model, Server


def left_out(model: Model) -> Iterator[NotReplayed]:
    """Certificates of clients, for all of a host; addresses that the backend redirects to, where nginx changes them."""
    for server in model.servers:
        hosts = () if server.host == CATCH_ALL else (server.host, *server.aliases)
        if server.client is not None and server.client.verify != "off" and not server.forbidden:
            for attribute in (Attribute.STATUS, Attribute.BACKEND):
                yield NotReplayed(attribute=attribute, why=f"{server.host} asks clients for certificates", hosts=hosts)
        yield from _redirects(server, hosts)


def _redirects(server: Server, hosts: tuple[str, ...]) -> Iterator[NotReplayed]:
    for place in server.locations:
        if place.options.proxy_redirect is not None:
            why = f"Ingress {place.ingress}: proxy-redirect-from changes where the backend redirects to"
            yield NotReplayed(attribute=Attribute.LOCATION, why=why, hosts=hosts, paths=(place.path,))
