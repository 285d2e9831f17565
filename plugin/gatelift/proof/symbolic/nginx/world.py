"""Ingresses as lists of rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatelift.proof.symbolic.model import Rule, Undecided, World
from gatelift.proof.symbolic.nginx.backends import ports_of
from gatelift.proof.symbolic.nginx.ground import Asked, Ground
from gatelift.proof.symbolic.nginx.hosts import hosts_of, strange
from gatelift.proof.symbolic.nginx.left_out import left_out
from gatelift.proof.symbolic.nginx.server import rules_of
from gatelift.traffic.model import Manifest
from gatelift.traffic.nginx.judged import judged
from gatelift.traffic.nginx.model import Server, certified
from gatelift.traffic.nginx.versions import current


def world(objects: Sequence[Manifest], data: Mapping[str, str]) -> World:
    """What the Ingresses among ``objects``, all of one ingress-nginx, the oldest first, make of requests.

    ``data`` is that of the controller's ConfigMap.
    """
    today = [current(item) if item.get("kind") == "Ingress" else item for item in objects]
    found = judged(today, data)
    model, hosts, unnamable = found.model, hosts_of(found.model), strange(found.model)
    ground = Ground(
        settings=found.settings,
        ports=ports_of(today),
        splits={split.primary: split for split in model.splits},
        certified=certified(model.servers),
    )

    def rules(scheme: str, host: str) -> tuple[Rule, ...]:
        chosen = hosts.of(host)
        if isinstance(chosen.server, Server) and chosen.server.host in unnamable:
            raise Undecided(f"nginx takes no server with the name {unnamable[chosen.server.host]}")
        return rules_of(chosen.server, Asked(scheme=scheme, host=host, name=chosen.name, ground=ground))

    return World(
        names=hosts.names,
        rules=rules,
        left_out=(*found.not_replayed, *dict.fromkeys(left_out(model))),
        covered=sum(len(server.locations) for server in model.servers) + len(model.twins),
    )
