"""Clients inside and outside of lists of networks, of both families."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence

from gatelift.traffic.networks import Network, as_printed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_STRANGERS = {
    4: ("198.51.100.77", "203.0.113.77", "192.0.2.77"),
    6: ("100::77", "2001:db8:ffff::77"),
}
"""Addresses that nobody has: those of documentation (RFC 5737, RFC 3849), and those that lead nowhere (RFC 6666)."""


def networks(listed: Iterable[str]) -> tuple[Network, ...]:
    """The networks of a list of addresses; what is none is left out.

    IPv4 written as IPv6 (``::ffff:10.0.0.0/104``) is IPv4, as Go prints it and so ingress-nginx writes it.
    """
    return tuple(network for text in listed if (network := _network(text)) is not None)


def first(network: Network) -> str:
    """An address of ``network``: the first behind that of the network itself."""
    return str(network[min(1, network.num_addresses - 1)])


def edges(network: Network) -> Iterator[str]:
    """The first and the last address of ``network``, and the nearest ones beside it."""
    yield from dict.fromkeys((first(network), str(network[-1]), *map(str, _beside(network))))


def admitted(allowed: Sequence[Network], denied: Sequence[Network]) -> str:
    """An address that both lists let in; empty where none is found, or nothing is listed."""
    if not allowed:
        return next(outside(denied), "") if denied else ""
    inside = [address for network in allowed for address in (first(network), str(network[-1]))]
    return next((text for text in inside if not _is_in(denied, ipaddress.ip_address(text))), inside[0])


def outside(listed: Sequence[Network]) -> Iterator[str]:
    """An address of IPv4 that is in none of the networks, and one of IPv6 where some network is of IPv6."""
    versions = {4, *(network.version for network in listed)}
    for version in sorted(versions):
        own = [network for network in listed if network.version == version]
        near = (str(address) for network in own for address in _beside(network))
        for text in (*_STRANGERS[version], *near):
            if not _is_in(own, ipaddress.ip_address(text)):
                yield text
                break


def _beside(network: Network) -> Iterator[Address]:
    for edge, step in ((network[0], -1), (network[-1], 1)):
        try:
            yield edge + step
        except ipaddress.AddressValueError:
            continue


def _is_in(listed: Iterable[Network], address: Address) -> bool:
    return any(address in network for network in listed)


def _network(text: str) -> Network | None:
    if "%" in text:
        return None
    try:
        return as_printed(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return None
