"""What an answer of nginx depends on, and rules cannot say."""

from __future__ import annotations

from collections.abc import Iterator

from gatelift.traffic.model import Attribute, NotReplayed
from gatelift.traffic.nginx.model import Model, names_of


def left_out(model: Model) -> Iterator[NotReplayed]:
    """Certificates of clients, for all of a host; addresses that the backend redirects to, where nginx changes them."""
    for server in model.servers:
        hosts = names_of(server)
        if server.client is not None and server.client.verify != "off" and not server.forbidden:
            for attribute in (Attribute.STATUS, Attribute.BACKEND):
                yield NotReplayed(attribute=attribute, why=f"{server.host} asks clients for certificates", hosts=hosts)
        for place in server.locations:
            if place.options.proxy_redirect is not None:
                why = f"Ingress {place.ingress}: proxy-redirect-from changes where the backend redirects to"
                # An expression says little about which requests it gets.
                paths = () if server.regular else (f"={place.path}" if place.exact else place.path,)
                yield NotReplayed(attribute=Attribute.LOCATION, why=why, hosts=hosts, paths=paths)
