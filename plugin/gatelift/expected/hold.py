"""Which Ingresses are withheld, which are kept, and which hosts stay on Ingress as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

IngressKey = tuple[str, str]


class Held(msgspec.Struct, frozen=True):
    """What stays: Ingress -> the refused Ingress that it hangs together with (itself, for that one), and the hosts."""

    kept: Mapping[IngressKey, IngressKey]
    hosts: frozenset[str]


def hold(served: Mapping[IngressKey, Iterable[str]], refused: Iterable[IngressKey]) -> Held:
    """What stays because it hangs together with a refused Ingress through shared hosts.

    ``served``: Ingress -> its hosts (qualified by scope and class).
    """
    by_host: dict[str, list[IngressKey]] = {}
    for ingress, hosts in served.items():
        for host in hosts:
            by_host.setdefault(host, []).append(ingress)
    kept: dict[IngressKey, IngressKey] = {}
    held: set[str] = set()
    waiting = [(ingress, ingress) for ingress in refused]
    for ingress, cause in waiting:
        if ingress in kept:
            continue
        kept[ingress] = cause
        for host in served.get(ingress, ()):
            if host not in held:
                held.add(host)
                waiting.extend((other, cause) for other in by_host.get(host, ()))
    return Held(kept, frozenset(held))
