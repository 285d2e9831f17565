"""IPv4 written as IPv6 (``::ffff:10.0.0.0/104``)."""

from __future__ import annotations

import ipaddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_MAPPED = 96


def as_printed(network: Network) -> Network:
    """``network`` as Go prints it, and so ingress-nginx writes it: IPv4 (https://pkg.go.dev/net#IPNet.String).

    nginx knows no such rule.
    """
    mapped = network.network_address.ipv4_mapped if isinstance(network, ipaddress.IPv6Network) else None
    if mapped is None or network.prefixlen < _MAPPED:
        return network
    return ipaddress.IPv4Network((mapped, network.prefixlen - _MAPPED))
