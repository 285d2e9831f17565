"""Address lists, read as Go's ``net.ParseCIDR`` and ``net.ParseIP`` read them."""

from __future__ import annotations

import re
from ipaddress import IPv6Network, ip_network

from gatelift.annotations.nginx._links import DENIED
from gatelift.annotations.unit import Refused, shown

_SHAPE = re.compile(r"[0-9A-Fa-f.:]+(?:/[0-9]{1,3})?")
"""No masks (``/255.0.0.0``) and no zones (``%eth0``): Go takes neither, Python both."""


def networks(value: str, broken: Refused | None = None) -> tuple[str, ...] | Refused:
    """The networks of a comma-separated list, each once; a bare address is a network of its own.

    An empty item is an error upstream too, so a comma at the end is none of ours to forgive. ``broken``: the answer to
    an item that is no network, where that does something else than close the place.
    """
    found: dict[str, None] = {}
    for item in value.split(","):
        network = _network(item.strip(), broken)
        if isinstance(network, Refused):
            return network
        found[network] = None
    return tuple(found)


def _network(item: str, broken: Refused | None) -> str | Refused:
    try:
        network = ip_network(item, strict=False) if _SHAPE.fullmatch(item) else None
    except ValueError:
        network = None
    if network is None and broken is not None:
        return broken
    if network is None:
        what = f"{shown(item)} is neither an address nor a network" if item else "the list has an empty item"
        return Refused(f"{what}, so {DENIED}", "write addresses and networks such as 10.0.0.0/8, separated by commas")
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped is not None:
        why = f"{shown(item)} is an IPv4 address in IPv6 form, which gateways compare differently"
        return Refused(why, "write it as IPv4")
    return str(network)
