"""Host facts as a document: written by ``gatelift facts``, read with ``--facts``.

They let one application be converted with the knowledge of all that share its hosts.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

import msgspec

from gatelift.annotations.nginx.host import Certificate, HostFacts, from_places, is_hidden, takes_root
from gatelift.manifests.inventory import Service

VERSION = 1


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """``hosts``: ``scope/class`` -> host -> facts; ``names``: namespace -> its Ingresses; Services by reference.

    ``certificates``: ``scope/class`` -> the hosts that Ingresses name under ``tls``, with their Secrets.
    """

    version: int = VERSION
    hosts: Mapping[str, Mapping[str, HostFacts]] = msgspec.field(default_factory=dict)
    services: Mapping[str, Service] = msgspec.field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    certificates: Mapping[str, tuple[Certificate, ...]] = msgspec.field(default_factory=dict)


def key(scope: str, class_name: str) -> str:
    """The key of a scope and class."""
    return f"{scope}/{class_name}"


def union(local: Facts, given: Facts) -> Facts:
    """What was seen here and what was given, place by place; a fact that either knows holds."""
    hosts = {group: dict(items) for group, items in given.hosts.items()}
    for group, items in local.hosts.items():
        known = hosts.setdefault(group, {})
        for host, facts in items.items():
            known[host] = _both(known[host], facts) if host in known else facts
    return Facts(
        hosts={group: _owned(items) for group, items in hosts.items()},
        services=given.services,
        names=given.names,
        certificates=_certificates(local, given),
    )


def _certificates(local: Facts, given: Facts) -> dict[str, tuple[Certificate, ...]]:
    """What an Ingress that is here says now, and what was given of all others."""
    found: dict[str, tuple[Certificate, ...]] = {}
    for group in sorted({*local.certificates, *given.certificates}):
        here = {item.ingress for item in local.certificates.get(group, ())}
        here |= {place.ingress for facts in local.hosts.get(group, {}).values() for place in facts.places}
        away = [item for item in given.certificates.get(group, ()) if item.ingress not in here]
        found[group] = tuple(sorted((*local.certificates.get(group, ()), *away)))
    return found


def _owned(hosts: Mapping[str, HostFacts]) -> dict[str, HostFacts]:
    """A name that somebody serves as a host is nobody's alias."""
    result: dict[str, HostFacts] = {}
    for host, facts in hosts.items():
        aliases = tuple(alias for alias in facts.aliases if hosts.get(alias, facts).alias_of == host)
        served = bool(facts.places or facts.canaries)
        result[host] = msgspec.structs.replace(facts, aliases=aliases, alias_of="" if served else facts.alias_of)
    return {host: _without_lost_aliases(facts, result) for host, facts in result.items()}


def _without_lost_aliases(facts: HostFacts, hosts: Mapping[str, HostFacts]) -> HostFacts:
    kept = tuple(alias for alias in facts.aliases if hosts[alias].alias_of)
    return facts if kept == facts.aliases else msgspec.structs.replace(facts, aliases=kept)


def _both(given: HostFacts, local: HostFacts) -> HostFacts:
    here = {place.ingress for place in local.places} | {item.place.ingress for item in local.canaries}
    here |= {item.ingress for item in local.owners}
    places = {place for place in given.places if place.ingress not in here}
    canaries = [item for item in given.canaries if item.place.ingress not in here]
    facts = HostFacts(
        regex=given.regex or local.regex,
        perhaps_regex=given.perhaps_regex or local.perhaps_regex,
        certificate=given.certificate or local.certificate,
        named=(given.named or local.named) and not (given.certificate or local.certificate),
        unlisted=(given.unlisted or local.unlisted) and all(it.unlisted for it in (given, local) if it.certificate),
        passthrough=given.passthrough or local.passthrough,
        www=given.www or local.www,
        canaries=tuple(sorted((*canaries, *local.canaries), key=lambda item: item.place)),
        defaults=tuple(sorted({*(item for item in given.defaults if item.ingress not in here), *local.defaults})),
        aliases=tuple(dict.fromkeys((*given.aliases, *local.aliases))),
        alias_of=min(filter(None, (local.alias_of, given.alias_of)), default=""),
        owners=tuple(sorted({*(item for item in given.owners if item.ingress not in here), *local.owners})),
        guards=tuple(sorted({*(item for item in given.guards if item.ingress not in here), *local.guards})),
        asked=given.asked or local.asked,
        withheld=tuple(place for place in given.withheld if place.ingress not in here),
        held=given.held,
    )
    return from_places(facts, (*places, *local.places))


def with_verdicts(
    hosts: Mapping[str, Mapping[str, HostFacts]], held: Container[str], withheld: Container[tuple[str, str]]
) -> Mapping[str, Mapping[str, HostFacts]]:
    """``hosts`` with what was judged: which (``scope/class/host``) stay on Ingress, which places must stay closed.

    ``withheld``: the (root, Ingress) pairs that are withheld.
    """
    return {
        group: {host: _judged(facts, f"{group}/{host}" in held, withheld) for host, facts in items.items()}
        for group, items in hosts.items()
    }


def _judged(facts: HostFacts, held: bool, withheld: Container[tuple[str, str]]) -> HostFacts:
    # A default backend serves what no path takes: where somebody has the prefix /, nothing.
    defaults = () if takes_root(facts.places) else facts.defaults
    served = [place for place in (*facts.places, *defaults) if not is_hidden(place, facts)]
    places = {place for place in served if (place.root, place.ingress) in withheld}
    return msgspec.structs.replace(facts, held=held, withheld=tuple(sorted(places)))


def encode(facts: Facts) -> bytes:
    """``facts`` as indented JSON with sorted keys: the same facts, the same bytes."""
    return msgspec.json.format(msgspec.json.encode(facts, order="sorted"), indent=2) + b"\n"


def decode(data: bytes) -> Facts:
    """Read what ``encode`` wrote. Raises ``msgspec.MsgspecError`` or ``ValueError`` for anything else."""
    facts = msgspec.json.decode(data, type=Facts)
    if facts.version != VERSION:
        raise ValueError(f"version {facts.version} of the facts is not {VERSION}")
    return facts
