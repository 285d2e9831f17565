"""Where each hostname is served when gatelift writes the listeners: whose object, which certificate, who may attach.

Decided from the host facts of the scope alone, so that every application of it comes to the same answer. ingress-nginx
asks the age of an Ingress where two name a certificate for one host; files have no age, so order of names decides here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import structs

from gatelift.annotations.evaluate import Rulings
from gatelift.annotations.nginx.host import NO_HOST, HostFacts
from gatelift.annotations.nginx.routes.beside import twin_of
from gatelift.annotations.nginx.routes.build import HOSTNAME
from gatelift.config.gateway import GatewayRef
from gatelift.config.model import Config, Listeners
from gatelift.expected.facts import Facts
from gatelift.expected.foreign import Foreign
from gatelift.expected.holders import Holders, Owner, Served, namespace_of, secret_of
from gatelift.gateway.listeners import Seat, Seating, SecretName
from gatelift.gateway.naming import Naming, host_part, host_slug
from gatelift.gateway.parents import covers
from gatelift.ingress.model import Ingress
from gatelift.manifests.inventory import Inventory
from gatelift.manifests.listeners import LISTENERS, Protocol
from gatelift.manifests.names import cut, digest
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import GATEWAY, LISTENER_SET, ObjectKey

SeatingKey = tuple[str, str]
"""(``scope/class``, ``namespace/name`` of the Gateway)."""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What seats depend on. ``here``: the Ingresses of this run."""

    config: Config
    rulings: Rulings
    facts: Facts
    inventory: Inventory
    existing: Mapping[tuple[str, ObjectKey], Resource]
    here: Mapping[Owner, Ingress]
    naming: Naming


def seatings(ground: Ground) -> Mapping[SeatingKey, Seating]:
    """The seats of every Gateway, in every scope. None in mode ``existing``, nor for a Gateway that is a person's."""
    if ground.config.listeners is Listeners.EXISTING:
        return {}
    found: dict[SeatingKey, Seating] = {}
    for group, hosts in ground.facts.hosts.items():
        scope, _, class_name = group.rpartition("/")
        gateways: dict[str, GatewayRef] = {}
        names: dict[str, list[Served]] = {}
        for name in _names(hosts):
            for gateway, servers in _by_gateway(ground.config, class_name, name.servers).items():
                gateways.setdefault(gateway.whole, gateway)
                names.setdefault(gateway.whole, []).append(structs.replace(name, servers=servers))
        for key, gateway in sorted(gateways.items()):
            foreign = Foreign.of(ground.existing, scope, gateway, frozenset(ref for _, ref in ground.here))
            if ground.config.listeners is Listeners.LISTENERSET or not foreign.gateway:
                writer = _Writer(ground, group, gateway, foreign, names[key])
                found[(group, key)] = writer.seating()
    return found


def _names(hosts: Mapping[str, HostFacts]) -> Iterator[Served]:
    """Hosts, their aliases, and the twins that only redirect."""
    for host, facts in hosts.items():
        if host != NO_HOST and not HOSTNAME.fullmatch(host):
            continue
        main = facts.alias_of or host
        served = hosts.get(main, facts)
        servers = tuple(sorted({(place.root, place.ingress) for place in (*served.places, *served.defaults)}))
        if not servers:
            continue
        yield Served(hostname=host, main=main, passthrough=facts.passthrough, servers=servers)
        twin = twin_of(host) if facts.www and host else None
        if twin is not None and twin not in hosts:
            yield Served(hostname=twin, main=twin, passthrough=False, servers=servers, twin=True)


def _by_gateway(config: Config, class_name: str, servers: Sequence[Owner]) -> Mapping[GatewayRef, tuple[Owner, ...]]:
    found: dict[str, tuple[GatewayRef, list[Owner]]] = {}
    for server in servers:
        gateway = config.gateway_for(class_name, server[0])
        if gateway is not None:
            found.setdefault(gateway.whole, (gateway, []))[1].append(server)
    return {gateway: tuple(owners) for gateway, owners in found.values()}


class _Writer:
    """Makes the seats of one Gateway."""

    def __init__(
        self, ground: Ground, group: str, gateway: GatewayRef, foreign: Foreign, names: Sequence[Served]
    ) -> None:
        self.ground = ground
        self.gateway = gateway
        self.foreign = foreign
        self.names = names
        self.apart = ground.config.listeners is Listeners.LISTENERSET
        self.holders = Holders(
            config=ground.config,
            class_name=group.rpartition("/")[2],
            gateway=gateway,
            certificates=ground.facts.certificates.get(group, ()),
            apart=self.apart,
        )
        written = ground.config.written_gateway(gateway)
        self.gateway_class = written.class_name if written and not self.apart else ""
        default = ground.rulings.controller.default_certificate
        self.default = SecretName(*default.split("/", 1)) if "/" in default else None
        self.forced = ground.rulings.decide.get("forceSslRedirect") == "gateway"

    def seating(self) -> Seating:
        seats = [self._seat(name) for name in self.names if name.hostname or not self.apart]
        seats = _limited(_named_apart(seats))
        seats.sort(key=self._order)
        loose = any(not name.hostname for name in self.names) or any(seat.above for seat in seats)
        return Seating(
            gateway=self.gateway,
            seats={seat.hostname: seat for seat in seats},
            loose=loose and self.apart,
            class_name=self.gateway_class,
        )

    def _order(self, seat: Seat) -> tuple[object, ...]:
        """On a ListenerSet in the order of the Ingress's hosts, on a Gateway by hostname."""
        hosts = self._hosts(seat.owner) if self.apart else ()
        position = hosts.index(seat.hostname) if seat.hostname in hosts else len(hosts)
        return (seat.namespace, seat.name, position, _reading_order(seat.hostname))

    def _hosts(self, owner: Owner) -> tuple[str | None, ...]:
        ingress = self.ground.here.get(owner)
        return ingress.hosts if ingress is not None else ()

    def _seat(self, name: Served) -> Seat:
        there = self.foreign.seats.get(name.hostname)
        if there is not None:
            return there
        certificate = None if name.passthrough else self.holders.certificate(name)
        owner = self.holders.owner(name, certificate)
        secret = secret_of(certificate)
        sure = self.holders.is_named(name) or self.forced
        above = self.apart and secret is None and not name.passthrough and (sure or self.default is not None)
        if not self.apart and secret is None and not name.passthrough:
            secret = self.default
        secure: Protocol | None = "TLS" if name.passthrough else ("HTTPS" if secret is not None else None)
        protocols: tuple[Protocol, ...] = ("HTTP", secure) if secure else ("HTTP",)
        part = self._part(name, owner)
        made = Seat(
            hostname=name.hostname,
            kind=LISTENER_SET if self.apart else GATEWAY,
            namespace=namespace_of(owner) if self.apart else self.gateway.namespace,
            name=cut(_plain_name(owner), _plain_name(owner)) if self.apart else self.gateway.name,
            sections={item: "-".join(each for each in (item.lower(), part) if each) for item in protocols},
            owner=owner,
            secret=secret,
            namespaces=self._namespaces(name),
            shared=any(server != owner for server in name.servers),
            by_port=self.apart and owner not in self.ground.here,
            above=above,
        )
        return self._checked(made)

    def _part(self, name: Served, owner: Owner) -> str:
        """What stands for the hostname in the names of its listeners."""
        hosts = self._hosts(owner)
        if not name.hostname:
            return ""
        naming = self.ground.naming
        redirecting = twin_of(name.hostname) if name.twin and naming is Naming.BY_POSITION else None
        if redirecting is not None and redirecting in hosts:
            beside = host_part(redirecting, hosts.index(redirecting), hosts, naming)
            return "-".join(each for each in ("" if self.apart else _plain_name(owner), beside, "www") if each)
        if name.hostname not in hosts:
            return host_slug(name.hostname, ())
        part = host_part(name.hostname, hosts.index(name.hostname), hosts, naming)
        if self.apart:
            return part
        if naming is Naming.BY_HOST:
            return host_slug(name.hostname, ())
        return "-".join(each for each in (_plain_name(owner), part) if each)

    def _namespaces(self, name: Served) -> tuple[str, ...]:
        """Who serves the hostname, and who serves what it covers: they may have to close a place there."""
        under = [
            other
            for other in self.names
            if not name.hostname or (other.hostname and covers(name.hostname, other.hostname))
        ]
        return tuple(sorted({namespace_of(server) for each in (name, *under) for server in each.servers}))

    def _checked(self, seat: Seat) -> Seat:
        """``seat``, with what forbids it."""
        found = self._unclear_namespace(seat) or self._not_admitted(seat) or self._in_the_way(seat)
        return seat if found is None else structs.replace(seat, problem=found[0], todo=found[1])

    def _unclear_namespace(self, seat: Seat) -> tuple[str, str] | None:
        if "" not in seat.namespaces or (self.apart and set(seat.namespaces) == {""}):
            return None
        where = seat.hostname or "unknown hosts"
        why = f"{seat} must say which namespaces serve {where}, and a manifest there names none"
        return why, "write metadata.namespace"

    def _not_admitted(self, seat: Seat) -> tuple[str, str] | None:
        admits = self.ground.inventory.admits.get(self.gateway.whole) if self.apart else None
        if admits is None or admits in ("All", "Selector"):
            return None
        if admits == "Same" and seat.namespace == self.gateway.namespace:
            return None
        why = f"Gateway {self.gateway.whole} takes no ListenerSet of namespace {seat.namespace or '(unwritten)'}"
        return why, "set its spec.allowedListeners.namespaces, for example from: Selector with the namespaces it is for"

    def _in_the_way(self, seat: Seat) -> tuple[str, str] | None:
        if not self.apart or (seat.namespace, seat.name) not in self.foreign.sets:
            return None
        why = f"{seat} is there already, is not gatelift's, and has no listener for {seat.hostname}"
        return why, "add the listener there, or rename or remove that ListenerSet"


def _plain_name(owner: Owner) -> str:
    return owner[1].rpartition("/")[2]


def _reading_order(hostname: str) -> tuple[str, ...]:
    """Hosts of one domain stand together, its wildcard first."""
    return tuple(reversed(hostname.split(".")))


def _named_apart(seats: Sequence[Seat]) -> list[Seat]:
    """Listeners of one object under names that are valid and unique; those that would share one get a digest."""
    taken: dict[tuple[object, ...], int] = {}
    for seat in seats:
        for section in seat.sections.values() if seat.written else ():
            taken[(seat.namespace, seat.name, section)] = taken.get((seat.namespace, seat.name, section), 0) + 1

    def name(seat: Seat, section: str) -> str:
        twice = taken[(seat.namespace, seat.name, section)] > 1
        full = f"{section}-{digest(seat.hostname, *seat.owner)}" if twice else section
        return cut(full, f"{seat.hostname}/{section}")

    return [
        structs.replace(seat, sections={protocol: name(seat, text) for protocol, text in seat.sections.items()})
        if seat.written
        else seat
        for seat in seats
    ]


def _limited(seats: Sequence[Seat]) -> list[Seat]:
    """All seats of an object that would have too many listeners are refused: none of them is less wanted (T40)."""
    counts: dict[tuple[str, str], int] = {}
    for seat in seats:
        counts[(seat.namespace, seat.name)] = counts.get((seat.namespace, seat.name), 0) + len(seat.sections)
    return [_too_many(seat, counts[(seat.namespace, seat.name)]) for seat in seats]


def _too_many(seat: Seat, count: int) -> Seat:
    if count <= LISTENERS or not seat.written or seat.problem:
        return seat
    todo = (
        "share its hosts out over several Ingresses"
        if seat.kind is LISTENER_SET
        else "write 'listeners: listenerset': then the limit holds for each Ingress, not for all"
    )
    return structs.replace(
        seat, problem=f"{seat} would have {count} listeners, and {LISTENERS} is the most (T40)", todo=todo
    )
